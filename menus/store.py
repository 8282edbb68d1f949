"""Queries on menus, and on the entries that menus answer with. Those of entries ask for what is live today."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from core.errors import NotFound
from models.content import Entry
from models.menus import MenuChange, MenuVariant, MenuVersion

_SHOWN = 12


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


def search_entries(session: Session, organisation_ids: Sequence[int], words: str, today: date) -> list[Entry]:
    """Entries an account has whose question or code holds `words`."""
    wanted = or_(
        Entry.question.icontains(words, autoescape=True), Entry.code.icontains(words, autoescape=True)
    )
    query = _live(organisation_ids).where(wanted)
    found = session.scalars(query.order_by(Entry.id).limit(_SHOWN * len(organisation_ids)))
    return _nearest(found, organisation_ids, today)[:_SHOWN]


def find_entries(
    session: Session, organisation_ids: Sequence[int], codes: Iterable[str], today: date
) -> list[Entry]:
    """Those of `codes` that an account can answer with today."""
    query = _live(organisation_ids).where(Entry.code.in_(set(codes)))
    return _nearest(session.scalars(query), organisation_ids, today)


def has_page(session: Session, organisation_ids: Sequence[int], public_id: str, today: date) -> bool:
    """Is there an answer's page with this id?"""
    query = _live(organisation_ids).where(Entry.public_id == public_id)
    return bool(_nearest(session.scalars(query), organisation_ids, today))


def _live(organisation_ids: Sequence[int]) -> Select[Entry]:
    return select(Entry).where(Entry.organisation_id.in_(organisation_ids), Entry.withdrawn_at.is_(None))


def _nearest(found: Iterable[Entry], organisation_ids: Sequence[int], today: date) -> list[Entry]:
    """Of those with one code, that of the nearest organisation; then those valid today."""
    merged: dict[str, Entry] = {}
    for entry in sorted(found, key=lambda entry: organisation_ids.index(entry.organisation_id)):
        merged.setdefault(entry.code, entry)
    return [
        entry
        for entry in merged.values()
        if (entry.valid_from is None or entry.valid_from <= today)
        and (entry.valid_until is None or today <= entry.valid_until)
    ]
