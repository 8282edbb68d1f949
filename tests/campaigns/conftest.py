"""The house of campaigns with one kind in it, on both databases and behind the web."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from types import MappingProxyType

import pytest

from accounts.service import add_account
from campaigns import chat, console, places, registry
from core.settings import WeChatSettings
from members import ledger
from models.db import Database
from tests.campaigns import tiny
from tests.campaigns.desk import Campaigns
from tests.conftest import NOW, Home, make_settings, new_account
from tests.neighbours import open_web, parts_of

ACCOUNTS = [new_account(), new_account("theirs"), new_account("paper", kind="subscription", verified=False)]


@pytest.fixture
def tiny_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = MappingProxyType({"tiny": tiny.KIND})
    for module in (registry, chat, console, places):
        monkeypatch.setattr(module, "all_kinds", lambda: kinds)


@pytest.fixture
def campaigns(db: Database, tiny_kind: None) -> Campaigns:
    """Of the account `ours`, on both databases in turn."""
    ledger.use_key(b"a-ledger-key-for-tests")
    with db.work() as session:
        return Campaigns(db, add_account(session, new_account(), NOW).id)


@pytest.fixture
def plain_campaigns(sqlite_db: Database, tiny_kind: None) -> Campaigns:
    """The same on SQLite alone, where no race is looked for."""
    ledger.use_key(b"a-ledger-key-for-tests")
    with sqlite_db.work() as session:
        return Campaigns(sqlite_db, add_account(session, new_account(), NOW).id)


@pytest.fixture
def house(
    tmp_path: Path, valkey_url: str, redis: object, sqlite_template: Path, tiny_kind: None
) -> Iterator[Home]:
    """The web with three accounts, one of them without web sign-in."""
    shutil.copy(sqlite_template, tmp_path / "test.sqlite3")
    nowhere = WeChatSettings(api_url="http://127.0.0.1:9", connect_timeout_s=0.3)
    with open_web(make_settings(tmp_path, valkey_url, wechat=nowhere)) as app:
        if "tiny_pages" not in app.blueprints:
            app.register_blueprint(tiny.pages)
        home = Home(app, parts_of(app))
        for account in ACCOUNTS:
            home.add_account(account)
        refresh(home)
        yield home


def refresh(home: Home) -> None:
    home.app.extensions["zhijia.runtime"].shelves.refresh()


def campaigns_of(home: Home, key: str = "ours") -> Campaigns:
    return Campaigns(home.parts.db, home.parts.directory.get(key).id)
