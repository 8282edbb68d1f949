"""Queries on menus."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import NotFound
from models.menus import MenuChange, MenuVariant, MenuVersion


def newest_version(session: Session, account_id: int) -> MenuVersion | None:
    """What phones show; None when nothing was published."""
    query = select(MenuVersion).where(MenuVersion.account_id == account_id)
    return session.scalar(query.order_by(MenuVersion.id.desc()).limit(1))


def list_versions(
    session: Session, account_id: int, *, before: int | None = None, limit: int = 20
) -> list[MenuVersion]:
    """Newest first, those numbered below `before` (keyset paging)."""
    query = select(MenuVersion).where(MenuVersion.account_id == account_id)
    if before is not None:
        query = query.where(MenuVersion.id < before)
    return list(session.scalars(query.order_by(MenuVersion.id.desc()).limit(limit)))


def get_version(session: Session, account_id: int, version_id: int) -> MenuVersion:
    """Raises NotFound."""
    query = select(MenuVersion).where(MenuVersion.account_id == account_id, MenuVersion.id == version_id)
    version = session.scalar(query)
    if version is None:
        raise NotFound("no_menu_version", "没有这一版菜单。")
    return version


def list_variants(session: Session, account_id: int) -> list[MenuVariant]:
    """Those on phones first, the newest of them first: so the platform matches."""
    query = select(MenuVariant).where(MenuVariant.account_id == account_id).order_by(MenuVariant.id)
    variants = list(session.scalars(query))
    live = [one for one in variants if one.published_at is not None]
    live.sort(key=lambda one: one.published_at or one.updated_at, reverse=True)
    return live + [one for one in variants if one.published_at is None]


def get_variant(session: Session, account_id: int, public_id: str) -> MenuVariant:
    """Raises NotFound."""
    query = select(MenuVariant).where(
        MenuVariant.account_id == account_id, MenuVariant.public_id == public_id
    )
    variant = session.scalar(query)
    if variant is None:
        raise NotFound("no_menu_variant", "没有这份个性化菜单，可能已被删除。")
    return variant


def list_changes(session: Session, account_id: int, limit: int = 20) -> list[MenuChange]:
    """Menu changes at a set time, the latest first."""
    query = select(MenuChange).where(MenuChange.account_id == account_id)
    return list(session.scalars(query.order_by(MenuChange.due_at.desc(), MenuChange.id.desc()).limit(limit)))


def list_failed_changes(session: Session, account_id: int, since: datetime) -> list[MenuChange]:
    """Those that could not be published since then, the latest first."""
    query = select(MenuChange).where(
        MenuChange.account_id == account_id, MenuChange.state == "failed", MenuChange.closed_at >= since
    )
    return list(session.scalars(query.order_by(MenuChange.closed_at.desc()).limit(3)))


def get_change(session: Session, account_id: int, public_id: str) -> MenuChange:
    """Raises NotFound."""
    query = select(MenuChange).where(MenuChange.account_id == account_id, MenuChange.public_id == public_id)
    change = session.scalar(query)
    if change is None:
        raise NotFound("no_menu_change", "没有这个定时发布。")
    return change


def list_due_changes(session: Session, now: datetime, limit: int = 20) -> list[tuple[int, int]]:
    """(account id, change id) of what should begin now, over all accounts."""
    query = (
        select(MenuChange.account_id, MenuChange.id)
        .where(MenuChange.state == "scheduled", MenuChange.due_at <= now)
        .order_by(MenuChange.due_at, MenuChange.id)
        .limit(limit)
        .execution_options(all_tenants="menu changes of every account")
    )
    return [(row.account_id, row.id) for row in session.execute(query)]
