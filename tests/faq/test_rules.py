"""What is done with what was found."""

from itertools import pairwise

import pytest

from core.settings import FaqSettings
from faq.rules import Decision, Match, Thresholds, decide, suggestions
from tests.faq.entries import entry

_DEFAULT = FaqSettings()
LIMITS = Thresholds(_DEFAULT.answer_from, _DEFAULT.suggest_from, _DEFAULT.margin, _DEFAULT.sibling_margin)


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
        ((0.7, 0.5), Decision.SUGGEST),
        ((0.7, 0.35), Decision.ANSWER),
        ((0.95, 0.94), Decision.SUGGEST),
        ((1.0, 1.0), Decision.SUGGEST),
    ],
)
def test_decision(scores: tuple[float, ...], expected: Decision):
    assert decided(*scores) is expected


def test_an_entry_leads_its_own_topic_by_less_than_it_leads_others():
    first, second, other = (
        entry(f"e{n}", topic=topic) for n, topic in enumerate(("deposit", "deposit", "arrears"))
    )
    assert decide([Match(first, 0.9), Match(second, 0.79), Match(other, 0.5)], LIMITS) is Decision.ANSWER
    assert decide([Match(first, 0.9), Match(second, 0.81), Match(other, 0.5)], LIMITS) is Decision.SUGGEST
    assert decide([Match(first, 0.9), Match(second, 0.5), Match(other, 0.7)], LIMITS) is Decision.SUGGEST


def test_a_word_or_two_is_answered_only_where_one_entry_leads_all_others():
    first, second = (entry(f"e{n}", topic="pay") for n in range(2))
    assert decide([Match(first, 0.9), Match(second, 0.8)], LIMITS, vague=True) is Decision.SUGGEST
    assert decide([Match(first, 0.9), Match(second, 0.5)], LIMITS, vague=True) is Decision.SUGGEST
    assert decide([Match(first, 0.9), Match(second, 0.2)], LIMITS, vague=True) is Decision.ANSWER


def test_suggestions_are_of_different_topics_first():
    matches = [Match(entry(f"e{n}", topic=topic), 0.5) for n, topic in enumerate(("a", "a", "b", "a", "c"))]
    assert [e.code for e in suggestions(matches)] == ["e0", "e2", "e4"]
    assert [e.code for e in suggestions(matches[:4])] == ["e0", "e2", "e1"]


def test_another_topic_far_behind_takes_no_siblings_place():
    matches = [
        Match(entry(f"e{n}", topic=topic), score)
        for n, (topic, score) in enumerate((("a", 0.9), ("a", 0.8), ("a", 0.7), ("b", 0.3)))
    ]
    assert [e.code for e in suggestions(matches)] == ["e0", "e1", "e2"]


def test_more_confidence_never_leads_to_less():
    rank = [Decision.HANDOFF, Decision.SUGGEST, Decision.ANSWER]
    ranks = [rank.index(decided(score / 100)) for score in range(101)]
    assert all(before <= after for before, after in pairwise(ranks))
