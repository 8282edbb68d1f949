"""Plain language → which calculator, and which figures; and what is not for a calculator at all."""

import csv
import random
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import Invalid
from core.settings import ROOT
from core.text import comparable
from faq.calculators.base import Figure, Kind
from faq.calculators.catalog import CALCULATORS, EAR, HEARINGS
from faq.calculators.hearing import Ear, Hearing, Mark, figures_in, read_answer
from faq.calculators.wording import months_between, number, quantities

TODAY = date(2026, 11, 20)


def heard(sentence: str) -> tuple[str | None, dict[str, str]] | None:
    """Key (None for the list) and figures as text; None for what is no request."""
    found = EAR.request(comparable(sentence), TODAY)
    if found is None:
        return None
    key = found.hearing.calculator.key if found.hearing else None
    return key, {
        name: str(value.normalize().__format__("f")) if isinstance(value, Decimal) else str(value)
        for name, value in found.values.items()
    }


REQUESTS = [
    ("月薪8000干了3年半被辞退赔多少", "severance", {"wage": "8000", "service": "42"}),
    ("月薪1.2万工作2年零3个月，公司无故辞退，赔多少？", "severance", {"wage": "12000", "service": "27", "how": "unlawful"}),
    ("公司裁员，我干了五年半，月薪7000，补偿多少", "severance", {"wage": "7000", "service": "66", "how": "layoff"}),
    ("合同到期公司不续签，干了四年，工资6000，能补多少", "severance", {"wage": "6000", "service": "48", "how": "expired"}),
    ("老板不交社保我被迫辞职，干了三年，工资5500，赔多少", "severance", {"wage": "5500", "service": "36", "how": "forced"}),
    ("2019年3月1日入职，昨天被辞退，月薪8千，补偿多少钱", "severance", {"start": "2019-03-01", "left": "2026-11-19", "wage": "8000"}),
    ("工厂要倒闭了 我做了十年 可以拿到多少补偿", "severance", {"service": "120", "how": "closed"}),
    ("单位要跟我解除劳动合同 我的工资是4500 工作6年 怎么算", "severance", {"wage": "4500", "service": "72"}),
    ("三年多被辞退能赔多少", "severance", {}),
    ("工龄6年，协商解除，一个月拿7500，能拿多少", "severance", {"service": "72", "wage": "7500", "how": "agreed"}),
    ("没提前通知就辞退，干了14个月，工资4800，赔多少钱", "severance", {"service": "14", "wage": "4800", "how": "no_notice"}),
    ("月薪6000，平时加班20小时，周末加班16小时，国庆加班8小时，多少钱", "overtime", {"wage": "6000", "workday_hours": "20", "restday_hours": "16", "holiday_hours": "8"}),
    ("一个月工资5000，周末加班两天，能拿多少加班费", "overtime", {"wage": "5000", "restday_hours": "16"}),
    ("八千五的工资，平时加班十个小时多少钱", "overtime", {"wage": "8500", "workday_hours": "10"}),
    ("工资￥6,500，法定节假日加班8小时给多少钱", "overtime", {"wage": "6500", "holiday_hours": "8"}),
    ("底薪2360 平时加班一小时多少钱 周末一小时多少钱", "overtime", {"wage": "2360", "workday_hours": "1", "restday_hours": "1"}),
    ("月薪8000周末加班10小时怎么算", "overtime", {"wage": "8000", "restday_hours": "10"}),
    ("月薪6000十一加班8小时该给多少", "overtime", {"wage": "6000", "holiday_hours": "8"}),
    ("工资5千每天加班2小时给多少钱", "overtime", {"wage": "5000"}),
    ("2023年5月1日入职一直没签合同，月薪6500，双倍工资多少", "double_wage", {"start": "2023-05-01", "wage": "6500"}),
    ("去年五月进厂没签合同，工资6000，双倍工资能要多少", "double_wage", {"start": "2025-05-01", "wage": "6000"}),
    ("5月1号入职没签合同一个月8000能赔多少", "double_wage", {"start": "2026-05-01", "wage": "8000"}),
    ("没签合同，2023.5.1入职，月薪五千五，双倍工资帮我算一下", "double_wage", {"start": "2023-05-01", "wage": "5500"}),
    ("从2024年1月8号开始上班，今年3月离职，没签合同，双倍赔多少", "double_wage", {"start": "2024-01-08", "left": "2026-03-01"}),
    ("工龄12年有几天年假", "annual_leave", {"total": "144", "case": "days"}),
    ("我在公司上班三年了 可以休几天年假", "annual_leave", {"total": "36", "case": "days"}),
    ("工作三年半，5天年假没休，月薪8000，补多少钱", "annual_leave", {"total": "42", "wage": "8000", "case": "unpaid"}),
    ("工作九年，今年7月31号离职，年假一天没休，补多少", "annual_leave", {"total": "108", "left": "2026-07-31", "case": "leaving"}),
    ("累计工作8年，在这个单位干了3年，医疗期多久", "sick_leave", {"total": "96", "company": "36"}),
    ("工作十年医疗期多久", "sick_leave", {"total": "120"}),
    ("病假工资多少，最低工资2490，工龄5年", "sick_leave", {"local_minimum": "2490", "total": "60"}),
    ("签了三年合同试用期6个月，转正工资8000，赔多少", "probation", {"contract_months": "36", "agreed_months": "6", "wage": "8000", "term": "fixed"}),
    ("一年合同试用期3个月，多出来的能赔多少", "probation", {"contract_months": "12", "agreed_months": "3", "term": "fixed"}),
    ("试用半年，合同签了2年，最长能约定多久", "probation", {"contract_months": "24", "agreed_months": "6", "term": "fixed"}),
    ("八级伤残月工资6500赔多少", "injury", {"grade": "8", "wage": "6500"}),
    ("工伤评了九级，没交工伤保险，工资7千，能赔多少钱", "injury", {"grade": "9", "wage": "7000", "insured": "no"}),
    ("10级工伤工资5000一共能拿多少", "injury", {"grade": "10", "wage": "5000"}),
    ("十级能赔多少", "injury", {"grade": "10"}),
    ("剖腹产，双胞胎，月薪8000，产假多少天", "maternity", {"own_wage": "8000", "event": "birth", "difficult": "yes", "babies": "2"}),
    ("怀孕2个月流产，工资6000，产假工资多少", "maternity", {"own_wage": "6000", "event": "early"}),
    ("顺产，奖励假60天，月薪7000，生育津贴多少", "maternity", {"event": "birth", "difficult": "no", "extra_days": "60", "own_wage": "7000"}),
    ("失业保险交了6年3个月，被公司辞退，能领多少个月", "unemployment", {"paid": "75", "reason": "dismissed"}),
    ("失业金能领几个月，交了8年", "unemployment", {"paid": "96"}),
    ("合同到期失业了，社保缴了两年，失业金领多久", "unemployment", {"paid": "24", "reason": "expired"}),
    ("男，1965年3月5日出生，什么时候退休", "retirement", {"birth": "1965-03-05", "group": "man"}),
    ("女工人1975年6月1号出生，哪年退休", "retirement", {"birth": "1975-06-01", "group": "woman_50"}),
    ("76年9月生的男职工什么时候退休", "retirement", {"birth": "1976-09-01", "group": "man"}),
    ("我妈1970.1.15生的，女干部，多久能退休", "retirement", {"birth": "1970-01-15", "group": "woman_55"}),
    ("在广东工地干活，6月到9月高温补贴一共多少钱", "heat", {"region": "广东", "place": "outdoor", "first_month": "6", "last_month": "9"}),
    ("高温津贴多少钱，在车间干了20天", "heat", {"hot_days": "20", "place": "indoor"}),
    ("去年3月15号受伤，工伤认定最晚到哪天", "limitation", {"accident_on": "2025-03-15", "matter": "injury"}),
    ("2026年10月8日收到仲裁裁决，最晚什么时候起诉", "limitation", {"award_on": "2026-10-08", "matter": "lawsuit"}),
    ("今年五月被辞退，仲裁时效到哪天", "limitation", {"knew_on": "2026-05-01", "matter": "general"}),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "key", "figures"), REQUESTS)
def test_a_request_gives_its_calculator_and_its_figures(sentence, key, figures):
    assert heard(sentence) == (key, figures)


@pytest.mark.parametrize(
    ("command", "key"),
    [
        ("计算器", None),
        ("打开计算器", None),
        ("维权计算器", None),
        ("算加班费", "overtime"),
        ("帮我算一下加班费", "overtime"),
        ("加班费计算", "overtime"),
        ("经济补偿计算", "severance"),
        ("经济补偿金计算器", "severance"),
        ("算N+1", "severance"),
        ("算２Ｎ！", "severance"),
        ("我想算一下双倍工资", "double_wage"),
        ("算年假", "annual_leave"),
        ("计算医疗期", "sick_leave"),
        ("试用期计算", "probation"),
        ("工伤赔偿计算器", "injury"),
        ("给我算一下产假", "maternity"),
        ("我想算失业金", "unemployment"),
        ("计算退休时间", "retirement"),
        ("算高温津贴", "heat"),
        ("仲裁时效计算", "limitation"),
    ],
)
def test_a_command_opens_a_calculator(command, key):
    assert heard(command) == (key, {})


NOT_FOR_US = [
    "被辞退3个月了还能告吗最晚什么时候",
    "被开除半年了最晚什么时候仲裁",
    "我被裁了8个月还能申请仲裁吗截止哪天",
    "加班费怎么算",
    "公司不给加班费怎么办",
    "经济补偿怎么算",
    "被辞退能赔多少",
    "双倍工资怎么算",
    "失业金能领多久",
    "一个月加班不能超过多少小时",
    "试用期最长多久",
    "三年合同试用期最长几个月",
    "年假有几天",
    "不满一年有几天年假",
    "产假多少天",
    "高温补贴多少钱一个月",
    "广东高温津贴多少钱",
    "退休年龄是多少",
    "最低工资多少",
    "工伤认定要多久",
    "月薪8000被辞退合法吗",
    "干了3年半被辞退怎么办",
    "拖欠3个月工资怎么办",
    "我月薪8000",
    "8000",
    "你好",
    "算了",
    "取消",
    "算不算工伤",
    "算工伤吗",
    "车祸致十级伤残能拿多少钱",
    "一级至四级伤残补助金是多少个月工资",
    "公司欠了我3个月工资",
    "打麻将五块十块的算赌博吗？",
    "算一下1280打八五折",
    "普通话二甲多少分",
    "跳绳一千个消耗多少大卡",
    "入职押金300元能要回来吗",
    "第几次签合同可以签无固定期限",
    "满十年能签无固定期限吗",
    "我在昆山一家电子厂上班，2018年进厂，底薪2020，每天加班3个小时，周六周日也上，厂里全部按一小时12块算加班费，这样合法吗，少给的能要回来不",
    "",
    "？？？",
]


@pytest.mark.parametrize("sentence", NOT_FOR_US)
def test_what_does_not_ask_for_a_figure_with_a_figure_is_left_to_the_others(sentence):
    assert heard(sentence) is None


def test_few_questions_of_the_training_set_are_taken_and_none_of_other_people_s_business():
    taken, seen = [], 0
    for path in sorted((ROOT / "content" / "training").glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        seen += len(rows)
        taken += [row for row in rows if heard(row["question"]) is not None]
    assert seen > 10_000
    assert len(taken) < seen / 100
    assert [row for row in taken if row["topic"] == "background"] == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("8000", "8000"),
        ("6,500", "6500"),
        ("8千", "8000"),
        ("8千5", "8500"),
        ("八千五", "8500"),
        ("八千零五", "8005"),
        ("八千零五十", "8050"),
        ("1.2万", "12000"),
        ("1万2", "12000"),
        ("一万二", "12000"),
        ("一万零五百", "10500"),
        ("两万五千", "25000"),
        ("8k", "8000"),
        ("1.5w", "15000"),
        ("十", "10"),
        ("十二", "12"),
        ("二十", "20"),
        ("三百五", "350"),
        ("一百零五", "105"),
        ("三点五", "3.5"),
        ("三十六", "36"),
        ("0", "0"),
        ("零", "0"),
    ],
)
def test_numbers_in_all_spellings(text, value):
    assert number(text) == Decimal(value)


@pytest.mark.parametrize(
    "text", ["", "五六千", "abc", "千万", "万", "点", "三点", "1e9", "-5", "一二三", "9" * 30, "1.2.3"]
)
def test_what_is_no_number(text):
    assert number(text) is None


def chinese(value: int) -> str:
    """A whole number below 100 million as it is written."""
    digits = "零一二三四五六七八九"
    if value >= 10_000:
        high, low = divmod(value, 10_000)
        return chinese(high) + "万" + ("" if not low else ("零" if low < 1000 else "") + chinese(low))
    text, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // unit % 10
        if digit:
            text += ("零" if gap and text else "") + digits[digit] + name
        gap = not digit
    return text or "零"


@given(st.integers(0, 99_999_999))
def test_every_whole_number_is_read_back(value):
    assert number(chinese(value)) == value
    assert number(str(value)) == value
    assert number(f"{value:,}") == value


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("3年半", Kind.MONTHS, "42"),
        ("三年半", Kind.MONTHS, "42"),
        ("2年零3个月", Kind.MONTHS, "27"),
        ("两年三个月", Kind.MONTHS, "27"),
        ("半年", Kind.MONTHS, "6"),
        ("一年", Kind.MONTHS, "12"),
        ("1.5年", Kind.MONTHS, "18"),
        ("8个月", Kind.MONTHS, "8"),
        ("八个半月", Kind.MONTHS, "8.5"),
        ("半个月", Kind.MONTHS, "0.5"),
        ("3年2个月15天", Kind.MONTHS, "38.5"),
        ("十五天", Kind.DAYS, "15"),
        ("两天半", Kind.DAYS, "2.5"),
        ("半天", Kind.DAYS, "0.5"),
        ("3个星期", Kind.DAYS, "21"),
        ("两周", Kind.DAYS, "14"),
        ("十个小时", Kind.HOURS, "10"),
        ("两个半小时", Kind.HOURS, "2.5"),
        ("半小时", Kind.HOURS, "0.5"),
        ("8h", Kind.HOURS, "8"),
        ("¥6,500", Kind.MONEY, "6500"),
        ("三千块钱", Kind.MONEY, "3000"),
        ("6000多元", Kind.MONEY, "6000"),
        ("八级", Kind.COUNT, "8"),
        ("1万2", None, "12000"),
        ("2023年5月1日", Kind.DATE, "2023-05-01"),
        ("二〇二三年五月一日", Kind.DATE, "2023-05-01"),
        ("2023年5月", Kind.DATE, "2023-05-01"),
        ("23年5月6号", Kind.DATE, "2023-05-06"),
        ("76年9月", Kind.DATE, "1976-09-01"),
        ("2023-05-01", Kind.DATE, "2023-05-01"),
        ("2023/5/1", Kind.DATE, "2023-05-01"),
        ("2023.5.1", Kind.DATE, "2023-05-01"),
        ("2023-05", Kind.DATE, "2023-05-01"),
        ("20230501", Kind.DATE, "2023-05-01"),
        ("去年五月", Kind.DATE, "2025-05-01"),
        ("今年3月15号", Kind.DATE, "2026-03-15"),
        ("前年12月31日", Kind.DATE, "2024-12-31"),
        ("5月1号", Kind.DATE, "2026-05-01"),
        ("12月5号", Kind.DATE, "2025-12-05"),
        ("十月八号", Kind.DATE, "2026-10-08"),
        ("上个月5号", Kind.DATE, "2026-10-05"),
        ("昨天", Kind.DATE, "2026-11-19"),
        ("大前天", Kind.DATE, "2026-11-17"),
        ("明天", Kind.DATE, "2026-11-21"),
        ("2月29号", Kind.DATE, "None"),
        ("2023年2月30日", Kind.DATE, "None"),
        ("三年多", Kind.MONTHS, "None"),
        ("快五年", Kind.MONTHS, "None"),
        ("2018年", Kind.DATE, "None"),
    ],
)
def test_a_quantity_with_its_unit(text, kind, value):
    (found,) = quantities(text, TODAY)
    assert found.kind is kind
    if isinstance(found.value, Decimal):
        assert found.value == Decimal(value)
    else:
        assert str(found.value) == value


@pytest.mark.parametrize(
    "text",
    [
        "第3年",
        "3倍",
        "百分之八十",
        "扣20%",
        "五一",
        "一直",
        "周六",
        "不满1年",
        "三年以上",
        "五险一金",
        "n+1",
        "2n",
    ],
)
def test_what_only_looks_like_a_figure(text):
    assert quantities(text, TODAY) == []


@pytest.mark.parametrize(
    ("since", "until", "months"),
    [
        (date(2019, 3, 1), date(2026, 11, 1), "92"),
        (date(2019, 3, 1), date(2019, 3, 31), "1"),
        (date(2024, 1, 31), date(2024, 2, 1), "0"),
        (date(2024, 1, 10), date(2024, 3, 25), "2.5"),
    ],
)
def test_months_between_two_days(since, until, months):
    assert months_between(since, until) == Decimal(months)


def test_a_length_of_time_from_one_day_to_another():
    hearing = EAR.by_key["unemployment"]
    assert figures_in(hearing, "失业保险2020年1月到2024年7月", TODAY) == {"paid": Decimal(54)}


def figure(key: str, name: str) -> tuple[Hearing, Figure]:
    hearing = EAR.by_key[key]
    return hearing, hearing.figure(name)


@pytest.mark.parametrize(
    ("key", "name", "words", "value"),
    [
        ("overtime", "wage", "8000", "8000"),
        ("overtime", "wage", "八千五", "8500"),
        ("overtime", "wage", "大概六千块钱吧", "6000"),
        ("overtime", "wage", "月薪1.2万", "12000"),
        ("overtime", "restday_hours", "16", "16"),
        ("overtime", "restday_hours", "两天", "16"),
        ("overtime", "restday_hours", "没有", "0"),
        ("overtime", "restday_hours", "没加班", "0"),
        ("severance", "service", "3年半", "42"),
        ("severance", "service", "十五年5个月", "185"),
        ("severance", "service", "20天", "0.67"),
        ("probation", "agreed_months", "6", "6"),
        ("probation", "agreed_months", "半年", "6"),
        ("probation", "term", "2", "open"),
        ("probation", "term", "第三个", "task"),
        ("probation", "term", "无固定期限", "open"),
        ("injury", "grade", "八级", "8"),
        ("injury", "grade", "10", "10"),
        ("injury", "insured", "没有", "no"),
        ("injury", "insured", "交了", "yes"),
        ("heat", "region", "深圳", "广东"),
        ("heat", "place", "室外", "outdoor"),
        ("heat", "first_month", "6月份", "6"),
        ("heat", "first_month", "6月", "6"),
        ("heat", "hot_days", "20天", "20"),
        ("retirement", "birth", "1975年6月8日", "1975-06-08"),
        ("retirement", "birth", "1975.6", "1975-06-01"),
        ("retirement", "birth", "197506", "1975-06-01"),
    ],
)
def test_an_answer_is_understood(key, name, words, value):
    found = read_answer(*figure(key, name), comparable(words), TODAY)
    if isinstance(found, Decimal):
        assert found == Decimal(value)
    else:
        assert str(found) == value


@pytest.mark.parametrize(
    ("key", "name", "words", "told"),
    [
        ("overtime", "wage", "8000到9000", "不止一个数"),
        ("overtime", "wage", "-8000", "负数"),
        ("overtime", "wage", "3年", "多少元"),
        ("overtime", "wage", "2026", "年份还是金额"),
        ("severance", "service", "3", "几年还是几个月"),
        ("severance", "service", "三年多", "准一点"),
        ("severance", "service", "8000元", "几年几个月"),
        ("probation", "term", "9", "1 到 3"),
        ("probation", "term", "都不是", "最接近"),
        ("retirement", "group", "女", "好几种"),
        ("retirement", "birth", "1975年", "年月日"),
        ("retirement", "birth", "1975", "哪年哪月哪天"),
        ("annual_leave", "used", "3年", "多少天"),
    ],
)
def test_a_wrong_answer_is_told_what_is_wrong(key, name, words, told):
    with pytest.raises(Invalid, match=told):
        read_answer(*figure(key, name), comparable(words), TODAY)


@pytest.mark.parametrize(
    ("key", "name", "words"),
    [
        ("overtime", "wage", "你好"),
        ("probation", "term", "人工"),
        ("heat", "region", "谢谢"),
        ("retirement", "birth", "好的"),
    ],
)
def test_what_is_no_answer(key, name, words):
    assert read_answer(*figure(key, name), comparable(words), TODAY) is None


SAMPLES = {
    Kind.MONEY: "6000",
    Kind.MONTHS: "5年",
    Kind.DAYS: "5天",
    Kind.HOURS: "10小时",
    Kind.COUNT: "2",
    Kind.DATE: "2024年3月1日",
}


@pytest.mark.parametrize(
    ("hearing", "figure"),
    [(h, f) for h in HEARINGS for f in h.calculator.figures if f.kind in SAMPLES],
    ids=lambda x: x.calculator.key if isinstance(x, Hearing) else x.name,
)
def test_every_figure_can_be_changed_by_its_label(hearing, figure):
    found = figures_in(hearing, f"{figure.label}改成{SAMPLES[figure.kind]}", TODAY, alone=False)
    assert set(found) == {figure.name}


@pytest.mark.parametrize("hearing", HEARINGS, ids=lambda hearing: hearing.calculator.key)
def test_what_is_declared_fits_the_calculator(hearing):
    figures = {figure.name: figure for figure in hearing.calculator.figures}
    assert {mark.figure for mark in hearing.marks} | {said.figure for said in hearing.said} <= set(figures)
    for said in hearing.said:
        values = {choice.value for choice in figures[said.figure].choices}
        assert not values or {value for _, value in said.words} <= values
    for each in figures.values():
        for choice in each.choices:
            assert read_answer(hearing, each, comparable(choice.label), TODAY) == choice.value, choice


def test_all_calculators_are_there_once():
    keys = [calculator.key for calculator in CALCULATORS]
    assert sorted(keys) == sorted(set(keys))
    assert set(keys) == {
        "overtime", "severance", "double_wage", "annual_leave", "sick_leave", "probation",
        "injury", "maternity", "unemployment", "retirement", "heat", "limitation",
    }  # fmt: skip


def test_a_mark_for_a_figure_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="nobody"):
        Ear([Hearing(CALCULATORS[0], "x", "x", marks=(Mark("nobody"),))])


@pytest.mark.parametrize(
    "alphabet", ["0123456789.,-+% 年月日号天个小时半万千百元赔多少算几", "\x00\u200b😀a1年", None]
)
def test_garbage_raises_nothing(alphabet):
    chance = random.Random(7)
    for _ in range(400):
        length = chance.randint(0, 45)
        text = "".join(
            chance.choice(alphabet) if alphabet else chr(chance.randint(1, 0x2FFFF)) for _ in range(length)
        )
        words = comparable(text.encode("utf-8", "ignore").decode())
        EAR.request(words, TODAY)
        quantities(words, TODAY)
        for hearing in HEARINGS[:4]:
            figures_in(hearing, words, TODAY)


@settings(max_examples=200)
@given(st.text(st.sampled_from("1234567890年月日号天个半万千百两三零点.-到至今去昨上"), max_size=25))
def test_no_run_of_numerals_raises(words):
    for found in quantities(words, TODAY):
        assert 0 <= found.start < found.end <= len(words)
    for hearing in HEARINGS:
        figures_in(hearing, words, TODAY)
