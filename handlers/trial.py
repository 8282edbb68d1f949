"""What the rules make of some words at some time: who wins, by what, and why the others do not. No Flask."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chat.turn import Turn
from handlers.keywords import Hit, Rule, RuleSet
from handlers.record import reply_head
from handlers.router import Router

_HOOKS = {
    "care": "关怀（有人说到轻生）",
    "help": "帮助",
    "contacts": "各区联系方式",
    "calculators": "计算器",
    "statutes": "法条查询",
    "columns": "品牌栏目",
    "keyword": "关键词回复",
    "faq": "智能问答",
    "fallback": "答不上来时的回复",
}
_AFTER_RULES = frozenset({"keyword", "faq", "fallback", "nobody"})
_BY = {"exact": "整句话就是「{}」", "contains": "话里有「{}」", "regex": "符合「{}」"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """On a rule that matches. `why` says what it matched, `but` why it does not win; empty for the winner."""

    hit: Hit
    why: str
    but: str


@dataclass(frozen=True, slots=True)
class Live:
    """Who answers in the running service, and how the answer begins. `before`: the rules are not even asked."""

    who: str
    before: bool
    begins: str


def ask_router(router: Router, turn: Turn) -> Live:
    """What a message that opens no conversation gets; nothing is stored."""
    routed = router.propose(turn)
    if routed is None:
        return Live("「人工」「我的」等口令", True, "")
    return Live(_HOOKS.get(routed.hook, routed.hook), routed.hook not in _AFTER_RULES, reply_head(routed))


def judge(rules: RuleSet, words: str, now: datetime, chain: Sequence[int]) -> list[Verdict]:
    """On all rules that match `words` (spelt for comparing), the winner first."""
    if not words:
        return []
    winner = rules.find(words, now)
    verdicts = [
        Verdict(hit, _BY[hit.rule.match].format(hit.keyword), _but(hit.rule, winner, now, chain))
        for hit in rules.hits(words)
    ]
    return sorted(verdicts, key=lambda verdict: bool(verdict.but))


def _but(rule: Rule, winner: Rule | None, now: datetime, chain: Sequence[int]) -> str:
    if rule is winner:
        return ""
    if not rule.enabled:
        return "已停用"
    if not rule.holds(now) or winner is None:
        return "这个时候不在它的有效时间"
    return _behind(rule, winner, chain)


def _behind(rule: Rule, winner: Rule, chain: Sequence[int]) -> str:
    if winner.match == "exact" and rule.match != "exact":
        return "「完全相同」的规则先回复"
    if winner.organisation_id != rule.organisation_id:
        return "本单位的规则先回复" if winner.organisation_id == chain[0] else "更近一级的规则先回复"
    if winner.priority != rule.priority:
        return f"优先级 {rule.priority}，低于 {winner.priority}"
    return "优先级相同，先建的先回复"
