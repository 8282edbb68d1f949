"""Verbs on where an account belongs and whether it is open. Each is a conditional update by the version that was seen."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from accounts.directory import STAMP
from core.errors import Conflict, NotFound
from models.accounts import Account, Organisation
from models.menus import MenuChange
from models.push import Push
from models.stamps import raise_stamp


def move_account(session: Session, account_id: int, version: int, organisation_id: int) -> None:
    """Its followers, messages and menus go with it; what it inherits changes. Raises NotFound, Conflict."""
    if session.get(Organisation, organisation_id) is None:
        raise NotFound("no_organisation", "要移到的组织已经被删除，请重新选择。")
    _change(session, account_id, version, {"organisation_id": organisation_id})


def close_account(session: Session, account_id: int, version: int, now: datetime) -> None:
    """From now on it answers nobody, as if it were unknown. Raises Conflict, also while something is still to go out."""
    waiting = count_waiting(session, account_id)
    if waiting:
        raise Conflict("still_waiting", f"还有 {waiting} 件定好时间的推送或菜单，请先撤回或取消，再停用。")
    _change(session, account_id, version, {"closed_at": now})


def reopen_account(session: Session, account_id: int, version: int) -> None:
    """Raises Conflict."""
    _change(session, account_id, version, {"closed_at": None})


def count_waiting(session: Session, account_id: int) -> int:
    """Pushes and menus that go out at a time: of a closed account they would go out late, when it is opened again."""
    pushes = select(func.count()).where(
        Push.account_id == account_id, Push.state.in_(("scheduled", "sending"))
    )
    menus = select(func.count()).where(
        MenuChange.account_id == account_id, MenuChange.state.in_(("scheduled", "publishing"))
    )
    return (session.scalar(pushes) or 0) + (session.scalar(menus) or 0)


def _change(session: Session, account_id: int, version: int, values: Mapping[str, Any]) -> None:
    changed = session.execute(
        update(Account)
        .where(Account.id == account_id, Account.version == version)
        .values(**values, version=version + 1)
        .execution_options(synchronize_session=False)
        .returning(Account.id)
    )
    if changed.first() is None:
        raise Conflict("changed", "您打开这个页面以后，别人改过这个公众号。请看过现在的样子再操作一次。")
    raise_stamp(session, STAMP)
