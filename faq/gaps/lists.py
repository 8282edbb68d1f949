"""The lists of gaps that pages show: made by the worker, one for each number of days, and kept in step by who settles."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from core.clock import SHANGHAI
from faq.gaps.grouping import Gap, by_size, group_open
from faq.gaps.nearest import Comparison, Near
from faq.gaps.store import batches, list_marks, list_open_gaps, open_mark, open_marks
from models.gaps import AskedQuestion, GapLine, GapList
from models.upsert import insert_missing

WINDOWS = (7, 30, 90)
"""The days that a list may be of, today included."""

_TEXTS = 4
"""Ways of asking that a line shows."""


class Grouped(NamedTuple):
    """The gaps of an account, the entries nearest to them by the gaps' codes, and what they were made of (`GapList.mark`)."""

    mark: str
    gaps: list[Gap]
    nearest: Mapping[str, Near]


def window_start(now: datetime, days: int) -> datetime:
    """The beginning of the first of `days` days in Shanghai that end today."""
    first = now.astimezone(SHANGHAI).date() - timedelta(days=days - 1)
    return datetime(first.year, first.month, first.day, tzinfo=SHANGHAI)


def stale_accounts(session: Session, now: datetime, knowledge: Mapping[int, str]) -> list[int]:
    """Accounts whose lists were made of other questions, compared with other entries (`knowledge`: the marks of what each
    account knows), or made on another day."""
    made, marks = list_marks(session), open_marks(session)
    return [
        one
        for one in sorted(marks.keys() | made.keys())
        if made.get(one) != _mark(marks.get(one), now, knowledge.get(one, ""))
    ]


def group(session: Session, account_id: int, now: datetime, comparison: Comparison) -> Grouped:
    """Reads only: thousands of questions take seconds, in which nobody else shall wait."""
    mark = _mark(open_mark(session, account_id), now, comparison.mark)
    gaps = group_open(session, account_id)
    near = {gap.code: comparison.nearest(gap.question) for gap in gaps}
    return Grouped(mark, gaps, {code: one for code, one in near.items() if one is not None})


def keep(session: Session, account_id: int, grouped: Grouped, now: datetime) -> int:
    """Tell questions their gap and make the lists; gaps that were settled meanwhile stay settled. Returns how many there
    are."""
    lists = lock_lists(session, account_id)
    for gap in grouped.gaps:
        _assign(session, account_id, gap)
    still_open = list_open_gaps(session, account_id)
    gaps = [gap for gap in grouped.gaps if gap.code in still_open]
    session.execute(delete(GapLine).where(GapLine.account_id == account_id))
    for one in lists:
        listed = by_size(gaps, window_start(now, one.days))
        one.mark, one.gaps = grouped.mark, len(listed)
        one.questions = sum(len(gap.asked) for gap in listed)
        if listed:
            lines = [_line(one, rank, gap, grouped.nearest) for rank, gap in enumerate(listed, 1)]
            session.execute(insert(GapLine), lines)
    return len(gaps)


def lock_lists(session: Session, account_id: int) -> Sequence[GapList]:
    """Whoever changes an account's gaps does this first: one after the other."""
    insert_missing(session, GapList, [{"account_id": account_id, "days": days} for days in WINDOWS])
    query = select(GapList).where(GapList.account_id == account_id).order_by(GapList.days)
    return session.scalars(query.with_for_update()).all()


def show_lines(session: Session, account_id: int, code: str, *, shown: bool) -> None:
    """Take a gap's lines off the lists, or bring them back; call `lock_lists` before."""
    switched = session.execute(
        update(GapLine)
        .where(GapLine.account_id == account_id, GapLine.gap == code, GapLine.shown.is_not(shown))
        .values(shown=shown)
        .returning(GapLine.days, GapLine.handed_off + GapLine.useless)
        .execution_options(synchronize_session=False)
    ).all()
    sign = 1 if shown else -1
    for days, questions in switched:
        session.execute(
            update(GapList)
            .where(GapList.account_id == account_id, GapList.days == days)
            .values(gaps=GapList.gaps + sign, questions=GapList.questions + sign * questions)
            .execution_options(synchronize_session=False)
        )


def forget_lines(session: Session, account_id: int, codes: Sequence[str]) -> None:
    """Somebody's questions were erased: until the worker groups anew, the gaps that held them are not shown."""
    for some in batches(codes):
        session.execute(
            delete(GapLine)
            .where(GapLine.account_id == account_id, GapLine.gap.in_(some))
            .execution_options(synchronize_session=False)
        )


def _mark(questions: str | None, now: datetime, knowledge: str) -> str:
    today: date = now.astimezone(SHANGHAI).date()
    return f"{today} {questions or '0:0:0'} {knowledge}"


def _assign(session: Session, account_id: int, gap: Gap) -> None:
    others = [one.id for one in gap.asked if one.gap != gap.code]
    for some in batches(others):
        session.execute(
            update(AskedQuestion)
            .where(AskedQuestion.account_id == account_id, AskedQuestion.id.in_(some))
            .values(gap=gap.code)
            .execution_options(synchronize_session=False)
        )


def _line(of: GapList, rank: int, gap: Gap, nearest: Mapping[str, Near]) -> dict[str, object]:
    near = nearest.get(gap.code, Near("", 0.0))
    return {
        "account_id": of.account_id,
        "days": of.days,
        "rank": rank,
        "gap": gap.code,
        "texts": list(gap.texts[:_TEXTS]),
        "phrasings": len(gap.texts),
        "handed_off": gap.count("handed_off"),
        "useless": gap.count("useless"),
        "last_at": gap.asked[-1].asked_at,
        "nearest": near.code,
        "sure": near.sure,
    }
