"""Customer-service messages at the door: what can't reach a follower any more ends there, with a reason people understand."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from accounts.api_uses import get_standing
from accounts.apis import CUSTOMER_MESSAGE as SEND
from accounts.windows import MESSAGE, get_room
from core.clock import system_clock
from core.ids import public_id
from core.settings import Settings, WeChatSettings
from house.couriers import customer_messages
from jobs.outbox import CUSTOMER_MESSAGE, Outbox, list_dead, post
from models import MessageLog, OutboxItem
from tests.conftest import Home, make_settings, new_account
from tests.neighbours import Platform, running_platform

DAY = timedelta(days=1)


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Platform]:
    with running_platform(tmp_path, [new_account()]) as platform:
        platform.world.followers.subscribe("ours", platform.people("ours")[0], None)
        yield platform


@pytest.fixture
def settings(tmp_path: Path, valkey_url: str, platform: Platform) -> Settings:
    return make_settings(tmp_path, valkey_url, wechat=WeChatSettings(api_url=platform.url))


class Story:
    """A follower of `ours`, who writes, and our answers to them."""

    def __init__(self, home: Home, platform: Platform) -> None:
        self.parts = home.parts
        with self.parts.db.read() as session:
            self.parts.directory.reload(session)
        self.account = self.parts.directory.get("ours")
        self.platform, self.openid = platform, platform.people("ours")[0]

    def writes(self, ago: timedelta = timedelta(0)) -> None:
        """As the platform knows it, and as our log does."""
        if ago < MESSAGE.lasts:
            self.platform.world.followers.note_message("ours", self.openid)
        with self.parts.db.work() as session:
            session.add(
                MessageLog(
                    account_id=self.account.id,
                    message_key=public_id(),
                    openid=self.openid,
                    kind="text",
                    content="",
                    received_at=system_clock() - ago,
                )
            )

    def answer(self, *texts: str) -> int:
        """Returns how many were delivered."""
        with self.parts.db.work() as session:
            for text in texts:
                message = {"touser": self.openid, "msgtype": "text", "text": {"content": text}}
                payload = {"openid": self.openid, "message": message}
                post(
                    session, self.account.id, CUSTOMER_MESSAGE, f"late:{public_id()}", payload, system_clock()
                )
        couriers = {CUSTOMER_MESSAGE: customer_messages(self.parts)}
        return Outbox(self.parts.db, couriers, system_clock, batch=50, keep_trying=DAY).deliver_due()

    def dead(self) -> list[str]:
        with self.parts.db.read() as session:
            return [item.error for item in list_dead(session, self.account.id)]

    def shown(self) -> list[str]:
        return [str(one["kind"]) for one in self.platform.phone("ours", self.openid) if one["kind"] == "text"]

    def calls(self) -> int:
        with self.parts.db.read() as session:
            return get_standing(session, self.account, SEND, system_clock()).used

    def left(self) -> int:
        with self.parts.db.read() as session:
            return get_room(session, self.account.id, self.openid, system_clock()).left


@pytest.fixture
def story(home: Home, platform: Platform) -> Story:
    return Story(home, platform)


def test_five_answers_arrive_and_the_sixth_ends_dead_without_a_call(story: Story):
    story.writes()
    assert story.answer(*"123456") == 5
    (reason,) = story.dead()
    assert reason.startswith("发给这位粉丝的客服消息已满")
    assert "微信错误码" not in reason
    assert (len(story.shown()), story.calls(), story.left()) == (5, 5, 0)


def test_an_answer_that_comes_after_two_days_ends_dead_without_a_call(story: Story):
    story.writes(ago=timedelta(hours=48, minutes=1))
    assert story.answer("太晚了") == 0
    (reason,) = story.dead()
    assert "48 小时内没有发来消息" in reason
    assert (story.shown(), story.calls()) == ([], 0)


def test_what_the_platform_refuses_closes_the_window_here_too(story: Story):
    """It knows of messages that we do not: another system may have sent them."""
    story.writes()
    for _ in range(5):
        story.platform.world.followers.spend_window("ours", story.openid)
    assert story.answer("一", "二") == 0
    first, second = story.dead()
    assert "微信错误码 45047" in first
    assert "已满" in second
    assert story.calls() == 1


def test_what_did_not_leave_is_given_back(story: Story, monkeypatch: pytest.MonkeyPatch):
    story.writes()
    story.platform.world.faults.update({"errcode": 45009, "errcode_for": SEND})
    assert story.answer("稍后") == 0
    assert (story.dead(), story.left()) == ([], 5)
    story.platform.world.faults.reset()
    with story.parts.db.work() as session:
        item = session.scalars(select(OutboxItem).where(OutboxItem.account_id == story.account.id)).one()
        item.due_at = system_clock()
    assert story.answer() == 1  # essential: it is tried though the platform said that none is left today
    assert (story.left(), story.calls()) == (4, 2)
