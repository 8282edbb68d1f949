"""The console's list in SQL, on both databases."""

from datetime import date, timedelta

import pytest

from accounts.service import get_account
from faq.listing import Place, Wanted, count_helped, list_lines, list_perishable, list_topics, parse_place
from faq.service import Hand, Seen, import_entries, save_draft, withdraw
from faq.uploads import plan_import
from models.accounts import Organisation
from models.db import Database
from tests.conftest import NOW
from tests.faq.entries import row
from tests.faq.gaps.conftest import said, told

TODAY = date(2026, 11, 20)
HAND = Hand("安娜", NOW)


@pytest.fixture
def chain(db: Database, owner: int) -> tuple[int, int]:
    """A city and its province, both with entries."""
    with db.work() as session:
        city = get_account(session, "ours").organisation_id
        province = Organisation(key="province", name="省总工会")
        session.add(province)
        session.flush()
        session.get_one(Organisation, city).parent_id = province.id
        rows = [
            row("deposit", "押金？", alternates=("交风险金",), citations=("《工友法》第二条",), topic="pay"),
            row("over", "过期的？", valid_until=TODAY - timedelta(days=1)),
            row("gone", "下线的？"),
        ]
        import_entries(session, city, rows, NOW)
        withdraw(session, city, "gone", 1, HAND)
        above = [row("deposit", "省里的押金？"), row("gone", "省里还有的？"), row("theirs", "省里的？")]
        import_entries(session, province.id, above, NOW - timedelta(days=1))
        save_draft(session, city, row("theirs", "我们改的？"), Seen(0, 0), HAND)
        save_draft(session, city, row("new", "新写的？", topic="pay"), Seen(0, 0), HAND)
        return city, province.id


FOUND = [
    (Wanted(), ["新写的？", "押金？", "过期的？", "下线的？", "省里还有的？", "省里的？"]),
    (Wanted(words="风险金"), ["押金？"]),
    (Wanted(words="工友法 押金"), ["押金？"]),
    (Wanted(words="DEPOSIT"), ["押金？"]),
    (Wanted(words="100%"), []),
    (Wanted(words="新写"), ["新写的？"]),
    (Wanted(topic="pay"), ["新写的？", "押金？"]),
    (Wanted(state="draft"), ["新写的？", "省里的？"]),
    (Wanted(state="reviewed"), []),
    (Wanted(state="over"), ["过期的？"]),
    (Wanted(state="withdrawn"), ["下线的？"]),
    (Wanted(state="live"), ["押金？", "省里还有的？", "省里的？"]),
    (Wanted(state="due"), ["押金？", "过期的？"]),
]


@pytest.mark.parametrize(("wanted", "questions"), FOUND, ids=[str(wanted) for wanted, _ in FOUND])
def test_the_list_holds_what_is_wanted(
    db: Database, chain: tuple[int, int], wanted: Wanted, questions: list[str]
):
    with db.read() as session:
        assert [line.question for line in list_lines(session, chain, wanted, TODAY).lines] == questions


def test_page_by_page_it_is_the_same_list(db: Database, chain: tuple[int, int]):
    with db.read() as session:
        seen: list[str] = []
        after: Place | None = None
        for _ in range(10):
            page = list_lines(session, chain, Wanted(), TODAY, after=after, limit=1)
            seen += [line.question for line in page.lines]
            after = page.more and parse_place(str(page.more))
            if after is None:
                break
    assert seen == FOUND[0][1]


def test_what_may_be_outdated_and_what_topics_there_are(db: Database, chain: tuple[int, int]):
    with db.read() as session:
        found = list_perishable(session, chain, TODAY, TODAY, 10)
        assert {one.code for one in found} == {"deposit", "over"}
        assert len(list_perishable(session, chain, TODAY, TODAY, 1)) == 1
        assert list_topics(session, chain) == ["pay"]


def test_topics_of_all_unions_above_are_named_once_each_in_order(db: Database, chain: tuple[int, int]):
    with db.work() as session:
        rows = [
            row(f"t{n}", f"第{n}问？", topic=topic) for n, topic in enumerate(("tax", "pay", "dust", "dust"))
        ]
        import_entries(session, chain[1], rows, NOW)
    with db.read() as session:
        assert list_topics(session, chain) == ["dust", "pay", "tax"]
        assert list_topics(session, chain[:1]) == ["pay"]


def test_how_often_an_entry_helped(db: Database, owner: int):
    answer = {"faq": "answer", "entry": "deposit"}
    told(db, *(said("x", "faq", account_id=owner, note=answer) for _ in range(3)))
    told(db, said("没用", "faq", account_id=owner, note={"faq": "useless", "entry": "deposit"}))
    with db.read() as session:
        did = count_helped(session, [owner], ["deposit", "other"], NOW - timedelta(days=1))
    assert (did["deposit"].hits, did["deposit"].useful, did["deposit"].useless) == (3, 0, 1)
    assert "other" not in did


def test_a_plan_tells_what_a_file_would_do(db: Database, chain: tuple[int, int]):
    with db.read() as session:
        plan = plan_import(session, chain[0], [row("over", "过期的？"), row("fresh", "新的？")])
    assert [one.code for one in plan.added] == ["fresh"]
    assert [change.differences[0].field for change in plan.changed] == ["valid_until"]
    assert plan.basis == {"over": 1}
