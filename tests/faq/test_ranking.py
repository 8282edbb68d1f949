"""From topics and words to entries, best first."""

import pytest

from faq.classifier import Classifier, Judgement
from faq.features import features
from faq.ranking import Phrased, Ranking, Topic, best_first, by_words, sure_of
from faq.search import Index


class Fixed(Classifier):
    """Says what it was told to."""

    def __init__(self, ours, **likely):
        self.classes = tuple(likely)
        self._ours, self._likely = ours, list(likely.values())

    def judge(self, found):
        return Judgement(self._ours, [*self._likely])


DEPOSIT = Topic(
    (0, 1),
    [
        Phrased(["进厂要交押金合法吗", "收保证金"], "不合法可以要回来"),
        Phrased(["身份证被扣了怎么办", "老板拿走身份证"], "单位不得扣证件"),
    ],
)
ARREARS = Topic((2,), [Phrased(["拖欠工资怎么办"], "打热线投诉")])
TOPICS = {"deposit": DEPOSIT, "arrears": ARREARS}


def best(classifier, text, limit=10):
    return [
        (position, round(sure, 2))
        for sure, position in Ranking(TOPICS, classifier).best(features(text), limit)
    ]


def test_the_likely_topic_leads_and_words_choose_within_it():
    found = best(Fixed(0.9, arrears=0.2, deposit=0.8), "把我的身份证拿走了")
    assert found[0] == (1, 0.9)
    assert dict(found)[2] == pytest.approx(0.9 * 0.2 / 0.8, abs=0.01)
    assert dict(found)[0] < 0.4


def test_the_lead_is_what_the_whole_ranking_says():
    ranking = Ranking(TOPICS, Fixed(0.9, arrears=0.2, deposit=0.8))
    for text in ("把我的身份证拿走了", "押金", "工资", "龘"):
        lead = ranking.lead(features(text))
        (sure, position), *others = ranking.best(features(text), 10)
        assert (lead.position, lead.sure) == (position, pytest.approx(sure))
        assert lead.sibling == pytest.approx({at: by for by, at in others}[1 - position])
        assert lead.rival == pytest.approx({at: by for by, at in others}[2])
    assert Ranking(TOPICS, Fixed(0.9, canteen=0.8, arrears=0.4)).lead(features("食堂")) is None


def test_what_only_the_answer_says_counts_too():
    assert best(Fixed(0.9, arrears=0.2, deposit=0.8), "单位不得")[0][0] == 1


def test_a_topic_without_entries_takes_no_place():
    assert best(Fixed(0.9, canteen=0.8, arrears=0.4), "食堂") == [(2, 0.45)]


def test_a_strangers_question_stays_low():
    assert best(Fixed(0.02, arrears=0.9, deposit=0.1), "拖欠工资")[0] == (2, 0.02)


def test_topics_that_cannot_come_first_any_more_are_not_looked_at():
    many = Topic(range(10, 20), [Phrased([f"工资{c}"], "") for c in "甲乙丙丁戊己庚辛壬癸"])
    ranking = Ranking({"many": many, "deposit": DEPOSIT}, Fixed(0.9, many=0.9, deposit=0.01))
    assert {position for _, position in ranking.best(features("工资"), 2)} <= set(range(10, 20))
    assert {0, 1} <= {position for _, position in ranking.best(features("工资"), 10)}


def test_no_more_than_three_of_one_topic_are_given():
    many = Topic(range(10), [Phrased([f"工资{c}"], "") for c in "甲乙丙丁戊己庚辛壬癸"])
    assert len(many.best(features("工资"))) == 3


@pytest.mark.parametrize("phrasings", [[""], ["", ""], ["的"]])
def test_entries_without_words_do_no_harm(phrasings):
    topic = Topic((4, 5), [Phrased(phrasings, ""), Phrased(["押金"], "")])
    assert topic.best(features("押金"))[0] == (1.0, 5)


def test_words_alone_put_the_others_far_behind():
    index = Index([["拖欠工资怎么办"], ["工资怎么算"], ["食堂几点开门"]])
    (first, nearest), (second, next_) = sure_of(by_words(index, "拖欠工资怎么办", 10))
    assert (nearest, next_) == (0, 1)
    assert first == pytest.approx(1.0)
    assert second < 0.1
    assert by_words(index, "龘", 10) == []
    assert by_words(Index([]), "工资", 10) == []
    assert len(by_words(index, "怎么", 1)) == 1


def test_each_entry_once_the_surest_first_and_three_of_a_topic():
    found = [(0.9, 0), (0.8, 1), (0.7, 2), (0.6, 3), (0.95, 3), (0.5, 4)]
    topics = ["a", "a", "a", "a", "b"]
    assert best_first(found, topics.__getitem__, 10) == [(0.95, 3), (0.9, 0), (0.8, 1), (0.5, 4)]
    assert best_first(found, topics.__getitem__, 2) == [(0.95, 3), (0.9, 0)]
    assert best_first(found, lambda _: "", 10) == [(0.95, 3), (0.9, 0), (0.8, 1), (0.7, 2), (0.5, 4)]
