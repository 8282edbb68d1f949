"""What to do with what was found: answer, offer a choice, or name a person. Pure decisions."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from faq.store import EntryView

MAX_SUGGESTIONS = 3


class Decision(StrEnum):
    ANSWER = "answer"
    SUGGEST = "suggest"
    HANDOFF = "handoff"


class Match(NamedTuple):
    entry: EntryView
    score: float


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Confidences from 0 to 1 (see `faq` in config.yaml)."""

    answer_from: float
    suggest_from: float
    margin: float


def decide(matches: Sequence[Match], thresholds: Thresholds, *, vague: bool = False) -> Decision:
    """`matches` best first. An answer must be confident, and lead whatever is about something else by the margin.

    `vague`: a word or two tells what it is about but not what is asked; then it must lead all others.
    """
    if not matches or matches[0].score < thresholds.suggest_from:
        return Decision.HANDOFF
    rivals = (match.score for match in matches[1:] if vague or _differ(match.entry, matches[0].entry))
    return Decision.ANSWER if leads(matches[0].score, next(rivals, 0.0), thresholds) else Decision.SUGGEST


def leads(sure: float, rival: float, thresholds: Thresholds) -> bool:
    """Is it sure enough, and far enough ahead of its rival, to be the answer?"""
    return sure >= thresholds.answer_from and sure - rival >= thresholds.margin


def suggestions(matches: Sequence[Match], limit: int = MAX_SUGGESTIONS) -> list[EntryView]:
    """What to offer by number: the best of each topic first, then the next best."""
    seen: set[str] = set()
    first: list[EntryView] = []
    others: list[EntryView] = []
    for match in matches:
        new = not match.entry.topic or match.entry.topic not in seen
        (first if new else others).append(match.entry)
        seen.add(match.entry.topic)
    return [*first, *others][:limit]


def _differ(one: EntryView, other: EntryView) -> bool:
    return not one.topic or one.topic != other.topic
