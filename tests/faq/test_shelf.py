"""Which entries an account has: its own, its parents', within their dates; and one index for those who have the same."""

from datetime import date

import pytest
from sqlalchemy import select

from accounts.service import add_account, set_profile
from faq.commands import make_shelf
from faq.rules import Decision
from faq.service import import_entries
from faq.shelf import FaqShelf
from models import Account, Organisation
from tests.conftest import NOW, Home, new_account
from tests.faq.entries import row

TODAY = date(2026, 11, 20)


@pytest.fixture
def tree(home: Home) -> dict[str, int]:
    """A province with two cities; each has an account of its key, `ours` stands alone."""
    ids: dict[str, int] = {}
    with home.parts.db.work() as session:
        for key, parent in (("province", None), ("east", "province"), ("west", "province")):
            organisation = Organisation(key=key, name=key, parent_id=ids.get(parent or ""))
            session.add(organisation)
            session.flush()
            ids[key] = organisation.id
            add_account(session, new_account(key, organisation=key), NOW)
    return ids


def bring(home: Home, organisation_id: int, *rows) -> None:
    with home.parts.db.work() as session:
        import_entries(session, organisation_id, rows, NOW)


def load(home: Home, shelf: FaqShelf | None = None) -> FaqShelf:
    shelf = shelf or make_shelf(home.parts)
    with home.parts.db.read() as session:
        home.parts.directory.reload(session)
        shelf.load(session)
    return shelf


def answer_of(shelf: FaqShelf, account: str, code: str) -> str | None:
    found = shelf.entries_of(account).by_code.get(code)
    return found.answer if found else None


def test_entries_are_inherited_and_the_nearer_one_wins(home: Home, tree: dict[str, int]):
    bring(home, tree["province"], row("join", "怎么入会", answer="省"), row("pay", "工资拖欠", answer="省"))
    bring(home, tree["east"], row("join", "怎么入会", answer="东"), row("bus", "驿站在哪", answer="东"))
    shelf = load(home)
    assert [answer_of(shelf, "east", code) for code in ("join", "pay", "bus")] == ["东", "省", "东"]
    assert [answer_of(shelf, "west", code) for code in ("join", "pay", "bus")] == ["省", "省", None]
    assert [answer_of(shelf, "province", code) for code in ("join", "bus")] == ["省", None]
    assert answer_of(shelf, "ours", "join") is None


def test_accounts_with_the_same_entries_share_one_set_and_one_index(home: Home, tree: dict[str, int]):
    bring(home, tree["province"], row("join", "怎么入会"))
    shelf = load(home)
    assert shelf.entries_of("west") is shelf.entries_of("province") is shelf.entries_of("east")
    bring(home, tree["east"], row("bus", "驿站在哪"))
    load(home, shelf)
    assert shelf.entries_of("west") is shelf.entries_of("province")
    assert shelf.entries_of("east") is not shelf.entries_of("west")


def test_what_did_not_change_keeps_its_index(home: Home, tree: dict[str, int]):
    bring(home, tree["west"], row("join", "怎么入会"))
    shelf = load(home)
    before = shelf.entries_of("west")
    bring(home, tree["east"], row("bus", "驿站在哪"))
    load(home, shelf)
    assert shelf.entries_of("west") is before


def test_an_account_without_entries_hands_off(home: Home):
    found = load(home).ask("ours", "押金", TODAY)
    assert (found.decision, found.matches) == (Decision.HANDOFF, ())
    assert load(home).ask("nobody", "押金", TODAY).matches == ()


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        (None, None, True),
        (TODAY, TODAY, True),
        (date(2026, 11, 21), None, False),
        (None, date(2026, 11, 19), False),
        (date(2026, 1, 1), date(2026, 12, 31), True),
    ],
)
def test_an_entry_is_found_on_the_days_it_is_valid(
    home: Home, tree: dict[str, int], first: date | None, last: date | None, found: bool
):
    bring(home, tree["east"], row("heat", "高温补贴多少", valid_from=first, valid_until=last))
    assert bool(load(home).ask("east", "高温补贴多少", TODAY).matches) is found


def test_entries_out_of_date_do_not_take_the_places_of_valid_ones(home: Home, tree: dict[str, int]):
    old = [row(f"y{n}", f"高温补贴多少 {2000 + n}", valid_until=date(2020, 1, 1)) for n in range(15)]
    bring(home, tree["east"], *old, row("now", "今年高温补贴标准"))
    found = load(home).ask("east", "高温补贴多少", TODAY)
    assert [match.entry.code for match in found.matches] == ["now"]


def test_at_most_ten_matches_best_first_also_with_dates(home: Home, tree: dict[str, int]):
    rows = [row(f"y{n}", f"高温补贴多少 {n}", valid_from=date(2026, 1, 1)) for n in range(30)]
    bring(home, tree["east"], *rows)
    scores = [match.score for match in load(home).ask("east", "高温补贴多少", TODAY).matches]
    assert len(scores) == 10
    assert scores == sorted(scores, reverse=True)


def test_importing_again_changes_only_what_changed(home: Home, tree: dict[str, int]):
    with home.parts.db.work() as session:
        first = import_entries(session, tree["east"], [row("a", "甲"), row("b", "乙")], NOW)
        again = import_entries(session, tree["east"], [row("a", "甲"), row("b", "丙"), row("c", "丁")], NOW)
    assert (first.added, first.changed, first.unchanged) == (2, 0, 0)
    assert (again.added, again.changed, again.unchanged) == (1, 1, 1)


def test_another_organisation_may_use_the_same_ids(home: Home, tree: dict[str, int]):
    bring(home, tree["east"], row("a", "甲"))
    bring(home, tree["west"], row("a", "乙"))
    shelf = load(home)
    assert answer_of(shelf, "east", "a") != answer_of(shelf, "west", "a")


def test_a_changed_profile_does_not_rebuild_the_index(home: Home, tree: dict[str, int]):
    bring(home, tree["east"], row("a", "甲"))
    shelf = load(home)
    before = shelf.entries_of("east")
    with home.parts.db.work() as session:
        account = session.scalars(select(Account).where(Account.key == "east")).one()
        set_profile(session, account, home.parts.directory.get("east").profile)
    assert load(home, shelf).entries_of("east") is before
