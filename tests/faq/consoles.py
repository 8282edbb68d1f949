"""The console with entries, for tests: a province, its city (`ours`, which has the account) and a stranger."""

import io
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from core.settings import Settings
from faq.files import EntryRow
from faq.service import import_entries
from models.accounts import Organisation
from models.content import Entry
from tests.conftest import NOW, Home, new_account
from tests.neighbours import open_web, parts_of
from tests.staff.desk import Desk, add_organisation

LIST = "/console/o/ours/entries"


@contextmanager
def open_house(settings: Settings, template: Path, folder: Path) -> Iterator[Home]:
    """The service with its content, at NOW."""
    shutil.copy(template, folder / "test.sqlite3")
    with open_web(settings) as app:
        home = Home(app, parts_of(app))
        object.__setattr__(home.parts, "clock", lambda: NOW)
        for key in ("ours", "others"):
            home.add_account(new_account(key))
        province = add_organisation(home.parts.db, "province")
        with home.parts.db.work() as session:
            session.execute(update(Organisation).where(Organisation.key == "ours").values(parent_id=province))
        refresh(home)
        yield home


def refresh(home: Home) -> None:
    """What the watching thread does every second."""
    home.app.extensions["zhijia.runtime"].shelves.refresh()


def organisation(home: Home, key: str = "ours") -> int:
    with home.parts.db.read() as session:
        return session.scalar(select(Organisation.id).where(Organisation.key == key)) or 0


def bring_in(home: Home, *rows: EntryRow, place: str = "ours") -> None:
    with home.parts.db.work() as session:
        import_entries(session, organisation(home, place), rows, NOW)
    refresh(home)


def entry(home: Home, code: str, place: str = "ours") -> Entry | None:
    with home.parts.db.read() as session:
        return session.scalar(
            select(Entry).where(Entry.organisation_id == organisation(home, place), Entry.code == code)
        )


def page_of(home: Home, code: str, place: str = "ours", seen_from: str = "ours") -> str:
    found = entry(home, code, place)
    assert found is not None
    return f"/console/o/{seen_from}/entries/{found.public_id}"


def typed(**changes: str) -> dict[str, str]:
    """The form as the page sends it."""
    fields = {
        "question": "进厂要交押金合法吗？",
        "alternates": "收保证金\r\n交风险金",
        "answer": "不合法。收了要退。",
        "details": "",
        "topic": "deposit",
        "category": "入职",
        "citations": "《劳动合同法》第九条",
        "region": "",
        "valid_from": "",
        "valid_until": "",
        "checked_on": "2026-11-20",
        "draft_version": "0",
        "live_version": "0",
        "go": "draft",
    }
    return {**fields, **changes}


def hidden(page: TestResponse, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    assert found is not None, page.text
    return found[1]


def step(desk: Desk, page: str, what: str) -> TestResponse:
    """Press a button of the entry's page: its form carries the version that was seen."""
    shown = desk.get(page).text
    found = re.search(rf'action="[^"]*/{what}">.*?name="version" value="(\d+)"', shown, re.DOTALL)
    assert found is not None, f"no button for {what}"
    return desk.post(f"{page}/{what}", {"version": found[1]})


def book(rows: Sequence[Sequence[Any]]) -> bytes:
    """An XLSX file."""
    workbook = Workbook()
    for cells in rows:
        workbook.active.append(list(cells))
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


def upload(desk: Desk, name: str, data: bytes) -> TestResponse:
    """Send a file."""
    sent = {"file": (io.BytesIO(data), name)}
    response = desk.post(f"{LIST}/files", sent, content_type="multipart/form-data", buffered=True)
    response.request.input_stream.close()
    return response
