"""What a message refers to: 「劳动合同法第十九条」, 「工会法第25条到27条」, 「第二十条呢」, 「下一条」, 「劳动法全文」.

Only a message that is a reference and hardly more counts: 「劳动合同法第十九条规定的试用期公司没遵守怎么办」 is a question.
Texts are given as `Turn.words` spells them. The pattern turns an ordinary message down in a microsecond or two.
"""

import re
from dataclasses import dataclass

from faq.statutes.names import known_name, name_key
from faq.statutes.numbering import DIGITS, NUMERAL, read_number

MOST = 10
"""Articles that one message may ask for; of more, the first ones are taken."""

_N = NUMERAL
_FIGURES = f"{DIGITS}十百千"
# Without a number before 条, and without an end such as 法 or 全文, nothing below could match: a glance that is fast.
_GLANCE = rf"(?=(?:[^条]*+条)+?(?<=[0-9{_FIGURES} ]条)|.*+(?<=[》法例释典知程号一二)定文录容节本条呢]))"
_ITEM = rf"第? ?{_N} ?条(?: ?之 ?{_N})?(?: ?第? ?{_N} ?款)?(?: ?第? ?\(?{_N}\)? ?项)?"
_AND = r" ?[到至~—–、和及与,-] ?"
_ARTICLES = rf"(?P<articles>(?:第? ?{_N}{_AND})*{_ITEM}(?:{_AND}{_ITEM})*)"
_LEAD = (
    r"(?:(?:你好|您好|请问)[, ]?)?(?:请|麻烦)?(?:我?想|我?要|帮我|帮忙|给我|能不能|能|可以)?再?"
    r"(?:看看|看一?下|看|查查|查一?下|查询|查找|查|找一?下|找|搜一?下|搜|发一?下|发|打开|念|读|了解|知道)?(?:一下)?"
    r"(?:那么?|关于|根据|按照?|依据|依照)? ?"
)
_LAW = rf"(?:《(?P<quoted>[^《》]{{2,60}})》|(?P<plain>(?!第? ?[0-9{_FIGURES}])[\w()〔〕]{{2,40}}?))"
_END = r"(?: ?[呢啊呀吧吗呗])?"
_ASKS = (
    r"(?: ?的?(?:具体|完整)?(?:规定|内容|条文|原文|全文))?"
    r"(?: ?(?:都|到底)?(?:(?:是|讲|说|写|规定)(?:的是|的|了)?(?:什么|啥|哪些)(?:内容|意思|东西)?"
    r"|是?(?:怎么|如何|咋)(?:说|规定|写|讲)的?))?"
)
_WHOLE = (
    r"(?P<whole> ?的?(?:全文|目录|原文|条文|全部条文|全部内容|内容|章节|文本"
    r"|(?:一共|总共|共)?有?(?:多少|几)条|都?有(?:哪些|什么)(?:内容|条文|规定)))"
)
_REFERENCE = re.compile(
    rf"{_GLANCE}{_LEAD}(?:{_LAW} ?)?(?:{_ARTICLES}{_ASKS}|{_WHOLE}|(?<=[》法例定释典知号一二)])){_END}"
)
_FOLLOWING = re.compile(rf"{_GLANCE}{_LEAD}(?:{_ARTICLES}{_ASKS}|{_WHOLE}){_END}")
_ONE = re.compile(
    rf"(?P<to>[到至~—–-])? ?第? ?(?P<number>{_N}) ?(?:条(?: ?之 ?(?P<branch>{_N}))?)?"
    rf"(?: ?第? ?(?P<paragraph>{_N}) ?款)?(?: ?第? ?\(?{_N}\)? ?项)?"
)
# 「XX法第3条」 names a law even where nobody here knows it; 「公司的办法第3条」 and 「这不合法第3条」 do not.
_LOOKS_LIKE_LAW = re.compile(
    r"[^\W\da-z_我你他她它这那个不违没什么哪的了是说叫让看问把被跟和与及]{1,20}(?:(?<![办方做想合犯用算写])法|法典|条例)"
)
_STEPS = {
    f"{lead}{word}{end}": step
    for words, step in (
        (("下一条", "下条", "后一条", "后面一条"), 1),
        (("上一条", "上条", "前一条", "前面一条"), -1),
    )
    for word in words
    for lead in ("", "再", "那", "看", "看看")
    for end in ("", "呢", "吧", "是什么")
}


@dataclass(frozen=True, slots=True)
class Articles:
    """Articles of a statute: (number, branch), branch 0 or n for 之n, in the order they were named.

    `law` as it was said, or the statute's own name where the table of names has it. Where it is not `certain` that a law
    is meant at all, only a library that has one of this name can tell. `paragraph` (款) is 0 where none was named.
    """

    law: str
    keys: tuple[tuple[int, int], ...]
    paragraph: int
    certain: bool


@dataclass(frozen=True, slots=True)
class Contents:
    """A statute as a whole."""

    law: str
    certain: bool


@dataclass(frozen=True, slots=True)
class Step:
    """The next article (1) or the one before (-1)."""

    step: int


Reading = Articles | Contents | Step


def read(words: str, before: str = "") -> Reading | None:
    """What `words` refer to; None for everything else. `before` is the statute that was spoken of last, if any."""
    step = _STEPS.get(words)
    if step is not None:
        return Step(step) if before else None
    found = _REFERENCE.fullmatch(words)
    if found is None:
        return None
    named = found["quoted"] or found["plain"]
    law = (known_name(name_key(named)) or named) if named else before
    if not law:
        return None
    sure = bool(found["quoted"]) or not named or known_name(name_key(named)) is not None
    if found["articles"] is None:
        return Contents(law, sure)
    keys, paragraph = _keys(found["articles"])
    return Articles(law, keys, paragraph, sure or _LOOKS_LIKE_LAW.fullmatch(named) is not None)


def may_follow(words: str) -> bool:
    """Could `words` refer to a statute spoken of before? (They name none themselves.)"""
    return words in _STEPS or _FOLLOWING.fullmatch(words) is not None


def _keys(text: str) -> tuple[tuple[tuple[int, int], ...], int]:
    keys: list[tuple[int, int]] = []
    paragraph = 0
    for one in _ONE.finditer(text):
        number, branch = read_number(one["number"]), read_number(one["branch"] or "0")
        if one["to"] and keys and not branch:
            first, last = sorted((keys.pop()[0], number))
            keys.extend((n, 0) for n in range(first, min(last, first + MOST) + 1))
        else:
            keys.append((number, branch))
        paragraph = read_number(one["paragraph"] or "0")
    return tuple(dict.fromkeys(keys))[:MOST], paragraph
