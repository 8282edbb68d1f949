"""Makes a question anonymous before it is kept: whoever reads the gap list learns what was asked, not who asked.

The rules go from the surest to the vaguest: addresses of the net, numbers, places, employers (`employers`), persons
(`names`). They rather take a word too many than leave a name; what they can't see is a name without any sign of one.
"""

import re

from core.masking import mask_text
from core.text import clean
from faq.gaps.employers import mask_employers
from faq.gaps.names import mask_persons

LONGEST = 300
"""Characters of a text that are kept."""

_READ = 1200
"""Characters that are looked at: masking shortens, and bounds the work."""

NUMBER, PLACE, MAIL, LINK, PLATE, AMOUNT = "某号码", "某地址", "某邮箱", "某网址", "某车牌", "若干"

_HOTLINE = re.compile("123(?:0[69]|15|2[089]|33|38|4[589]|5[0156]|6[6789]|78|8[0589]|93)")
"""Public numbers of the whole country (12333 人社, 12351 工会 …): they name nobody."""

_SHORTEST = 5
"""Digits from which a number may be somebody's."""

_HALF_WIDTH = {
    code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
}
_HALF_WIDTH |= {
    ord("＠"): ord("@"),
    ord("－"): ord("-"),
    ord("．"): ord("."),
    ord("＿"): ord("_"),
    0x3000: 0x20,
}
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufe0f\ufeff]")
_SPACES = re.compile(r"\s+")

_LINK = re.compile(r"(?i)(?:https?://|www\.)[!-~]{1,300}")
_MAIL = re.compile(r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}")
_CONTACT_ID = re.compile(
    r"(?i)(?P<kept>(?:微信|薇信|威信|weixin|wechat|(?<![a-z])(?:v信|vx|wx|qq|v)(?![a-z_])|扣扣|抖音|快手|支付宝|账号|帐号)"
    r"(?:号码|账号|帐号|号|id)?\s?(?:是|为|加|[:：])?\s?)(?:[a-z][a-z0-9_-]{4,29}|[0-9]{5,20})"
)
_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,}|(?i:wxid_[a-z0-9]{1,40})")
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-Za-hj-z][·•.\s]?[A-HJ-NP-Za-hj-np-z0-9]{4,6}"
    r"(?![A-Za-z0-9])[挂学警]?"
)
_DIGITS = "0-9零〇○一二三四五六七八九十"
_MONTH = r"(?:0?[1-9]|1[0-2])"
_DAY = r"(?:[12][0-9]|3[01]|0?[1-9])"
_DATE = re.compile(
    rf"(?<![0-9.])(?P<year>(?:19|20)[0-9]{{2}})\s?[./-]\s?(?P<month>{_MONTH})\s?[./-]\s?{_DAY}(?![0-9])[日号]?"
)
_DAY_OF_MONTH = re.compile(
    rf"(?P<month>[{_DIGITS}]{{1,3}}\s?月份?\s?)(?:{_DAY}(?:\s?[日号]|(?![0-9个天多年来元块万千百点.]))|[一二三四五六七八九十]{{1,3}}[日号])"
)
_HOUSE = rf"[{_DIGITS}百A-Za-z-]{{1,6}}\s?"
_PARTS = rf"(?:\s?(?:附|第)?{_HOUSE}(?:号楼|号院|号|弄|栋|幢|座|单元|室|房间|房|层|楼|门|组)|\s?[0-9]{{3,4}}(?![0-9元块年个天]))"
_STREET = re.compile(
    r"[^\W省市区县镇乡旗在住到去从是离的和我们于0-9]{1,8}"
    r"(?:大道|大街|街道|街|路|巷|弄|胡同|里|村|屯|庄|小区|社区|花园|家园|公寓|苑|工业区|工业园|产业园|科技园|园区|开发区|大厦|广场|中心)"
    rf"\s?(?:第?{_HOUSE}(?:号楼|号院|号|弄|栋|幢|座|单元|组|期)){_PARTS}{{0,5}}(?:{_HOUSE}厂房|厂房)?"
)
_BUILDING = re.compile(rf"(?<![0-9A-Za-z]){_HOUSE}(?:号楼|栋|幢|座|单元)的?{_PARTS}{{1,4}}")

_PHONE = re.compile(
    r"(?<![0-9])(?:\+?86[ -]?)?(?:1[3-9][0-9][ -]?[0-9]{4}[ -]?[0-9]{4}|0[0-9]{2,3}[ -]?[0-9]{7,8}|400[ -]?[0-9]{3}[ -]?[0-9]{4})(?![0-9])"
)
_SPACED = re.compile(r"[0-9](?:\s?[ .·_—–-]?\s?[0-9]){8,40}[Xx]?")
_SPOKEN = re.compile("[零〇○幺一二两三四五六七八九]{7,}")
_LONG = re.compile(r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]{5,}[Xx]?)(?:\.[0-9]+)?")
_NAMES_A_THING = re.compile(r"[A-Za-z号]\Z")
_MONEY = re.compile(r"\s?(?:多|余|来)?\s?(?:元|块|圆|人民币|rmb|RMB)")


def mask(words: str) -> str:
    """What was said without persons, employers, numbers, addresses and days; at most LONGEST characters.

    Names become 某人 or 某经理, employers 某公司, 某厂 or 某店; of a date the month stays, of numbers those below five digits
    and the public hotlines. Masking a masked text changes nothing.
    """
    text = _SPACES.sub(" ", _INVISIBLE.sub("", clean(words[:_READ]).translate(_HALF_WIDTH))).strip()
    text = _LINK.sub(LINK, text)
    text = _MAIL.sub(MAIL, text)
    text = _CONTACT_ID.sub(lambda found: found["kept"] + NUMBER, text)
    text = _TOKEN.sub(NUMBER, text)
    text = _PLATE.sub(PLATE, text)
    text = _mask_days(text)
    text = _BUILDING.sub(PLACE, _STREET.sub(PLACE, text))
    text = _mask_numbers(text)
    text = mask_persons(mask_employers(text))
    return mask_text(text)[:LONGEST]


def _mask_days(text: str) -> str:
    text = _DATE.sub(lambda found: f"{found['year']}年{found['month'].lstrip('0')}月某日", text)
    return _DAY_OF_MONTH.sub(lambda found: found["month"] + "某日", text)


def _mask_numbers(text: str) -> str:
    text = _SPOKEN.sub(NUMBER, _SPACED.sub(NUMBER, _PHONE.sub(NUMBER, text)))
    return _LONG.sub(_number, text)


def _number(found: re.Match[str]) -> str:
    written = found[0]
    digits = sum(map(str.isdigit, written.partition(".")[0]))
    if digits < _SHORTEST or (
        _HOTLINE.fullmatch(written) and not _NAMES_A_THING.search(found.string, 0, found.start())
    ):
        return written
    return AMOUNT if _MONEY.match(found.string, found.end()) else NUMBER
