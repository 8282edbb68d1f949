"""Questions that are alike come together, in the same way each time, and thousands of them in seconds."""

import random
import time

from faq.gaps.clusters import feature_weights, group
from faq.spelling import Speller

HEAT = [
    "厂里不发高温补贴怎么办",
    "高温补贴不发找谁",
    "老板不给高温补贴",
    "高温补贴厂里一直不发",
    "车间很热没有高温补贴",
]
BUS = ["班车坐不下怎么办", "厂里班车坐不下人", "早上班车坐不下迟到了"]
ALONE = ["食堂的菜里有虫子", "宿舍没有热水"]
spell = Speller({}).spell
IDF = feature_weights(Speller({}))


def grouped(texts: list[str], counts: list[int] | None = None) -> list[list[str]]:
    found = group([spell(text) for text in texts], counts or [1] * len(texts), IDF)
    return [[texts[position] for position in one.members] for one in found]


def test_what_is_alike_comes_together_and_the_rest_stays_alone():
    found = {frozenset(one) for one in grouped(HEAT + BUS + ALONE)}
    assert found == {frozenset(HEAT), frozenset(BUS), *(frozenset([text]) for text in ALONE)}


def test_the_order_of_questions_changes_no_group():
    texts = HEAT + BUS + ALONE
    first = {frozenset(one) for one in grouped(texts)}
    for seed in range(5):
        mixed = random.Random(seed).sample(texts, len(texts))
        assert {frozenset(one) for one in grouped(mixed)} == first


def test_the_same_questions_give_the_same_groups_again():
    assert grouped(HEAT + BUS) == grouped(HEAT + BUS)


def test_everybody_is_in_one_group():
    texts = HEAT + BUS + ALONE
    assert sorted(text for one in grouped(texts) for text in one) == sorted(texts)


def test_the_centre_is_near_to_all_and_what_many_ask_draws_it():
    (heat,) = [one for one in grouped(HEAT + ALONE) if len(one) > 1]
    assert "高温补贴" in heat[0]
    assert heat[0] != "车间很热没有高温补贴"
    (heat,) = [one for one in grouped(HEAT + ALONE, [1, 1, 50, 1, 1, 1, 1]) if len(one) > 1]
    assert heat[0] == "老板不给高温补贴"


def test_how_one_asks_makes_nothing_alike():
    assert len(grouped(["请问班车怎么办", "请问食堂怎么办", "请问宿舍怎么办"])) == 3


def test_nothing_one_and_empty_texts():
    assert group([], [], IDF) == []
    assert [one.members for one in group(["a"], [1], IDF)] == [(0,)]
    assert sum(len(one.members) for one in group(["", "怎么办", "押金"], [1, 1, 1], IDF)) == 3


def test_five_thousand_questions_take_seconds():
    words = [
        "班车",
        "食堂",
        "宿舍",
        "热水",
        "工衣",
        "押金",
        "加班",
        "打卡",
        "罚款",
        "请假",
        "体检",
        "补贴",
        "停电",
        "搬迁",
        "合同",
    ]
    chance = random.Random(7)
    texts = list({"".join(chance.sample(words, 4)) + str(n % 9) * (n % 3) for n in range(6000)})[:5000]
    texts = [
        f"{text}{chance.choice('甲乙丙丁戊己庚辛')}{chance.choice('子丑寅卯辰巳')}" for text in sorted(texts)
    ]
    begun = time.perf_counter()
    found = group(texts, [1] * len(texts), IDF)
    assert time.perf_counter() - begun < 8
    assert sum(len(one.members) for one in found) == len(texts)
