"""The steps of a push: each happens once, whoever tries at the same time, and the account's quota holds."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts.quota import Quota, count_used
from accounts.service import add_account
from core.errors import Conflict, NotFound
from models import MassResult, OutboxItem, Push
from models.db import Database
from push import service
from tests.conftest import NOW, new_account
from tests.neighbours import together
from tests.push.conftest import a_draft
from wechat.messages import MassSendFinished

QUOTA = Quota("mass_send", "群发", 1)
QUOTAS = (QUOTA, Quota("mass_send_month", "群发", 4, "month"))
ALL = {"all_tenants": "a test"}


@pytest.fixture
def owner(db: Database) -> int:
    with db.work() as session:
        return add_account(session, new_account(), NOW).id


def schedule(db: Database, owner: int, code: str = "news") -> int:
    with db.work() as session:
        return service.schedule_push(session, owner, a_draft(code)).id


def begin(db: Database, owner: int, push_id: int) -> bool:
    with db.work() as session:
        return service.begin_push(session, owner, push_id, QUOTAS, NOW)


def accept(db: Database, owner: int, push_id: int, msg_id: str = "77") -> None:
    with db.work() as session:
        service.accept_push(session, owner, push_id, msg_id)


def report(db: Database, owner: int, msg_id: str = "77", status: str = "send success") -> None:
    event = MassSendFinished(
        "gh", "o", 1, f"key{msg_id}", "MASSSENDJOBFINISH", msg_id, status, 10, 9, 8, 1, ()
    )
    with db.work() as session:
        service.note_result(session, owner, event, NOW)


def close(db: Database) -> int:
    with db.work() as session:
        return service.close_reported(session)


def push_of(db: Database, owner: int, push_id: int) -> Push:
    with db.read() as session:
        return service.get_push(session, owner, push_id)


def outbox(db: Database) -> list[str]:
    with db.read() as session:
        return list(session.scalars(select(OutboxItem.key).execution_options(**ALL)))


def test_a_code_is_used_once_in_an_account(db: Database, owner: int):
    schedule(db, owner)
    with pytest.raises(Conflict, match="news"):
        schedule(db, owner)
    with db.work() as session:
        other = add_account(session, new_account("other"), NOW).id
    assert schedule(db, other)


def test_a_push_is_due_at_its_time_and_not_before(db: Database, owner: int):
    push_id = schedule(db, owner)
    with db.read() as session:
        assert service.list_due(session, NOW - timedelta(seconds=1)) == []
        assert service.list_due(session, NOW) == [(owner, push_id)]


def test_a_push_is_taken_back_before_its_time_and_never_sent(db: Database, owner: int):
    push_id = schedule(db, owner)
    with db.work() as session:
        service.withdraw_push(session, owner, "news")
    assert push_of(db, owner, push_id).state == "withdrawn"
    assert begin(db, owner, push_id) is False
    assert outbox(db) == []
    with pytest.raises(Conflict, match="不能撤回"), db.work() as session:
        service.withdraw_push(session, owner, "news")


def test_a_push_that_has_begun_can_not_be_taken_back(db: Database, owner: int):
    begin(db, owner, schedule(db, owner))
    with pytest.raises(Conflict, match="不能撤回"), db.work() as session:
        service.withdraw_push(session, owner, "news")


def test_nobody_takes_back_or_sees_the_push_of_another(db: Database, owner: int):
    push_id = schedule(db, owner)
    with db.work() as session:
        other = add_account(session, new_account("other"), NOW).id
    with pytest.raises(NotFound), db.work() as session:
        service.withdraw_push(session, other, "news")
    with pytest.raises(NotFound):
        push_of(db, other, push_id)
    assert begin(db, other, push_id) is False


def test_a_crowd_begins_a_push_once_and_uses_the_quota_once(db: Database, owner: int):
    push_id = schedule(db, owner)
    begun = together(8, lambda _n: begin(db, owner, push_id))
    assert sorted(begun) == [False] * 7 + [True]
    assert outbox(db) == [f"push:{push_id}"]
    with db.read() as session:
        assert count_used(session, owner, QUOTA, NOW) == 1


def test_a_crowd_that_begins_and_takes_back_does_one_of_them(db: Database, owner: int):
    push_id = schedule(db, owner)

    def act(number: int) -> object:
        if number % 2:
            return begin(db, owner, push_id)
        with db.work() as session:
            return service.withdraw_push(session, owner, "news")

    together(8, act)
    state = push_of(db, owner, push_id).state
    assert (state, len(outbox(db))) in [("withdrawn", 0), ("sending", 1)]


def test_without_quota_left_a_push_fails_and_says_so(db: Database, owner: int):
    begin(db, owner, schedule(db, owner))
    second = schedule(db, owner, "second")
    assert begin(db, owner, second) is True
    failed = push_of(db, owner, second)
    assert (failed.state, failed.error) == ("failed", "今天的群发次数（1 次）已用完")
    assert failed.closed_at == NOW
    assert len(outbox(db)) == 1


def test_a_report_after_the_acceptance_closes_the_push(db: Database, owner: int):
    push_id = schedule(db, owner)
    begin(db, owner, push_id)
    accept(db, owner, push_id)
    assert close(db) == 0
    report(db, owner)
    assert [close(db), close(db)] == [1, 0]
    sent = push_of(db, owner, push_id)
    assert (sent.state, sent.total_count, sent.sent_count, sent.error_count) == ("sent", 10, 8, 1)
    assert sent.closed_at == NOW


def test_a_report_before_the_acceptance_closes_it_too(db: Database, owner: int):
    push_id = schedule(db, owner)
    begin(db, owner, push_id)
    report(db, owner)
    assert close(db) == 0
    accept(db, owner, push_id)
    assert close(db) == 1
    assert push_of(db, owner, push_id).state == "sent"


def test_a_report_that_comes_again_changes_nothing(db: Database, owner: int):
    push_id = schedule(db, owner)
    begin(db, owner, push_id)
    accept(db, owner, push_id)
    for status in ("send success", "send fail"):
        report(db, owner, status=status)
    assert close(db) == 1
    assert push_of(db, owner, push_id).state == "sent"


@pytest.mark.parametrize("status", ["send fail", "err(10001)", "sendfail", ""])
def test_what_the_platform_could_not_send_has_failed_with_its_words(db: Database, owner: int, status: str):
    push_id = schedule(db, owner)
    begin(db, owner, push_id)
    accept(db, owner, push_id)
    report(db, owner, status=status)
    close(db)
    failed = push_of(db, owner, push_id)
    assert (failed.state, failed.error) == ("failed", f"平台报告：{status}")


def test_a_report_of_another_account_or_message_closes_nothing(db: Database, owner: int):
    push_id = schedule(db, owner)
    begin(db, owner, push_id)
    accept(db, owner, push_id)
    with db.work() as session:
        other = add_account(session, new_account("other"), NOW).id
    report(db, other)
    report(db, owner, msg_id="78")
    report(db, owner, msg_id="")
    assert close(db) == 0
    with db.read() as session:
        assert len(session.scalars(select(MassResult).execution_options(**ALL)).all()) == 2


def test_steps_out_of_order_do_nothing(db: Database, owner: int):
    push_id = schedule(db, owner)
    accept(db, owner, push_id)
    with db.work() as session:
        service.note_media(session, owner, push_id, "media")
        service.fail_push(session, owner, push_id, "x", NOW)
    push = push_of(db, owner, push_id)
    assert (push.state, push.msg_id, push.media_id) == ("scheduled", "", "")


def test_every_push_has_a_clientmsgid_of_its_own_before_anything_is_sent(db: Database, owner: int):
    pushes = [push_of(db, owner, schedule(db, owner, f"code{n}")) for n in range(3)]
    assert len({push.client_msg_id for push in pushes}) == 3
    assert all(0 < len(push.client_msg_id.encode()) <= 64 for push in pushes)
