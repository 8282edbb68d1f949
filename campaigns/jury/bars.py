"""Who may not judge what: nobody their own work, nor that of somebody of their unit."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.entries import Entry
from campaigns.jury.tables import Juror
from core.text import comparable
from members.staff_links.rules import follower_mark
from models.members import StaffLink


def find_bars(
    session: Session, account_id: int, jurors: Sequence[Juror], entries: Iterable[Entry]
) -> Mapping[int, frozenset[int]]:
    """Ids of the jurors who may not judge an entry, by its number; without those that everybody may judge.

    A juror's own works are known where their WeChat is linked (`members.staff_links`), by a link that has ended, too.
    """
    by_unit: dict[str, set[int]] = defaultdict(set)
    for one in jurors:
        if unit := _spelt(one.unit):
            by_unit[unit].add(one.id)
    by_mark = _find_marks(session, account_id, jurors)
    bars: dict[int, frozenset[int]] = {}
    for entry in entries:
        barred = by_unit.get(_spelt(entry.unit), set()) if entry.unit else set()
        own = (
            by_mark.get(follower_mark(account_id, entry.openid), set()) if by_mark and entry.openid else set()
        )
        if barred or own:
            bars[entry.number] = frozenset(barred | own)
    return bars


def _spelt(unit: str) -> str:
    """The same for 「第 1 工区」 and 「第１工区」."""
    return comparable(unit).replace(" ", "")


def _find_marks(session: Session, account_id: int, jurors: Sequence[Juror]) -> dict[str, set[int]]:
    by_staff = {one.staff_id: one.id for one in jurors}
    query = select(StaffLink.mark, StaffLink.staff_id).where(
        StaffLink.account_id == account_id, StaffLink.mark.is_not(None)
    )
    found: dict[str, set[int]] = defaultdict(set)
    for mark, staff_id in session.execute(query):
        if mark is not None and staff_id in by_staff:
            found[mark].add(by_staff[staff_id])
    return found
