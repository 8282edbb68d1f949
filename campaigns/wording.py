"""The check of a campaign's words before it opens: what the platform forbids, and what its rules must say. Pure.

Sources: `campaigns.inducement`; 规范促销行为暂行规定 (国家市场监督管理总局令第 32 号) 第十三条 (what must be published), 第十七条 (no
prize above 50 000 元); 个人信息保护法 第十七条 (what somebody is told before personal data is taken).
"""

import re
from collections.abc import Iterator, Mapping

from campaigns.inducement import find_phrases
from campaigns.view import Finding, Rules

TOP_PRIZE_FEN = 5_000_000
"""A prize of chance may be worth this at most, in 分."""

_YEAR = re.compile(r"(?<!\d)(20\d\d)(?=\s*年|[-/.]\d{1,2}[-/.]\d)")
_NEEDED = ("who", "how", "contact", "privacy")
_NEEDED_FOR_PRIZES = ("prizes", "odds", "claim", "forfeit")
_PRIZE_WORDS = re.compile(r"奖品|中奖|抽奖|话费|红包|有奖|奖金|礼品")


_PHONE = re.compile(
    r"(?<!\d)(?:0\d{2,3}[-— ]?\d{7,8}|[48]00[-— ]?\d{3,4}[-— ]?\d{3,4}|[2-9]\d{6,7}|1[3-9]\d{9}|1\d{4})(?!\d)"
)
_PRIVACY = (
    ("谁在收集（主办单位的名称）", re.compile(r"工会|主办|我们|本单位|本公众号")),
    (
        "收集什么",
        re.compile(
            r"微信标识|openid|编号|姓名|电话|手机|地址|地区|单位|行业|会员号|答题记录|参与记录|记录|成绩|不收集"
        ),
    ),
    ("用来做什么", re.compile(r"用于|用来|用途|为了|只用|仅用|目的")),
    ("保存多久", re.compile(r"保存|保留|存储|期限|(?:结束|公示|领奖)后[^。]{0,12}(?:删除|销毁|清除)")),
    ("怎么查看和删除", re.compile(r"删除|注销|撤回|清除")),
)
"""What a privacy notice tells, and the words by which one that tells it is known."""


def find_inducement(texts: Mapping[str, tuple[str, str]]) -> Iterator[Finding]:
    """In texts by what they are called: (the text, the step where it is mended)."""
    for called, (text, where) in texts.items():
        for name, phrase in find_phrases(text):
            yield Finding(
                "stop",
                f"{called}里「{phrase[:30]}」像是{name}，平台会因此封停公众号。",
                "改成不以分享、关注、拉人为条件的说法。",
                where,
            )


def find_missing(rules: Rules, *, prizes: bool, announced: str = "") -> Iterator[Finding]:
    """Sections of the rules that are empty; `prizes`: something can be won; `announced`: title and summary."""
    for name in (*_NEEDED, *(_NEEDED_FOR_PRIZES if prizes else ())):
        if not getattr(rules, name).strip():
            title = type(rules).model_fields[name].title
            why = "有奖的活动必须事先公布" if name in _NEEDED_FOR_PRIZES else "职工要看得到"
            yield Finding("stop", f"活动规则缺「{title}」，{why}。", "在「规则」里补上。", "rules")
    if not prizes and _PRIZE_WORDS.search(" ".join((announced, rules.how, rules.prizes, rules.other))):
        yield Finding(
            "hint",
            "名称、简介或规则里提到了奖，活动却没有关联抽奖。",
            "在「奖品」里关联一个抽奖，或改掉这些话。",
            "prizes",
        )


def find_no_contact(rules: Rules) -> Iterator[Finding]:
    if rules.contact.strip() and not _PHONE.search(rules.contact):
        yield Finding(
            "stop", "「主办单位和咨询电话」里没有电话，职工有疑问找不到人。", "写上能打通的电话。", "rules"
        )


def find_old_years(rules: Rules, year: int) -> Iterator[Finding]:
    """Years before `year`, in which it begins: rules that were copied from the last time."""
    for name, field in type(rules).model_fields.items():
        old = [one for one in _YEAR.findall(getattr(rules, name)) if int(one) < year]
        if old:
            yield Finding(
                "hint",
                f"规则的「{field.title}」里写着 {old[0]} 年，是不是沿用了上一次的？",
                "核对里面的日期。",
                "rules",
            )


def find_poor_privacy(rules: Rules) -> Iterator[Finding]:
    """What the privacy notice lacks of what the law asks; one that is empty is found as missing."""
    if not rules.privacy.strip():
        return
    missing = [name for name, told in _PRIVACY if not told.search(rules.privacy)]
    if missing:
        yield Finding(
            "stop",
            f"「个人信息怎么用」没有说清：{'、'.join(missing)}。",
            "补上这几句，或者点「按活动设置拟一份」用现成的写法。",
            "rules",
        )


def find_unnamed_prizes(rules: Rules, stock: Mapping[str, int], claim_days: int) -> Iterator[Finding]:
    """Where the rules do not say what the linked draw holds: `stock` by the prizes' names."""
    for name, count in stock.items():
        if name not in rules.prizes:
            yield Finding(
                "stop", f"规则的「奖品」里没有写「{name}」。", f"写上它和数量（{count} 份）。", "rules"
            )
        elif str(count) not in rules.prizes.replace(",", "").replace(" ", ""):
            yield Finding(
                "hint", f"规则里「{name}」的数量和抽奖里的 {count} 份对不上。", "核对数量。", "rules"
            )
    if stock and rules.claim.strip() and str(claim_days) not in rules.claim:
        yield Finding(
            "hint",
            f"抽奖里领奖期限是 {claim_days} 天，规则的「领奖时间和办法」没有这样写。",
            "核对期限。",
            "rules",
        )


def find_dear_prizes(prizes: Mapping[str, int]) -> Iterator[Finding]:
    """Prizes (name → worth in 分) above what the law allows."""
    for name, worth in prizes.items():
        if worth > TOP_PRIZE_FEN:
            yield Finding(
                "stop",
                f"奖品「{name}」价值 {worth / 100:,.0f} 元，超过抽奖最高 5 万元的上限。",
                "换成 5 万元以内的奖品。",
                "prizes",
            )
