"""Followers' message windows: five for a message, three for a click, decided before anything leaves."""

import threading
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from accounts.service import add_account
from accounts.windows import (
    OutOfReach,
    Taken,
    close_window,
    forget_closed,
    get_room,
    give_back,
    list_windows,
    take_message,
)
from core.ids import public_id
from models import MessageLog, MessageWindow
from models.db import Database
from tests.conftest import NOW, new_account
from tests.neighbours import together

ANNA = "o-anna"
HOUR = timedelta(hours=1)


def hear(db: Database, owner: int, kind: str = "text", at: datetime = NOW, openid: str = ANNA) -> None:
    """The follower wrote, or did something."""
    with db.work() as session:
        session.add(
            MessageLog(
                account_id=owner,
                message_key=public_id(),
                openid=openid,
                kind=kind,
                content="",
                received_at=at,
            )
        )


def take(db: Database, owner: int, at: datetime = NOW, openid: str = ANNA) -> Taken:
    with db.work() as session:
        return take_message(session, owner, openid, at)


def room(db: Database, owner: int, at: datetime = NOW) -> int:
    with db.read() as session:
        return get_room(session, owner, ANNA, at).left


def test_five_answers_follow_a_message_and_the_sixth_is_refused_in_chinese(db: Database, owner: int):
    hear(db, owner)
    assert [take(db, owner, NOW + HOUR).left for _ in range(5)] == [4, 3, 2, 1, 0]
    with pytest.raises(OutOfReach, match="最多 5 条") as caught:
        take(db, owner, NOW + HOUR)
    assert caught.value.permanent
    assert room(db, owner) == 0


def test_another_message_begins_anew(db: Database, owner: int):
    hear(db, owner)
    for _ in range(5):
        take(db, owner)
    hear(db, owner, "image", NOW + HOUR)
    assert room(db, owner, NOW + HOUR) == 5
    assert take(db, owner, NOW + HOUR).left == 4


@pytest.mark.parametrize("kind", ["click", "subscribe", "scan", "menu_action"])
def test_three_answers_follow_a_click_within_a_minute(db: Database, owner: int, kind: str):
    hear(db, owner, kind)
    assert [take(db, owner, NOW + timedelta(seconds=59)).left for _ in range(3)] == [2, 1, 0]
    with pytest.raises(OutOfReach):
        take(db, owner, NOW + timedelta(seconds=59))


def test_both_windows_add_up_and_the_short_one_goes_first(db: Database, owner: int):
    hear(db, owner, at=NOW - HOUR)
    hear(db, owner, "click")
    assert room(db, owner) == 8
    assert [take(db, owner).kind for _ in range(8)] == ["event"] * 3 + ["message"] * 5
    with pytest.raises(OutOfReach):
        take(db, owner)


@pytest.mark.parametrize(("kind", "lasts"), [("text", timedelta(hours=48)), ("click", timedelta(minutes=1))])
def test_a_window_ends(db: Database, owner: int, kind: str, lasts: timedelta):
    hear(db, owner, kind)
    take(db, owner, NOW + lasts - timedelta(seconds=1))
    with pytest.raises(OutOfReach, match="48 小时内没有发来消息"):
        take(db, owner, NOW + lasts)


@pytest.mark.parametrize("kind", ["view", "location_report", "unknown_event"])
def test_other_events_open_nothing(db: Database, owner: int, kind: str):
    hear(db, owner, kind)
    with pytest.raises(OutOfReach):
        take(db, owner)


def test_who_left_can_not_be_reached_until_they_come_back(db: Database, owner: int):
    hear(db, owner)
    hear(db, owner, "unsubscribe", NOW + HOUR)
    with pytest.raises(OutOfReach):
        take(db, owner, NOW + 2 * HOUR)
    hear(db, owner, "subscribe", NOW + 2 * HOUR)
    assert take(db, owner, NOW + 2 * HOUR).left == 2


def test_a_crowd_sends_five_and_no_more(db: Database, owner: int):
    hear(db, owner)

    def send(_number: int) -> bool:
        try:
            take(db, owner)
        except OutOfReach:
            return False
        return True

    assert sum(together(16, send)) == 5


def test_control_reading_first_and_writing_then_sends_more(postgres_db: Database):
    with postgres_db.work() as session:
        owner = add_account(session, new_account(), NOW).id
    hear(postgres_db, owner)
    for _ in range(4):
        take(postgres_db, owner)
    all_have_read = threading.Barrier(8)

    def naive(_number: int) -> bool:
        mine = MessageWindow.account_id == owner
        with postgres_db.work() as session:
            sent = session.scalar(select(MessageWindow.sent).where(mine)) or 0
            all_have_read.wait(10)
            if sent >= 5:
                return False
            session.execute(update(MessageWindow).where(mine).values(sent=MessageWindow.sent + 1))
            return True

    assert sum(together(8, naive)) > 1


def test_what_was_not_sent_is_given_back(db: Database, owner: int):
    hear(db, owner)
    taken = take(db, owner)
    with db.work() as session:
        give_back(session, owner, ANNA, taken)
    assert room(db, owner) == 5


def test_giving_back_late_changes_nothing_in_the_next_window(db: Database, owner: int):
    hear(db, owner)
    taken = take(db, owner)
    hear(db, owner, at=NOW + HOUR)
    take(db, owner, NOW + HOUR)
    with db.work() as session:
        give_back(session, owner, ANNA, taken)
    assert room(db, owner, NOW + HOUR) == 4


def test_the_platforms_word_closes_a_window(db: Database, owner: int):
    hear(db, owner)
    taken = take(db, owner)
    with db.work() as session:
        close_window(session, owner, ANNA, taken)
    assert room(db, owner) == 0


def test_followers_and_accounts_have_windows_of_their_own(db: Database, owner: int):
    with db.work() as session:
        other = add_account(session, new_account("other"), NOW).id
    hear(db, owner)
    take(db, owner)
    for account_id, openid in ((other, ANNA), (owner, "o-bert")):
        with pytest.raises(OutOfReach):
            take(db, account_id, openid=openid)
    with db.read() as session:
        assert [row.sent for row in list_windows(session, owner, ANNA)] == [1]
        assert list_windows(session, other, ANNA) == []


def test_windows_that_are_over_are_forgotten(db: Database, owner: int):
    hear(db, owner)
    take(db, owner)
    with db.work() as session:
        assert forget_closed(session, NOW + timedelta(hours=47)) == 0
        assert forget_closed(session, NOW + timedelta(hours=49)) == 1
