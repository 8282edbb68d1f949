"""粉丝导出: everything the filters find, in batches, guarded, and personal data only for those who may see it."""

import csv
import io
from collections.abc import Sequence

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from core.masking import mask_openid
from members import console_export
from models import AuditEntry
from staff.roles import Role
from tests.conftest import Home
from tests.members.people import add_follower, days_ago
from tests.staff.desk import Desk
from web import tables

CSV = "/console/a/ours/followers/export/csv"
XLSX = "/console/a/ours/followers/export/xlsx"


@pytest.fixture
def five(house: Home) -> list[str]:
    """Openids; the last was seen last. One has a formula as a remark, one has left."""
    ours, others = (house.parts.directory.get(key).id for key in ("ours", "others"))
    openids = [f"o{number}".ljust(28, "x") for number in range(5)]
    for number, openid in enumerate(openids):
        add_follower(
            house.parts.db,
            ours,
            openid,
            last_seen_at=days_ago(9 - number),
            following=number != 1,
            remark="=1+1" if number == 2 else None,
        )
    add_follower(house.parts.db, others, "stranger".ljust(28, "y"))
    return openids


def lines(data: bytes) -> list[list[str]]:
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


def masked(openids: Sequence[str]) -> list[str]:
    return [mask_openid(one) for one in openids]


def test_all_are_exported_in_the_lists_order_over_many_batches(
    house: Home, anna: Desk, five: list[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(console_export, "_BATCH", 2)
    got = anna.get(CSV)
    assert "attachment" in got.headers["Content-Disposition"]
    table = lines(got.get_data())
    assert [row[0] for row in table[1:]] == masked(five[::-1])
    assert "openid" not in table[0]
    assert five[0].encode() not in got.get_data()
    assert "=1+1" not in got.text


def test_what_is_filtered_is_what_is_exported(anna: Desk, five: list[str]):
    assert [row[0] for row in lines(anna.get(f"{CSV}?view=left").get_data())[1:]] == masked([five[1]])
    refused = anna.get(f"{CSV}?view=made-up")
    assert refused.status_code == 422
    assert "没有这样的筛选" in refused.text


def test_personal_data_goes_along_only_with_its_permission_and_never_as_a_formula(
    house: Home, five: list[str]
):
    bob = Desk(house, "bob", "ours", Role.SERVICE, Role.PRIVACY)
    table = lines(bob.get(CSV).get_data())
    assert table[0][-2:] == ["openid", "备注"]
    assert [row[-2] for row in table[1:]] == five[::-1]
    assert [row[-1] for row in table[1:]] == ["", "", "'=1+1", "", ""]


def test_each_export_is_noted_with_what_went_along(house: Home, anna: Desk, five: list[str]):
    anna.get(CSV)
    Desk(house, "bob", "ours", Role.SERVICE, Role.PRIVACY).get(XLSX)
    with house.parts.db.read() as session:
        acts = session.scalars(select(AuditEntry).order_by(AuditEntry.number)).all()
    assert [(act.action, act.facts) for act in acts] == [
        ("followers_exported", {"file": "csv", "personal": False}),
        ("followers_exported", {"file": "xlsx", "personal": True}),
    ]


def test_a_workbook_holds_the_same(anna: Desk, five: list[str]):
    sheet = load_workbook(io.BytesIO(anna.get(XLSX).get_data())).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][0] == "编号"
    assert [row[0] for row in rows[1:]] == masked(five[::-1])


def test_a_workbook_that_would_be_too_long_is_refused_with_the_way_out(
    house: Home, anna: Desk, five: list[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(tables, "XLSX_ROWS", 4)
    refused = anna.get(XLSX)
    assert refused.status_code == 422
    assert "请导出 CSV" in refused.text
    with house.parts.db.read() as session:
        assert session.scalars(select(AuditEntry.action)).all() == []


def test_nothing_is_read_before_it_is_asked_for(
    house: Home, anna: Desk, five: list[str], monkeypatch: pytest.MonkeyPatch
):
    """Rows leave while later ones are still to be read: memory does not grow with their number."""
    monkeypatch.setattr(console_export, "_BATCH", 1)
    monkeypatch.setattr(tables, "_ROWS", 1)
    asked: list[object] = []
    real = console_export.store.list_followers
    monkeypatch.setattr(
        console_export.store, "list_followers", lambda *given: (asked.append(given), real(*given))[1]
    )
    got = anna.client.get(CSV, buffered=False)
    parts = iter(got.response)
    for _ in range(3):
        next(parts)
    assert len(asked) < 5
    got.close()


def test_others_get_nothing(house: Home, five: list[str]):
    assert Desk(house, "vera", "ours", Role.VIEWER).get(CSV).status_code == 403
    assert Desk(house, "otto", "others", Role.ADMIN).get(CSV).status_code == 404
    assert Desk(house, "olga", "ours", Role.SERVICE).get(CSV.replace("csv", "exe")).status_code == 404
