"""Each view of the followers' list is served by an index: seen on PostgreSQL with 50 000 followers of two accounts."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from accounts.service import add_account
from members.rules import DAYS, Filter, View
from members.store import list_followers, page_query
from models import Member, MemberTag, Tag
from models.db import Database
from tests.conftest import NOW, new_account

MANY = 50_000


def explain(session: Session, query: object) -> str:
    compiled = query.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True})
    return "\n".join(session.scalars(text("EXPLAIN " + str(compiled).replace(":", "\\:"))))


@pytest.fixture
def crowd(postgres_db: Database) -> tuple[int, int]:
    """The account's id and that of a tag on one in fifty."""
    with postgres_db.work() as session:
        accounts = [add_account(session, new_account(key), NOW).id for key in ("ours", "others")]
        rows = [
            {
                "account_id": accounts[n % 2],
                "public_id": f"p{n}",
                "openid": f"o{n}",
                "following": n % 10 != 0,
                "scene": f"gate-{n % 300}" if n % 3 == 0 else "",
                "first_seen_at": NOW - timedelta(minutes=n * 11),
                "last_seen_at": NOW - timedelta(minutes=n * 7),
                "followed_at": NOW - timedelta(minutes=n * 11),
                "asked_at": NOW - timedelta(minutes=n * 9) if n % 4 == 0 else None,
                "asked_count": n % 11,
                "blocked_at": NOW if n % 1001 == 0 else None,
                "recount": False,
            }
            for n in range(MANY)
        ]
        session.execute(insert(Member), rows)
        tag = Tag(account_id=accounts[0], public_id="t", name="司机", changed_at=NOW)
        session.add(tag)
        session.flush()
        ids = session.scalars(select(Member.id).where(Member.account_id == accounts[0], Member.id % 51 == 0))
        tagged = [
            {"account_id": accounts[0], "tag_id": tag.id, "member_id": id_, "state": "on", "changed_at": NOW}
            for id_ in ids
        ]
        session.execute(insert(MemberTag), tagged)
        tag_id = tag.id
    with postgres_db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE members"))
        connection.execute(text("ANALYZE member_tags"))
    return accounts[0], tag_id


def test_no_view_reads_the_whole_table(postgres_db: Database, crowd: tuple[int, int]):
    account_id, tag_id = crowd
    asked = [Filter(NOW, view, DAYS.get(view, 7)) for view in View]
    asked += [Filter(NOW, scene="gate-3"), Filter(NOW, View.LEFT, scene="gate-3")]
    asked += [Filter(NOW, tag_id=tag_id), Filter(NOW, View.FOLLOWING, tag_id=tag_id)]
    with postgres_db.read() as session:
        # Of few rows it sorts them, which is as quick: does the index give the order where there are many?
        session.execute(text("SET LOCAL enable_sort = off"))
        for wanted in asked:
            first = list_followers(session, account_id, wanted, None, 50)
            for after in {None, first.next}:
                plan = explain(session, page_query(account_id, wanted, after, 51))
                assert "Seq Scan" not in plan, f"{wanted}\n{plan}"
                assert "Index" in plan
                if wanted.tag_id is None and not wanted.scene:
                    assert not re.search(r"\bSort\b", plan), f"{wanted}\n{plan}"


def test_control_without_its_index_the_scan_is_seen(postgres_db: Database, crowd: tuple[int, int]):
    with postgres_db.read() as session:
        plan = explain(
            session, select(Member).where(Member.account_id == crowd[0], Member.remark.is_not(None))
        )
    assert "Seq Scan" in plan or "Filter" in plan
