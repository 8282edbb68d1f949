"""Verbs on menus: read a file, keep the draft, remember what was published."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import yaml
from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from core.errors import Conflict, Invalid
from core.yaml_files import fault_place
from menus.drafts import as_draft
from menus.rules import MenuItem, check_menu
from menus.store import newest_version
from models.menus import MenuDraft, MenuVersion, Tree
from models.stamps import raise_stamp
from models.upsert import count_rows, insert_missing

STAMP = "menus"
TURN = timedelta(minutes=2)
"""Longer than the platform may take to answer."""


def read_menu(path: Path) -> tuple[MenuItem, ...]:
    """The menu in a YAML file (`menu:` and its entries). Raises Invalid naming what is wrong."""
    try:
        value = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid("unreadable", f"读不到菜单文件 {path}：{error}") from None
    except yaml.YAMLError as error:
        raise Invalid("bad_yaml", f"{path.name} 不是正确的 YAML：{fault_place(error)}") from None
    if not isinstance(value, dict) or "menu" not in value:
        raise Invalid("bad_menu", f"{path.name} 里没有 menu: 一项")
    return check_menu(value["menu"], path.name)


def save_menu(
    session: Session,
    account_id: int,
    items: tuple[MenuItem, ...],
    now: datetime,
    *,
    by: str = "",
    note: str = "",
) -> None:
    """Keep a menu as the newest: clicks are answered from it within a second or so."""
    version = MenuVersion(account_id=account_id, tree=to_tree(items), pushed_at=now, pushed_by=by, note=note)
    session.add(version)
    session.flush()
    raise_stamp(session, STAMP)


def to_tree(items: tuple[MenuItem, ...]) -> Tree:
    """A menu as it is stored."""
    return [item.model_dump(mode="json", exclude_defaults=True) for item in items]


def newest_menu(session: Session, account_id: int) -> tuple[MenuItem, ...] | None:
    """The menu published last; None when there was none."""
    version = newest_version(session, account_id)
    return None if version is None else check_menu(version.tree, "已发布的菜单")


@dataclass(frozen=True, slots=True)
class Draft:
    """What staff work on. `version` 0: nobody saved one yet, so it is what phones show."""

    tree: Tree
    version: int = 0
    updated_at: datetime | None = None
    updated_by: str = ""


def get_draft(session: Session, account_id: int) -> Draft:
    """The draft, or the published menu where there is none yet."""
    draft = session.scalar(select(MenuDraft).where(MenuDraft.account_id == account_id))
    if draft is not None and draft.version:
        return Draft(draft.tree, draft.version, draft.updated_at, draft.updated_by)
    newest = newest_version(session, account_id)
    return Draft(as_draft(newest.tree) if newest else [])


def save_draft(
    session: Session, account_id: int, tree: Tree, version: int, *, by: str, now: datetime
) -> None:
    """Replace the draft that somebody saw as `version`. Raises Conflict when it was saved again since."""
    _make_desk(session, account_id, now)
    changed = session.execute(
        update(MenuDraft)
        .where(MenuDraft.account_id == account_id, MenuDraft.version == version)
        .values(tree=tree, version=version + 1, updated_at=now, updated_by=by)
        .execution_options(synchronize_session=False)
    )
    if not count_rows(changed):
        raise Conflict("menu_changed", "在您编辑的时候，别人也保存了这份菜单。")


def claim_publishing(session: Session, account_id: int, now: datetime) -> datetime:
    """The turn to publish; give what is returned to `end_publishing`. Raises Conflict while somebody else has it.

    The platform keeps what came last, and we must keep the same one.
    """
    _make_desk(session, account_id, now)
    until = now + TURN
    changed = session.execute(
        update(MenuDraft)
        .where(MenuDraft.account_id == account_id)
        .where(or_(MenuDraft.publishing_until.is_(None), MenuDraft.publishing_until <= now))
        .values(publishing_until=until)
        .execution_options(synchronize_session=False)
    )
    if not count_rows(changed):
        raise Conflict("menu_publishing", "这个公众号的菜单正在发布，请过一两分钟再试。")
    return until


def end_publishing(session: Session, account_id: int, until: datetime) -> None:
    session.execute(
        update(MenuDraft)
        .where(MenuDraft.account_id == account_id, MenuDraft.publishing_until == until)
        .values(publishing_until=None)
        .execution_options(synchronize_session=False)
    )


def _make_desk(session: Session, account_id: int, now: datetime) -> None:
    row = {"account_id": account_id, "tree": [], "version": 0, "updated_at": now, "updated_by": ""}
    insert_missing(session, MenuDraft, [row])
