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


def decide(matches: Sequence[Match], thresholds: Thresholds) -> Decision:
    """`matches` best first. An answer must be confident, and lead the next entry by the margin."""
    if not matches or matches[0].score < thresholds.suggest_from:
        return Decision.HANDOFF
    if matches[0].score < thresholds.answer_from:
        return Decision.SUGGEST
    if (
        len(matches) > 1
        and matches[0].score - matches[1].score < thresholds.margin
        and matches[0].score < 0.9
    ):
        return Decision.SUGGEST
    return Decision.ANSWER
