"""The web application with two accounts of two organisations, each with an entry of its own."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from faq.service import import_entries
from tests.conftest import NOW, Home, make_settings, new_account
from tests.faq.entries import row
from tests.neighbours import open_web, parts_of

EVIL = '"><script>alert(1)</script><img src=x onerror=alert(2)>'


@pytest.fixture
def web(tmp_path: Path, valkey_url: str, redis: object, sqlite_template: Path) -> Iterator[Home]:
    shutil.copy(sqlite_template, tmp_path / "test.sqlite3")
    with open_web(make_settings(tmp_path, valkey_url)) as app:
        home = Home(app, parts_of(app))
        entries = {
            "ours": [row("deposit", "进厂要交押金合法吗？", answer="不合法。\n留好收据。", category="入职")],
            "other": [row("secret", "别人家的问题？")],
            "evil": [
                row(
                    "x",
                    f"押金{EVIL}",
                    answer=f"{EVIL}\njavascript:alert(3)",
                    citations=(EVIL,),
                    category=EVIL[:40],
                    region=EVIL[:40],
                )
            ],
        }
        for key, rows in entries.items():
            account_id = home.add_account(new_account(key, name=EVIL if key == "evil" else "测试工会"))
            with home.parts.db.work() as session:
                home.parts.directory.reload(session)
                organisation = home.parts.directory.get_by_id(account_id).organisation_id
                import_entries(session, organisation, rows, NOW)
        app.extensions["zhijia.runtime"].shelves.refresh()
        yield home
