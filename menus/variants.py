"""Verbs on personalised menus (个性化菜单): each a draft for the followers with one tag, and what phones show of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from core.errors import Conflict, Invalid, NotFound
from core.ids import public_id
from menus.service import STAMP
from menus.store import list_variants
from models.menus import MenuVariant, Tree
from models.stamps import raise_stamp
from models.upsert import count_rows

MAX_VARIANTS = 50
_NAME_CHARS = 40


def key_prefix(variant_id: str) -> str:
    """Goes before the keys of a variant's entries; `variant_id` is its public id."""
    return f"{variant_id}:"


def add_variant(
    session: Session, account_id: int, name: str, tag: str, tree: Tree, *, by: str, now: datetime
) -> MenuVariant:
    """A new one that begins with the entries of `tree`. Raises Invalid."""
    if len(list_variants(session, account_id)) >= MAX_VARIANTS:
        raise Invalid("too_many_variants", f"个性化菜单最多 {MAX_VARIANTS} 份，请先删除不用的。")
    variant = MenuVariant(
        account_id=account_id,
        public_id=public_id(),
        name=_name(name),
        tag_id=_tag_id(tag),
        tree=tree,
        version=1,
        updated_at=now,
        updated_by=by,
        menu_ids=[],
    )
    session.add(variant)
    session.flush()
    return variant


def save_variant(
    session: Session,
    variant: MenuVariant,
    fields: Mapping[str, str],
    tree: Tree,
    version: int,
    *,
    by: str,
    now: datetime,
) -> None:
    """`fields`: name and tag; `version`: the one somebody saw. Raises Invalid, or Conflict when it was saved again since."""
    changed = session.execute(
        update(MenuVariant)
        .where(MenuVariant.account_id == variant.account_id, MenuVariant.id == variant.id)
        .where(MenuVariant.version == version)
        .values(
            name=_name(fields["name"]),
            tag_id=_tag_id(fields["tag"]),
            tree=tree,
            version=version + 1,
            updated_at=now,
            updated_by=by,
        )
        .execution_options(synchronize_session=False)
    )
    if not count_rows(changed):
        raise Conflict("menu_changed", "在您编辑的时候，别人也保存了这份菜单。")


def delete_variant(session: Session, variant: MenuVariant) -> None:
    """Raises Conflict while phones show it."""
    gone = session.execute(
        delete(MenuVariant)
        .where(MenuVariant.account_id == variant.account_id, MenuVariant.id == variant.id)
        .where(MenuVariant.published_at.is_(None))
        .execution_options(synchronize_session=False)
    )
    if not count_rows(gone):
        raise Conflict("variant_live", "这份个性化菜单还在手机上，请先下线再删除。")


def get_menu_ids(session: Session, variant: MenuVariant) -> list[str]:
    """Raises NotFound when it was deleted meanwhile."""
    query = select(MenuVariant.menu_ids).where(
        MenuVariant.account_id == variant.account_id, MenuVariant.id == variant.id
    )
    found = session.scalar(query)
    if found is None:
        raise NotFound("no_menu_variant", "没有这份个性化菜单，可能已被删除。")
    return found


def note_published(
    session: Session, variant: MenuVariant, menu_ids: list[str], live: Tree, *, by: str, now: datetime
) -> None:
    _set(session, variant, menu_ids=menu_ids, live_tree=live, published_at=now, published_by=by)
    raise_stamp(session, STAMP)


def note_menu_ids(session: Session, variant: MenuVariant, menu_ids: list[str]) -> None:
    _set(session, variant, menu_ids=menu_ids)


def note_withdrawn(session: Session, variant: MenuVariant) -> None:
    _set(session, variant, live_tree=None, published_at=None, published_by="")
    raise_stamp(session, STAMP)


def _set(session: Session, variant: MenuVariant, **values: Any) -> None:
    session.execute(
        update(MenuVariant)
        .where(MenuVariant.account_id == variant.account_id, MenuVariant.id == variant.id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def _name(text: str) -> str:
    name = text.strip()
    if not 1 <= len(name) <= _NAME_CHARS:
        raise Invalid("bad_name", f"请给这份菜单起个名字，最多 {_NAME_CHARS} 个字。")
    return name


def _tag_id(text: str) -> int:
    if not (text.strip().isdecimal() and len(text) < 10 and int(text)):
        raise Invalid("bad_tag", "请选择一个粉丝标签。")
    return int(text)
