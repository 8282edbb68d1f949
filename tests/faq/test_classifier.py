"""The classifier: what it learns, what it says of strangers' questions, and that it survives being kept."""

import numpy as np
import pytest

from faq import training
from faq.classifier import BACKGROUND, Classifier
from faq.features import SIZE, features
from faq.training import Sample, fit

WORDS = {
    "deposit": ("押金", "保证金", "扣身份证", "服装费", "收钱才能上班"),
    "arrears": ("拖欠工资", "不发工资", "老板跑路", "工钱没给", "欠薪"),
    "injury": ("工伤", "摔断腿", "机器压伤", "受伤赔偿", "手指断了"),
    BACKGROUND: ("离婚", "天气", "手机发烫", "房东", "唱歌"),
}
FRAMES = ("{}怎么办", "请问{}合法吗", "公司{}", "{}找谁", "我朋友{}了怎么处理")
SAMPLES = [
    Sample(frame.format(word), topic) for topic, words in WORDS.items() for word in words for frame in FRAMES
]


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return fit(SAMPLES)


def best(classifier: Classifier, text: str) -> str:
    likely = classifier.judge(features(text)).likely
    return classifier.classes[likely.index(max(likely))]


@pytest.mark.parametrize(
    ("text", "topic"),
    [("进厂交押金", "deposit"), ("老板不发工资跑路", "arrears"), ("工地上摔断腿算工伤吗", "injury")],
)
def test_new_questions_find_their_topic(classifier: Classifier, text: str, topic: str):
    assert best(classifier, text) == topic
    assert classifier.judge(features(text)).ours > 0.6


@pytest.mark.parametrize("text", ["今天天气好吗", "房东要离婚", "唱歌"])
def test_a_strangers_question_is_not_ours(classifier: Classifier, text: str):
    assert classifier.judge(features(text)).ours < 0.5


@pytest.mark.parametrize("text", ["", "zzz", "龘", "0", "押" * 400, "😀𠮷", "\ud800"])
def test_whatever_is_said_the_likelihoods_are_likelihoods(classifier: Classifier, text: str):
    ours, likely = classifier.judge(features(text))
    assert 0 <= ours <= 1
    assert len(likely) == len(classifier.classes)
    assert all(0 <= one < float("inf") for one in likely)
    assert likely[classifier.classes.index(BACKGROUND)] == 0
    assert max(likely) > 0


def test_weights_out_of_all_proportion_do_not_overflow(classifier: Classifier):
    ours, likely = Classifier(classifier.classes, classifier.table * np.float32(30)).judge(features("押金"))
    assert 0 <= ours <= 1
    assert max(likely) < float("inf")


def test_without_a_background_every_question_is_ours():
    classifier = fit([sample for sample in SAMPLES if sample.topic != BACKGROUND])
    assert classifier.judge(features("今天天气好吗")).ours == 1.0


def test_one_number_is_like_another():
    assert features("欠3个月").tolist() == features("欠12个月").tolist()


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 0), ("押", 1), ("公司收了1000元", 11), ("\ud800押", 3), ("x" * 28, 55)],
)
def test_features_are_rows_of_the_table_one_per_character_and_pair(text: str, count: int):
    found = features(text)
    assert len(found) == count
    assert all(0 <= row < SIZE for row in found)


def test_what_a_story_repeats_counts_twice_at_most():
    assert len(features("x" * 400)) == 2 * len({"x", "xx"})


def test_the_end_of_a_story_counts_twice():
    told = "我去年三月进厂干到现在车间里每天都要加班到很晚也没有签过合同"
    end = "请问押金能退吗"
    assert sorted(features(told + end)).count(features("押")[0]) == 2
    assert sorted(features(end)).count(features("押")[0]) == 1


def test_order_matters_to_features():
    assert set(features("我炒老板")) != set(features("老板炒我"))


def test_a_topic_of_few_samples_is_not_drowned():
    few = [Sample("食堂几点开门", "canteen"), Sample("食堂在哪里", "canteen")]
    many = [Sample(f"{s.spelled}{n}", s.topic) for s in SAMPLES for n in "甲乙丙丁"]
    assert best(fit([*few, *many]), "食堂开门吗") == "canteen"


def test_there_must_be_something_to_tell_apart():
    with pytest.raises(ValueError, match="nothing"):
        fit([Sample("押金", "deposit")])


def test_rare_and_frequent_features_are_summed_alike(monkeypatch: pytest.MonkeyPatch, classifier: Classifier):
    monkeypatch.setattr(training, "_FREQUENT", 7)
    monkeypatch.setattr(training, "_RARE_BLOCK", 13)
    other = fit(SAMPLES)
    assert np.allclose(other.table, classifier.table, atol=0.05)


def test_starting_from_an_earlier_one_takes_fewer_rounds(
    monkeypatch: pytest.MonkeyPatch, classifier: Classifier
):
    counted: list[int] = []
    evaluate = training._Loss.__call__
    monkeypatch.setattr(
        training._Loss, "__call__", lambda self, weights: (counted.append(1), evaluate(self, weights))[1]
    )
    changed = [*SAMPLES, Sample("押金不退找谁", "deposit")]
    fit(changed)
    cold = len(counted)
    again = fit(changed, start=classifier)
    assert len(counted) - cold < cold
    assert best(again, "进厂交押金") == "deposit"
