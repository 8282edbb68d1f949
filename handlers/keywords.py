"""Keyword rules: exact words first, then words that are contained and patterns; the nearer organisation's and the higher
priority first. The chat asks the shelf; the console builds the same sets to show who would win.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.directory import AccountDirectory
from core.clock import SHANGHAI
from core.errors import Invalid
from core.logs import get_logger
from core.text import comparable
from handlers.patterns import compile_pattern, pattern_set
from handlers.replies import RuleReply, check_reply
from models.content import KeywordRule

STAMP = "keywords"
log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Window:
    """When a rule holds, in Shanghai: hours of the day (over midnight where they end before they begin), and days."""

    opens: time | None
    closes: time | None
    valid_from: date | None
    valid_until: date | None

    def holds(self, now: datetime) -> bool:
        local = now.astimezone(SHANGHAI)
        return self._day(local.date()) and self._hour(local.time())

    def _day(self, today: date) -> bool:
        begun = self.valid_from is None or self.valid_from <= today
        return begun and (self.valid_until is None or today <= self.valid_until)

    def _hour(self, clock: time) -> bool:
        if self.opens is None or self.closes is None:
            return True
        if self.opens <= self.closes:
            return self.opens <= clock < self.closes
        return clock >= self.opens or clock < self.closes


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as it is matched: `keywords` are normalised (patterns as they were written)."""

    code: str
    title: str
    match: str
    keywords: tuple[str, ...]
    reply: RuleReply
    priority: int
    window: Window | None = None
    enabled: bool = True
    organisation_id: int = 0

    def holds(self, now: datetime) -> bool:
        return self.enabled and (self.window is None or self.window.holds(now))


class Hit(NamedTuple):
    """A rule that matches, and by what."""

    rule: Rule
    keyword: str


class _Filed(NamedTuple):
    rank: int
    keyword: str
    rule: Rule


class RuleSet:
    """The rules that hold at one organisation: its own and its parents'. Immutable."""

    def __init__(self, own_first: Iterable[Iterable[Rule]]) -> None:
        """A rule takes the place of its namesakes above, also while it is disabled or closed."""
        self.by_code: dict[str, Rule] = {}
        self.ranked: list[Rule] = []
        """The first of those that match wins (exact ones before all others)."""
        for rules in own_first:
            nearer = [rule for rule in rules if rule.code not in self.by_code]
            self.by_code |= {rule.code: rule for rule in nearer}
            self.ranked += sorted(nearer, key=lambda rule: -rule.priority)
        self._exact: dict[str, list[Rule]] = defaultdict(list)
        contained: list[_Filed] = []
        self._patterns: list[_Filed] = []
        for rank, rule in enumerate(self.ranked):
            for keyword in rule.keywords:
                if rule.match == "exact":
                    self._exact[keyword].append(rule)
                else:
                    into = self._patterns if rule.match == "regex" else contained
                    into.append(_Filed(rank, keyword, rule))
        self._by_letter = _by_rarest_letter(contained)
        self._matching_patterns = pattern_set([filed.keyword for filed in self._patterns])

    def find(self, words: str, now: datetime) -> Rule | None:
        """The rule that wins for a normalised text."""
        for rule in self._exact.get(words, ()):
            if rule.holds(now):
                return rule
        found = [filed for filed in self._matching(words) if filed.rule.holds(now)]
        return min(found, key=lambda filed: filed.rank).rule if found else None

    def hits(self, words: str) -> list[Hit]:
        """Every rule that matches a normalised text, whether or not it holds now, the first that would win first."""
        others = sorted(self._matching(words), key=lambda filed: filed.rank)
        hits = {rule.code: Hit(rule, words) for rule in self._exact.get(words, ())}
        for filed in others:
            hits.setdefault(filed.rule.code, Hit(filed.rule, filed.keyword))
        return list(hits.values())

    @cached_property
    def places(self) -> dict[str, int]:
        """Where a rule stands among `ranked`, by code."""
        return {rule.code: place for place, rule in enumerate(self.ranked)}

    def near(self, rule: Rule) -> list[Rule]:
        """Those others that may have to do with the words of `rule`: one has a word that holds one of the other's, or is a
        pattern."""
        holding, rarest = self._letters
        found: set[int] = set()
        for keyword in rule.keywords:
            letters = set(keyword)
            found.update(*(rarest.get(letter, ()) for letter in letters))
            fewest = min(letters, key=lambda letter: len(holding.get(letter, ())), default="")
            found.update(holding.get(fewest, ()))
        if rule.match == "regex":
            found.update(range(len(self.ranked)))
        found.update(self._pattern_places)
        return [self.ranked[place] for place in sorted(found) if self.ranked[place].code != rule.code]

    @cached_property
    def _pattern_places(self) -> tuple[int, ...]:
        return tuple(place for place, rule in enumerate(self.ranked) if rule.match == "regex")

    @cached_property
    def _letters(self) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
        """Places of rules: by every letter of their words, and by that of each word which fewest have."""
        words = [(place, word) for place, rule in enumerate(self.ranked) for word in rule.keywords if word]
        holding: dict[str, list[int]] = defaultdict(list)
        rarest: dict[str, list[int]] = defaultdict(list)
        for place, word in words:
            for letter in set(word):
                holding[letter].append(place)
        for place, word in words:
            rarest[min(set(word), key=lambda letter: (len(holding[letter]), letter))].append(place)
        return dict(holding), dict(rarest)

    def _matching(self, words: str) -> Iterator[_Filed]:
        for letter in set(words) & self._by_letter.keys():
            yield from (filed for filed in self._by_letter[letter] if filed.keyword in words)
        yield from (self._patterns[position] for position in self._matching_patterns(words))


def _by_rarest_letter(contained: Sequence[_Filed]) -> dict[str, list[_Filed]]:
    """Each under the letter that fewest have: a message then looks at few, however many there are."""
    common = Counter(letter for filed in contained for letter in set(filed.keyword))
    found: dict[str, list[_Filed]] = defaultdict(list)
    for filed in contained:
        found[min(filed.keyword, key=lambda letter: (common[letter], letter))].append(filed)
    return dict(found)


class KeywordShelf:
    """The rule sets of all accounts, by account key; accounts that inherit the same share one."""

    def __init__(self, directory: AccountDirectory) -> None:
        self._directory = directory
        self._sets: dict[str, RuleSet] = {}
        self._none = RuleSet(())

    def load(self, session: Session) -> None:
        """Read all rules. One that can't be used (a damaged reply) is left out and logged; the others go on."""
        rules: dict[int, list[Rule]] = defaultdict(list)
        query = select(KeywordRule).where(KeywordRule.deleted_at.is_(None)).order_by(KeywordRule.id)
        for row in session.scalars(query.execution_options(all_tenants="the rules of every account")):
            try:
                rules[row.organisation_id].append(make_rule(row))
            except Invalid as error:
                log.error("rule_unusable", organisation=row.organisation_id, code=row.code, error=error)
        made: dict[tuple[int, ...], RuleSet] = {}
        for account in self._directory.all():
            chain = account.organisation_ids
            made[chain] = made.get(chain) or RuleSet(rules.get(i, []) for i in chain)
        self._sets = {account.key: made[account.organisation_ids] for account in self._directory.all()}

    def rules_of(self, account_key: str) -> RuleSet:
        """Empty for an account without rules."""
        return self._sets.get(account_key, self._none)

    def find(self, account_key: str, words: str, now: datetime) -> Rule | None:
        return self.rules_of(account_key).find(words, now) if words else None


def make_rule(row: KeywordRule) -> Rule:
    """A stored rule as it is matched. Raises Invalid for a reply that is none, and for a pattern that is none."""
    if row.match == "regex":
        for keyword in row.keywords:
            compile_pattern(keyword)
    dated = any((row.opens, row.closes, row.valid_from, row.valid_until))
    return Rule(
        code=row.code,
        title=row.title or (row.keywords[0] if row.keywords else row.code),
        match=row.match,
        keywords=spelt(row.match, row.keywords),
        reply=check_reply(row.reply, f"关键词 {row.code}"),
        priority=row.priority,
        window=Window(row.opens, row.closes, row.valid_from, row.valid_until) if dated else None,
        enabled=row.enabled,
        organisation_id=row.organisation_id,
    )


def spelt(match: str, keywords: Iterable[str]) -> tuple[str, ...]:
    """Keywords as they are compared: the same spelling as `Turn.words`, each once. One of nothing but invisible characters
    would match everything, and is left out."""
    if match == "regex":
        return tuple(dict.fromkeys(keywords))
    return tuple(dict.fromkeys(word for keyword in keywords if (word := comparable(keyword))))
