"""Until when somebody is answered, how near that is, and who is told when. Pure; days are counted by `wall.workdays.calendar`.

**When the worker is asked for more**, the clock stands still. Working days later than the day it was stopped on, up to the last
one, are what is left; with them it goes on as if the matter came on the day of the answer. One day at least is left, since who
was stopped on the last day can't answer within the hour. A pause that begins and ends on one day changes nothing, and nothing is
won by one that begins when the term is over: such a matter stays overdue, only the days of the pause are not counted.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType

from wall.workdays.calendar import Calendar, local_day


class Kind(StrEnum):
    """What has to be done within a term."""

    ACCEPT = "accept"
    CONSULTATION = "consultation"
    COMPLAINT = "complaint"
    JOINT = "joint"


class Role(StrEnum):
    """Who is told: the one who answers, their department's head, the union, the union above."""

    HANDLER = "handler"
    HEAD = "head"
    UNION = "union"
    UNION_ABOVE = "union_above"


class State(StrEnum):
    ON_TIME = "on_time"
    SOON = "soon"
    """Its last working day has begun, or the one before has ended."""
    OVERDUE = "overdue"
    PAUSED = "paused"


TITLES: Mapping[Kind, str] = MappingProxyType(
    {Kind.ACCEPT: "受理", Kind.CONSULTATION: "咨询", Kind.COMPLAINT: "投诉", Kind.JOINT: "联办"}
)


@dataclass(frozen=True, slots=True)
class Step:
    """`role` is told when work begins on the working day so many after (before: negative) the last one."""

    days: int
    role: Role


@dataclass(frozen=True, slots=True)
class Term:
    """`days`: working days."""

    days: int
    steps: tuple[Step, ...]


TERMS: Mapping[Kind, Term] = MappingProxyType(
    {
        Kind.ACCEPT: Term(1, (Step(0, Role.HANDLER), Step(1, Role.HEAD), Step(2, Role.UNION))),
        Kind.CONSULTATION: Term(2, (Step(0, Role.HANDLER), Step(1, Role.HEAD), Step(3, Role.UNION))),
        Kind.COMPLAINT: Term(
            5,
            (Step(-1, Role.HANDLER), Step(0, Role.HEAD), Step(1, Role.UNION), Step(3, Role.UNION_ABOVE)),
        ),
        Kind.JOINT: Term(
            15,
            (
                Step(-3, Role.HANDLER),
                Step(-1, Role.HEAD),
                Step(1, Role.UNION),
                Step(5, Role.UNION_ABOVE),
            ),
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Pause:
    """The worker was asked for more; `until` None: they have not answered yet."""

    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """`by`: the last moment, aware UTC; while the clock stands still, what it would have been. `left`: working days that
    remain once it goes on, None while it runs. `assumed`: days count that were not announced yet."""

    kind: Kind
    came: datetime
    by: datetime
    assumed: bool
    left: int | None = None
    pauses: tuple[Pause, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """`days_over`: working days since the term ended, 0 on the evening of its last day."""

    state: State
    days_over: int = 0


@dataclass(frozen=True, slots=True)
class Escalation:
    """`role` is to be told at `at` (aware UTC). `days`: of its step; over 0 the term has ended."""

    at: datetime
    role: Role
    days: int


def due_of(
    calendar: Calendar,
    kind: Kind,
    came: datetime,
    pauses: Iterable[Pause] = (),
    terms: Mapping[Kind, Term] = TERMS,
) -> Due:
    """When what came at `came` has to be done. `pauses` must not overlap; any order will do."""
    by, left = calendar.add_working_days(came, terms[kind].days), None
    ordered = tuple(sorted(pauses, key=lambda one: one.since))
    for pause in ordered:
        if pause.since > by:
            break
        remaining = max(1, calendar.working_days_between(local_day(pause.since), local_day(by)))
        if pause.until is None:
            left = remaining
            break
        if local_day(pause.until) > local_day(pause.since):
            by = max(by, calendar.add_working_days(pause.until, remaining))
    return Due(kind, came, by, not _all_known(calendar, came, by), left, ordered)


def standing_of(calendar: Calendar, due: Due, at: datetime) -> Standing:
    """How it stands at `at`: now, or when it was done."""
    paused = any(one.since <= at and (one.until is None or at < one.until) for one in due.pauses)
    over = due.left is None and at > due.by
    if paused or over:
        state = State.PAUSED if paused else State.OVERDUE
        return Standing(state, _days_over(calendar, due, at) if over else 0)
    soon_from = calendar.closing(calendar.step(local_day(due.by), -1))
    return Standing(State.SOON if at >= soon_from else State.ON_TIME)


def escalations_of(calendar: Calendar, due: Due, terms: Mapping[Kind, Term] = TERMS) -> Sequence[Escalation]:
    """Who is told when, the earliest first; nobody while the clock stands still, nor before the matter came."""
    if due.pauses and due.pauses[-1].until is None:
        return ()
    last = local_day(due.by)
    told = [
        Escalation(calendar.opening(calendar.step(last, step.days)), step.role, step.days)
        for step in terms[due.kind].steps
    ]
    return tuple(sorted((one for one in told if one.at > due.came), key=lambda one: one.at))


def _days_over(calendar: Calendar, due: Due, at: datetime) -> int:
    last, today = local_day(due.by), local_day(at)
    over = calendar.working_days_between(last, today)
    return over - sum(_paused_days(calendar, one, last, today) for one in due.pauses)


def _paused_days(calendar: Calendar, pause: Pause, last: date, today: date) -> int:
    """Working days of a pause that fall after the term's end."""
    until = today if pause.until is None else min(local_day(pause.until), today)
    return calendar.working_days_between(max(local_day(pause.since), last), until)


def _all_known(calendar: Calendar, came: datetime, by: datetime) -> bool:
    return all(
        calendar.year(number).announced for number in range(local_day(came).year, local_day(by).year + 1)
    )
