"""A push on its way: through the outbox to a real platform, once, whatever dies on the way."""

import time
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import update

from accounts.mass import mass_quotas
from app import create_app, make_jobs
from core.settings import ROOT, PushSettings, WeChatSettings
from jobs.outbox import Outbox
from models import Account, OutboxItem, Push
from push import service
from push.files import PushDraft
from push.service import MASS_SEND
from push.tasks import courier, jobs
from tests.conftest import Home, make_settings, new_account
from tests.neighbours import Platform, open_web, parts_of, running_platform, served
from tools.postgres import free_port

DEMO = ROOT / "content" / "demo" / "pushes.yaml"


def cards(platform: Platform, account: str = "ours") -> list[int]:
    """How many news cards each of the three followers got."""
    people = platform.people(account)
    return [sum(message["kind"] == "news" for message in platform.phone(account, o)) for o in people[:3]]


def wait_for_cards(platform: Platform, count: int) -> None:
    until = time.monotonic() + 10
    while cards(platform) != [count] * 3 and time.monotonic() < until:
        time.sleep(0.02)
    time.sleep(0.1)  # one too many would come now
    assert cards(platform) == [count] * 3


def begin(house: Home, draft: PushDraft) -> int:
    ours = house.parts.directory.get("ours")
    with house.parts.db.work() as session:
        push_id = service.schedule_push(session, ours.id, draft).id
    job = next(job for job in jobs(house.parts) if job.name == "pushes_due")
    assert job.run() == 1
    assert job.run() == 0
    return push_id


def deliver(house: Home) -> int:
    box = Outbox(
        house.parts.db,
        {MASS_SEND: courier(house.parts)},
        house.parts.clock,
        batch=9,
        keep_trying=timedelta(hours=1),
    )
    return box.deliver_due()


def push_of(house: Home, push_id: int) -> Push:
    with house.parts.db.read() as session:
        return service.get_push(session, house.parts.directory.get("ours").id, push_id)


def forget_that_it_was_accepted(house: Home, push_id: int) -> None:
    """As if the worker had been killed between the platform's yes and our note of it."""
    everybody = {"all_tenants": "a test", "synchronize_session": False}
    with house.parts.db.work() as session:
        session.execute(
            update(Push)
            .where(Push.id == push_id)
            .values(state="sending", msg_id="")
            .execution_options(**everybody)
        )
        session.execute(
            update(OutboxItem)
            .values(state="waiting", payload={"push_id": push_id})
            .execution_options(**everybody)
        )


def test_a_push_is_accepted_and_stands_on_every_phone_once(house: Home, platform: Platform, draft: PushDraft):
    push_id = begin(house, draft)
    assert push_of(house, push_id).state == "sending"
    assert deliver(house) == 1
    accepted = push_of(house, push_id)
    assert (accepted.state, bool(accepted.msg_id), bool(accepted.media_id)) == ("accepted", True, True)
    wait_for_cards(platform, 1)


def test_sent_again_after_a_crash_it_counts_as_sent_and_reaches_nobody_twice(
    house: Home, platform: Platform, draft: PushDraft
):
    push_id = begin(house, draft)
    deliver(house)
    first = push_of(house, push_id)
    wait_for_cards(platform, 1)
    forget_that_it_was_accepted(house, push_id)
    assert deliver(house) == 1
    again = push_of(house, push_id)
    assert (again.state, again.msg_id, again.media_id) == ("accepted", first.msg_id, first.media_id)
    wait_for_cards(platform, 1)


def test_control_under_another_clientmsgid_the_platform_would_take_it_for_a_second_push(
    house: Home, platform: Platform, draft: PushDraft
):
    push_id = begin(house, draft)
    deliver(house)
    wait_for_cards(platform, 1)
    forget_that_it_was_accepted(house, push_id)
    with house.parts.db.work() as session:
        session.execute(
            update(Push)
            .where(Push.id == push_id)
            .values(client_msg_id="another")
            .execution_options(all_tenants="a test", synchronize_session=False)
        )
    assert deliver(house) == 0  # refused for other reasons: the draft is gone, or the day's send is used


def test_what_the_platform_refuses_for_good_has_failed_with_its_reason(
    house: Home, platform: Platform, draft: PushDraft
):
    push_id = begin(house, draft)
    with house.parts.db.work() as session:
        service.note_media(session, house.parts.directory.get("ours").id, push_id, "a-draft-that-is-gone")
    assert deliver(house) == 0
    failed = push_of(house, push_id)
    assert failed.state == "failed"
    assert "微信错误码" in failed.error
    assert failed.closed_at is not None
    assert cards(platform) == [0, 0, 0]


def test_a_send_too_many_on_the_platforms_side_waits_for_tomorrow(
    house: Home, platform: Platform, draft: PushDraft
):
    first = begin(house, draft)
    deliver(house)
    assert push_of(house, first).state == "accepted"
    second = begin(house, PushDraft("second", "标题", "", draft.cover, "https://a.cn", draft.due_at))
    assert deliver(house) == 0
    assert push_of(house, second).state == "sending"
    wait_for_cards(platform, 1)


def test_a_platform_that_is_away_leaves_the_push_waiting_in_the_outbox(
    house: Home, draft: PushDraft, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    push_id = begin(house, draft)
    away = WeChatSettings(api_url=f"http://127.0.0.1:{free_port()}")
    monkeypatch.setattr(house.parts.platform, "_settings", make_settings(tmp_path, wechat=away))
    assert deliver(house) == 0
    assert push_of(house, push_id).state == "sending"
    with house.parts.db.read() as session:
        item = session.query(OutboxItem).execution_options(all_tenants="a test").one()
    assert (item.state, item.attempts) == ("waiting", 1)


def test_a_push_taken_back_in_the_last_moment_is_not_sent(house: Home, platform: Platform, draft: PushDraft):
    push_id = begin(house, draft)
    with house.parts.db.work() as session:
        service.fail_push(session, house.parts.directory.get("ours").id, push_id, "x", house.parts.clock())
    assert deliver(house) == 1
    assert cards(platform) == [0, 0, 0]


def test_one_damaged_account_does_not_hold_up_the_pushes_of_the_others(house: Home, draft: PushDraft):
    broken = house.add_account(new_account("broken"))
    with house.parts.db.work() as session:
        service.schedule_push(session, broken, draft)
        session.get_one(Account, broken).aes_key = "damaged"
    with house.parts.db.read() as session:
        house.parts.directory.reload(session)
    assert push_of(house, begin(house, draft)).state == "sending"


def test_every_account_sends_once_a_day_and_a_service_account_four_times_a_month(house: Home):
    house.add_account(new_account("daily", kind="subscription"))
    with house.parts.db.read() as session:
        house.parts.directory.reload(session)
    limits = {
        account.key: [(quota.limit, quota.span) for quota in mass_quotas(account, PushSettings())]
        for account in house.parts.directory.all()
    }
    assert limits == {"ours": [(1, "day"), (4, "month")], "daily": [(1, "day")]}


def test_a_push_whose_delivery_was_given_up_has_failed(house: Home, draft: PushDraft):
    push_id = begin(house, draft)
    (house.parts.settings.var_dir / "covers" / draft.cover).unlink()
    with house.parts.db.work() as session:
        long_ago = house.parts.clock() - timedelta(days=1)
        session.execute(
            update(OutboxItem)
            .values(created_at=long_ago)
            .execution_options(all_tenants="a test", synchronize_session=False)
        )
    assert deliver(house) == 0
    closing = next(job for job in jobs(house.parts) if job.name == "pushes_reported")
    assert [closing.run(), closing.run()] == [1, 0]
    failed = push_of(house, push_id)
    assert failed.state == "failed"
    assert failed.error


def command(house: Home, *args: str) -> Result:
    return house.app.test_cli_runner().invoke(args=["push", *args])


def test_pushes_are_scheduled_listed_and_withdrawn_by_command(house: Home):
    done = command(house, "schedule", str(DEMO), "--account", "ours")
    assert (done.exit_code, done.output.startswith("已安排：")) == (0, True), done.output
    assert "待发送" in command(house, "list", "--account", "ours").output
    assert command(house, "withdraw", "welcome-jingjing", "--account", "ours").exit_code == 0
    assert "已撤回" in command(house, "list", "--account", "ours").output


@pytest.mark.parametrize(
    "args",
    [
        ("schedule", "/no/such/file.yaml", "--account", "ours"),
        ("schedule", str(DEMO), "--account", "nobody"),
        ("withdraw", "nothing", "--account", "ours"),
        ("list", "--account", "nobody"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_line(house: Home, args: tuple[str, ...]):
    done = command(house, *args)
    assert done.exit_code == 1
    assert done.stderr.count("\n") == 1


def test_a_file_with_one_push_too_many_schedules_none(house: Home, tmp_path: Path):
    (tmp_path / "a.jpg").write_bytes((DEMO.parent / "covers" / "station.jpg").read_bytes())
    row = "{code: same, title: t, cover: a.jpg, link: 'https://a.cn', at: now}"
    (tmp_path / "p.yaml").write_text(f"pushes: [{row}, {row}]", "utf-8")
    assert command(house, "schedule", str(tmp_path / "p.yaml"), "--account", "ours").exit_code == 1
    assert command(house, "list", "--account", "ours").output == ""


def test_from_the_file_to_the_phones_and_back_to_the_list(
    tmp_path: Path, valkey_url: str, redis, sqlite_template: Path
):
    """The whole way: the platform's report comes in through the webhook, the journal and the ticker's jobs."""
    (tmp_path / "test.sqlite3").write_bytes(sqlite_template.read_bytes())
    port = free_port()
    with running_platform(tmp_path, [new_account()], f"http://127.0.0.1:{port}") as platform:
        settings = make_settings(tmp_path, valkey_url, wechat=WeChatSettings(api_url=platform.url))
        bare = create_app(settings)
        setup = Home(bare, parts_of(bare))
        setup.add_account(new_account())
        with open_web(settings) as app, served(app, port):
            home = Home(app, parts_of(app))
            for openid in platform.people("ours")[:3]:
                platform.do("ours", openid, "follow")
            assert command(home, "schedule", str(DEMO), "--account", "ours").exit_code == 0
            work = make_jobs(home.parts)
            until = time.monotonic() + 20
            while "已送达" not in (listed := command(home, "list", "--account", "ours").output):
                assert time.monotonic() < until, listed
                for job in work:
                    job.run()
            assert "送达 3/3" in listed
            wait_for_cards(platform, 1)
        setup.parts.db.close()
