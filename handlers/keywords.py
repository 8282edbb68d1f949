"""Keyword rules: exact words first, then words that are contained; the nearer organisation's and the higher priority first."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.directory import AccountDirectory
from chat.answer import PASS, Answer
from chat.content import ContentReply, check_content
from chat.turn import Hook, Turn
from core.text import comparable
from handlers.contents import ContentAnswers
from models.content import KeywordRule

STAMP = "keywords"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as it is matched: `keywords` are normalised."""

    code: str
    match: str
    keywords: tuple[str, ...]
    reply: ContentReply
    priority: int


class RuleSet:
    """The rules of one account. Immutable."""

    def __init__(self, own_first: Iterable[Iterable[Rule]]) -> None:
        self._exact: dict[str, Rule] = {}
        self._contained: list[tuple[str, Rule]] = []
        taken: set[str] = set()
        for rules in own_first:
            nearer = [rule for rule in rules if rule.code not in taken]
            taken.update(rule.code for rule in nearer)
            for rule in sorted(nearer, key=lambda r: -r.priority):
                self._add(rule)

    def _add(self, rule: Rule) -> None:
        for keyword in rule.keywords:
            if rule.match == "exact":
                self._exact.setdefault(keyword, rule)
            else:
                self._contained.append((keyword, rule))

    def find(self, words: str) -> Rule | None:
        """The rule that wins for a normalised text."""
        exact = self._exact.get(words)
        if exact is not None:
            return exact
        for keyword, rule in self._contained:
            if keyword in words:
                return rule
        return None


class KeywordShelf:
    """The rule sets of all accounts, by account key."""

    def __init__(self, directory: AccountDirectory) -> None:
        self._directory = directory
        self._sets: dict[str, RuleSet] = {}

    def load(self, session: Session) -> None:
        rules: dict[int, list[Rule]] = defaultdict(list)
        query = select(KeywordRule).order_by(KeywordRule.id)
        for row in session.scalars(query.execution_options(all_tenants="the rules of every account")):
            rules[row.organisation_id].append(_rule(row))
        self._sets = {
            account.key: RuleSet(rules.get(i, []) for i in account.organisation_ids)
            for account in self._directory.all()
        }

    def find(self, account_key: str, words: str) -> Rule | None:
        rules = self._sets.get(account_key)
        return rules.find(words) if rules and words else None


def _rule(row: KeywordRule) -> Rule:
    # The same spelling as `Turn.words`; a keyword of nothing but invisible characters would match everything.
    keywords = tuple(word for keyword in row.keywords if (word := comparable(keyword)))
    return Rule(row.code, row.match, keywords, check_content(row.reply, f"关键词 {row.code}"), row.priority)


def keyword_hook(shelf: KeywordShelf, contents: ContentAnswers) -> Hook:
    """Answers what a rule matches."""

    def answer(turn: Turn) -> Answer:
        rule = shelf.find(turn.account.key, turn.words)
        return PASS if rule is None else contents.answer(rule.reply, turn)

    return Hook("keyword", answer)
