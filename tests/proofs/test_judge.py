"""The judge of the webhook's proof: it has to see what is late, wrong, lost or doubled."""

from dataclasses import replace

import pytest

from proofs.findings import Findings
from proofs.run import Run
from proofs.webhook.facts import NO_FACTS, Facts, HelpRow
from proofs.webhook.judge import Judge
from proofs.webhook.known import LATE, REGISTERED
from proofs.webhook.people import Bubble
from proofs.webhook.plan import Manner, Planned, Shape
from proofs.webhook.sender import Told, Try

HELP = "欠薪第1件"
GOOD = Try(0.01, "您好！", "<xml/>")
NUMBER_7 = Try(0.01, f"{REGISTERED}7。工会工作人员会回复您", "<xml/>")
WAIT = Try(4.0, f"{LATE}，请稍候。", "<xml/>")
SILENT = Try(0.01)
BROKEN = Try(0.01, problem="broken")


def planned(help_text: str | None = None, manner: Manner = "once") -> Planned:
    words = f"人工 {help_text}" if help_text else "你好"
    shape = Shape("text", words, {}, None if help_text else "您好！", help_text)
    return Planned(1, "alice", shape, manner, 0.0, 1)


def told(*tries: Try, help_text: str | None = None, manner: Manner = "once") -> Told:
    return Told(planned(help_text, manner), "<xml/>", tries)


def facts(*, logged: int = 1, numbers: tuple[int, ...] = (), words: str = "你好", owed: int = 0) -> Facts:
    rows = [HelpRow("alice", HELP, number) for number in numbers]
    return Facts([("alice", "text", words)] * logged, rows, owed, 0, 0)


def judged(one: Told, found: Facts | None = None, bubbles: tuple[str, ...] = ()) -> list[str]:
    findings = Findings(Run("webhook"))
    judge = Judge(findings, "line", {})
    judge.answers_right([one])
    if found is not None:
        judge.stored_right([one], [], found, NO_FACTS, [Bubble("alice", text) for text in bubbles])
    return [violation.what for violation in findings.violations]


@pytest.mark.parametrize(
    ("tries", "what"),
    [
        ((GOOD,), []),
        ((replace(GOOD, took_s=4.6),), ["late"]),
        ((Try(5.0, problem="timeout"), GOOD), ["late"]),
        ((Try(1.0, problem="hung_up"), GOOD), []),
        ((BROKEN, GOOD), ["bad_answer"]),
        ((Try(0.1, problem="HTTP 500"), GOOD), ["bad_answer"]),
        ((replace(GOOD, text="再见"),), ["wrong_answer"]),
        ((WAIT,), ["wrong_answer"]),
    ],
)
def test_answers_are_right_and_in_time(tries: tuple[Try, ...], what: list[str]) -> None:
    assert judged(told(*tries)) == what


def test_a_retry_gets_the_first_answer() -> None:
    assert judged(told(GOOD, GOOD, manner="answer_lost")) == []
    assert judged(told(GOOD, SILENT, manner="answer_lost")) == ["answers_differ"]
    assert "answers_differ" in judged(told(NUMBER_7, WAIT, help_text=HELP, manner="answer_lost"))


@pytest.mark.parametrize(("logged", "what"), [(0, ["lost"]), (1, []), (2, ["doubled"])])
def test_a_message_is_in_the_log_exactly_once(logged: int, what: list[str]) -> None:
    assert judged(told(GOOD), facts(logged=logged)) == what


def test_a_message_that_was_never_answered_may_be_in_the_log_or_not() -> None:
    for logged in (0, 1):
        assert "lost" not in judged(told(BROKEN), facts(logged=logged))
        assert "doubled" not in judged(told(BROKEN), facts(logged=logged))


WORDS = f"人工 {HELP}"


def test_a_request_is_stored_once_under_the_number_it_was_told() -> None:
    assert judged(told(NUMBER_7, help_text=HELP), facts(words=WORDS, numbers=(7,))) == []
    assert judged(told(NUMBER_7, help_text=HELP), facts(words=WORDS)) == ["help_lost", "wrong_number"]
    assert "help_doubled" in judged(told(NUMBER_7, help_text=HELP), facts(words=WORDS, numbers=(7, 8)))
    assert judged(told(NUMBER_7, help_text=HELP), facts(words=WORDS, numbers=(9,))) == ["wrong_number"]


@pytest.mark.parametrize("tries", [(WAIT,), (SILENT,), (Try(1.0, problem="hung_up"), WAIT)])
def test_who_was_told_to_wait_gets_the_answer_exactly_once(tries: tuple[Try, ...]) -> None:
    one, found = told(*tries, help_text=HELP), facts(words=WORDS, numbers=(7,))
    answer = NUMBER_7.text
    assert judged(one, found, (answer,)) == []
    assert judged(one, found) == ["answer_lost"]
    assert judged(one, found, (answer, answer)) == ["answer_doubled"]


def test_who_was_answered_gets_no_second_answer() -> None:
    one = told(NUMBER_7, help_text=HELP)
    assert judged(one, facts(words=WORDS, numbers=(7,)), (NUMBER_7.text,)) == ["answer_stray"]


def test_what_is_left_undone_is_seen() -> None:
    assert judged(told(GOOD), facts(owed=2)) == ["left_owed"]


def test_a_follower_who_only_got_silence_was_not_answered() -> None:
    assert judged(told(SILENT), facts()) == ["silent"]
