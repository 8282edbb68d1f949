"""A query on rows of an account or organisation that names none of them fails loudly, however it is written."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Executable, delete, func, insert, select, union_all, update
from sqlalchemy.orm import Session, aliased

from accounts.service import add_account
from core.errors import TenantMissing
from models import Account, Base, Entry, HelpRequest, MassResult, Member, Push
from models.base import OfAccount, OfOrganisation
from models.db import Database
from models.upsert import insert_missing
from tests.conftest import NOW, new_account

A = aliased(Push)
OF_SOMEBODY = sorted(
    (
        mapper.class_
        for mapper in Base.registry.mappers
        if issubclass(mapper.class_, OfAccount | OfOrganisation)
    ),
    key=lambda table: table.__name__,
)

WITHOUT: dict[str, Executable] = {
    "all rows": select(Push),
    "by primary key": select(Push).where(Push.id == 1),
    "one column": select(Push.title),
    "count of a table": select(func.count()).select_from(Push),
    "count by a condition": select(func.count()).where(Push.state == "sent"),
    "count of a column": select(func.count(Push.id)),
    "the table itself": select(Push.__table__),
    "an alias": select(A).where(A.state == "sent"),
    "an alias beside a named table": select(A).where(Push.account_id == 1, A.code == Push.code),
    "update": update(Push).values(state="sent"),
    "update of the table": update(Push.__table__).values(state="sent"),
    "delete": delete(Push).where(Push.state == "failed"),
    "below OR": select(Push).where((Push.account_id == 1) | (Push.state == "sent")),
    "below NOT": select(Push).where(~(Push.account_id == 1)),
    "not equal": select(Push).where(Push.account_id != 1),
    "compared with itself": select(Push).where(Push.account_id == Push.account_id),
    "two tables that only name each other": select(Push).join(
        MassResult, MassResult.account_id == Push.account_id
    ),
    "a join of which one side is named": select(Push, Member)
    .join(Member, Member.openid == Push.code)
    .where(Push.account_id == 1),
    "the kept side of an outer join": select(Push)
    .outerjoin(MassResult, MassResult.account_id == Push.account_id)
    .where(MassResult.account_id.is_(None)),
    "joined to an account that nobody named": select(Push).join(Account, Account.id == Push.account_id),
    "in a subquery": select(Account.id).where(Account.id.in_(select(Push.account_id))),
    "in EXISTS": select(Account.id).where(select(Push.id).where(Push.account_id == Account.id).exists()),
    "in FROM": select(select(Push.id).subquery()),
    "in a CTE": select(select(Push.id).cte()),
    "in a scalar": select(Account.id, select(func.count(Push.id)).scalar_subquery()),
    "in a union": union_all(select(Push.id).where(Push.account_id == 1), select(Push.id)),
    "copied by INSERT … SELECT": insert(HelpRequest).from_select(["openid"], select(Member.openid)),
}

WITH: dict[str, Executable] = {
    "compared": select(Push).where(Push.account_id == 1, Push.state == "sent"),
    "the other way round": select(Push).where(1 == Push.account_id),  # noqa: SIM300 - the point of it
    "IN a list": select(Push).where(Push.account_id.in_([1, 2])),
    "a count": select(func.count()).where(Push.account_id == 1),
    "an alias": select(A).where(A.account_id == 1),
    "a join through the same account": select(Push)
    .join(MassResult, MassResult.account_id == Push.account_id)
    .where(MassResult.account_id == 1),
    "an outer join": select(Push)
    .outerjoin(MassResult, MassResult.account_id == Push.account_id)
    .where(Push.account_id == 1),
    "three tables": select(Push, MassResult, Member)
    .join(MassResult, MassResult.account_id == Push.account_id)
    .join(Member, Member.account_id == MassResult.account_id)
    .where(Push.account_id == 1),
    "an account by its key": select(Push)
    .join(Account, Account.id == Push.account_id)
    .where(Account.key == "ours"),
    "EXISTS in a named query": select(Push).where(
        Push.account_id == 1,
        select(MassResult.id)
        .where(MassResult.account_id == Push.account_id, MassResult.msg_id == Push.msg_id)
        .exists(),
    ),
    "an organisation": select(Entry).where(Entry.organisation_id == 1),
    "no tenant's table": select(Account),
    "update": update(Push).where(Push.account_id == 1).values(title="x"),
    "delete": delete(Push).where(Push.account_id == 1),
}


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """All tables, empty; one for all these tests, which change nothing."""
    db = Database(f"sqlite:///{tmp_path_factory.mktemp('tenancy')}/x.sqlite3")
    Base.metadata.create_all(db.engine)
    yield db
    db.close()


def run(session: Session, statement: Executable) -> Any:
    return session.execute(statement)


@pytest.mark.parametrize("statement", WITHOUT.values(), ids=WITHOUT.keys())
def test_refused(everything: Database, statement: Executable):
    for begin in (everything.work, everything.read):
        with pytest.raises(TenantMissing), begin() as session:
            run(session, statement)


@pytest.mark.parametrize("statement", WITH.values(), ids=WITH.keys())
def test_let_through(everything: Database, statement: Executable):
    with everything.work() as session:
        run(session, statement)


@pytest.mark.parametrize("table", OF_SOMEBODY, ids=lambda table: table.__name__)
def test_every_table_of_an_account_or_organisation_is_guarded(everything: Database, table: type[Base]):
    with everything.read() as session:
        with pytest.raises(TenantMissing):
            run(session, select(table))
        with pytest.raises(TenantMissing):
            run(session, delete(table))


def test_a_row_cannot_be_fetched_by_its_number_alone(sqlite_db: Database):
    with sqlite_db.work() as session:
        owner = add_account(session, new_account(), NOW).id
        session.add(HelpRequest(account_id=owner, number=1, message_key="k", openid="o", created_at=NOW))
    with pytest.raises(TenantMissing), sqlite_db.read() as session:
        session.get(HelpRequest, 1)


@pytest.mark.parametrize(
    "statement", [WITHOUT["all rows"], WITHOUT["update"], WITHOUT["in EXISTS"]], ids=range(3)
)
def test_a_job_for_everybody_says_so_and_may(everything: Database, statement: Executable):
    with everything.read() as session:
        run(session, statement.execution_options(all_tenants="a test"))


def test_rows_are_added_changed_and_removed_as_objects_without_hindrance(db: Database):
    with db.work() as session:
        owner = add_account(session, new_account(), NOW).id
        request = HelpRequest(account_id=owner, number=1, message_key="k", openid="o", created_at=NOW)
        session.add(request)
        session.flush()
        request.text = "老板拖欠工资"
        session.flush()
        session.refresh(request)
        session.delete(request)
    with db.read() as session:
        assert session.scalar(select(HelpRequest).where(HelpRequest.account_id == owner)) is None


def test_an_insert_of_many_rows_is_no_query(db: Database):
    with db.work() as session:
        owner = add_account(session, new_account(), NOW).id
        row = {"account_id": owner, "msg_id": "1", "status": "s", "reported_at": NOW}
        counts = {"total_count": 0, "sent_count": 0, "error_count": 0}
        assert insert_missing(session, MassResult, [{**row, **counts}]) == 1


def test_what_was_found_in_order_once_lets_nothing_else_through(sqlite_db: Database):
    with sqlite_db.read() as session:
        for account_id in (1, 2):
            session.execute(select(Push).where(Push.account_id == account_id, Push.id == 7))
            with pytest.raises(TenantMissing):
                session.execute(select(Push).where(Push.id == 7))
