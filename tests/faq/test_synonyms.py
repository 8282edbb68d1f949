"""Synonyms: read from a spreadsheet, kept per organisation, inherited, and found by within a moment."""

import json
from pathlib import Path

import pytest
from sqlalchemy import select

from accounts.service import add_account, get_account
from core.errors import Invalid
from faq.commands import make_shelf
from faq.service import import_entries
from faq.shelf import FaqShelf
from faq.synonyms import (
    SHIPPED,
    list_synonyms,
    merge,
    read_synonyms,
    replace_synonyms,
    shipped_synonyms,
)
from models import ContentStamp, Organisation
from tests.conftest import NOW, Home, new_account
from tests.faq.entries import row


def save(folder: Path, text: str, name: str = "words.csv") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def keep(home: Home, account: str, table: dict[str, str]):
    with home.parts.db.work() as session:
        return replace_synonyms(session, get_account(session, account).organisation_id, table)


def load(home: Home, shelf: FaqShelf | None = None) -> FaqShelf:
    shelf = shelf or make_shelf(home.parts)
    with home.parts.db.read() as session:
        home.parts.directory.reload(session)
        shelf.load(session)
    return shelf


def best(shelf: FaqShelf, account: str, question: str) -> str | None:
    matches = shelf.ask(account, question, NOW.date()).matches
    return matches[0].entry.code if matches else None


def test_what_is_shipped_can_be_read():
    table, errors = read_synonyms(SHIPPED)
    assert errors == []
    assert table == shipped_synonyms()
    assert len(table) > 100
    assert table["炒鱿鱼"] == "辞退"


def test_full_width_and_capitals_are_as_the_questions_are(tmp_path: Path):
    table, errors = read_synonyms(save(tmp_path, "written,meant\nＨＲ说,人事说\n"))
    assert (table, errors) == ({"hr说": "人事说"}, [])


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("炒,辞退", "至少两个字"),
        ("炒鱿鱼,", "不能为空"),
        ("炒" * 41 + ",辞退", "最多 40 个字"),
        ("辞工,急辞工", "越换越长"),
        ("工钱,工资\n工钱,薪水", "另一种意思"),
        ("工钱,工资,多", "多出几格"),
    ],
)
def test_bad_rows_are_named(tmp_path: Path, line: str, wrong: str):
    _, errors = read_synonyms(save(tmp_path, f"written,meant\n{line}\n"))
    assert len(errors) == 1
    assert wrong in str(errors[0])
    assert "第" in str(errors[0])


def test_a_file_without_the_columns_is_refused(tmp_path: Path):
    with pytest.raises(Invalid, match="written"):
        read_synonyms(save(tmp_path, "a,b\n1,2\n"))


def test_the_first_table_that_has_a_word_wins():
    assert merge([{"工钱": "工资"}, {"工钱": "薪水", "辞工": "辞职"}]) == {"工钱": "工资", "辞工": "辞职"}


def test_the_file_is_the_whole_table(home: Home):
    assert keep(home, "ours", {"打包走人": "辞退", "拿工": "工资"}) == (2, 0, 0)
    assert keep(home, "ours", {"打包走人": "辞职", "新词": "意思"}) == (1, 1, 1)
    with home.parts.db.read() as session:
        before = session.scalars(select(ContentStamp.stamp).where(ContentStamp.kind == "faq")).one()
        own = list_synonyms(session, get_account(session, "ours").organisation_id)
    assert own == {"打包走人": "辞职", "新词": "意思"}
    assert keep(home, "ours", own) == (0, 0, 0)
    with home.parts.db.read() as session:
        assert session.scalars(select(ContentStamp.stamp).where(ContentStamp.kind == "faq")).one() == before


def test_a_new_word_finds_at_once_and_for_those_below_too(home: Home):
    with home.parts.db.work() as session:
        city = Organisation(key="city", name="市")
        session.add(city)
        session.flush()
        county = Organisation(key="county", name="县", parent_id=city.id)
        session.add(county)
        session.flush()
        for key in ("city", "county"):
            add_account(session, new_account(key, organisation=key), NOW)
        import_entries(session, city.id, [row("fired", "被辞退有没有补偿"), row("bus", "驿站在哪里")], NOW)
    shelf = load(home)
    assert best(shelf, "county", "打包滚蛋咯") is None
    keep(home, "city", {"打包滚蛋": "被辞退"})
    load(home, shelf)
    assert best(shelf, "county", "打包滚蛋咯") == "fired"
    assert shelf.entries_of("county") is shelf.entries_of("city")
    keep(home, "county", {"打包滚蛋": "驿站"})
    load(home, shelf)
    assert (best(shelf, "county", "打包滚蛋咯"), best(shelf, "city", "打包滚蛋咯")) == ("bus", "fired")


def test_shipped_words_work_for_everybody(home: Home):
    with home.parts.db.work() as session:
        ours = get_account(session, "ours").organisation_id
        import_entries(session, ours, [row("fired", "被辞退了怎么办"), row("bus", "驿站在哪里")], NOW)
    assert best(load(home), "ours", "被炒鱿鱼了") == "fired"


def test_the_commands(home: Home, tmp_path: Path):
    run = home.app.test_cli_runner().invoke
    path = save(tmp_path, "written,meant\n打包走人,辞退\n")
    done = run(args=["faq", "synonyms", "import", str(path), "--account", "ours"])
    assert "新增 1 个" in done.output
    out = tmp_path / "out.jsonl"
    run(args=["faq", "synonyms", "export", str(out), "--account", "ours"])
    assert [json.loads(line) for line in out.read_text("utf-8").splitlines()] == [
        {"written": "打包走人", "meant": "辞退"}
    ]
    run(args=["faq", "synonyms", "export", str(out), "--account", "ours", "--shipped"])
    assert len(out.read_text("utf-8").splitlines()) == 1 + len(shipped_synonyms())
    bad = run(
        args=[
            "faq",
            "synonyms",
            "import",
            str(save(tmp_path, "written,meant\n炒,辞退\n")),
            "--account",
            "ours",
        ]
    )
    assert bad.exit_code != 0
    with home.parts.db.read() as session:
        own = list_synonyms(session, get_account(session, "ours").organisation_id)
    assert own == {"打包走人": "辞退"}
