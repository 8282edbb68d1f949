"""What the worker does for draws: close them in time, remind, forfeit, give codes that were owed, ask after credit."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.windows import MESSAGE
from house.parts import Parts
from jobs.ticker import Job
from models.ledger import Person
from models.members import Member
from models.prizes import Draw, Prize, PrizeCode, Win
from prizes import claims
from prizes.credit import reconcile
from prizes.notices import post_reminder
from prizes.providers import provider_of
from prizes.rules import NOT_AT_ONCE, REMIND
from prizes.service import close_draw
from prizes.store import view_of
from prizes.turns import finish_turns

_SOON = timedelta(days=1)
_BATCH = 200
_WHY = "draws of every account go by the clock"


def jobs(parts: Parts) -> list[Job]:
    def ask_after_credit() -> int:
        return reconcile(parts, lambda: provider_of(parts.settings))

    return [
        Job("draws_close", 5.0, lambda: close_due(parts)),
        Job("draws_finish", 10.0, TurnFinisher(parts)),
        Job("prizes_remind", 60.0, lambda: remind_due(parts)),
        Job("prizes_forfeit", 60.0, lambda: forfeit_due(parts)),
        Job("prizes_codes", 15.0, lambda: give_owed(parts)),
        Job("prizes_credit", 20.0, ask_after_credit),
    ]


def close_due(parts: Parts) -> int:
    """Close each draw whose time is up; returns how many."""
    now = parts.clock()
    query = select(Draw.account_id, Draw.public_id).where(Draw.state == "open", Draw.closes_at <= now)
    return _each(parts, query, lambda session, row: close_draw(session, row[0], row[1], "到时自动", now))


class TurnFinisher:
    """Keeps wins of tapes whose turn was cut short; remembers how far it has looked."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._looked_at: dict[int, int] = {}

    def __call__(self) -> int:
        """Returns how many turns were looked at. On SQLite a turn is one unit of work: nothing is ever cut short."""
        if self._parts.db.is_sqlite:
            return 0
        query = select(Draw).where(
            Draw.mode == "tape",
            (Draw.state.in_(("open", "closed"))) | (Draw.updated_at > self._parts.clock() - _SOON),
            Draw.next_slot > 0,
        )
        looked = 0
        with self._parts.db.read() as session:
            draws = session.scalars(query.execution_options(all_tenants=_WHY)).all()
            views = [
                view_of(session, draw)
                for draw in draws
                if self._looked_at.get(draw.id, 0) < min(draw.next_slot, draw.slots)
            ]
        for view in views:
            since = self._looked_at.get(view.id, 0)
            self._looked_at[view.id] = finish_turns(self._parts.db, view, since)
            looked += self._looked_at[view.id] - since
        return looked


def remind_due(parts: Parts) -> int:
    """Post a reminder to each winner whose time is running out and whom one can reach; who wrote last comes first."""
    now = parts.clock()
    query = (
        select(Win.account_id, Win.id, Person.openid)
        .join(Person, Person.id == Win.person_id)
        .join(Member, (Member.account_id == Person.account_id) & (Member.openid == Person.openid))
        .where(
            Win.state == "won",
            Win.reminded_at.is_(None),
            Win.deadline > now,
            Win.deadline <= now + REMIND,
            Win.won_at < now - NOT_AT_ONCE,
            Member.following,
            Member.last_seen_at > now - MESSAGE.lasts,
        )
        .order_by(Member.last_seen_at.desc())
        .limit(_BATCH)
    )
    accounts = {one.id: one for one in parts.directory.all()}

    def remind(session: Session, row: Any) -> bool:
        account_id, win_id, openid = row
        account = accounts.get(account_id)
        return account is not None and post_reminder(session, account, openid, win_id, now)

    return _each(parts, query, remind)


def forfeit_due(parts: Parts) -> int:
    """What was not claimed in time."""
    now = parts.clock()
    query = select(Win.account_id).where(Win.state == "won", Win.deadline <= now).distinct()
    return _each(parts, query, lambda session, row: claims.forfeit_due(session, row[0], now))


def give_owed(parts: Parts) -> int:
    """Codes to those who claimed while the pool was empty, now that there are some."""
    free = select(PrizeCode.prize_id).where(PrizeCode.win_id.is_(None))
    query = (
        select(Win.account_id, Win.public_id)
        .join(Prize, Prize.id == Win.prize_id)
        .where(Win.state == "claimed", Prize.kind == "code", Prize.id.in_(free))
        .order_by(Win.id)
        .limit(_BATCH)
    )
    now = parts.clock()
    return _each(parts, query, lambda session, row: claims.give_owed_code(session, row[0], row[1], now))


def _each(parts: Parts, query: Any, work: Callable[[Session, Any], int]) -> int:
    """A unit of work for each row that is due, over all accounts; returns how many were done."""
    with parts.db.read() as session:
        due = session.execute(query.execution_options(all_tenants=_WHY)).all()
    done = 0
    for row in due:
        with parts.db.work() as session:
            done += int(work(session, tuple(row)))
    return done
