"""The console's menu pages in tests: a house on a platform of its own, and how its forms are sent."""

import json
import re
from html import unescape
from typing import Any

from werkzeug.test import TestResponse

from menus.drafts import as_draft
from menus.store import newest_version
from models.menus import Tree
from tests.conftest import Home
from tests.neighbours import Platform
from tests.staff.desk import Desk

MENU = "/console/a/ours/menu"
RELEASE = f"{MENU}/release"
TREE: Tree = [
    {
        "name": "惠服务",
        "children": [
            {"name": "走进工会", "key": "about", "reply": {"text": "工会是职工之家。"}},
            {"name": "静静有问题", "url": "{h5}/faq"},
        ],
    },
    {"name": "我的", "url": "{h5}/me"},
]


def hidden(response: TestResponse, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', response.text)
    assert found, f"no field {name}"
    return unescape(found[1])


def save(desk: Desk, tree: Tree, version: str | None = None, path: str = MENU, **more: str) -> TestResponse:
    """Save a draft as the editor sends it, seen as it is now unless `version` says otherwise."""
    seen = version if version is not None else hidden(desk.get(path), "version")
    return desk.post(path, {"tree": json.dumps(tree, ensure_ascii=False), "version": seen, **more})


def publish(desk: Desk, path: str = RELEASE, **more: str) -> TestResponse:
    """Look at the draft, and publish what was seen."""
    return desk.post(path, {"version": hidden(desk.get(path), "version"), **more})


def drafted(desk: Desk) -> Tree:
    tree: Tree = json.loads(hidden(desk.get(MENU), "tree"))
    return tree


def published(home: Home, key: str = "ours") -> Tree | None:
    """What clicks are answered from."""
    with home.parts.db.read() as session:
        account = home.parts.directory.get(key)
        newest = newest_version(session, account.id)
    return None if newest is None else as_draft(newest.tree)


def on_platform(platform: Platform) -> list[dict[str, Any]]:
    """The names of the default menu there."""
    menu = platform.world.menus.get_default("ours")
    return [] if menu is None else [button["name"] for button in menu["button"]]
