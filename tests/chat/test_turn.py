"""A turn as a hook sees it."""

from datetime import UTC, datetime

import pytest

from chat.answer import Reply, Talk, say
from chat.turn import Turn
from wechat.messages import Image, Text, Voice
from wechat.replies import TextReply

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
COMMON = ("gh_1", "oA", 1, "k")


def turn(message):
    return Turn(None, message, NOW)


@pytest.mark.parametrize(
    ("text", "said", "words"),
    [
        (" 你好！ ", "你好！", "你好"),
        ("ＡＢＣ？", "ＡＢＣ？", "abc"),
        ("？", "？", "?"),
        ("工资\n不发", "工资\n不发", "工资 不发"),
        ("", "", ""),
    ],
)
def test_what_was_said_and_how_it_is_compared(text, said, words):
    found = turn(Text(*COMMON, text))
    assert (found.said, found.words) == (said, words)


def test_a_voice_says_its_transcript_and_a_picture_nothing():
    assert turn(Voice(*COMMON, "m", "amr", "加班费怎么算。")).words == "加班费怎么算"
    assert turn(Voice(*COMMON, "m", "amr", "")).words == ""
    assert turn(Image(*COMMON, "m", "u")).words == ""


def test_hooks_see_the_beginning_of_an_endless_text():
    found = turn(Text(*COMMON, "a" + "\u0300\u0316" * 30_000))
    assert len(found.said) == 2000
    assert len(found.words) < 2100
    assert len(found.message.content) == 60_001


def test_say_is_a_text_with_what_to_remember():
    assert say("x") == Reply(TextReply("x"), None)
    assert say("x", Talk("t", {"a": 1})).talk == Talk("t", {"a": 1})
