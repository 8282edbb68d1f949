"""答题 in the chat: letters, the end, time, retries of the same message."""

from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest

from campaigns.joining import join
from campaigns.kinds.quiz.chat import QuizChat
from campaigns.kinds.quiz.config import AT_ONCE
from campaigns.kinds.quiz.tables import QuizAnswer, QuizAttempt
from chat.answer import PASS, Reply
from chat.turn import Turn
from core.errors import SoldOut
from models.db import Database
from tests.campaigns.quiz.world import Quiz, make_quiz, said_of, single
from tests.conftest import NOW
from wechat.messages import Text

_keys = count()


class Talker:
    """Somebody who chats."""

    def __init__(self, quiz: Quiz, openid: str = "o1") -> None:
        self.quiz, self.openid, self.part = quiz, openid, QuizChat()

    def turn(self, said: str, key: str = "") -> Turn:
        message = Text("gh", self.openid, 0, key or f"key{next(_keys)}", said)
        account: Any = SimpleNamespace(id=self.quiz.account_id, key="ours")
        return Turn(account, message, self.quiz.now)

    def say(self, said: str, key: str = "") -> str:
        turn = self.turn(said, key)
        with self.quiz.db.work() as session:
            person = join(session, self.quiz.campaign, self.openid, self.quiz.now)
            act = self.part.open if turn.words == "答题" else self.part.answer
            answer = act(session, self.quiz.campaign, person, turn)
        return "" if answer is PASS else text_of(answer)

    def right(self) -> str:
        """What to say to the question that is open."""
        paper = self.quiz.start(self.openid)
        answered = {one.position for one in self.quiz.rows(QuizAnswer) if one.attempt_id == paper.id}
        asked = next(one for at, one in enumerate(paper.asked) if at not in answered)
        said = said_of(asked)
        return f"答 {said}" if asked.question.kind == "blank" else said


def text_of(answer: Any) -> str:
    assert isinstance(answer, Reply)
    return answer.message.content


def test_a_whole_quiz_by_letters(quiz: Quiz):
    talker = Talker(quiz)
    first = talker.say("答题")
    assert "共 5 题，限时 10 分钟（到 10:10）" in first
    assert "第 1/5 题" in first
    for number in range(2, 6):
        reply = talker.say(talker.right())
        assert reply.startswith("已记下：")
        assert f"第 {number}/5 题" in reply
    last = talker.say(talker.right())
    assert "答对 5/5 题，得 100 分" in last
    assert "排第 1 名" in last
    assert [row.state for row in quiz.rows(QuizAttempt)] == ["scored"]
    assert talker.say("A") == ""


def test_a_retry_of_a_letter_does_not_answer_the_next_question(quiz: Quiz):
    talker = Talker(quiz)
    started = talker.say("答题", "k0")
    assert talker.say("答题", "k0") == started
    said = talker.right()
    first = talker.say(said, "k1")
    assert talker.say(said, "k1") == first
    assert len(quiz.rows(QuizAnswer)) == 1
    said_two = talker.right()
    second = talker.say(said_two, "k2")
    assert talker.say(said, "k1") == first
    assert talker.say(said_two, "k2") == second
    assert len(quiz.rows(QuizAnswer)) == 2


def test_a_retry_of_the_last_letter_and_of_the_start_changes_nothing(quiz: Quiz):
    talker = Talker(quiz)
    talker.say("答题", "k0")
    for number in range(5):
        said = talker.right()
        last = talker.say(said, f"a{number}")
    assert talker.say(said, "a4") == last
    assert "第 1/5 题" in talker.say("答题", "k0")
    assert len(quiz.rows(QuizAttempt)) == 1


def test_told_at_once_comes_with_the_explanation(db: Database):
    quiz = make_quiz(db, {"feedback": AT_ONCE})
    talker = Talker(quiz)
    talker.say("答题")
    paper = quiz.start()
    wrong = said_of(paper.asked[0], good=False)
    reply = talker.say(f"答 {wrong}" if paper.asked[0].question.kind == "blank" else wrong)
    assert "✗ 正确答案是" in reply
    assert paper.asked[0].question.explanation in reply
    assert "✓ 答对了！" in talker.say(talker.right())


def test_handing_in_early_asks_first(quiz: Quiz):
    talker = Talker(quiz)
    talker.say("答题")
    talker.say(talker.right())
    assert "还有 4 题没答" in talker.say("交卷")
    assert "第 2/5 题" in talker.say("继续")
    done = talker.say("确定交卷", "end")
    assert "答对 1/5 题" in done
    assert talker.say("确定交卷", "end") == done
    assert len(quiz.rows(QuizAttempt)) == 1


def test_somebody_comes_back_after_days(db: Database):
    quiz = make_quiz(db, {"minutes": 0})
    talker = Talker(quiz)
    talker.say("答题")
    talker.say(talker.right())
    quiz.wait(days=3)
    again = talker.say("答题")
    assert again.startswith("接着上次的：")
    assert "第 2/5 题" in again
    assert len(quiz.rows(QuizAttempt)) == 1


def test_time_up_hands_in_and_says_so(quiz: Quiz):
    talker = Talker(quiz)
    talker.say("答题")
    talker.say(talker.right())
    quiz.wait(minutes=20)
    late = talker.say("A", "late")
    assert "时间到了，已按保存的答案自动交卷" in late
    assert "答对 1/5 题" in late
    assert talker.say("A", "late") == late
    assert "第 1/5 题" in talker.say("答题")


def test_a_wrong_kind_of_answer_is_told_and_the_question_asked_again(db: Database):
    quiz = make_quiz(
        db, {"blueprint": [{"subjects": "合同", "take": 5}]}, questions=[single(f"c{at}") for at in range(5)]
    )
    talker = Talker(quiz)
    talker.say("答题")
    for said in ("AB", "F", "对"):
        reply = talker.say(said)
        assert "第 1/5 题" in reply
    assert quiz.rows(QuizAnswer) == []


def test_limits_are_told(db: Database):
    quiz = make_quiz(db, {"tries_a_day": 1})
    quiz.play()
    with pytest.raises(SoldOut, match="今天的 1 次"):
        Talker(quiz).say("答题")


def test_begun_on_the_page_it_goes_on_in_the_chat(quiz: Quiz):
    paper = quiz.start()
    quiz.answer(paper, 0, said_of(paper.asked[0]))
    quiz.answer(paper, 2, said_of(paper.asked[2]))
    talker = Talker(quiz)
    assert "第 2/5 题" in talker.say("答题")
    assert "第 4/5 题" in talker.say(talker.right())


@pytest.mark.parametrize(
    "said",
    ["A", "b", "ＡＢ", "a,c", "A、B", "对", "错", "√", "交卷", "确定交卷", "继续", "答 30日", "答：三十日"],
)
def test_what_may_go_on_with_a_quiz(quiz: Quiz, said: str):
    assert QuizChat().may_answer(Talker(quiz).turn(said))


@pytest.mark.parametrize(
    "said", ["公司不发工资怎么办", "1", "abcdefg", "AG", "你好", "人工", "不对", "对不起", "a股", ""]
)
def test_what_is_somebody_elses(quiz: Quiz, said: str):
    assert not QuizChat().may_answer(Talker(quiz).turn(said))


def test_the_longest_question_fits_into_a_message(db: Database):
    longest = [
        single(
            f"c{at}",
            kind="multiple",
            answer="ABCDEF",
            question="题" * 200,
            options=tuple(letter + "项" * 59 for letter in "ABCDEF"),
            explanation="解" * 500,
        )
        for at in range(5)
    ]
    quiz = make_quiz(
        db,
        {"blueprint": [{"subjects": "合同", "take": 5}], "feedback": AT_ONCE},
        questions=longest,
        title="名" * 30,
    )
    talker = Talker(quiz)
    replies = [talker.say("答题"), *(talker.say("ABCDEF") for _ in range(5))]
    assert max(len(one.encode()) for one in replies) <= 2048
    assert all("（回复几个字母" in one for one in replies[:-1])


def test_nobody_hears_of_a_quiz_they_did_not_begin(quiz: Quiz):
    assert Talker(quiz, "o7").say("A") == ""
    assert quiz.now == NOW
