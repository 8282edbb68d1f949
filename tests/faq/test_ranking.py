"""From topics and words to confidences."""

import numpy as np
import pytest

from faq.classifier import Classifier, Judgement
from faq.ranking import Ranking, best_first, by_words


class Fixed(Classifier):
    """Says what it was told to."""

    def __init__(self, ours, **likely):
        self.classes = tuple(likely)
        told = np.array(list(likely.values()))
        self._told = (ours, told / told.max())

    def judge(self, spelled):
        return Judgement(*self._told)


TOPICS = ["deposit", "deposit", "arrears", ""]


def confidence(classifier, *likeness):
    return Ranking(TOPICS, classifier).confidence("x", np.array(likeness)).round(3).tolist()


def test_the_likely_topic_leads_and_words_choose_within_it():
    first, second, other, none = confidence(Fixed(0.9, arrears=0.2, deposit=0.8), 0.1, 0.3, 0.2, 0.0)
    assert second == pytest.approx(0.9, abs=0.01)
    assert 0.3 < first < second
    assert other == pytest.approx(0.9 / 4, abs=0.01)
    assert none == 0


def test_the_very_words_of_an_entry_suffice():
    assert confidence(Fixed(0.05, arrears=0.9, deposit=0.1), 1.0, 0.0, 0.0, 0.0)[0] > 0.95


def test_an_entry_of_no_known_topic_is_judged_by_words():
    assert confidence(Fixed(0.9, arrears=0.5, deposit=0.5), 0.0, 0.0, 0.1, 0.6)[3] > 0.8


def test_a_strangers_question_stays_low():
    assert max(confidence(Fixed(0.02, arrears=0.9, deposit=0.1), 0.3, 0.2, 0.3, 0.1)) < 0.2


def test_words_alone_put_the_others_far_behind():
    sure = by_words(np.array([0.4, 0.38, 0.2, 0.0]))
    assert sure[0] == pytest.approx(1 - 0.6**2.5)
    assert sure[0] - sure[1] > 0.15
    assert sure[3] == 0
    assert by_words(np.zeros(3)).tolist() == [0, 0, 0]
    assert by_words(np.zeros(0)).tolist() == []


def positions(sure, topics, limit):
    return [position for position, _ in best_first(sure, topics, limit)]


def test_no_more_than_three_of_one_topic():
    sure = np.array([0.9, 0.8, 0.7, 0.6, 0.5, 0.0])
    assert positions(sure, ["a", "a", "a", "a", "b", "c"], 10) == [0, 1, 2, 4]
    assert positions(sure, ["", "", "", "", "", ""], 4) == [0, 1, 2, 3]


def test_of_twenty_thousand_the_best_are_found():
    sure = np.linspace(0, 1, 20_000)
    assert best_first(sure, [""] * 20_000, 2) == [(19_999, 1.0), (19_998, sure[19_998])]
