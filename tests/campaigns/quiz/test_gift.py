"""GIFT: what Moodle's format can say, what it can't here, and what it writes."""

import pytest

from campaigns.kinds.quiz.bank.gift import read_gift, write_gift
from campaigns.kinds.quiz.bank.questions import Question
from tests.campaigns.quiz.world import bank


def one(text: str) -> Question:
    good, errors = read_gift(text, "分类")
    assert errors == []
    assert len(good) == 1
    return good[0]


def problem(text: str) -> str:
    good, errors = read_gift(text, "分类")
    assert good == []
    assert len(errors) == 1
    return str(errors[0])


def test_single_choice_with_title_and_feedback():
    question = one("::trial-1::试用期最长多久？{\n=六个月#对\n~一年#错\n~三个月\n####见第十九条。\n}")
    assert (question.code, question.kind, question.answer) == ("trial-1", "single", "A")
    assert question.options == ("六个月", "一年", "三个月")
    assert question.explanation == "见第十九条。"


def test_the_right_option_keeps_its_place():
    assert one("问？{~甲 ~乙 =丙}").answer == "C"


def test_several_right_ones_by_weights():
    question = one("哪些对？{~%50%甲 ~%50%乙 ~%-100%丙}")
    assert (question.kind, question.answer) == ("multiple", "AB")


def test_weights_with_decimals():
    assert one("哪些对？{~%33.33333%甲 ~%33.33333%乙 ~%33.33333%丙 ~%-100%丁}").answer == "ABC"


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("T", "对"),
        ("TRUE", "对"),
        ("true", "对"),
        ("F", "错"),
        ("FALSE", "错"),
        ("T#不对#对了", "对"),
        (" F # 反馈 ", "错"),
    ],
)
def test_true_and_false(said: str, answer: str):
    question = one(f"加班要给钱。{{{said}}}")
    assert (question.kind, question.answer) == ("judge", answer)


def test_short_answer_with_several_wordings():
    question = one("多少日？{=30日 =三十日 =%50%一个月}")
    assert (question.kind, question.answer) == ("blank", "30日|三十日")
    assert question.question == "多少日？ ____"


def test_a_missing_word_leaves_a_gap():
    question = one("登记期限是{=30日 =三十日}以内。")
    assert question.question == "登记期限是____以内。"


def test_a_missing_word_with_choices():
    question = one("试用期最长{~三个月 =六个月 ~一年}。")
    assert (question.kind, question.question, question.answer) == ("single", "试用期最长____。", "B")


@pytest.mark.parametrize("char", ["~", "=", "#", "{", "}", ":", "\\"])
def test_escaped_characters_are_themselves(char: str):
    question = one(f"这是\\{char}吗？{{=甲\\{char}一 ~乙}}")
    assert question.question == f"这是{char}吗？"
    assert question.options[0] == f"甲{char}一"


def test_escaped_line_break_and_tags_and_formats_become_plain():
    question = one("[html]<p>第一行\\n第二行</p>{=<b>甲</b> ~乙}")
    assert question.question == "第一行 第二行"
    assert question.options == ("甲", "乙")


def test_categories_hold_until_the_next():
    good, errors = read_gift("$CATEGORY: 法律/劳动合同\n\n甲？{T}\n\n$category: 工会/\n\n乙？{F}\n")
    assert errors == []
    assert [question.subject for question in good] == ["劳动合同", "工会"]


def test_comments_and_windows_line_ends_and_a_byte_order_mark():
    good, errors = read_gift(
        "\ufeff// 注释\r\n甲？{T}\r\n\r\n// 又一行\r\n乙？{\r\n=一\r\n~二\r\n}\r\n", "分类"
    )
    assert errors == []
    assert [question.question for question in good] == ["甲？", "乙？"]


def test_an_empty_line_inside_braces_parts_nothing():
    assert one("甲？{\n=一\n\n~二\n}").options == ("一", "二")


def test_the_same_question_keeps_its_code():
    assert one("甲？{T}").code == one("甲？  {F}").code
    assert one("甲？{T}").code != one("乙？{T}").code


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("说明文字，没有答案", "没有写答案"),
        ("谈谈看法{}", "问答题"),
        ("多少？{#3.14:0.01}", "数值题"),
        ("配对{=甲 -> 一 =乙 -> 二}", "配对题"),
        ("没合上{=甲 ~乙", "没有合上"),
        ("甲{T}乙{F}", "两处"),
        ("没有对的{~甲 ~乙}", "没有一个选项"),
        ("空选项{=甲 ~}", "空的"),
        ("太多{=一 ~二 ~三 ~四 ~五 ~六 ~七}", "最多 6"),
        ("一样{=甲 ~甲}", "一模一样"),
        ("随便{甲乙}", "没有用 = 或 ~"),
        ("{=甲 ~乙}", "填写题目"),
    ],
)
def test_what_can_not_be_taken_is_told(text: str, told: str):
    assert told in problem(text)


def test_a_bad_one_spoils_nothing_else_and_its_line_is_told():
    good, errors = read_gift("甲？{T}\n\n\n乙？{}\n\n丙？{F}\n\n甲？{F}", "分类")
    assert [question.question for question in good] == ["甲？", "丙？"]
    assert [error.row for error in errors] == [4, 8]
    assert "重复" in str(errors[1])


def test_what_is_written_is_read_again_as_the_same():
    questions = [
        Question("a-1", "合同", 1, "single", "钱=多少~？{#}", ("1:1", "a\\b", "丙=3"), "B", "解析#：{对}"),
        *bank(),
    ]
    good, errors = read_gift(write_gift(questions))
    assert errors == []
    read = {question.code: question for question in good}
    for question in questions:
        again = read[question.code]
        assert (
            again.subject,
            again.kind,
            again.question,
            again.options,
            again.answer,
            again.explanation,
        ) == (
            question.subject,
            question.kind,
            question.question,
            question.options,
            question.answer,
            question.explanation,
        )


@pytest.mark.timeout(10)
def test_hostile_files_take_no_time():
    for text in (
        "{" * 100_000,
        "=" * 100_000 + "{",
        "::" * 50_000,
        "甲{" + "~a" * 50_000 + "}",
        "\\" * 100_000,
    ):
        read_gift(text)
