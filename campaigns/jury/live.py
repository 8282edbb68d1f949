"""Verbs on a jury day: people come in and vote, the organiser leads them from entry to entry.

Whoever votes holds day and round against the organiser's next step (`FOR SHARE`), so nothing arrives after a result was shown. People
are named by a ledger of the day's own, so that jurors are no participants of the campaign.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from campaigns.jury.rounds import require_open
from campaigns.jury.scoring import as_read, check_mark, score_of
from campaigns.jury.store import hold_round, list_entries_of
from campaigns.jury.tables import JuryDay, JuryEntry, JuryLiveMark, JuryRound, JurySeat
from core.errors import Conflict, Invalid, NotAllowed, NotFound, SoldOut
from members.ledger import enter, find_person
from members.staff_links.rules import follower_mark
from models.ledger import Person
from models.upsert import count_rows, insert_for, insert_missing

MOST_SEATS = 2000
Move = Literal["next", "back", "show", "again"]
"""On to the next entry, back to the one before, show the result, vote again."""


@dataclass(frozen=True, slots=True)
class Live:
    """A day and its round, as they stand."""

    day: JuryDay
    round: JuryRound

    @property
    def on(self) -> bool:
        """Can the entry on the screen be voted for?"""
        return self.round.state == "open" and self.day.number is not None and not self.day.shown


@dataclass(frozen=True, slots=True)
class Tally:
    """How the marks of one entry fall: how many gave each mark."""

    counts: dict[int, int]
    score: float | None

    @property
    def all(self) -> int:
        return sum(self.counts.values())


def scope_of(round_: JuryRound) -> str:
    """The day's name in the ledgers (`members.ledger`)."""
    return f"j:{round_.public_id}"


def find_live(session: Session, account_id: int, which: ColumnElement[bool]) -> Live:
    """`which`: a condition on `JuryDay`, e.g. by what stands in the phones' address. Raises NotFound."""
    query = (
        select(JuryDay, JuryRound)
        .join(JuryRound, JuryRound.id == JuryDay.round_id)
        .where(JuryDay.account_id == account_id, JuryRound.account_id == account_id, which)
    )
    row = session.execute(query).one_or_none()
    if row is None:
        raise NotFound("no_day", "没有这场现场评审，可能地址不完整。请重新扫大屏幕上的码。")
    return Live(row[0], row[1])


def take_seat(session: Session, live: Live, openid: str, now: datetime) -> Person:
    """Come in, once. Raises NotAllowed where the door is closed, SoldOut where all seats are taken; who is in may come again."""
    require_open(live.round, now)
    person = enter(session, live.day.account_id, scope_of(live.round), openid, now)
    row = {
        "account_id": live.day.account_id,
        "round_id": live.round.id,
        "person_id": person.id,
        "taken_at": now,
    }
    if insert_missing(session, JurySeat, [row]) == 0:
        return person
    place = update(JuryDay).where(*_this(live.day), JuryDay.door.is_(True), JuryDay.taken < JuryDay.seats)
    if count_rows(session.execute(place.values(taken=JuryDay.taken + 1))) == 0:
        # What is raised undoes the seat.
        if not _hold(session, live.day).door:
            raise NotAllowed("door", "现场已经关门，不再加入评委。请和现场的工作人员说一声。")
        raise SoldOut("full", f"{live.day.seats} 个席位已经坐满。请和现场的工作人员说一声。")
    return person


def find_seat(session: Session, live: Live, openid: str) -> Person | None:
    """The person who sits there; None for who has not come in."""
    person = find_person(session, live.day.account_id, scope_of(live.round), openid)
    if person is None or person.openid is None:
        return None
    query = select(JurySeat.id).where(
        JurySeat.account_id == live.day.account_id,
        JurySeat.round_id == live.round.id,
        JurySeat.person_id == person.id,
    )
    return person if session.scalar(query) is not None else None


def cast(session: Session, live: Live, person: Person, number: int, value: int, now: datetime) -> None:
    """A mark for the entry on the screen, in place of the one before. Raises Conflict where it is not on any more, Invalid,
    NotAllowed for one's own work."""
    check_mark(live.round.method, value)
    require_open(hold_round(session, live.round, share=True), now)
    day = _hold(session, live.day, share=True)
    if day.number != number or day.shown:
        raise Conflict("moved_on", "这件作品已经投完了，这一票没有记。请看大屏幕上现在的作品。")
    _refuse_own(session, live, person, number)
    row = {
        "account_id": day.account_id,
        "round_id": day.round_id,
        "person_id": person.id,
        "number": number,
        "mark": value,
        "marked_at": now,
    }
    statement = insert_for(session, JuryLiveMark).values(row)
    changed = {"mark": value, "marked_at": now}
    session.execute(
        statement.on_conflict_do_update(index_elements=["round_id", "number", "person_id"], set_=changed)
    )


def find_mark(session: Session, live: Live, person: Person) -> int | None:
    """What somebody gave the entry on the screen."""
    query = select(JuryLiveMark.mark).where(*_marks(live), JuryLiveMark.person_id == person.id)
    return session.scalar(query.where(JuryLiveMark.number == live.day.number))


def move(session: Session, live: Live, how: str, beat: int, now: datetime) -> None:
    """The organiser's step, from what their page showed (`beat`). Raises Conflict where somebody was quicker."""
    require_open(live.round, now)
    day = _hold(session, live.day)
    if day.beat != beat:
        raise Conflict("beat", "这一页刚刚被翻过（可能点了两次，或者别人也在操作）。请看现在到了哪一件。")
    entries = list_entries_of(session, live.round)
    at = next((place for place, one in enumerate(entries) if one.number == day.number), -1)
    match how:
        case "next" | "back":
            _go_to(day, entries, at + (1 if how == "next" else -1))
        case "show" | "again" if at >= 0:
            day.shown = how == "show"
            entries[at].shown_at = now if day.shown else None
        case _:
            raise Invalid("bad_move", "这一步现在做不了，请刷新页面。")
    day.beat += 1
    session.flush()


def go_to(session: Session, live: Live, number: int, now: datetime) -> None:
    """Straight to an entry. Raises Invalid for one that is not in the round."""
    require_open(live.round, now)
    day = _hold(session, live.day)
    entries = list_entries_of(session, live.round)
    at = next((place for place, one in enumerate(entries) if one.number == number), -1)
    _go_to(day, entries, at)
    day.beat += 1
    session.flush()


def set_room(session: Session, live: Live, seats: int, *, door: bool) -> None:
    """How many may come in, and whether anybody more may. Raises Invalid for fewer than are there."""
    day = _hold(session, live.day)
    if not max(1, day.taken) <= seats <= MOST_SEATS:
        raise Invalid("bad_seats", f"席位填 {max(1, day.taken)} 到 {MOST_SEATS}（已经坐了 {day.taken} 位）。")
    day.seats, day.door = seats, door
    day.beat += 1
    session.flush()


def count_marks(session: Session, live: Live) -> int:
    """Of the entry on the screen."""
    query = select(func.count()).select_from(JuryLiveMark).where(*_marks(live))
    return session.scalar(query.where(JuryLiveMark.number == live.day.number)) or 0


def tally(session: Session, live: Live) -> Tally:
    """Of the entry on the screen."""
    query = select(JuryLiveMark.mark, func.count()).where(
        *_marks(live), JuryLiveMark.number == live.day.number
    )
    found = dict(session.execute(query.group_by(JuryLiveMark.mark)).all())
    scale = (1, 0) if live.round.method == "yes_no" else (5, 4, 3, 2, 1)
    given = [mark for mark, count in found.items() for _ in range(count)]
    score = score_of(live.round.method, given)
    return Tally({mark: found.get(mark, 0) for mark in scale}, None if score is None else as_read(score))


def _refuse_own(session: Session, live: Live, person: Person, number: int) -> None:
    query = select(JuryEntry.owner).where(
        JuryEntry.account_id == live.day.account_id,
        JuryEntry.round_id == live.round.id,
        JuryEntry.number == number,
    )
    if person.openid and session.scalar(query) == follower_mark(live.day.account_id, person.openid):
        raise NotAllowed("own", "这是您自己的作品，请回避：这一件不用投。")


def _go_to(day: JuryDay, entries: Sequence[JuryEntry], at: int) -> None:
    if not 0 <= at < len(entries):
        raise Invalid("no_further", "前面没有了。" if at < 0 else "这是最后一件，后面没有了。")
    day.number, day.shown = entries[at].number, entries[at].shown_at is not None


def _hold(session: Session, day: JuryDay, *, share: bool = False) -> JuryDay:
    query = select(JuryDay).where(*_this(day)).with_for_update(read=share)
    return session.scalars(query.execution_options(populate_existing=True)).one()


def _this(day: JuryDay) -> tuple[ColumnElement[bool], ...]:
    return JuryDay.account_id == day.account_id, JuryDay.id == day.id


def _marks(live: Live) -> tuple[ColumnElement[bool], ...]:
    return JuryLiveMark.account_id == live.day.account_id, JuryLiveMark.round_id == live.round.id
