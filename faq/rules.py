"""What to do with what was found: answer, offer a choice, or name a person. Pure decisions."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from faq.store import EntryView

MAX_SUGGESTIONS = 3
_COMPARABLE = 0.5
_FAR = 0.65
"""Of bare words (工伤, 辞退) the nearest entry leads by half; that is no reason to take it for the question."""


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
    sibling_margin: float


def decide(matches: Sequence[Match], thresholds: Thresholds, *, vague: bool = False) -> Decision:
    """`matches` best first. An answer must be confident, and lead whatever is about something else by the margin, and
    what else there is on its topic by the siblings' margin.

    `vague`: a word or two tells what it is about but not what is asked; then no sibling may be anywhere near.
    """
    if not matches or matches[0].score < thresholds.suggest_from:
        return Decision.HANDOFF
    best = matches[0]
    sibling = next((one.score for one in matches[1:] if not _differ(one.entry, best.entry)), 0.0)
    rival = next((one.score for one in matches[1:] if _differ(one.entry, best.entry)), 0.0)
    if vague and best.score - sibling < _FAR:
        return Decision.SUGGEST
    return Decision.ANSWER if leads(best.score, sibling, rival, thresholds) else Decision.SUGGEST


def leads(sure: float, sibling: float, rival: float, thresholds: Thresholds) -> bool:
    """Is it sure enough, and far enough ahead of the next of its topic and of all others, to be the answer?"""
    return (
        sure >= thresholds.answer_from
        and sure - rival >= thresholds.margin
        and sure - sibling >= thresholds.sibling_margin
    )


def suggestions(matches: Sequence[Match], limit: int = MAX_SUGGESTIONS) -> list[EntryView]:
    """What to offer by number: the best of each topic that is not far behind first, then the next best."""
    seen: set[str] = set()
    first: list[EntryView] = []
    others: list[EntryView] = []
    for match in matches:
        new = not match.entry.topic or match.entry.topic not in seen
        near = match.score >= matches[0].score * _COMPARABLE
        (first if new and near else others).append(match.entry)
        seen.add(match.entry.topic)
    return [*first, *others][:limit]


def _differ(one: EntryView, other: EntryView) -> bool:
    return not one.topic or one.topic != other.topic
