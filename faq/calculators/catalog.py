"""All calculators, in the order in which people see them, and how each is spoken of.

A new one is its module and a Hearing here; without marks and words it can still be chosen by number and as a page.
"""

from faq.calculators.annual_leave import ANNUAL_LEAVE
from faq.calculators.base import by_key
from faq.calculators.double_wage import DOUBLE_WAGE
from faq.calculators.hearing import Ear, Hearing, Mark, Said
from faq.calculators.heat import HEAT
from faq.calculators.injury import INJURY
from faq.calculators.limitation import LIMITATION
from faq.calculators.maternity import MATERNITY
from faq.calculators.overtime import OVERTIME
from faq.calculators.probation import PROBATION
from faq.calculators.retirement import RETIREMENT
from faq.calculators.severance import SEVERANCE
from faq.calculators.sick_leave import SICK_LEAVE
from faq.calculators.unemployment import UNEMPLOYMENT

_WAGE = (
    r"(?:月薪|(?<![欠扣发低付差结罚要])工资|薪水|薪资|底薪|月入|月收入|一个月|每个?月|[拿挣赚]|到手|平均)"
    r"[^涨降扣少多差欠补罚减加]{0,6}$"
)
_WAGE_AFTER = r"(?:的|一个)?(?:月薪|工资|底薪)"
_JOINED = r"入职|进厂|进公司|开始上班|开始干"
_JOINED_AFTER = (
    r"(?:我|就|才)?(?:入职|进[厂来的公]|到?公司|来[的上这]?|开始|上的?班|到岗|应聘|干起|起|到现在|至今)"
)
_LEFT = r"离职|离开|干到|做到|走的"
_LEFT_AFTER = r"(?:我|就|才|要|被)*(?:离职|离开|离的职|辞|走|不干|解除|开除|裁|炒|到期)"
_WORKED = r"干了?|做了?|工作|上班|上了|工龄|年限|呆了|待了|入职"
_PAID_FEES = r"[交缴]|社保|失业保险|养老"

# Why the work ended. The first that is found holds, so what says more stands first.
_CLOSED = (r"倒闭|破产|关门|关厂|吊销|注销|停业", "closed")
_FORCED = (
    r"被迫|(?:欠薪|拖欠|欠.{0,3}工资|不发工资|[没不](?:给我?)?[交缴买]社保).{0,10}(?:走|离职|辞|不干)",
    "forced",
)
_AGREED = (r"协商|谈好|劝退", "agreed")
_RESIGNED = (r"(?:自己|主动|是我)提?出?的?(?:辞|离|不干|走)|自离|裸辞|我(?:要|想)?辞职|辞职", "resigned")

_GRADES = "一二三四五六七八九十"
_YES_PAID = r"[交缴买上](?:了|过|着)?(?:工伤|生育)?(?:保险|社保|五险)"
_NO_PAID = r"[没未不](?:有|给|我们?)*[交缴买上](?:过|的)?(?:工伤|生育)?(?:保险|社保|五险)"

HEARINGS = (
    Hearing(
        OVERTIME,
        names="加班费|加班工资|加班的?钱|加班",
        topic="加班|加点|值班",
        marks=(
            Mark(
                "holiday_hours",
                r"法定|节假|节日|过节|国庆|五一|十一|春节|过年|中秋|端午|清明|元旦|劳动节",
                r"(?:的)?(?:法定|节假|节日|国庆|春节)",
            ),
            Mark(
                "restday_hours",
                r"^(?!.*(?:每天|每周|每个?星期|每逢|一天)).*(?:周末|休息日|双休|周[六日天]|星期[六日天]|礼拜[六日天])",
                r"(?:的)?(?:周末|休息日|双休|周[六日])",
            ),
            Mark(
                "workday_hours",
                r"^(?!.*(?:每天|每晚|每周|一天)).*(?:平时|平日|工作日|平常|周一到周五|晚上)",
                r"(?:的)?(?:平时|工作日)",
            ),
            Mark("wage", _WAGE, _WAGE_AFTER),
        ),
    ),
    Hearing(
        SEVERANCE,
        names=r"(?:离职|辞退|经济|裁员)?(?:经济)?(?:补偿|赔偿)金?|n\+1|2n",
        topic=r"^(?!.*(?:最[晚迟]|截止|时效|来得及|过期|还能[告诉仲])).*"
        r"(?:辞退|开除|补偿|赔偿金|裁员|被裁|解雇|炒了?我|炒鱿鱼|n\+1|2n|解除|买断|协商|倒闭|破产)"
        r"|^(?!.*(?:高温|年假|加班|失业|产假|工伤|退休)).*(?:离职|辞职|不续|到期|让我走|赶我走|走人).*(?:赔|补|给|拿)",
        marks=(
            Mark("average_wage", r"社平|(?:当地|社会|全市|全省|职工月?)平均工资"),
            Mark("last_wage", r"(?:上个?月|最后一个月)的?工资"),
            Mark("wage", _WAGE, _WAGE_AFTER),
            Mark("left", _LEFT, _LEFT_AFTER),
            Mark("start", _JOINED, _JOINED_AFTER, instead="service"),
            Mark(
                "service",
                _WORKED,
                r"的?(?:工龄|老员工)",
                alone=True,
                instead="start",
                unless=r"试用|合同|产假|病|工资|没[发给]|不[发给]|[欠压拖]|前\||近\||休|孕|亏损|绩效|奖金|失业",
            ),
        ),
        said=(
            Said(
                "how",
                (
                    (r"到期.{0,6}我.{0,3}(?:不|没)(?:想|愿)?续", "declined"),
                    (r"到期.{0,8}(?:不|没有?)(?:和我|跟我|给我)?续", "expired"),
                    _CLOSED,
                    _FORCED,
                    (r"违法(?:解除|辞退)|2n|无故|无缘无故|[没无]有?(?:合法|正当|任何)?理由|随便", "unlawful"),
                    (r"(?:没有?|未|不)(?:提前|通知)|n\+1", "no_notice"),
                    (r"提前(?:30天|三十天|一个月)", "with_notice"),
                    (r"裁员|被裁|裁掉|裁了", "layoff"),
                    _AGREED,
                    (r"严重违纪|违纪.{0,6}(?:开除|解除|辞退)", "misconduct"),
                    _RESIGNED,
                ),
            ),
        ),
    ),
    Hearing(
        DOUBLE_WAGE,
        names=r"(?:没签合同的?)?(?:双倍|二倍|两倍|2倍)工资(?:差额)?|没签合同",
        topic=r"(?:双倍|二倍|两倍|2倍)|[没未不](?:有|给|跟我|和我)*签.{0,4}合同|[没无]有?(?:劳动|书面)?合同",
        marks=(
            Mark("signed", r"补签|后来签|才签", r".{0,3}(?:补签|才签)"),
            Mark("left", _LEFT, _LEFT_AFTER),
            Mark("start", _JOINED, _JOINED_AFTER),
            Mark("wage", _WAGE, _WAGE_AFTER),
        ),
    ),
    Hearing(
        ANNUAL_LEAVE,
        names=r"(?:带薪)?年(?:休)?假(?:天数|工资|补偿)?",
        topic="年假|年休假|带薪假",
        marks=(
            Mark("used", r"休了|休过|已休|已经休|用了", r"(?:已经|都)?(?:休了|休过)"),
            Mark("left", _LEFT, _LEFT_AFTER),
            Mark("joined", _JOINED, _JOINED_AFTER),
            Mark("total", _WORKED + "|累计|社保", r"的?工龄", alone=True),
            Mark("wage", _WAGE, _WAGE_AFTER),
        ),
        said=(
            Said(
                "case",
                (
                    (r"离职|辞职|辞退|离开|不干|要走", "leaving"),
                    (r"没休|未休|没让休|不让休|折现|折算成钱|补多少|多少钱|补几", "unpaid"),
                    (r"几天|多少天|多久", "days"),
                ),
            ),
        ),
    ),
    Hearing(
        SICK_LEAVE,
        names="医疗期|病假工资|病假",
        topic="医疗期|病假",
        marks=(
            Mark("local_minimum", "最低工资"),
            Mark("agreed", "病假工资"),
            Mark("first_day", "病假|病休|住院", r".{0,4}(?:病假|病休|住院|生病)"),
            Mark("company", r"公司|单位|厂里?|店里", r"的?(?:司龄|厂龄)"),
            Mark("total", r"累计|总共|一共|工龄|参加工作|工作了?", r"的?工龄"),
        ),
    ),
    Hearing(
        PROBATION,
        names="试用期",
        topic="试用",
        marks=(
            Mark("agreed_months", "试用(?!.*提前)", "的?试用", unit="月"),
            Mark("contract_months", "合同|签了?", "的?(?:劳动|固定期限)?合同"),
            Mark("wage", "转正|" + _WAGE, _WAGE_AFTER),
        ),
        said=(
            Said(
                "term",
                (
                    ("无固定期限", "open"),
                    (r"(?:任务|项目|工程).{0,4}(?:为止|结束|完)", "task"),
                    (r"[年月]的?(?:劳动)?合同|(?:合同|签)[^,。试]{0,6}[年月]|固定期限", "fixed"),
                ),
            ),
        ),
        least=2,
    ),
    Hearing(
        INJURY,
        names=r"工伤(?:赔偿|待遇|补偿|伤残|赔付|赔)?金?|伤残(?:补助金?|赔偿|津贴|待遇)|一次性伤残补助金?",
        topic=rf"^(?!.*(?:车祸|交通事故|户口)).*(?:工伤|伤残|[{_GRADES}\d]级.*(?:赔|补))",
        marks=(
            Mark("average_wage", r"社平|(?:当地|社会|全市|全省|职工月?)平均工资"),
            Mark("min_wage", "最低工资"),
            Mark("medical_months", "医疗补助金"),
            Mark("job_months", "就业补助金"),
            Mark("wage", _WAGE, _WAGE_AFTER),
        ),
        said=(
            Said(
                "grade",
                tuple(
                    (rf"(?<![{_GRADES}至到\d])(?:{c}|{n})级(?![至到])", str(n))
                    for n, c in enumerate(_GRADES, 1)
                ),
                counts=True,
            ),
            Said("insured", ((_NO_PAID, "no"), (_YES_PAID, "yes"))),
        ),
    ),
    Hearing(
        MATERNITY,
        names=r"产假(?:天数|工资)?|生育(?:津贴|保险|待遇)|流产假",
        topic=r"产假|生育津贴|流产|剖[宫腹]产|顺产|难产|胎停|停育",
        marks=(
            Mark("extra_days", "延长|奖励假?|增加|多给", "的?(?:奖励|延长)"),
            Mark("base_wage", r"(?:单位|公司).{0,4}平均"),
            Mark("own_wage", _WAGE, _WAGE_AFTER),
            Mark("babies", "宝宝"),
        ),
        said=(
            Said(
                "event",
                (
                    (
                        r"(?:[123一二两三]个多?月|[1-9一二三四五六七八九十]{1,2}周).*(?:流产|胎停|停育|清宫)|(?:流产|胎停|停育|清宫).*[123一二两三]个多?月",
                        "early",
                    ),
                    (r"[4567四五六七]个多?月.*(?:流产|引产)|(?:流产|引产).*[4567四五六七]个多?月", "late"),
                    (
                        r"^(?!.*(?:流产|引产|胎停|停育|清宫)).*(?:生(?:了|完|孩|小孩|娃|宝|二|三|育|双|一?个)|剖|顺产|难产|双胞胎|产假)",
                        "birth",
                    ),
                ),
            ),
            Said("difficult", ((r"剖[宫腹]|难产", "yes"), ("顺产", "no"))),
            Said("babies", (("双胞胎|双胎", "2"), ("三胞胎", "3"))),
            Said("insured", ((_NO_PAID, "no"), (_YES_PAID, "yes"))),
        ),
    ),
    Hearing(
        UNEMPLOYMENT,
        names=r"失业(?:保险)?(?:金|补助金?|待遇)|失业保险|失业",
        topic="失业",
        marks=(
            Mark("local_standard", r"标准|每个?月|一个月"),
            Mark(
                "paid",
                _PAID_FEES + "|" + _WORKED,
                r".{0,3}(?:失业保险|社保)",
                alone=True,
                unless=r"失业了?\||领",
            ),
        ),
        said=(
            Said(
                "reason",
                (
                    (r"我(?:先)?提(?:出)?的?.{0,3}协商", "proposed"),
                    _CLOSED,
                    _FORCED,
                    _AGREED,
                    (r"到期", "expired"),
                    (r"辞退|裁员|被裁|裁掉|裁了|开除|解雇|炒", "dismissed"),
                    _RESIGNED,
                ),
            ),
        ),
    ),
    Hearing(
        RETIREMENT,
        names=r"(?:法定|延迟|我的?)?退休(?:时间|年龄|日期|年限)?",
        topic="退休",
        marks=(
            Mark("birth", "生于|出生", "(?:出)?生", alone=True),
            Mark("paid_months", _PAID_FEES, r"的?(?:社保|养老)"),
        ),
        said=(
            Said(
                "group",
                (
                    (r"女.{0,6}(?:干部|管理|技术|55|五十五)", "woman_55"),
                    (r"女.{0,4}工人|女.{0,6}(?:50|五十)", "woman_50"),
                    (r"男|(?:父亲|爸爸?|老公|丈夫|爷爷|哥哥?|弟弟?)", "man"),
                ),
            ),
        ),
    ),
    Hearing(
        HEAT,
        names="高温(?:津贴|补贴|费|补助)|防暑降温费",
        topic="高温|防暑降温",
        marks=(
            Mark("last_month", "[到至]"),
            Mark("first_month", "从", "[到至]"),
            Mark("hot_days", "干了?|做了?|工作了?|上了?班?", "高温"),
            Mark("local_amount", "标准"),
        ),
        said=(
            Said(
                "place",
                (
                    (r"室外|户外|露天|工地|外卖|快递|环卫|马路|骑手|站岗", "outdoor"),
                    (r"室内|车间|厂房|厨房|仓库", "indoor"),
                ),
            ),
        ),
    ),
    Hearing(
        LIMITATION,
        names="(?:维权|仲裁|起诉|诉讼|投诉|工伤认定|复议|劳动仲裁)?(?:时效|时限|期限)",
        topic=r"时效|期限|仲裁|最晚|最迟|截止|来得及|过期|起诉|复议|工伤认定|超过.{0,4}年",
        marks=(
            Mark("award_on", r"裁决", r".{0,4}(?:收到|拿到|下来|下)?.{0,3}裁决"),
            Mark("decision_on", r"(?:决定|认定|复议)书?", r".{0,4}(?:收到|拿到).{0,8}(?:决定|认定书)"),
            Mark(
                "accident_on",
                r"受伤|出事|摔|砸|诊断",
                r".{0,6}(?:受伤|受的伤|摔|砸|撞|压|出事|出的事|诊断)",
            ),
            Mark("knew_on", r"辞退|开除|知道", r".{0,4}(?:辞退|开除|被裁|解除|炒|知道)"),
            Mark("left_on", _LEFT, r".{0,3}(?:离职|离开|离的职|辞|走|不干)"),
        ),
        said=(
            Said(
                "matter",
                (
                    (r"复议", "review"),
                    (r"裁决.*(?:起诉|法院|诉)|(?:起诉|法院).*裁决", "lawsuit"),
                    (r"监察|投诉", "complaint"),
                    (r"工伤|受伤|职业病", "injury"),
                    (r"欠薪|工资|加班费", "wages"),
                    (r"辞退|开除|补偿|赔偿|双倍|二倍|解除", "general"),
                ),
            ),
        ),
    ),
)

CALCULATORS = tuple(hearing.calculator for hearing in HEARINGS)
BY_KEY = by_key(CALCULATORS)
EAR = Ear(HEARINGS)
