"""The web application with a library, an entry that cites it, and an account of another organisation."""

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from commands import install
from faq.service import import_entries
from faq.statutes import h5
from faq.statutes.feature import FEATURE
from faq.statutes.service import import_statutes
from faq.statutes.shelf import StatuteShelf
from faq.statutes.text import ArticleText, StatuteText, read_statute
from house.feature import Registry
from tests.conftest import NOW, Home, make_settings, new_account
from tests.faq.entries import row
from tests.faq.statutes.samples import EXPLANATION, text_of, write
from tests.neighbours import open_web, parts_of

EVIL = '"><script>alert(1)</script>'
CITATIONS = (
    "《工友法》第四条之一",
    "《工友法》第九十九条",
    "《民法典》第五百七十七条",
    "《住房公积金管理条例》第一条",
    f"《{EXPLANATION}》第三十二条第一款",
    "工友手册第三页",
)


def texts(folder: Path) -> list[StatuteText]:
    evil = ArticleText(1, 0, EVIL, "", f"{EVIL}\n宿舍 工资 10%")
    return [
        read_statute(write(folder))[0],
        text_of("住房公积金管理条例", date(2019, 3, 24)),
        text_of(EXPLANATION, date(2020, 12, 29), articles=33),
        StatuteText("怪法", f"怪法{EVIL}", date(2020, 1, 1), EVIL, EVIL, "", (evil,), "怪法(2020-01-01).md"),
    ]


def fill(home: Home, library: list[StatuteText]) -> None:
    """Bring the texts in and put them on the shelf."""
    with home.parts.db.work() as session:
        import_statutes(session, library, NOW)
    with home.parts.db.read() as session:
        home.app.extensions[h5.SHELF].load(session)


@pytest.fixture
def bare_site(tmp_path: Path, valkey_url: str, redis: object, sqlite_template: Path) -> Iterator[Home]:
    """The application with the library's pages and nothing in it."""
    shutil.copy(sqlite_template, tmp_path / "test.sqlite3")
    with open_web(make_settings(tmp_path, valkey_url)) as app:
        if h5.pages.name not in app.blueprints:
            app.register_blueprint(h5.pages)
        app.extensions.setdefault(h5.SHELF, StatuteShelf())
        home = Home(app, parts_of(app))
        for key in ("ours", "other"):
            home.add_account(new_account(key))
        app.extensions["zhijia.runtime"].shelves.refresh()
        yield home


@pytest.fixture
def site(bare_site: Home, tmp_path: Path) -> Home:
    with bare_site.parts.db.work() as session:
        organisation = bare_site.parts.directory.get("ours").organisation_id
        import_entries(session, organisation, [row("night", "夜班白天吵怎么办？", citations=CITATIONS)], NOW)
    bare_site.app.extensions["zhijia.runtime"].shelves.refresh()
    fill(bare_site, texts(tmp_path))
    return bare_site


@pytest.fixture
def shell(home: Home) -> Home:
    """The application for commands, with `flask statutes`."""
    if "statutes" not in home.app.cli.commands:
        install(home.app, Registry.of((FEATURE,)), lambda _parts: [])
    return home
