"""What people call statutes: 中华人民共和国劳动合同法, 劳合法, 工伤条例, 司法解释一.

The table's order is that of the list on the page: what workers ask about first. Being named here does not mean that the
library has the text; it lets us say that it has not.
"""

import re
import unicodedata

_IGNORED = re.compile(r"[\s()（）《》〈〉<>「」“”\"'·]")
_BEFORE = re.compile(r"^(?:我国|国家|中国|最新|现行|新版|新)?的?(?:中华人民共和国)?(?:关于)?")

_ALIASES: dict[str, tuple[str, ...]] = {
    "劳动合同法": ("劳合法",),
    "劳动合同法实施条例": ("劳动合同实施条例", "劳动合同法条例"),
    "劳动法": (),
    "劳动争议调解仲裁法": ("劳动调解仲裁法", "调解仲裁法", "劳动仲裁法", "劳动争议仲裁法"),
    "工会法": (),
    "保障农民工工资支付条例": ("农民工工资支付条例", "农民工工资条例", "农民工条例"),
    "工伤保险条例": ("工伤条例", "工伤保险法", "工伤法"),
    "社会保险法": ("社保法",),
    "失业保险条例": ("失业条例",),
    "女职工劳动保护特别规定": ("女职工特别规定", "女职工劳动保护规定", "女职工保护规定", "女职工规定"),
    "职工带薪年休假条例": ("带薪年休假条例", "年休假条例", "年假条例"),
    "企业职工带薪年休假实施办法": ("带薪年休假实施办法", "年休假实施办法", "年假实施办法"),
    "全国年节及纪念日放假办法": ("放假办法", "节假日放假办法", "法定节假日办法"),
    "国务院关于职工工作时间的规定": ("职工工作时间规定", "职工工作时间的规定", "工作时间规定", "工时规定"),
    "工资支付暂行规定": ("工资支付规定", "工资暂行规定"),
    "最低工资规定": (),
    "劳动保障监察条例": ("劳动监察条例", "监察条例", "劳动保障监察法"),
    "最高人民法院关于审理劳动争议案件适用法律问题的解释（一）": (
        "司法解释一",
        "解释一",
        "劳动争议司法解释一",
        "劳动司法解释一",
        "劳动争议解释一",
        "最高法解释一",
        "审理劳动争议案件适用法律问题的解释一",
        "法释〔2020〕26号",
    ),
    "最高人民法院关于审理劳动争议案件适用法律问题的解释（二）": (
        "司法解释二",
        "解释二",
        "劳动争议司法解释二",
        "劳动司法解释二",
        "劳动争议解释二",
        "最高法解释二",
        "审理劳动争议案件适用法律问题的解释二",
        "法释〔2025〕12号",
    ),
    "安全生产法": ("安全法",),
    "职业病防治法": ("职业病法",),
    "妇女权益保障法": ("妇女权益法", "妇女保障法", "妇女法"),
    "禁止使用童工规定": ("童工规定", "禁止童工规定"),
    "就业促进法": ("促进就业法",),
    "残疾人就业条例": (),
    "住房公积金管理条例": ("住房公积金条例", "公积金管理条例", "公积金条例"),
    "个人信息保护法": ("个保法", "个人信息法"),
    "劳务派遣暂行规定": ("劳务派遣规定", "派遣暂行规定"),
    "集体合同规定": (),
    "企业职工患病或非因工负伤医疗期规定": ("医疗期规定",),
    "防暑降温措施管理办法": ("防暑降温办法", "高温办法"),
    "超龄劳动者基本权益保障暂行规定": ("超龄劳动者暂行规定", "超龄劳动者规定"),
    "国务院关于渐进式延迟法定退休年龄的办法": ("延迟退休办法", "渐进式延迟法定退休年龄的办法"),
    "非法用工单位伤亡人员一次性赔偿办法": ("非法用工赔偿办法",),
    "法律援助法": ("法援法",),
    "民法典": (),
    "民事诉讼法": ("民诉法",),
    "刑法": (),
    "公司法": (),
    "宪法": (),
}


def name_key(said: str) -> str:
    """One spelling for a statute's name: without 《》, brackets, spaces, 中华人民共和国 and the like."""
    return _BEFORE.sub("", _IGNORED.sub("", unicodedata.normalize("NFKC", said)).lower())


_CANONICAL = {name_key(said): name for name, aliases in _ALIASES.items() for said in (name, *aliases)}
_ORDER = {name: position for position, name in enumerate(_ALIASES)}


def known_name(key: str) -> str | None:
    """The statute's own name for a `name_key`, where the table has it."""
    return _CANONICAL.get(key)


def rank(name: str) -> tuple[int, str]:
    """Sorts statutes as workers look for them; those that the table does not have come last, by name."""
    return _ORDER.get(name, len(_ORDER)), name
