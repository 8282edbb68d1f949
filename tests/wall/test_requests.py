"""Workers who ask for a person: a number each, the same message once, and nothing of it lost."""

import pytest

from accounts.service import add_account
from chat.turn import Turn
from core.errors import NotFound
from models.db import Database
from tests.conftest import NOW, Home, new_account
from tests.neighbours import together
from wall.chat import WallChat
from wall.service import close_request, count_open_requests, list_open_requests, request_help
from wechat.messages import Text


def ask(db: Database, owner: int, key: str = "m1", text: str = "") -> int:
    with db.work() as session:
        return request_help(session, owner, openid="o1", message_key=key, text=text, now=NOW).number


def test_numbers_count_up_within_an_account(db: Database, owner: int):
    with db.work() as session:
        other = add_account(session, new_account("other"), NOW).id
    assert [ask(db, owner, f"m{n}") for n in range(3)] == [1, 2, 3]
    assert ask(db, other) == 1


def test_the_same_message_again_is_the_same_request(db: Database, owner: int):
    assert ask(db, owner) == ask(db, owner) == 1
    with db.read() as session:
        assert count_open_requests(session, owner) == 1


def test_a_crowd_gets_numbers_without_gap_or_double(db: Database, owner: int):
    assert sorted(together(12, lambda n: ask(db, owner, f"m{n}"))) == list(range(1, 13))


def test_a_crowd_of_retries_is_one_request(db: Database, owner: int):
    assert together(8, lambda _n: ask(db, owner)) == [1] * 8


def test_a_request_is_closed_once_and_only_by_its_account(db: Database, owner: int):
    number = ask(db, owner)
    with db.work() as session:
        other = add_account(session, new_account("other"), NOW).id
    with pytest.raises(NotFound), db.work() as session:
        close_request(session, other, number, NOW)
    with db.work() as session:
        close_request(session, owner, number, NOW)
    with pytest.raises(NotFound, match="1"), db.work() as session:
        close_request(session, owner, number, NOW)
    with db.read() as session:
        assert list_open_requests(session, owner) == []


def said(home: Home, words: str):
    with home.parts.db.read() as session:
        home.parts.directory.reload(session)
    message = Text("gh", "o1", 1, f"key{words}"[:32], words)
    hook = WallChat(home.parts.db, home.parts.directory).hook()
    turn = Turn(home.parts.directory.get("ours"), message, NOW)
    return hook.answer(turn).message.content if hook.wants(turn) else None


@pytest.mark.parametrize(
    "words",
    [
        "人工",
        "转人工",
        "我要找人工客服",
        "人工 老板拖欠工资",
        "人工，救命",
        "人工：\n第一行\n第二行",
        " 人工！",
    ],
)
def test_asking_for_a_person_is_understood(home: Home, words: str):
    answer = said(home, words)
    assert "编号 1" in answer
    assert "12351" in answer


@pytest.mark.parametrize("words", ["人工智能会抢工作吗", "做人工流产有产假吗", "人", "工", "机器人工程师"])
def test_other_words_are_not(home: Home, words: str):
    assert said(home, words) is None


def test_what_was_said_is_kept_for_staff_and_shown_masked(home: Home):
    said(home, "人工 我叫小王，电话13800138000，老板拖欠工资")
    shown = home.app.test_cli_runner().invoke(args=["wall", "list", "--account", "ours"])
    assert "老板拖欠工资" in shown.output
    assert "13800138000" not in shown.output
    assert "o1\t" not in shown.output
    assert "待处理共 1 件" in shown.output


def test_staff_close_a_request_by_command_and_are_told_when_there_is_none(home: Home):
    said(home, "人工")
    run = home.app.test_cli_runner().invoke
    assert "编号 1 已办结" in run(args=["wall", "close", "1", "--account", "ours"]).output
    again = run(args=["wall", "close", "1", "--account", "ours"])
    assert (again.exit_code, again.stderr.count("\n")) == (1, 1)
    assert run(args=["wall", "close", "one", "--account", "ours"]).exit_code == 2
