"""What can only be understood by what was said before: 「那试用期呢」, 「怎么算」, 「要什么材料」."""

import re

LONGEST = 24
_DISTRESS = re.compile("自杀|轻生|想跳楼|想死|不想活|活不下去|活着没意思|割腕|结束生命|喝农药|去死算了")
_OPENING = r"(?:那么|那如果|那|如果|要是|假如|万一|换成|换作|还有|另外|但是|可是|不过)"
_FOLLOWS = re.compile(
    rf"{_OPENING}.{{1,20}}|.{{1,14}}呢"
    r"|(?:那|具体|一般|到底|这个)?(?:怎么|如何|咋)(?:算|办|要|弄|申请|赔|投诉|写|领|查|补|告|证明|要回来?)(?:的|呢|啊|呀)?"
    r"|(?:那|一般|大概|最多|最少|到底|具体)?(?:能)?(?:是|要|有|给|赔|补|拿)?(?:多少钱?|多久|多长时间|几天|几个月|什么时候|几次|几倍)(?:呢|啊)?"
    r"|(?:那|我|应该|要)*(?:去|到|找)(?:哪里?|哪儿|谁|哪个部门|什么部门|什么地方)(?:办|投诉|申请|告|问|交)?(?:呢|啊)?"
    r"|(?:那|还|都)*(?:要|需要|得)?(?:准备)?(?:什么|哪些)(?:材料|证据|手续|资料|条件)(?:呢|啊)?"
    r"|(?:有)?(?:什么|哪条|啥)?(?:法律|法条)?(?:依据|规定)(?:是什么|呢)?|为什么|为啥|凭什么|真的吗|合法吗|违法吗"
    r"|(?:那|这)?(?:有|能拿|要给)?(?:补偿|赔偿)(?:金)?吗|能要回来吗|有(?:没有)?时间限制吗?|时效(?:是)?(?:多久|几年)?|没有证据怎么办|公司不认怎么办"
)
_STRIPPED = re.compile(
    r"^(?:那么|那如果|那|如果|要是|假如|万一|换成|换作|还有|另外|但是|可是|不过)+|(?:呢|啊|呀)+$"
)


def in_distress(words: str) -> bool:
    """Does somebody speak of ending his life? Then nothing else matters."""
    return _DISTRESS.search(words) is not None


def follows(words: str) -> bool:
    """Could `words` (normalised) be a question that leans on the one before? They may be one of their own, too."""
    return len(words) <= LONGEST and _FOLLOWS.fullmatch(words) is not None and not in_distress(words)


def stripped(words: str) -> str:
    """`words` without what makes them lean: 「那试用期呢」 → 「试用期」."""
    return _STRIPPED.sub("", words)


def joined(words: str, before: str) -> str:
    """The question that is meant: what is new, and what was asked before."""
    return f"{stripped(words)} {before}"
