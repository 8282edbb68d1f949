"""Broken files, disguises and traps are refused with a reason that a person can read, before anything is decoded."""

import re

import pytest
from PIL import Image

from core.errors import Invalid
from pictures.drawing import draw
from pictures.reading import MOST_BYTES, read_header
from tools.bad_pictures import BAD, REASONS
from tools.picture_parts import jpeg


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_with_its_reason(name: str, monkeypatch: pytest.MonkeyPatch):
    data = BAD[name]()
    monkeypatch.setattr(Image, "open", lambda *_, **__: pytest.fail("it was given to a decoder"))
    with pytest.raises(Invalid) as refused:
        read_header(data, name)
    assert refused.value.code == REASONS[name]
    assert re.search(r"[\u4e00-\u9fff]{3}.*请", refused.value.message), "what happened, and what to do"
    if REASONS[name] != "wrong_suffix":
        with pytest.raises(Invalid, match=re.escape(refused.value.message)):
            draw(data)


def test_the_largest_file_is_taken_and_one_byte_more_is_not():
    data = jpeg()
    assert read_header(data + bytes(MOST_BYTES - len(data))).size == MOST_BYTES
    with pytest.raises(Invalid, match="最大 30 MB"):
        read_header(data + bytes(MOST_BYTES - len(data) + 1))


def test_there_are_enough_bad_files_of_every_reason():
    assert len(BAD) >= 120
    assert set(REASONS.values()) == {
        *("empty", "too_large", "bad_type", "heic", "wrong_suffix", "truncated", "bad_picture", "false_size"),
        *("too_long_side", "too_many_pixels", "animated", "bomb", "hidden_file"),
    }
