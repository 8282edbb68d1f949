"""Verbs on menus: read a file, publish to the platform, remember what was published."""

from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import Invalid
from core.yaml_files import fault_place
from menus.rules import MenuItem, check_menu
from models.content import MenuVersion
from models.stamps import raise_stamp

STAMP = "menus"


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


def save_menu(session: Session, account_id: int, items: tuple[MenuItem, ...], now: datetime) -> None:
    """Keep a menu as the newest: clicks are answered from it within a second or so."""
    tree: list[dict[str, Any]] = [item.model_dump(mode="json", exclude_defaults=True) for item in items]
    session.add(MenuVersion(account_id=account_id, tree=tree, pushed_at=now))
    session.flush()
    raise_stamp(session, STAMP)


def newest_menu(session: Session, account_id: int) -> tuple[MenuItem, ...] | None:
    """The menu published last; None when there was none."""
    query = (
        select(MenuVersion)
        .where(MenuVersion.account_id == account_id)
        .order_by(MenuVersion.id.desc())
        .limit(1)
    )
    version = session.scalar(query)
    return None if version is None else check_menu(version.tree, "已发布的菜单")
