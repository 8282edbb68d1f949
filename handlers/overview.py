"""The rules that hold at an organisation as its staff see them: rows beside what the chat makes of them. No Flask."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from core.errors import Invalid
from core.text import comparable
from handlers.conflicts import findings
from handlers.keywords import Rule, RuleSet, make_rule
from handlers.replies import check_reply, summary
from models.content import KeywordRule

_DAMAGED = "（内容无法识别，请打开后重新填写）"


@dataclass(frozen=True)
class Overview:
    """`chain`: the organisation first, then its parents; `names` of organisations by id. It is kept and read many times
    (`console_parts`), so what is worked out for one look stays for the next."""

    chain: Sequence[int]
    names: Mapping[int, str]
    rows: Mapping[str, KeywordRule]
    """By code, the nearest only."""
    rules: RuleSet
    above: Mapping[str, Rule]
    """What the organisation's own rules take the place of, by code."""
    _noted: dict[tuple[str, date], list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Iterable[KeywordRule], chain: Sequence[int], names: Mapping[int, str]) -> "Overview":
        """`rows`: of all organisations in `chain`, without deleted ones."""
        by_place: dict[int, list[KeywordRule]] = {id_: [] for id_ in chain}
        for row in rows:
            by_place[row.organisation_id].append(row)
        nearest: dict[str, KeywordRule] = {}
        above: dict[str, Rule] = {}
        for row in (row for id_ in chain for row in by_place[id_]):
            known, rule = nearest.setdefault(row.code, row), as_rule(row)
            if known is not row and rule is not None and known.organisation_id == chain[0]:
                above.setdefault(row.code, rule)
        rules = RuleSet([rule for row in by_place[id_] if (rule := as_rule(row))] for id_ in chain)
        return cls(chain, names, nearest, rules, above)

    def place_of(self, row: KeywordRule) -> str:
        return self.names.get(row.organisation_id, "上级")

    def is_own(self, row: KeywordRule) -> bool:
        return row.organisation_id == self.chain[0]

    def position(self, row: KeywordRule) -> tuple[int, int]:
        """Where a row stands in the list: own ones first, the newest first."""
        return self.chain.index(row.organisation_id), -row.id

    @cached_property
    def listed(self) -> list[KeywordRule]:
        """Own ones first, the newest first."""
        return sorted(self.rows.values(), key=self.position)

    @cached_property
    def words(self) -> dict[str, str]:
        """What is looked through for a word, by code: name, keywords and reply, spelt for comparing."""
        return {code: words_of(row) for code, row in self.rows.items()}

    def notes_on(self, rule: Rule, today: date) -> list[str]:
        """What is odd about a rule that holds here."""
        known = self._noted.get((rule.code, today))
        if known is None:
            known = findings(rule, self.rules, self.above.get(rule.code), self.names, today)
            self._noted[rule.code, today] = known
        return known

    def notes_before(self, draft: KeywordRule, today: date) -> list[str]:
        """What will be odd about `draft` once it is saved here."""
        rows = [row for row in self.rows.values() if not (row.code == draft.code and self.is_own(row))]
        after = Overview.of([*rows, draft], self.chain, self.names)
        rule, above = make_rule(draft), self.above.get(draft.code) or after.above.get(draft.code)
        return findings(rule, after.rules, above, self.names, today)


def as_rule(row: KeywordRule) -> Rule | None:
    """None for one whose reply is damaged; the chat leaves it out too."""
    try:
        return make_rule(row)
    except Invalid:
        return None


def title_of(row: KeywordRule) -> str:
    return row.title or (row.keywords[0] if row.keywords else row.code)


def summary_of(row: KeywordRule) -> str:
    if row.match == "regex" and as_rule(row) is None:
        return _DAMAGED
    try:
        return summary(check_reply(row.reply, ""))
    except Invalid:
        return _DAMAGED


def words_of(row: KeywordRule) -> str:
    """Its name, keywords and reply, spelt for comparing; a line each."""
    return "\n".join(map(comparable, (row.title, row.code, *row.keywords, summary_of(row))))
