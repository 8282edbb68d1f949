"""What is done with what was found."""

from itertools import pairwise

import pytest

from core.settings import FaqSettings
from faq.rules import Decision, Match, Thresholds, decide
from tests.faq.entries import entry

_DEFAULT = FaqSettings()
LIMITS = Thresholds(_DEFAULT.answer_from, _DEFAULT.suggest_from, _DEFAULT.margin)


def decided(*scores: float) -> Decision:
    return decide([Match(entry(f"e{n}"), score) for n, score in enumerate(scores)], LIMITS)


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ((), Decision.HANDOFF),
        ((0.0,), Decision.HANDOFF),
        ((LIMITS.suggest_from - 0.001,), Decision.HANDOFF),
        ((LIMITS.suggest_from,), Decision.SUGGEST),
        ((LIMITS.answer_from - 0.001,), Decision.SUGGEST),
        ((LIMITS.answer_from,), Decision.ANSWER),
        ((1.0,), Decision.ANSWER),
        ((0.7, 0.69), Decision.SUGGEST),
        ((0.7, 0.5), Decision.ANSWER),
        ((0.95, 0.94), Decision.ANSWER),
        ((1.0, 1.0), Decision.ANSWER),
    ],
)
def test_decision(scores: tuple[float, ...], expected: Decision):
    assert decided(*scores) is expected


def test_more_confidence_never_leads_to_less():
    rank = [Decision.HANDOFF, Decision.SUGGEST, Decision.ANSWER]
    ranks = [rank.index(decided(score / 100)) for score in range(101)]
    assert all(before <= after for before, after in pairwise(ranks))
