"""Aiken: a question, options, ANSWER."""

import pytest

from campaigns.kinds.quiz.bank.aiken import looks_like_aiken, read_aiken

GOOD = "试用期算合同期吗？\nA. 算\nB. 不算\nANSWER: A\n"


def test_a_question_with_its_options():
    good, errors = read_aiken(GOOD, "合同")
    assert errors == []
    assert (good[0].subject, good[0].kind, good[0].options, good[0].answer) == (
        "合同",
        "single",
        ("算", "不算"),
        "A",
    )


@pytest.mark.parametrize(
    "text",
    [
        GOOD.replace("\n", "\r\n"),
        "\ufeff" + GOOD,
        GOOD.replace(". ", ") "),
        GOOD.replace(". ", "．"),
        GOOD.replace("A. ", "Ａ、").replace("B. ", "Ｂ、"),
        GOOD.replace("ANSWER: A", "答案：A"),
        GOOD.replace("ANSWER: A", "answer:a"),
        GOOD.replace("\n", "\n\n"),
    ],
)
def test_ways_of_writing_it(text: str):
    good, errors = read_aiken(text, "合同")
    assert errors == []
    assert good[0].options == ("算", "不算")
    assert good[0].answer == "A"


def test_several_answers_make_it_multiple():
    good, errors = read_aiken("哪些？\nA. 甲\nB. 乙\nC. 丙\nANSWER: A, C\n", "合同")
    assert errors == []
    assert (good[0].kind, good[0].answer) == ("multiple", "AC")


def test_a_question_over_two_lines():
    good, _ = read_aiken("小王进厂。\n" + GOOD, "合同")
    assert good[0].question == "小王进厂。 试用期算合同期吗？"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("问？\nA. 甲\nB. 乙\n", "ANSWER"),
        ("问？\nANSWER: A\n", "A. 选项"),
        ("A. 甲\nB. 乙\nANSWER: A\n", "A. 选项"),
        ("问？\nA. 甲\nC. 乙\nANSWER: A\n", "从 A 起"),
        ("问？\nA. 甲\n随便一行\nANSWER: A\n", "不是「A. 选项」"),
        ("问？\nA. 甲\nB. 乙\nANSWER: E\n", "不在选项里"),
        ("问？\nA. 甲\nB. 乙\nANSWER:\n", "写明答案"),
        ("问？\nA. 甲\nANSWER: A\n", "至少"),
    ],
)
def test_what_is_wrong_is_told(text: str, told: str):
    good, errors = read_aiken(text, "合同")
    assert good == []
    assert told in str(errors[0])


def test_a_bad_one_spoils_nothing_else():
    good, errors = read_aiken("坏？\nANSWER: A\n\n" + GOOD + "\n尾巴", "合同")
    assert len(good) == 1
    assert [error.row for error in errors] == [1, 9]


def test_aiken_is_told_from_gift():
    assert looks_like_aiken(GOOD)
    assert not looks_like_aiken("甲？{T}")
    assert not looks_like_aiken("甲？{=ANSWER: A ~乙}")
