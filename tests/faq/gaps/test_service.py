"""Gaps: found, counted, filled, taken off the list and brought back, forgotten; and the figures of coverage."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from accounts.service import add_account, get_account
from core.errors import Conflict, Invalid, NotFound
from core.settings import FaqSettings
from faq.gaps.grouping import Gap
from faq.gaps.lists import window_start
from faq.gaps.service import Filled, NewEntry, expire, fill, find_gaps, get_gap, measure, reopen, settle
from faq.gaps.tasks import jobs
from faq.service import import_entries
from faq.store import EntryView, list_entries
from models.db import Database
from tests.conftest import NOW, Home, new_account
from tests.faq.entries import entry, row
from tests.faq.gaps.conftest import days_ago, grouped, rows, said, told, useless
from tests.faq.gaps.test_clusters import BUS, HEAT
from tests.neighbours import together

LONG_AGO = days_ago(1000)


@pytest.fixture
def asked(db: Database, account: int) -> int:
    """An account whose followers asked what nobody could answer."""
    messages = [said(words, account_id=account, at=days_ago(n)) for n, words in enumerate(HEAT + BUS)]
    told(db, *messages, useless(HEAT[1], account, at=days_ago(40)), said("？？", account_id=account))
    return account


def gaps(db: Database, account: int, since: datetime = LONG_AGO) -> list[Gap]:
    grouped(db, account)
    with db.read() as session:
        return find_gaps(session, account, since)


def fill_one(
    db: Database, account: int, gap: str, /, existing: Sequence[EntryView] = (), **new: str
) -> Filled:
    with db.work() as session:
        organisation = get_account(session, "ours").organisation_id
        return fill(session, account, organisation, gap, NewEntry(**{"answer": "能。", **new}), existing, NOW)


def test_the_most_asked_comes_first_with_its_counts_and_days(db: Database, asked: int):
    heat, bus = gaps(db, asked)
    assert set(heat.texts) == set(HEAT)
    assert set(bus.texts) == set(BUS)
    assert (heat.count("handed_off"), heat.count("useless"), len(bus.asked)) == (5, 1, 3)
    assert (heat.asked[0].asked_at, heat.asked[-1].asked_at) == (days_ago(40), NOW)


def test_days_count_only_what_was_asked_in_them_and_the_gap_stays_the_same(db: Database, asked: int):
    everything = {gap.code: len(gap.asked) for gap in gaps(db, asked)}
    lately = {gap.code: len(gap.asked) for gap in gaps(db, asked, days_ago(6.5))}
    assert lately.keys() == everything.keys()
    assert sorted(lately.values()) == [2, 5]
    assert len(gaps(db, asked, days_ago(0.5))) == 1


def test_a_code_leads_to_its_gap_also_after_more_was_asked(db: Database, asked: int):
    code = gaps(db, asked)[0].code
    told(db, *(said("高温补贴到底发不发", account_id=asked) for _ in range(20)))
    now = gaps(db, asked)[0]
    with db.read() as session:
        assert get_gap(session, asked, code) == now
    assert len(now.asked) == 26


def test_filling_makes_an_entry_with_the_other_texts_as_alternates(db: Database, asked: int):
    heat = gaps(db, asked)[0]
    done = fill_one(db, asked, heat.code, topic="heat")
    assert done.settled == 6
    with db.read() as session:
        (entry,) = list_entries(session, get_account(session, "ours").organisation_id)
    assert (entry.code, entry.topic, entry.answer) == (f"gap-{heat.code}", "heat", "能。")
    assert entry.question == heat.question
    assert {entry.question, *entry.alternates} == set(HEAT)
    assert [gap.code for gap in gaps(db, asked)] != [heat.code]
    assert len(gaps(db, asked)) == 1


def test_an_entry_has_at_most_ten_alternates_and_no_bar_in_them(db: Database, account: int):
    told(db, *(said(f"班车|坐不下怎么办{'啊' * n}{'呀' * n}车", account_id=account) for n in range(15)))
    (gap,) = gaps(db, account)
    entry = fill_one(db, account, gap.code, code="bus", question="班车坐不下？").entry
    assert (entry.code, entry.question, len(entry.alternates)) == ("bus", "班车坐不下？", 10)
    assert not any("|" in text for text in entry.alternates)


@pytest.mark.parametrize(
    ("new", "told_"),
    [
        ({"answer": "  "}, "答案不能为空"),
        ({"answer": "长" * 8001}, "答案超过 8000 个字"),
        ({"topic": "t" * 81}, "主题超过 80 个字"),
        ({"code": "c" * 81}, "编号超过 80 个字"),
        ({"question": "问" * 501}, "问题超过 500 个字"),
    ],
)
def test_a_bad_entry_is_refused_and_the_gap_stays(db: Database, asked: int, new: dict[str, str], told_: str):
    code = gaps(db, asked)[0].code
    with pytest.raises(Invalid, match=told_):
        fill_one(db, asked, code, **new)
    assert len(gaps(db, asked)) == 2


def test_an_entry_that_exists_is_not_overwritten(db: Database, asked: int):
    code = gaps(db, asked)[0].code
    with pytest.raises(Conflict, match="已经有编号为「pay」的问答"):
        fill_one(db, asked, code, existing=[entry("pay")], code="pay")
    assert len(gaps(db, asked)) == 2


def test_what_another_entry_is_asked_by_is_no_alternate(db: Database, asked: int):
    gap = gaps(db, asked)[0]
    other = entry("pay", question="工资哪天发", alternates=(gap.texts[1] + "？",))
    assert set(fill_one(db, asked, gap.code, existing=[other]).entry.alternates) == set(gap.texts[2:])


def test_two_who_fill_one_gap_at_once_make_one_entry(db: Database, asked: int):
    code = gaps(db, asked)[0].code
    done = together(4, lambda n: fill_one(db, asked, code, code=f"own-{n}"))
    assert sum(isinstance(one, Filled) for one in done) == 1
    assert all(isinstance(one, Filled | Conflict | NotFound) for one in done)
    with db.read() as session:
        assert len(list_entries(session, get_account(session, "ours").organisation_id)) == 1


def test_a_gap_taken_off_comes_back_as_it_was_and_new_questions_open_a_new_one(db: Database, asked: int):
    heat = gaps(db, asked)[0]
    with db.work() as session:
        assert settle(session, asked, heat, NOW) == 6
    with pytest.raises(Conflict), db.work() as session:
        settle(session, asked, heat, NOW + timedelta(seconds=1))
    told(db, said("高温补贴不发找谁呢", account_id=asked))
    assert sorted(len(gap.asked) for gap in gaps(db, asked)) == [1, 3]
    with db.work() as session:
        assert reopen(session, asked, heat.code) == 6
    assert [len(gap.asked) for gap in gaps(db, asked)] == [7, 3]
    with pytest.raises(NotFound), db.work() as session:
        reopen(session, asked, heat.code)


def test_another_accounts_gaps_do_not_exist(db: Database, asked: int):
    with db.work() as session:
        other = add_account(session, new_account("other"), NOW).id
    code = gaps(db, asked)[0].code
    told(db, said(HEAT[0], account_id=other))
    assert [len(gap.asked) for gap in gaps(db, other)] == [1]
    with db.read() as session, pytest.raises(NotFound):
        get_gap(session, other, code)
    with db.work() as session, pytest.raises(NotFound):
        reopen(session, other, code)
    with db.read() as session:
        assert measure(session, other, LONG_AGO)[0].questions == 1


def test_what_is_old_is_forgotten_in_every_account(db: Database, account: int):
    with db.work() as session:
        other = add_account(session, new_account("other"), NOW).id
    for one in (account, other):
        told(db, said("旧", account_id=one, at=days_ago(181)), said("新", account_id=one, at=days_ago(179)))
    with db.work() as session:
        assert expire(session, days_ago(180)) == 2
        assert expire(session, days_ago(180)) == 0
    assert [row.text for one in (account, other) for row in rows(db, one)] == ["新", "新"]


def test_the_worker_forgets_after_gap_days(home: Home):
    job = next(job for job in jobs(home.parts) if job.name == "questions_expire")
    now = datetime.now(UTC)
    told(home.parts.db, said(at=now - timedelta(days=181)), said(at=now - timedelta(days=179)))
    assert job.run() == 1
    assert job.run() == 0


@pytest.mark.parametrize("days", [0, 3651, "long"])
def test_gap_days_out_of_bounds_are_refused_at_the_start(days: object):
    with pytest.raises(ValidationError, match="gap_days"):
        FaqSettings.model_validate({"gap_days": days})


def test_coverage_is_what_was_answered_or_offered_of_all_questions(db: Database, account: int):
    kinds = {"answered": 5, "suggested": 2, "handed_off": 3}
    hooks = {
        "answered": ("faq", {}),
        "suggested": ("faq", {"faq": "suggest"}),
        "handed_off": ("fallback", {}),
    }
    for kind, number in kinds.items():
        hook, note = hooks[kind]
        told(db, *(said("工资", hook, account_id=account, note=note) for _ in range(number)))
    told(db, useless("工资", account), said("有用", account_id=account, note={"faq": "useful"}))
    with db.read() as session:
        total, days = measure(session, account, LONG_AGO)
    assert (total.questions, total.coverage) == (10, 0.7)
    assert dict(total.counts) == {**kinds, "useful": 1, "useless": 1}
    assert list(days) == [NOW.date()]


def test_a_day_is_a_day_in_shanghai(db: Database, account: int):
    evening = datetime(2026, 11, 19, 16, 0, tzinfo=UTC)  # midnight in Shanghai
    told(
        db, said(account_id=account, at=evening), said(account_id=account, at=evening - timedelta(seconds=1))
    )
    with db.read() as session:
        _, days = measure(session, account, LONG_AGO)
        today, _ = measure(session, account, window_start(NOW, 1))
    assert [day.isoformat() for day in days] == ["2026-11-19", "2026-11-20"]
    assert today.questions == 1


def test_without_questions_there_is_no_coverage(db: Database, account: int):
    with db.read() as session:
        total, days = measure(session, account, LONG_AGO)
    assert (total.coverage, days) == (None, {})


def test_an_entry_of_the_account_is_not_touched_by_filling(db: Database, asked: int):
    with db.work() as session:
        organisation = get_account(session, "ours").organisation_id
        import_entries(session, organisation, [row("pay", "工资怎么发？")], NOW)
    fill_one(db, asked, gaps(db, asked)[0].code)
    with db.read() as session:
        assert list_entries(session, organisation)[0].code == "pay"
