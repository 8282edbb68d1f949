"""What is held and masked of the sets written for it."""

import random
import sys

import pytest

from tests.wall.texts.sets import rows, texts
from wall.texts.personal import mask_personal
from wall.texts.words import find_words

RECALL = 0.95
HELD_AT_MOST = 0.02


def held(text: str) -> list[str]:
    return [found.word for found in find_words(text) if found.category.holds]


def test_the_sets_are_large_enough_and_say_nothing_twice():
    for name, least in (("evasions", 80), ("honest", 550), ("personal", 60), ("innocent_numbers", 40)):
        said = texts(name)
        assert len(said) >= least and len(set(said)) == len(said), name


def test_words_are_found_however_they_are_written():
    """The word that was meant, or a longer one with it."""
    evasions = rows("evasions")
    missed = [row for row in evasions if not any(row["meant"] in word for word in held(row["text"]))]
    assert len(missed) <= (1 - RECALL) * len(evasions), missed


def test_honest_sentences_are_not_held():
    honest = texts("honest")
    kept_back = [(text, held(text)) for text in honest if held(text)]
    assert len(kept_back) <= HELD_AT_MOST * len(honest), kept_back


@pytest.mark.parametrize("row", rows("personal"), ids=lambda row: row["text"])
def test_personal_data_is_masked_and_nothing_else(row):
    masked = mask_personal(row["text"])
    assert row["kind"] in [found.kind for found in masked.found]
    assert masked.text == row["masked"]
    assert mask_personal(masked.text).text == masked.text


@pytest.mark.parametrize("text", texts("innocent_numbers"))
def test_numbers_that_are_nobodys_stay(text):
    assert mask_personal(text).text == text


def test_honest_sentences_lose_nothing():
    assert [text for text in texts("honest") if mask_personal(text).found] == []


def test_any_characters_are_read_without_a_fault_and_places_lie_within_the_text():
    dice = random.Random(7)
    pieces = [
        *"".join(texts("evasions")),
        *"".join(texts("personal")),
        "\ud800",
        "\0",
        "\u202e",
        "👩‍👩‍👧",
        "ﷺ",
        "ß",
        "İ",
        "각",
    ]
    for _ in range(1000):
        wild = [chr(dice.randrange(sys.maxunicode + 1)) for _ in range(dice.randrange(20))]
        text = "".join(dice.sample([*wild, *dice.choices(pieces, k=40)], k=dice.randrange(40)))
        found = [*find_words(text), *mask_personal(text).found]
        assert all(0 <= one.start < one.end <= len(text) for one in found)
