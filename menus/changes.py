"""Verbs on menu changes at a set time. Each step is a conditional update, so it happens once."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import String, cast, literal, select, update
from sqlalchemy.orm import Session

from core.clock import local_text
from core.errors import Conflict, Invalid
from core.ids import public_id
from jobs.outbox import post
from menus.rules import MenuItem
from menus.service import to_tree
from menus.store import newest_version
from models.jobs import OutboxItem
from models.menus import MenuChange
from models.upsert import count_rows

MENU_CHANGE = "menu_change"
"""The outbox's kind."""

_LATEST = timedelta(days=366)


def schedule_change(
    session: Session,
    account_id: int,
    items: tuple[MenuItem, ...],
    due_at: datetime,
    *,
    by: str,
    now: datetime,
) -> MenuChange:
    """Publish these items at `due_at`. Raises Invalid for a time that is past or far away."""
    if due_at <= now:
        raise Invalid("past", f"{local_text(due_at)} 已经过去了，请选择以后的时间，或直接「立即发布」。")
    if due_at > now + _LATEST:
        raise Invalid("too_late", "定时发布最多提前一年，请检查日期。")
    change = MenuChange(
        account_id=account_id,
        public_id=public_id(),
        tree=to_tree(items),
        due_at=due_at,
        created_at=now,
        created_by=by,
    )
    session.add(change)
    session.flush()
    return change


def cancel_change(session: Session, change: MenuChange, now: datetime) -> None:
    """Raises Conflict when its time has come."""
    if not _move(session, change.account_id, change.id, "scheduled", state="cancelled", closed_at=now):
        raise Conflict("change_begun", "这次定时发布已经开始、结束或取消了，不能再取消。")


def begin_change(session: Session, account_id: int, change_id: int, now: datetime) -> bool:
    """Hand a due change to the outbox; False when somebody else did, or it was cancelled."""
    if not _move(session, account_id, change_id, "scheduled", state="publishing"):
        return False
    post(session, account_id, MENU_CHANGE, f"menu_change:{change_id}", {"change_id": change_id}, now)
    return True


def get_begun(session: Session, account_id: int, change_id: int) -> MenuChange | None:
    """The change while it is to be published; None when it is done with."""
    query = select(MenuChange).where(MenuChange.account_id == account_id, MenuChange.id == change_id)
    return session.scalar(query.where(MenuChange.state == "publishing"))


def is_overtaken(session: Session, change: MenuChange) -> bool:
    """Was a menu published since its time? Then that one is meant to stay."""
    newest = newest_version(session, change.account_id)
    return newest is not None and newest.pushed_at > change.due_at


def close_change(session: Session, change: MenuChange, now: datetime, *, error: str = "") -> None:
    """It is published, or failed with `error`."""
    state = "failed" if error else "published"
    _move(session, change.account_id, change.id, "publishing", state=state, error=error, closed_at=now)


def fail_undelivered(session: Session, now: datetime) -> int:
    """Changes whose delivery was given up have failed; returns how many."""
    query = (
        select(MenuChange, OutboxItem.error)
        .join(
            OutboxItem,
            (OutboxItem.account_id == MenuChange.account_id) & (OutboxItem.kind == MENU_CHANGE),
        )
        .where(MenuChange.state == "publishing", OutboxItem.state == "dead")
        .where(OutboxItem.key == literal("menu_change:") + cast(MenuChange.id, String))
        .execution_options(all_tenants="menu changes of every account")
    )
    rows = session.execute(query).all()
    for change, error in rows:
        close_change(session, change, now, error=error or "多次尝试后仍未发布成功")
    return len(rows)


def _move(session: Session, account_id: int, change_id: int, from_state: str, **values: Any) -> int:
    """Change one if it is still in `from_state`."""
    changed = session.execute(
        update(MenuChange)
        .where(MenuChange.account_id == account_id, MenuChange.id == change_id)
        .where(MenuChange.state == from_state)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    return count_rows(changed)
