"""Figures of days are kept as questions are heard, and can be made anew."""

from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

import pytest
from sqlalchemy import ColumnElement, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from accounts.service import add_account
from faq.gaps import counting
from faq.gaps.counting import recount
from faq.gaps.listener import hear
from models import QuestionDay
from models.db import Database
from tests.conftest import NOW, new_account
from tests.faq.gaps.conftest import days_ago, said, told, useless
from tests.neighbours import together


def counted(db: Database, account: int) -> list[tuple[str, str, int]]:
    with db.read() as session:
        query = select(QuestionDay.day, QuestionDay.outcome, QuestionDay.number).where(
            QuestionDay.account_id == account
        )
        return sorted((str(day), outcome, number) for day, outcome, number in session.execute(query))


def test_counts_kept_and_counts_made_anew_are_the_same(db: Database, account: int):
    told(
        db,
        *(said("班车", account_id=account, at=days_ago(n / 5)) for n in range(20)),
        useless("工资", account),
    )
    kept = counted(db, account)
    assert sum(number for *_, number in kept) == 21
    with db.work() as session:
        session.execute(update(QuestionDay).where(QuestionDay.account_id == account).values(number=99))
        assert recount(session, NOW) == len(kept)
    assert counted(db, account) == kept


def test_a_message_heard_twice_counts_once(db: Database, account: int):
    one = said("班车", account_id=account)
    told(db, one, one)
    told(db, one)
    assert [number for *_, number in counted(db, account)] == [1]


def test_workers_that_hear_at_once_count_each_message_once(postgres_db: Database):
    with postgres_db.work() as session:
        accounts = [add_account(session, new_account(f"a{n}"), NOW).id for n in range(3)]
    messages = [said(f"第 {n} 个", account_id=accounts[n % 3], at=days_ago(n % 4)) for n in range(300)]

    def listen(number: int) -> None:
        with postgres_db.work() as session:
            hear(session, messages if number % 2 else messages[::-1])

    # Those who meet in opposite orders may be stopped by the database; what they heard is heard again.
    while any(isinstance(one, Exception) for one in together(4, listen)):
        pass
    assert sum(number for account in accounts for *_, number in counted(postgres_db, account)) == 300


def counted_when_one_is_heard_in_the_middle(db: Database, monkeypatch: pytest.MonkeyPatch) -> int:
    """A message is heard after the counts were thrown away and before they are made. Raises IntegrityError."""
    with db.work() as session:
        account = add_account(session, new_account(), NOW).id
    told(db, said("班车", account_id=account))
    day_of = counting._day_of
    with ThreadPoolExecutor(1) as pool:
        hearing: list[Future[None]] = []

        def meanwhile(session: Session) -> ColumnElement[Any]:
            hearing.append(pool.submit(told, db, said("食堂", account_id=account, at=days_ago(1))))
            wait(hearing, 1)
            return day_of(session)

        monkeypatch.setattr(counting, "_day_of", meanwhile)
        with db.work() as session:
            recount(session, NOW)
        hearing[0].result(20)
    return sum(number for *_, number in counted(db, account))


def test_what_is_heard_beside_a_recount_is_counted_once(
    postgres_db: Database, monkeypatch: pytest.MonkeyPatch
):
    assert counted_when_one_is_heard_in_the_middle(postgres_db, monkeypatch) == 2


def test_control_without_the_lock_they_collide(postgres_db: Database, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(counting, "text", lambda _: text("SELECT 1"))
    with pytest.raises(IntegrityError):
        counted_when_one_is_heard_in_the_middle(postgres_db, monkeypatch)
