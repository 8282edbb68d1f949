"""Series to try things on: a union's two columns, live and in drafts, and pictures that are real ones."""

import io
from dataclasses import dataclass

import pytest
from PIL import Image
from sqlalchemy import select

from accounts.service import add_account
from columns import service, store
from columns.rules import ColumnDraft, ItemDraft
from columns.service import Editor
from models.accounts import Account
from models.columns import Column, ColumnItem
from models.db import Database
from tests.conftest import NOW, Home, new_account

EDITOR = Editor("anna", NOW)


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 30), **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "#c8161d").save(out, kind, **options)
    return out.getvalue()


@dataclass
class Series:
    """A column in a database and what to do with it."""

    db: Database
    chain: list[int]
    code: str

    @property
    def column(self) -> Column:
        with self.db.read() as session:
            return store.get_own_column(session, self.chain[0], self.code)

    def write(self, number: int, title: str = "", **fields: object) -> ColumnItem:
        draft = ItemDraft(number, title or f"第{number}个故事", **{"body": "正文。", **fields})
        with self.db.work() as session:
            return service.add_item(session, self.column, draft, EDITOR)

    def publish(self, *numbers: int) -> None:
        for number in numbers:
            item = self.write(number)
            with self.db.work() as session:
                service.publish_item(session, self.chain, self.column, item.public_id, 1, EDITOR)

    def item(self, public_id: str) -> ColumnItem:
        with self.db.read() as session:
            return store.get_item(session, self.column, public_id)

    def numbers(self) -> list[tuple[int, str]]:
        with self.db.read() as session:
            return [(one.number, one.title) for one in store.list_items(session, self.column)]


def organisation_of(db: Database, key: str) -> int:
    with db.read() as session:
        found = session.scalar(select(Account.organisation_id).where(Account.key == key))
    assert found is not None
    return found


def make_series(db: Database, chain: list[int], code: str = "xiaoming", title: str = "小明务工记") -> Series:
    words = ("小明",) if code == "xiaoming" else ()
    with db.work() as session:
        service.add_column(session, chain, code, ColumnDraft(title, "简介", "", words), EDITOR)
    return Series(db, chain, code)


@pytest.fixture
def series(db: Database) -> Series:
    with db.work() as session:
        organisation_id = add_account(session, new_account(), NOW).organisation_id
    return make_series(db, [organisation_id])


@pytest.fixture
def house(home: Home) -> Home:
    home.add_account(new_account("others"))
    return home


@pytest.fixture
def ours(house: Home) -> Series:
    return make_series(house.parts.db, [organisation_of(house.parts.db, "ours")])
