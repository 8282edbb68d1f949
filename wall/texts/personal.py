"""Takes what is somebody's own out of a text before others read it: numbers, addresses, names of accounts. Pure.

Telephone numbers, identity numbers and cards are looked for among digits (`numbers`), the rest by patterns, here. Places are
those of the original text: a number in full width, with invisible characters or 一三八 is found as any other.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.masking import OPENID
from wall.texts.numbers import NumberKind, find_numbers
from wall.texts.spelling import Spelt, fold

_GAP = r"[\s:：,，;；\-—_.·*/|]{0,3}"
_SAYS = rf"{_GAP}(?:号码?|账号|帐号|id|ID)?{_GAP}(?:是|为|就是|叫|加)?{_GAP}"
_WECHAT = re.compile(
    rf"(?i)(?:(?:微|薇|威|v)\s?信|(?<![a-z])(?:weixin|wechat|vx|wx)(?![a-z]){_SAYS}"
    rf"|(?:微|薇|威|v)\s?信){_SAYS}(?P<own>[a-z][a-z0-9_-]{{5,19}}(?![a-z0-9_-])|[0-9]{{5,11}}(?![0-9]))"
    r"|(?:我|加|的|^)[微薇v]\s?(?:号|是|[:：])\s?(?P<short>(?=[a-z_-]*[0-9_])[a-z][a-z0-9_-]{5,19})(?![a-z0-9_-])"
)
_WXID = re.compile(r"(?i)(?<![a-z0-9_])wxid_[a-z0-9]{6,32}")
_QQ = re.compile(
    rf"(?i)(?:(?<![a-z])qq|扣扣|企鹅)(?:群|邮箱)?{_SAYS}(?P<own>[1-9](?:[\s\-.]?[0-9]){{4,10}})(?![0-9])"
)
_AT = r"\s?(?:@|#|\(at\)|\[at\]|艾特|圈a|\sat\s)\s?"
_DOT = r"\s?(?:\.|。|点|\sdot\s|\(dot\))\s?"
_MAIL = re.compile(
    rf"(?i)(?<![a-z0-9._%+-])[a-z0-9][a-z0-9._%+-]{{0,40}}{_AT}(?:[a-z0-9-]{{1,30}}{_DOT}){{1,3}}(?:com|cn|net|org|edu|gov|cc|me|io|xyz|top)(?![a-z0-9])"
)
_PLATE = re.compile(
    r"(?i)[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]\s?[a-hj-z]\s?[·•.\-]?\s?"
    r"(?=[a-z]{0,2}\s?[0-9])[a-hj-np-z0-9]{4}[a-hj-np-z0-9挂学警港澳]{1,2}(?![a-z0-9])"
    r"|[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][a-hj-z][零一二三四五六七八九]{5}"
)
_PASSPORT = re.compile(
    rf"(?i)(?:护照|通行证|签证|台胞证){_SAYS}(?P<own>[a-z]{{0,2}}\s?[0-9]{{7,10}})(?![0-9])"
    r"|(?<![a-z0-9])(?P<bare>[eg][0-9]{8}|e[a-z][0-9]{7})(?![0-9次])"
)
_DATE_LIKE = re.compile(r"(?i)[a-z](?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")
_COUNT = r"[0-9零〇一二三四五六七八九十百]{1,6}"
_ROOM = rf"(?:\s?(?:{_COUNT}|[a-z])\s?(?:单元|门|梯|楼|层)){{0,2}}\s?[a-z]?{_COUNT}(?:\s?(?:室|房|户|号房))?(?![0-9元块年个天月号人])"
_BLOCK = rf"(?:{_COUNT}|[a-z])\s?(?:号楼|栋|幢|座|单元|门)"
_STREET = (
    r"[^\W省市区县镇乡旗在住到去从是离的我们于寄0-9a-z]{1,8}?(?:大道|大街|街|路|巷|弄|胡同|里|村|屯|庄|小区|花园|家园|公寓|苑|新城|大厦)"
    r"(?:[东南西北中]段?)?(?:[0-9一二三四五六七八九十]{1,2}期)?"
)
_ADDRESS = re.compile(
    rf"(?i)(?:[^\W在住到去从是的和我们于家寄0-9a-z]{{2,8}}?[省市区县镇乡])*{_STREET}\s?"
    rf"(?:{_COUNT}\s?(?:号楼?|弄|栋|幢|座)(?!线|口)(?:\s?{_BLOCK}){{0,2}}(?:{_ROOM})?)(?!线|口)|{_BLOCK}(?:\s?{_BLOCK})?\s?[a-z]?(?:{_COUNT}\s?(?:室|房|户|号房)|[0-9]{{3,4}}(?![0-9元块年个天月人多]))"
)


class Kind(StrEnum):
    """What was found, as people read it."""

    PHONE = "手机号"
    LANDLINE = "座机"
    IDENTITY = "身份证号"
    CARD = "银行卡号"
    PASSPORT = "护照号"
    PLATE = "车牌号"
    WECHAT = "微信号"
    QQ = "QQ号"
    MAIL = "邮箱"
    ADDRESS = "住址"
    OPENID = "微信标识"


_KIND_OF = {
    NumberKind.MOBILE: Kind.PHONE,
    NumberKind.LANDLINE: Kind.LANDLINE,
    NumberKind.IDENTITY: Kind.IDENTITY,
    NumberKind.CARD: Kind.CARD,
}


@dataclass(frozen=True, slots=True)
class Personal:
    """Something of somebody's own in `text[start:end]`."""

    kind: Kind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Masked:
    """`text` with 〔手机号已隐去〕 and the like; `found` says where it stood before."""

    text: str
    found: Sequence[Personal]


def mask_personal(text: str) -> Masked:
    """`text` without what belongs to a person. Masking a masked text changes nothing."""
    found = _apart(_find(text))
    parts: list[str] = []
    done = 0
    for one in found:
        parts += (text[done : one.start], f"〔{one.kind}已隐去〕")
        done = one.end
    return Masked("".join((*parts, text[done:])), found)


def _find(text: str) -> Iterator[Personal]:
    """Everything, the surest kind first."""
    seen = fold(text)
    yield from _matches(Kind.MAIL, _MAIL, seen)
    yield from _matches(Kind.OPENID, OPENID, seen)
    yield from _matches(Kind.WECHAT, _WXID, seen)
    for number in find_numbers(seen.letters):
        yield Personal(_KIND_OF[number.kind], *seen.span(number.start, number.end))
    yield from _matches(Kind.QQ, _QQ, seen)
    yield from _matches(Kind.PASSPORT, _PASSPORT, seen)
    yield from _matches(Kind.PLATE, _PLATE, seen)
    yield from _matches(Kind.WECHAT, _WECHAT, seen)
    yield from _matches(Kind.ADDRESS, _ADDRESS, seen)


def _matches(kind: Kind, pattern: re.Pattern[str], seen: Spelt) -> Iterator[Personal]:
    """Places of `pattern`: of its group `own` or `bare` where it has one."""
    for found in pattern.finditer(seen.letters):
        name = next((name for name, value in found.groupdict().items() if value), None)
        if name == "bare" and _DATE_LIKE.fullmatch(found["bare"]):
            continue
        yield Personal(kind, *seen.span(*(found.span(name) if name else found.span())))


def _apart(found: Iterator[Personal]) -> list[Personal]:
    """In order; of two that overlap the one that came first."""
    kept: list[Personal] = []
    for one in found:
        if all(one.end <= other.start or other.end <= one.start for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda one: one.start)
