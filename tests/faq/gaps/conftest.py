"""Messages as the worker hears them, and the commands of the gap list below a `flask faq` of these tests' own."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import count

import pytest
from click.testing import Result
from flask.cli import AppGroup
from sqlalchemy import select

from accounts.service import add_account
from chat.turn import Said
from commands import install
from faq.gaps import commands
from faq.gaps.listener import hear
from faq.gaps.nearest import NOTHING, Comparison
from faq.gaps.tasks import regroup
from house.feature import Feature, Registry
from models import AskedQuestion
from models.db import Database
from tests.conftest import NOW, Home, new_account

Run = Callable[..., Result]
_keys = count(1)


def said(words: str = "", hook: str = "fallback", at: datetime = NOW, **changes: object) -> Said:
    """A message of the account 1, of a key of its own."""
    fields = {"account_id": 1, "message_key": f"m{next(_keys)}", "note": {}}
    return Said(words=words, hook=hook, at=at, **{**fields, **changes})


def useless(question: str, account_id: int = 1, entry: str = "pay", at: datetime = NOW) -> Said:
    note = {"faq": "useless", "entry": entry, "question": question}
    return said("没用", "faq_feedback", at, account_id=account_id, note=note)


def told(db: Database, *messages: Said) -> None:
    with db.work() as session:
        hear(session, messages)


def grouped(db: Database, account_id: int, comparison: Comparison = NOTHING) -> None:
    """What the worker does within a minute."""
    regroup(db, account_id, NOW, comparison)


def rows(db: Database, account_id: int) -> Sequence[AskedQuestion]:
    with db.read() as session:
        query = select(AskedQuestion).where(AskedQuestion.account_id == account_id)
        return session.scalars(query.order_by(AskedQuestion.id)).all()


def days_ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


@pytest.fixture
def account(db: Database) -> int:
    """The id of an account."""
    with db.work() as session:
        return add_account(session, new_account(), NOW).id


@pytest.fixture
def run(home: Home, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `flask faq …` at NOW, for the account `ours` (id 1)."""
    object.__setattr__(home.parts, "clock", lambda: NOW)
    group = AppGroup("faq")
    commands.install(group)
    install(home.app, Registry.of((Feature("gaps", commands=group),)), lambda _parts: [])

    def invoke(*args: str) -> Result:
        return home.app.test_cli_runner().invoke(args=["faq", *args])

    return invoke
