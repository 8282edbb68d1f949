"""What is odd about a rule beside the others of its organisation, in Chinese; shown in the form before saving, and in the
list."""

from collections.abc import Iterator, Mapping
from datetime import date

from handlers.keywords import Rule, RuleSet
from handlers.patterns import compile_pattern, never_matches


def findings(
    rule: Rule, rules: RuleSet, above: Rule | None, names: Mapping[int, str], today: date
) -> list[str]:
    """`rules` holds `rule`; `above` is the inherited one whose place it takes; `names` are those of organisations."""
    found = list(_of_itself(rule, today))
    if above is not None:
        place = names.get(above.organisation_id, "上级")
        found.insert(0, f"代替了上级「{place}」的规则「{above.title}」，上级那条在这里不再生效。")
    if rule.enabled:
        place_of = rules.places
        for other in rules.near(rule):
            if other.enabled:
                found += _beside(rule, other, first=place_of[rule.code] < place_of[other.code])
    return found


def _of_itself(rule: Rule, today: date) -> Iterator[str]:
    if rule.window and rule.window.valid_until and rule.window.valid_until < today:
        yield f"有效期到 {rule.window.valid_until} 为止，已经过期，不会再回复。"
    for keyword in rule.keywords:
        if rule.match == "contains" and len(keyword) == 1:
            yield f"「{keyword}」只有一个字，凡是带这个字的话都会被它接走。"
        if rule.match == "regex" and never_matches(keyword):
            yield f"「{keyword}」里有全角的符号或字母。比对前会先转成半角，请写半角的。"


def _beside(rule: Rule, other: Rule, *, first: bool) -> Iterator[str]:
    winner = rule if first else other
    at_times = "（在它的有效时段里）" if winner.window else ""
    for keyword in rule.keywords:
        if keyword in other.keywords and rule.match == other.match:
            yield f"「{keyword}」在规则「{other.title}」里也有，会由「{winner.title}」回复{at_times}。"
    leading, behind = (rule, other) if first else (other, rule)
    for mine, theirs in _hidden(leading, behind):
        yield f"「{leading.title}」的「{mine}」会先接走「{behind.title}」的「{theirs}」{at_times}，后者轮不到。"


def _hidden(leading: Rule, behind: Rule) -> Iterator[tuple[str, str]]:
    """Keywords of `behind` that are contained only where one of `leading` matches too. Exact words come before both."""
    if leading.match == "exact" or behind.match != "contains":
        return
    for theirs in behind.keywords:
        mine = next(
            (mine for mine in leading.keywords if mine != theirs and _takes(leading, mine, theirs)), None
        )
        if mine is not None:
            yield mine, theirs


def _takes(leading: Rule, mine: str, theirs: str) -> bool:
    return mine in theirs if leading.match == "contains" else bool(compile_pattern(mine).search(theirs))
