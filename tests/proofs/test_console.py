"""The pure parts of the proof of the console: what it judges by, what it sends, and that its control takes something away."""

import csv
import io
import random
import zipfile
from datetime import datetime

import pytest
import requests
from flask import Flask

from core.clock import SHANGHAI
from core.errors import Invalid
from faq.files import read_upload, table_bytes
from handlers.rule_form import RuleForm
from house.permissions import Permission
from proofs.browser import grave_of, is_outside
from proofs.console import _devices, control, judge
from proofs.console.bad_files import FORMULAS, bad_files, formula_rows
from proofs.console.bad_input import PATTERNS
from proofs.console.foreign import foreign_site, form_page
from proofs.console.people import code_of
from proofs.console.tour import endpoint_of
from proofs.run import Run
from staff import guard
from staff.guard import needs

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=SHANGHAI)
GOOD = table_bytes("good.xlsx", [{"id": "x", "question": "问题", "answer": "答案"}])


# What is judged


def test_a_formula_is_told_from_a_guarded_text():
    assert judge.live_formulas(["=1", "'=1", "+86", "答案", "\t=1", "@x", "-", ""]) == [
        "=1",
        "+86",
        "\t=1",
        "@x",
        "-",
    ]


def test_an_export_that_guards_nothing_is_found_in_both_kinds():
    text = io.StringIO(newline="")
    csv.writer(text).writerows([["id"], ["=1+1"]])
    assert judge.live_formulas(judge.cells_of_csv(text.getvalue().encode("utf-8-sig"))) == ["=1+1"]
    assert judge.live_formulas(judge.cells_of_xlsx(_book("=1+1"))) == ["=1+1"]
    assert judge.live_formulas(judge.cells_of_xlsx(_book("'=1+1"))) == []


@pytest.mark.parametrize(
    ("told", "is_reason"),
    [
        ("文件超过 5 MB，没有读取。", True),
        ("x.xlsx 不是完好的 Excel 文件（KeyError）", False),
        ("Bad request", False),
        ("", False),
    ],
)
def test_a_reason_is_chinese_and_names_no_exception(told: str, is_reason: bool):
    assert judge.says_why(told) is is_reason


def test_a_process_that_answered_nobody_is_seen():
    written = {11: b'{"openid": "a"}\n{"openid": "b"}\n', 12: b'{"openid": "other"}\n'}
    assert judge.answered_by(written, ["a", "b", "c"]) == {11: 2, 12: 0}


@pytest.mark.parametrize("hour", [0, 12, 23])
def test_hours_around_now_hold_it_and_hours_away_do_not(hour: int):
    now = NOON.replace(hour=hour)
    opens, closes = judge.hours_around(now)
    assert _within(now, opens, closes)
    assert not _within(now, *judge.hours_away(now))


def test_only_what_axe_calls_grave_counts():
    found = [
        {"id": "label", "impact": "critical", "nodes": [{"html": "<input>"}]},
        {"id": "region", "impact": "moderate", "nodes": [{"html": "<p>"}]},
    ]
    assert grave_of(found) == ['label: "<input>"']


@pytest.mark.parametrize(
    ("url", "outside"),
    [
        ("http://127.0.0.1:8000/console/", False),
        ("data:,", False),
        ("https://fonts.example/x.css", True),
        ("http://127.0.0.1.evil.example/", True),
        ("ws://evil.example/", True),
    ],
)
def test_a_request_that_leaves_the_machine_is_seen(url: str, outside: bool):
    assert is_outside(url) is outside


def test_percentiles_are_milliseconds():
    assert judge.percentile_ms([0.1, 0.3, 0.2]) == {"p50_ms": 200, "max_ms": 300}


def test_the_code_of_the_next_step_is_another_one():
    secret, at = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", NOON.timestamp()
    assert code_of(secret, at) != code_of(secret, at, 1) == code_of(secret, at + 30)


def test_small_runs_use_one_device_a_round_and_full_ones_both():
    assert [_devices(Run("console"), number) for number in (1, 2)] == [(False,), (True,)]
    assert _devices(Run("console", "full"), 1) == (False, True)


# What is sent


def test_every_bad_file_is_bad():
    files = list(bad_files(GOOD, random.Random(1)))
    assert len({one.what for one in files}) == len(files) >= 15
    for one in files:
        if len(one.data) <= 5_000_000:
            try:
                rows, errors = read_upload(one.name, one.data)
            except Invalid:
                continue
            assert errors or not rows, one.what


def test_large_files_are_larger_than_allowed_and_the_bomb_is_small():
    sizes = {one.what: len(one.data) for one in bad_files(GOOD, random.Random(1))}
    assert sizes["10 MB of rows"] >= 10_000_000 <= sizes["10 MB of noise"]
    assert sizes["200 MB of nothing"] < 1_000_000


def test_the_file_of_formulas_is_good_and_holds_them_all():
    rows, errors = read_upload("formulas.csv", formula_rows("mark"))
    assert errors == []
    assert len(rows) == len(FORMULAS)
    assert len(judge.live_formulas(row.answer for row in rows)) == len(FORMULAS)
    assert all("mark" in row.code for row in rows)


def test_patterns_are_of_both_sorts():
    taken = [pattern for pattern in PATTERNS if _is_taken(pattern)]
    assert 3 <= len(taken) < len(PATTERNS)


def test_a_foreign_page_sends_its_form_where_it_was_told():
    with foreign_site() as site, requests.Session() as session:
        session.trust_env = False
        address = form_page(site, "http://127.0.0.1:1/console/signout", {"name": '"><b>', "empty": ""})
        page = session.get(address, timeout=5).text
    assert 'action="http://127.0.0.1:1/console/signout"' in page
    assert 'name="name" value="&quot;&gt;&lt;b&gt;"' in page and 'name="empty" value=""' in page
    assert 'name="to"' not in page


# Where the tour goes


def test_pages_are_known_by_their_kind():
    app = Flask("test")
    app.add_url_rule("/console/o/<key>/rules", "rules.index", lambda key: key)
    app.add_url_rule("/console/send", "send", lambda: "", methods=["POST"])
    assert endpoint_of(app, "/console/o/ours/rules?q=1#top") == "rules.index"
    assert [endpoint_of(app, path) for path in ("/console/send", "/nowhere", "#top")] == ["", "", ""]


# The control


def _pages_of_ours() -> Flask:
    app = Flask("test")
    for name, need in (("menus", Permission.MENUS), ("home", "signed_in"), ("door", "open")):
        app.add_url_rule(f"/console/{name}", name, needs(need)(lambda: ""))
    app.add_url_rule("/console/bare", "bare", lambda: "")
    return app


def test_the_control_ignores_permissions_and_nothing_else(monkeypatch: pytest.MonkeyPatch):
    app = _pages_of_ours()
    assert guard.need_of(app, "menus") is Permission.MENUS
    control.ignore_permissions(monkeypatch.setattr)
    seen = [guard.need_of(app, name) for name in ("menus", "home", "door", "bare")]
    assert seen == ["signed_in", "signed_in", "open", None]


def test_the_control_says_so_when_there_is_nothing_to_ignore(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delattr(guard, "need_of")
    with pytest.raises(AttributeError, match="removes nothing"):
        control.ignore_permissions(monkeypatch.setattr)


def _within(now: datetime, opens: str, closes: str) -> bool:
    at = f"{now:%H:%M}"
    return opens <= at < closes if opens <= closes else at >= opens or at < closes


def _is_taken(pattern: str) -> bool:
    try:
        RuleForm("x", match="regex", keywords=pattern, reply={"kind": "text", "text": "对"}).row()
    except Invalid:
        return False
    return True


def _book(text: str) -> bytes:
    sheet = "xl/worksheets/sheet1.xml"
    cell = f'<c r="A1" t="inlineStr"><is><t>{text}</t></is></c>'
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(GOOD)) as packed, zipfile.ZipFile(target, "w") as again:
        for name in packed.namelist():
            data = packed.read(name)
            again.writestr(
                name,
                f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
                f'<row r="1">{cell}</row></sheetData></worksheet>'
                if name == sheet
                else data,
            )
    return target.getvalue()
