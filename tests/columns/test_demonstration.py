"""The demonstration's columns: complete, cited rightly, and brought in once."""

import re
from pathlib import Path

import pytest
import yaml

from accounts.service import add_account
from columns import store
from columns.files import Files, import_columns, read_columns
from core.errors import Invalid
from core.settings import ROOT
from faq.citations import check_citation
from faq.service import import_entries
from models.db import Database
from tests.columns.conftest import picture
from tests.conftest import NOW, new_account
from tests.content.test_knowledge import ENTRIES, LAWS, telephones
from web.storage import MediaStore

DEMO = ROOT / "content" / "demo"
COLUMNS = read_columns(DEMO / "columns.yaml")
CITATION = re.compile("《[^》]+》第[一二三四五六七八九十百]+条")


def test_there_are_four_columns_of_at_least_six_issues():
    assert [row.title for row in COLUMNS] == ["静静有问题", "小明务工记", "一张图读懂", "工会知识微课堂"]
    assert all(len(row.items) >= 6 for row in COLUMNS)


def test_every_citation_names_an_article_that_exists():
    found = [text for row in COLUMNS for item in row.items for text in CITATION.findall(item.body)]
    assert len(found) > 30
    assert [problem for text in found if (problem := check_citation(text, LAWS))] == []


def test_every_issue_that_is_no_answer_says_on_what_it_stands():
    assert [i.title for row in COLUMNS for i in row.items if not i.entry and "依据：" not in i.body] == []


def test_nobodys_telephone_is_in_it():
    assert telephones((DEMO / "columns.yaml").read_text("utf-8")) == set()


def test_it_is_brought_in_live_and_only_once(sqlite_db: Database, tmp_path: Path):
    files = Files(DEMO, MediaStore(tmp_path / "media"))
    with sqlite_db.work() as session:
        chain = [add_account(session, new_account(), NOW).organisation_id]
        named = {item.entry for row in COLUMNS for item in row.items}
        import_entries(session, chain[0], [row for _, row in ENTRIES if row.code in named], NOW)
        assert import_columns(session, chain, COLUMNS, files, NOW) == 25
    uploaded = sorted((tmp_path / "media").iterdir())
    with sqlite_db.work() as session:
        assert import_columns(session, chain, COLUMNS, files, NOW) == 0
    assert sorted((tmp_path / "media").iterdir()) == uploaded
    with sqlite_db.read() as session:
        columns = store.list_all_columns(session)[chain[0]]
    assert [len(column.items) for column in columns] == [7, 6, 6, 6]


def test_a_faulty_file_is_told_with_its_place(tmp_path: Path):
    path = tmp_path / "columns.yaml"
    (tmp_path / "a.jpg").write_bytes(picture())
    for value, told in [
        ({"columns": [{"code": "a", "title": "题" * 21}]}, "第 1 个栏目"),
        ({"columns": [{"code": "A B", "title": "题"}]}, "短名"),
        ({"columns": 5}, "没有 columns"),
        ([], "没有 columns"),
    ]:
        path.write_text(yaml.safe_dump(value, allow_unicode=True), "utf-8")
        with pytest.raises(Invalid, match=told):
            read_columns(path)
    path.write_text("columns: [", "utf-8")
    with pytest.raises(Invalid, match="YAML"):
        read_columns(path)
    with pytest.raises(Invalid, match="找不到图片"):
        Files(tmp_path, MediaStore(tmp_path / "media")).keep("none.jpg")
    with pytest.raises(Invalid, match="读不到"):
        read_columns(tmp_path / "none.yaml")
