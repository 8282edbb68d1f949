"""The check of a campaign's words before it opens: what the platform forbids, and what rules of a prize must say. Pure.

Sources: 微信公众平台运营规范 (诱导分享、诱导关注); 规范促销行为暂行规定 (国家市场监督管理总局令第 32 号) 第十三条 (what must be
published), 第十七条 (no prize above 50 000 元).
"""

import re
from collections.abc import Iterator, Mapping

from campaigns.view import Finding, Rules

TOP_PRIZE_FEN = 5_000_000
"""A prize of chance may be worth this at most, in 分."""

_INDUCEMENT = (
    (
        re.compile(
            r"(?:转发|分享)[^。！？；\n]{0,12}(?:才能|才可|即可|就能|就可|可获|可得|可领|送|抽奖|领奖|赢取|得奖)"
        ),
        "诱导分享",
    ),
    (
        re.compile(
            r"(?:分享|转发|发)[^。！？；\n]{0,4}(?:到|至)?(?:朋友圈|微信群|[0-9一二三四五六七八九十]+个群)[^。！？；\n]{0,10}(?:抽|领|得|赢|奖|机会)"
        ),
        "诱导分享",
    ),
    (
        re.compile(
            r"(?:关注)[^。！？；\n]{0,10}(?:才能|才可|即可|就能|就可|可获|可得|可领|送|领取|抽奖|领奖)"
        ),
        "诱导关注",
    ),
    (re.compile(r"(?:集|攒|求)[满够]?\s*[0-9一二三四五六七八九十百]*\s*个?赞"), "集赞"),
    (
        re.compile(
            r"(?:邀请|拉|带)[^。！？；\n]{0,4}(?:好友|朋友|工友|新人)[^。！？；\n]{0,10}(?:机会|奖|领|得|送|抽)"
        ),
        "邀请好友得利",
    ),
    (re.compile(r"(?:好友|朋友|工友)[^。！？；\n]{0,4}(?:助力|砍价|帮点|帮砍)"), "好友助力"),
    (re.compile(r"不转(?:发)?(?:不是|就是|枉为|没良心)"), "胁迫分享"),
)
_NEEDED = ("who", "how", "contact", "privacy")
_NEEDED_FOR_PRIZES = ("prizes", "odds", "claim", "forfeit")
_PRIZE_WORDS = re.compile(r"奖品|中奖|抽奖|话费|红包|有奖|奖金|礼品")


def find_inducement(texts: Mapping[str, str]) -> Iterator[Finding]:
    """In texts by what they are called."""
    for where, text in texts.items():
        for pattern, name in _INDUCEMENT:
            found = pattern.search(text)
            if found:
                yield Finding(
                    "stop",
                    f"{where}里「{found.group()[:30]}」像是{name}，平台会因此封停公众号。",
                    "改成不以分享、关注、拉人为条件的说法。",
                )
                break


def find_missing(rules: Rules, *, prizes: bool) -> Iterator[Finding]:
    """Sections of the rules that are empty; `prizes`: something can be won."""
    for name in (*_NEEDED, *(_NEEDED_FOR_PRIZES if prizes else ())):
        if not getattr(rules, name).strip():
            title = type(rules).model_fields[name].title
            why = "有奖的活动必须事先公布" if name in _NEEDED_FOR_PRIZES else "职工要看得到"
            yield Finding("stop", f"活动规则缺「{title}」，{why}。", "在「规则」里补上。")
    if not prizes and _PRIZE_WORDS.search("".join((rules.how, rules.prizes, rules.other))):
        yield Finding("hint", "规则里提到了奖，活动却没有关联抽奖。", "在「奖品」里关联一个抽奖，或改规则。")


def find_dear_prizes(prizes: Mapping[str, int]) -> Iterator[Finding]:
    """Prizes (name → worth in 分) above what the law allows."""
    for name, worth in prizes.items():
        if worth > TOP_PRIZE_FEN:
            yield Finding(
                "stop",
                f"奖品「{name}」价值 {worth / 100:,.0f} 元，超过抽奖最高 5 万元的上限。",
                "换成 5 万元以内的奖品。",
            )
