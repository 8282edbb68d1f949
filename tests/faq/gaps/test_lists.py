"""The lists that pages read: made by the worker, kept in step by who settles, and never of what was erased."""

from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import timedelta

import pytest
from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from accounts.service import add_account
from faq.commands import make_shelf
from faq.files import EntryRow
from faq.gaps import lists
from faq.gaps.lists import WINDOWS, stale_accounts
from faq.gaps.nearest import NOTHING, Comparison, Near
from faq.gaps.personal import erase
from faq.gaps.service import get_gap, reopen, settle
from faq.gaps.store import get_list, list_lines
from faq.gaps.tasks import grouping_job
from faq.service import import_entries
from faq.shelf import FaqShelf
from jobs.ticker import Job
from models import AskedQuestion, GapLine, MessageLog
from models.db import Database
from tests.conftest import NOW, Home, new_account
from tests.faq.entries import row
from tests.faq.gaps.conftest import days_ago, grouped, said, told, useless
from tests.faq.gaps.test_clusters import BUS, HEAT


@pytest.fixture
def asked(db: Database, account: int) -> int:
    told(db, *(said(words, account_id=account, at=days_ago(n)) for n, words in enumerate(HEAT)))
    told(db, *(said(words, account_id=account, at=days_ago(10)) for words in BUS))
    told(db, useless(HEAT[0], account, at=days_ago(40)))
    grouped(db, account)
    return account


def lines(db: Database, account: int, days: int = 30) -> list[GapLine]:
    with db.read() as session:
        return list_lines(session, account, days, 0, 50)


def totals(db: Database, account: int) -> dict[int, tuple[int, int]]:
    """(gaps, questions) by days."""
    with db.read() as session:
        found = {days: get_list(session, account, days) for days in WINDOWS}
    return {days: (one.gaps, one.questions) for days, one in found.items() if one is not None}


def settle_first(db: Database, account: int) -> str:
    code = lines(db, account)[0].gap
    with db.work() as session:
        settle(session, account, get_gap(session, account, code), NOW)
    return code


def test_each_number_of_days_has_a_list_of_its_own(db: Database, asked: int):
    assert totals(db, asked) == {7: (1, 5), 30: (2, 8), 90: (2, 9)}
    heat, bus = lines(db, asked, 90)
    assert (heat.rank, heat.handed_off, heat.useless, heat.phrasings) == (1, 5, 1, 5)
    assert set(heat.texts) < set(HEAT)
    assert len(heat.texts) == 4
    assert (bus.rank, bus.handed_off, bus.last_at) == (2, 3, days_ago(10))


def test_what_is_settled_leaves_every_list_and_comes_back(db: Database, asked: int):
    before = totals(db, asked)
    code = settle_first(db, asked)
    assert totals(db, asked) == {7: (0, 0), 30: (1, 3), 90: (1, 3)}
    assert code not in [line.gap for line in lines(db, asked, 90)]
    with db.work() as session:
        reopen(session, asked, code)
    assert totals(db, asked) == before
    assert lines(db, asked)[0].gap == code


def test_lists_are_made_anew_only_of_other_questions_or_on_another_day(db: Database, asked: int):
    with db.read() as session:
        assert stale_accounts(session, NOW, {}) == []
        assert stale_accounts(session, NOW + timedelta(days=1), {}) == [asked]
    told(db, said("食堂太贵了", account_id=asked))
    with db.read() as session:
        assert stale_accounts(session, NOW, {}) == [asked]
    grouped(db, asked)
    settle_first(db, asked)
    with db.read() as session:
        assert stale_accounts(session, NOW, {}) == [asked]


def test_an_account_whose_questions_are_all_gone_gets_empty_lists(db: Database, asked: int):
    with db.work() as session:
        session.execute(delete(AskedQuestion).where(AskedQuestion.account_id == asked))
    with db.read() as session:
        assert stale_accounts(session, NOW, {}) == [asked]
    grouped(db, asked)
    assert totals(db, asked) == dict.fromkeys(WINDOWS, (0, 0))
    assert lines(db, asked) == []


def test_what_is_settled_while_the_worker_groups_stays_settled(db: Database, asked: int):
    with db.read() as session:
        before = lists.group(session, asked, NOW, NOTHING)
    code = settle_first(db, asked)
    with db.work() as session:
        assert lists.keep(session, asked, before, NOW) == 1
    assert code not in [line.gap for line in lines(db, asked, 90)]


def test_another_accounts_lists_are_its_own(db: Database, asked: int):
    with db.work() as session:
        other = add_account(session, new_account("other"), NOW).id
    told(db, said(HEAT[0], account_id=other))
    grouped(db, other)
    before = totals(db, asked)
    settle_first(db, other)
    assert totals(db, asked) == before


def test_what_is_erased_is_shown_no_more(db: Database, asked: int):
    with db.work() as session:
        key = session.scalar(
            select(AskedQuestion.message_key).where(
                AskedQuestion.account_id == asked, AskedQuestion.text == BUS[0]
            )
        )
        assert key is not None
        session.add(
            MessageLog(
                account_id=asked,
                message_key=key,
                openid="o1",
                kind="text",
                content=BUS[0],
                received_at=NOW,
            )
        )
    with db.work() as session:
        assert erase(session, asked, "o1") == 1
    assert BUS[0] not in str([line.texts for line in lines(db, asked, 90)])
    with db.read() as session:
        assert stale_accounts(session, NOW, {}) == [asked]


def shown_when_settled_in_the_middle(db: Database, monkeypatch: pytest.MonkeyPatch) -> bool:
    """A gap is settled after the worker saw it open and before it makes the lists: is it on them?"""
    with db.work() as session:
        account = add_account(session, new_account(), NOW).id
    told(db, *(said(words, account_id=account) for words in HEAT + BUS))
    grouped(db, account)
    code, read = lines(db, account)[0].gap, lists.list_open_gaps
    with ThreadPoolExecutor(1) as pool:
        settling: list[Future[str]] = []

        def meanwhile(session: Session, account_id: int) -> set[str]:
            found = read(session, account_id)
            settling.append(pool.submit(settle_first, db, account))
            wait(settling, 1)
            return found

        monkeypatch.setattr(lists, "list_open_gaps", meanwhile)
        grouped(db, account)
        assert settling[0].result(20) == code
    return code in [line.gap for line in lines(db, account)]


def test_who_settles_while_lists_are_made_waits_and_takes_it_off(
    postgres_db: Database, monkeypatch: pytest.MonkeyPatch
):
    assert not shown_when_settled_in_the_middle(postgres_db, monkeypatch)


def test_control_without_the_lock_it_stays_on_them(postgres_db: Database, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Select, "with_for_update", lambda self: self)
    assert shown_when_settled_in_the_middle(postgres_db, monkeypatch)


def test_each_line_keeps_the_entry_that_comes_nearest(db: Database, asked: int):
    near = {HEAT[0]: Near("heat", 0.6)}
    grouped(db, asked, Comparison("some", near.get))
    for days in (30, 90):
        heat, bus = lines(db, asked, days)
        assert (heat.texts[0], heat.nearest, heat.sure) == (HEAT[0], "heat", 0.6)
        assert (bus.nearest, bus.sure) == ("", 0.0)


def test_lists_are_made_anew_of_other_entries(db: Database, asked: int):
    grouped(db, asked, Comparison("some", lambda _: None))
    with db.read() as session:
        assert stale_accounts(session, NOW, {asked: "some"}) == []
        assert stale_accounts(session, NOW, {asked: "other"}) == [asked]
        assert stale_accounts(session, NOW, {}) == [asked]


def test_the_worker_groups_what_changed(home: Home):
    home.add_account(new_account("other"))
    job = worker(home)
    told(home.parts.db, said("食堂太贵了"))
    assert job.run() == 1
    assert job.run() == 0


def test_the_worker_looks_again_when_the_entries_changed(home: Home):
    with home.parts.db.read() as session:
        home.parts.directory.reload(session)
    account = home.parts.directory.get("ours")
    told(home.parts.db, said(BUS[0], account_id=account.id))
    shelf = make_shelf(home.parts)
    bring(home, shelf, row("pay", "工资几号发"))
    job = grouping_job(home.parts, shelf)
    assert job.run() == 1
    assert lines(home.parts.db, account.id)[0].nearest == ""
    bring(home, shelf, row("bus", BUS[0], alternates=(BUS[1],)))
    assert grouping_job(home.parts, shelf).run() == 1
    (line,) = lines(home.parts.db, account.id)
    assert line.nearest == "bus"
    assert line.sure > 0.9
    assert grouping_job(home.parts, shelf).run() == 0


def worker(home: Home) -> Job:
    return grouping_job(home.parts, make_shelf(home.parts))


def bring(home: Home, shelf: FaqShelf, *rows: EntryRow) -> None:
    with home.parts.db.work() as session:
        import_entries(session, home.parts.directory.get("ours").organisation_id, rows, NOW)
    with home.parts.db.read() as session:
        shelf.load(session)
