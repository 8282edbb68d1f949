"""What means the same is spelt the same."""

import pytest

from faq.spelling import LONGEST, Speller


@pytest.mark.parametrize(
    ("written", "spelt"),
    [
        ("員工產假請假產檢，扣工資嗎？", "员工产假请假产检扣工资吗"),
        ("ＡＰＰ　里怎么入会？？", "app里怎么入会"),
        ("工 资\u200b\n拖欠 3 个月！", "工资拖欠3个月"),
        ("①⑤号宿舍", "15号宿舍"),
        ("", ""),
        ("？！…_", ""),
        ("😀", ""),
    ],
)
def test_one_spelling(written: str, spelt: str):
    assert Speller({}).spell(written) == spelt


def test_synonyms_stand_for_what_is_meant_and_the_longest_wins():
    speller = Speller({"炒鱿鱼": "辞退", "鱿鱼": "海鲜", "被炒": "辞退", "压工资": "拖欠工资"})
    assert speller.spell("老板炒鱿鱼，还壓工資") == "老板辞退还拖欠工资"
    assert speller.spell("爱吃鱿鱼") == "爱吃海鲜"


def test_a_synonym_is_plain_text_not_a_pattern():
    assert Speller({"a.c": "x", "(": "y"}).spell("abc") == "abc"


def test_a_text_of_any_length_is_bounded():
    assert len(Speller({"a": "bb"}).spell("工" * 100_000)) == LONGEST
