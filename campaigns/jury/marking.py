"""What a juror does: judges an entry, takes that back, recuses themselves, puts a list in order.

A mark is a row with its juror and time, not an act of the audit log: thousands of them would bury what was decided, and a row
can't be lost among others. What changes who judges what (rounds, jurors, disqualifications) is an act each.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from campaigns.jury.allocation import Wanted, allocate
from campaigns.jury.bars import find_bars
from campaigns.jury.rounds import require_open
from campaigns.jury.scoring import check_mark
from campaigns.jury.store import (
    ACTIVE,
    count_loads,
    find_holders,
    get_task,
    hold_round,
    list_entries,
    list_jurors,
    list_tasks,
)
from campaigns.jury.tables import Juror, JuryRound, JuryTask
from campaigns.view import CampaignView
from core.errors import Conflict, Invalid
from models.upsert import count_rows

_LONGEST_S = 3600
"""Who looked longer was away."""


def mark(
    session: Session,
    round_: JuryRound,
    juror: Juror,
    number: int,
    value: int,
    now: datetime,
    seconds: int | None = None,
) -> None:
    """Judge an entry, or judge it anew. Raises Invalid, Conflict once the round is over or the task went to somebody else."""
    if round_.method == "ranking":
        raise Invalid("ranking", "这一轮是排名，请排好次序以后一起保存。")
    check_mark(round_.method, value)
    require_open(hold_round(session, round_, share=True), now)
    looked = min(seconds, _LONGEST_S) if seconds is not None and seconds > 0 else None
    _change(session, round_, juror, number, state="done", mark=value, marked_at=now, seconds=looked)


def unmark(session: Session, round_: JuryRound, juror: Juror, number: int, now: datetime) -> None:
    """Take a mark back: the entry is to be judged again. Raises as `mark`."""
    require_open(hold_round(session, round_, share=True), now)
    _change(session, round_, juror, number, state="open", mark=None, marked_at=None, seconds=None)


def put_in_order(
    session: Session,
    campaign: CampaignView,
    round_: JuryRound,
    juror: Juror,
    numbers: Sequence[int],
    now: datetime,
) -> None:
    """A ranking: all of the juror's entries, best first. Raises Invalid where one is missing or strange, Conflict as `mark`."""
    if round_.method != "ranking":
        raise Invalid("no_ranking", "这一轮不是排名，请一件一件地评。")
    require_open(hold_round(session, round_, share=True), now)
    tasks = {one.number: one for one in list_tasks(session, campaign, round_, juror)}
    if sorted(numbers) != sorted(tasks):
        raise Invalid("bad_order", "排的作品和名单对不上，没有保存：可能有作品刚刚退出评审。请刷新页面再排。")
    for place, number in enumerate(numbers, 1):
        task = tasks[number]
        task.state, task.mark, task.marked_at = "done", place, now
    session.flush()


def recuse(
    session: Session, campaign: CampaignView, round_: JuryRound, juror: Juror, number: int, now: datetime
) -> bool:
    """The juror knows whose work it is: it goes to who has least of those who may. False where nobody may; the organiser's
    page says so. Raises Conflict once the round is over."""
    require_open(hold_round(session, round_), now)
    task = get_task(session, round_, juror.id, number)
    if task.state == "recused":
        return True  # the same request again
    task.state, task.mark, task.marked_at, task.seconds = "recused", None, None, None
    session.flush()
    if round_.method == "ranking":
        return True
    taker = _find_taker(session, campaign, round_, number)
    if taker is None:
        return False
    stand_in = JuryTask(
        account_id=round_.account_id,
        round_id=round_.id,
        juror_id=taker,
        number=number,
        slot=task.slot,
        stand_in=True,
    )
    session.add(stand_in)
    session.flush()
    return True


def take_back(session: Session, round_: JuryRound, juror: Juror, number: int, now: datetime) -> None:
    """Undo one's own recusal. Raises Conflict once the round is over, or where the stand-in has judged already."""
    require_open(hold_round(session, round_), now)
    task = get_task(session, round_, juror.id, number)
    if task.state != "recused":
        return
    held = [one for one in find_holders(session, round_, [number])[number] if one.state in ACTIVE]
    holder = next((one for one in held if one.slot == task.slot), None)
    if holder is not None:
        gone = delete(JuryTask).where(
            JuryTask.account_id == round_.account_id,
            JuryTask.id == holder.id,
            JuryTask.state == "open",
            JuryTask.stand_in.is_(True),
        )
        if count_rows(session.execute(gone)) == 0:
            raise Conflict("judged", "接替您的评委已经在评这件作品，不能再撤销回避。")
    task.state = "open"
    session.flush()


def _find_taker(session: Session, campaign: CampaignView, round_: JuryRound, number: int) -> int | None:
    jurors = [one.juror for one in list_jurors(session, campaign, active=True)]
    entries = [one for one in list_entries(session, campaign) if one.number == number]
    bars = find_bars(session, round_.account_id, jurors, entries).get(number, frozenset())
    had = {one.juror_id for one in find_holders(session, round_, [number])[number]}
    wanted = [Wanted(number, 1, bars | had)]
    loads = count_loads(session, round_)
    found = allocate(wanted, [one.id for one in jurors], f"{round_.seed} {number} {len(had)}", loads)
    return next(iter(found.given[number]), None)


def _change(session: Session, round_: JuryRound, juror: Juror, number: int, **values: object) -> None:
    changed = update(JuryTask).where(
        JuryTask.account_id == round_.account_id,
        JuryTask.round_id == round_.id,
        JuryTask.juror_id == juror.id,
        JuryTask.number == number,
        JuryTask.state.in_(ACTIVE),
    )
    if count_rows(session.execute(changed.values(**values))) == 0:
        get_task(session, round_, juror.id, number)
        raise Conflict("recused", "您已经回避了这件作品。要评，请先撤销回避。")
