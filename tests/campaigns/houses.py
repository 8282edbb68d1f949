"""The web with two unions' accounts, for tests of a kind's pages."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.conftest import Home, make_settings, new_account
from tests.neighbours import open_web, parts_of


@contextmanager
def two_accounts(folder: Path, valkey_url: str, template: Path) -> Iterator[Home]:
    """The accounts `ours` and `others`, on SQLite."""
    shutil.copy(template, folder / "test.sqlite3")
    with open_web(make_settings(folder, valkey_url)) as app:
        home = Home(app, parts_of(app))
        for key in ("ours", "others"):
            home.add_account(new_account(key))
        yield home
