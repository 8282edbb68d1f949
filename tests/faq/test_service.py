"""The life of an entry in SQL, on both databases: what two people do at the same moment happens once."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from accounts.service import get_account
from core.errors import Conflict
from faq.files import read_upload
from faq.service import (
    Hand,
    Seen,
    get_draft,
    get_entry,
    import_entries,
    publish,
    publish_draft,
    review_draft,
    roll_back,
    save_draft,
    withdraw,
)
from faq.store import STAMP, LiveEntries, list_entries
from models import Entry, EntryDraft, EntryVersion
from models.db import Database
from models.stamps import read_stamps
from tests.conftest import NOW
from tests.faq.entries import row
from tests.neighbours import together

HAND = Hand("安娜", NOW)
DEPOSIT = row("deposit", "收押金合法吗？")
AT_ONCE = 6


@pytest.fixture
def place(db: Database, owner: int) -> int:
    """The id of an organisation."""
    with db.read() as session:
        return get_account(session, "ours").organisation_id


def one_wins(results: Sequence[object]) -> bool:
    lost = [one for one in results if isinstance(one, Exception)]
    assert all(isinstance(one, Conflict) for one in lost), lost
    return len(results) - len(lost) == 1


def versions(db: Database, place: int) -> list[int]:
    with db.read() as session:
        query = select(EntryVersion.number).where(EntryVersion.organisation_id == place)
        return sorted(session.scalars(query))


def live(db: Database, place: int) -> Entry:
    with db.read() as session:
        found = get_entry(session, place, "deposit")
    assert found is not None
    return found


Deed = Callable[[Database, int, int], object]


def _save(db: Database, place: int, number: int) -> object:
    with db.work() as session:
        return save_draft(session, place, replace(DEPOSIT, answer=str(number)), Seen(0, 1), HAND)


def _publish(db: Database, place: int, number: int) -> object:
    with db.work() as session:
        return publish(session, place, replace(DEPOSIT, answer=str(number)), Seen(0, 1), HAND)


def _withdraw(db: Database, place: int, number: int) -> object:
    with db.work() as session:
        return withdraw(session, place, "deposit", 1, HAND)


@pytest.mark.parametrize("deed", [_save, _publish, _withdraw])
def test_of_several_who_change_the_same_at_the_same_moment_one_wins(db: Database, place: int, deed: Deed):
    with db.work() as session:
        import_entries(session, place, [DEPOSIT], NOW)
    assert one_wins(together(AT_ONCE, lambda number: deed(db, place, number)))
    assert versions(db, place) == ([1] if deed is _save else [1, 2])


def test_of_several_who_make_the_same_entry_one_wins(db: Database, place: int):
    def make(number: int) -> str:
        with db.work() as session:
            return publish(session, place, replace(DEPOSIT, answer=str(number)), Seen(0, 0), HAND)

    assert one_wins(together(AT_ONCE, make))
    assert versions(db, place) == [1]


def test_a_draft_is_published_once(db: Database, place: int):
    with db.work() as session:
        save_draft(session, place, DEPOSIT, Seen(0, 0), HAND)
        review_draft(session, place, "deposit", 1, HAND)

    def go(_number: int) -> None:
        with db.work() as session:
            publish_draft(session, place, "deposit", 1, HAND)

    results = together(AT_ONCE, go)
    assert sum(not isinstance(one, Exception) for one in results) == 1
    assert versions(db, place) == [1]
    with db.read() as session:
        assert get_draft(session, place, "deposit") is None
        assert read_stamps(session)[STAMP] == 1


def test_the_entry_keeps_the_address_of_its_draft(db: Database, place: int):
    with db.work() as session:
        address = save_draft(session, place, DEPOSIT, Seen(0, 0), HAND)
        review_draft(session, place, "deposit", 1, HAND)
        publish_draft(session, place, "deposit", 1, HAND)
    assert live(db, place).public_id == address


def test_an_entry_from_before_versions_were_kept_is_not_lost_by_its_first_change(db: Database, place: int):
    with db.work() as session:
        import_entries(session, place, [DEPOSIT], NOW)
        session.query(EntryVersion).filter(EntryVersion.organisation_id == place).delete()
    with db.work() as session:
        publish(session, place, replace(DEPOSIT, answer="新。"), Seen(0, 1), HAND)
        roll_back(session, place, "deposit", 1, 2, HAND)
    assert versions(db, place) == [1, 2, 3]
    assert live(db, place).answer == DEPOSIT.answer


def test_an_import_keeps_what_was_there_before_and_versions_of_all_it_changes(db: Database, place: int):
    many = [row(f"e{n}", f"第{n}个？") for n in range(450)]
    with db.work() as session:
        import_entries(session, place, many, NOW)
        again = [replace(one, answer="改。") for one in many[:300]] + many[300:]
        done = import_entries(session, place, again, NOW)
    assert (done.added, done.changed, done.unchanged) == (0, 300, 150)
    with db.read() as session:
        count = select(func.count()).select_from(EntryVersion).where(EntryVersion.organisation_id == place)
        assert session.scalar(count) == 750


def test_withdrawn_entries_are_in_no_list_that_phones_get(db: Database, place: int):
    with db.work() as session:
        import_entries(session, place, [DEPOSIT, row("other", "别的？")], NOW)
        withdraw(session, place, "deposit", 1, HAND)
    with db.read() as session:
        assert [one.code for one in list_entries(session, place)] == ["other"]
        assert [one.code for one in LiveEntries().read(session)[place]] == ["other"]


def test_a_draft_saved_while_another_publishes_is_never_live_by_itself(db: Database, place: int):
    with db.work() as session:
        import_entries(session, place, [DEPOSIT], NOW)
    together(2, lambda number: (_save if number else _publish)(db, place, number))
    with db.read() as session:
        draft = session.scalar(select(EntryDraft).where(EntryDraft.organisation_id == place))
    # Whichever came first: a draft that is left knows what it was made from.
    assert draft is None or draft.base_version == 1
    assert live(db, place).version in (1, 2)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.csv", "id,question,answer,region\nfull,全的？,新答案。\n"),
        ("a.jsonl", '{"id": "full", "question": "全的？", "answer": "新答案。", "region": null}\n'),
    ],
)
def test_a_file_changes_only_the_columns_it_has(db: Database, place: int, name: str, data: str):
    stored = row("full", "全的？", topic="pay", region="海湾", citations=("《劳动法》",), details="详细")
    with db.work() as session:
        import_entries(session, place, [stored], NOW)
        done = import_entries(session, place, read_upload(name, data.encode())[0], NOW)
    assert (done.added, done.changed) == (0, 1)
    with db.read() as session:
        entry = session.scalars(
            select(Entry).where(Entry.organisation_id == place, Entry.code == "full")
        ).one()
    assert (entry.answer, entry.region) == ("新答案。", "")
    assert (entry.topic, entry.citations, entry.details) == ("pay", ["《劳动法》"], "详细")
