"""Reminders of prizes that nobody claimed: kept as sent only once the platform took them; who can't be reached waits."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from accounts.windows import MESSAGE
from core.ids import public_id
from jobs.outbox import Outbox
from models.accounts import Account
from models.jobs import OutboxItem
from models.members import Member
from models.messages import MessageLog
from models.prizes import Win
from prizes import notices, tasks
from prizes.claims import ClaimForm
from prizes.claims import claim as claim_prize
from staff.roles import Role
from tests.conftest import NOW
from tests.members.people import add_follower
from tests.prizes.draws import MUG
from tests.prizes.players import House, Phone
from tests.prizes.test_claims import winners
from tests.staff.desk import Desk, text_of
from wechat.errors import Unreachable

WORKER = "oworker0"


class Reminding:
    """A worker with a prize whose time is running out, the worker's jobs, and what was said in the chat."""

    def __init__(self, house: House, monkeypatch: pytest.MonkeyPatch, people: int = 1) -> None:
        self.house, self.told = house, list[tuple[str, str]]()
        self.before_sending: Callable[[], None] = lambda: None
        self.draw, self.wins = winners(house.db, house.owner, MUG, people, claim_days=5)
        for n in range(people):
            add_follower(house.db, house.owner, f"oworker{n}", last_seen_at=NOW)
        self._really = notices.send_customer_message
        monkeypatch.setattr(notices, "send_customer_message", self._send)
        house.watch.wait(days=3)
        with house.db.read() as session:
            house.home.parts.directory.reload(session)

    def _send(self, parts: Any, account_id: int, openid: str, message: dict[str, Any]) -> None:
        self.before_sending()
        self.told.append((openid, message["text"]["content"]))

    def with_windows(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The platform's windows decide, as they do outside tests."""
        monkeypatch.setattr(notices, "send_customer_message", self._really)

    def writes(self, openid: str = WORKER) -> None:
        """They send the account a message."""
        now, owner = self.house.watch.now, self.house.owner
        with self.house.db.work() as session:
            row = MessageLog(
                account_id=owner,
                message_key=public_id(),
                openid=openid,
                kind="text",
                content="你好",
                reply="好的",
                received_at=now,
            )
            session.add(row)
            seen = update(Member).where(Member.account_id == owner, Member.openid == openid)
            session.execute(seen.values(last_seen_at=now))

    def run(self) -> int:
        """What the worker does within a minute; how many reminders it posted."""
        parts = self.house.home.parts
        posted = tasks.remind_due(parts)
        couriers = {notices.REMINDER: notices.courier(parts)}
        Outbox(self.house.db, couriers, parts.clock, batch=50, keep_trying=timedelta(days=1)).deliver_due()
        return posted

    def marked(self) -> int:
        with self.house.db.read() as session:
            query = select(Win.id).where(Win.account_id == self.house.owner, Win.reminded_at.is_not(None))
            return len(session.scalars(query).all())


@pytest.fixture
def reminding(house: House, monkeypatch: pytest.MonkeyPatch) -> Reminding:
    return Reminding(house, monkeypatch)


def test_who_wrote_lately_is_reminded_once(reminding: Reminding):
    reminding.writes()
    assert [reminding.run() for _ in range(3)] == [1, 0, 0]
    ((openid, text),) = reminding.told
    assert openid == WORKER
    assert MUG.name in text
    assert "我的奖品" in text
    assert reminding.marked() == 1
    reminding.house.watch.wait(days=1)
    reminding.writes()
    assert reminding.run() == 0


def test_who_cannot_be_reached_is_not_marked_and_is_told_after_the_next_message(reminding: Reminding):
    assert reminding.run() == 0
    assert (reminding.told, reminding.marked()) == ([], 0)
    reminding.house.watch.wait(days=1)
    reminding.writes()
    assert reminding.run() == 1
    assert (len(reminding.told), reminding.marked()) == (1, 1)


def test_who_has_left_is_not_told(reminding: Reminding):
    reminding.writes()
    with reminding.house.db.work() as session:
        left = update(Member).where(Member.account_id == reminding.house.owner)
        session.execute(left.values(following=False))
    assert (reminding.run(), reminding.marked()) == (0, 0)


def test_an_account_that_may_not_send_marks_nothing(reminding: Reminding):
    with reminding.house.db.work() as session:
        paper = update(Account).where(Account.id == reminding.house.owner)
        session.execute(paper.values(kind="subscription", verified=False))
    with reminding.house.db.read() as session:
        reminding.house.home.parts.directory.reload(session)
    reminding.writes()
    assert (reminding.run(), reminding.marked()) == (0, 0)


def test_what_the_platform_did_not_take_is_not_marked_and_is_tried_again(reminding: Reminding):
    reminding.writes()

    def away() -> None:
        raise Unreachable("away", sent_maybe=False)

    reminding.before_sending = away
    assert reminding.run() == 1
    assert (reminding.told, reminding.marked()) == ([], 0)
    reminding.before_sending = lambda: None
    reminding.house.watch.wait(minutes=1)
    reminding.run()
    assert (len(reminding.told), reminding.marked()) == (1, 1)


def test_a_window_that_shut_meanwhile_leaves_it_for_the_next_message(
    reminding: Reminding, monkeypatch: pytest.MonkeyPatch
):
    reminding.with_windows(monkeypatch)
    reminding.writes()
    parts = reminding.house.home.parts
    assert tasks.remind_due(parts) == 1
    reminding.house.watch.now += MESSAGE.lasts - timedelta(hours=1)
    with reminding.house.db.work() as session:
        gone = update(MessageLog).where(MessageLog.account_id == reminding.house.owner)
        session.execute(gone.values(received_at=NOW - timedelta(days=3)))
    assert reminding.run() == 0
    with reminding.house.db.read() as session:
        query = select(OutboxItem.state).where(OutboxItem.account_id == reminding.house.owner)
        assert session.scalars(query).all() == ["done"]
    assert reminding.marked() == 0


def test_what_was_claimed_meanwhile_is_not_reminded_of(reminding: Reminding):
    reminding.writes()
    assert tasks.remind_due(reminding.house.home.parts) == 1
    form = ClaimForm("王小明", "13812345678", "示例省示例市和平路 1 号")
    with reminding.house.db.work() as session:
        claim_prize(
            session, reminding.house.owner, WORKER, reminding.wins[0], form, reminding.house.watch.now
        )
    reminding.run()
    assert (reminding.told, reminding.marked()) == ([], 0)


def test_many_who_cannot_be_reached_keep_nobody_waiting(house: House, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tasks, "_BATCH", 3)
    reminding = Reminding(house, monkeypatch, people=8)
    reminding.writes("oworker7")
    assert reminding.run() == 1
    assert [openid for openid, _ in reminding.told] == ["oworker7"]


def test_staff_see_who_was_not_reached_and_the_page_of_the_worker_says_until_when(reminding: Reminding):
    house = reminding.house
    house.reload()
    desk = Desk(house.home, "anna", "ours", Role.ORGANISER)
    draw, claims = f"/console/a/ours/draws/{reminding.draw.public_id}", "/console/a/ours/claims"
    assert "1 份快到期，还没能提醒到本人" in text_of(desk.get(draw))
    assert "快到期，未提醒到" in text_of(desk.get(claims))
    assert "还没有提醒到" in text_of(desk.get(f"{claims}/{reminding.wins[0]}"))
    assert "前领取" in text_of(Phone(house, WORKER).get("/prizes"))
    reminding.writes()
    reminding.run()
    assert "还没能提醒到本人" not in text_of(desk.get(draw))
    assert "未提醒到" not in text_of(desk.get(claims))
    assert "已在对话里提醒" in text_of(desk.get(f"{claims}/{reminding.wins[0]}"))
