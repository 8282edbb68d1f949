"""Bringing statutes in, on SQLite and PostgreSQL: the newest version of each, never a mixture."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from faq.statutes.service import Imported, import_statutes
from faq.statutes.shelf import StatuteShelf
from faq.statutes.store import STAMP, edition, list_statutes
from faq.statutes.text import StatuteText
from house.shelves import Shelf, Shelves
from models import Statute, StatuteArticle
from models.db import Database
from models.stamps import read_stamps
from tests.conftest import NOW
from tests.faq.statutes.samples import text_of
from tests.neighbours import together

OLD, NEW = date(2015, 1, 1), date(2020, 5, 1)


def bring(db: Database, *texts: StatuteText, days: int = 0) -> Imported:
    with db.work() as session:
        return import_statutes(session, texts, NOW + timedelta(days=days))


def stamp(db: Database) -> int:
    with db.read() as session:
        return read_stamps(session).get(STAMP, 0)


def held(db: Database) -> dict[str, tuple[date, list[str]]]:
    with db.read() as session:
        return {s.name: (s.version, [a.text for a in s.articles]) for s in list_statutes(session)}


def test_new_statutes_come_in_and_are_counted(db: Database):
    done = bring(db, text_of(), text_of("宿舍法", articles=2))
    assert done == Imported(added=2, articles=5)
    assert held(db) == {
        "工友法": (NEW, ["第1段内容。", "第2段内容。", "第3段内容。"]),
        "宿舍法": (NEW, ["第1段内容。", "第2段内容。"]),
    }


def test_the_same_again_changes_nothing(db: Database):
    bring(db, text_of())
    before = stamp(db)
    assert bring(db, text_of(), days=1) == Imported(unchanged=1)
    assert stamp(db) == before == 1
    with db.read() as session:
        assert session.scalars(select(Statute.imported_at)).one() == NOW


def test_a_newer_version_takes_the_place_of_the_old_one_as_a_whole(db: Database):
    bring(db, text_of(version=OLD, articles=5, word="旧"))
    assert bring(db, text_of(version=NEW, articles=2), days=1) == Imported(changed=1, articles=2)
    assert held(db) == {"工友法": (NEW, ["第1段内容。", "第2段内容。"])}
    with db.read() as session:
        assert session.scalar(select(func.count()).select_from(StatuteArticle)) == 2
        assert session.scalars(select(Statute.imported_at)).one() == NOW + timedelta(days=1)


def test_a_corrected_text_of_the_same_version_is_taken(db: Database):
    bring(db, text_of(word="错字"))
    assert bring(db, text_of()).changed == 1
    assert held(db)["工友法"][1][0] == "第1段内容。"


def test_an_older_version_is_left_aside(db: Database):
    bring(db, text_of())
    assert bring(db, text_of(version=OLD, word="旧")) == Imported(older=1)
    assert held(db)["工友法"] == (NEW, ["第1段内容。", "第2段内容。", "第3段内容。"])


@pytest.mark.parametrize("versions", [(OLD, NEW), (NEW, OLD)])
def test_of_two_versions_at_once_the_newer_one_stays(db: Database, versions: tuple[date, date]):
    done = bring(db, *(text_of(version=version, word=str(version)) for version in versions))
    assert done == Imported(added=1, older=1, articles=3)
    assert held(db)["工友法"][1][0] == f"第1段{NEW}。"


def test_every_field_comes_back_as_it_was(db: Database):
    bring(db, text_of())
    with db.read() as session:
        (found,) = list_statutes(session)
    assert (found.title, found.edition) == ("中华人民共和国工友法", "2020年修正")
    assert (found.articles[1].label, found.articles[1].anchor) == ("第二条", "a2")
    assert found.articles[1].chapter == "第一章 总则"


def test_two_imports_at_once_leave_one_version_whole(db: Database):
    bring(db, text_of(word="前"))
    texts = [text_of(articles=n + 2, word=f"后{n}") for n in range(4)]
    results = together(4, lambda n: bring(db, texts[n]))
    assert [result for result in results if isinstance(result, Exception)] == []
    _, articles = held(db)["工友法"]
    assert articles in [[a.text for a in text.articles] for text in texts]


def test_a_change_reaches_the_shelf_by_its_stamp(db: Database):
    shelf = StatuteShelf()
    shelves = Shelves(db, (Shelf("statutes", frozenset({STAMP}), shelf.load),))
    shelves.load_all()
    assert not shelf.library.volumes
    bring(db, text_of())
    assert shelves.refresh() == ["statutes"]
    assert shelves.refresh() == []
    assert [volume.name for volume in shelf.library.volumes] == ["工友法"]


@pytest.mark.parametrize(
    ("version", "info", "expected"),
    [
        (date(2012, 12, 28), "2007年6月29日 示例通过\n2012年12月28日 示例《决定》修正", "2012年修正"),
        (date(2024, 11, 10), "2024年11月10日 《决定》第四次修订）", "2024年修订"),
        (date(2004, 11, 1), "2004年10月26日 通过\n2004年11月1日 公布\n2004年12月1日 施行", "2004年公布"),
        (date(2020, 12, 29), "2020年12月25日 通过\n2021年1月1日 施行", "2020年通过"),
        (date(2010, 12, 20), "2003年4月27日 公布", "2010年版"),
        (date(2010, 12, 20), "", "2010年版"),
        (date(2010, 12, 20), "2010年12月20日 什么也没说", "2010年版"),
    ],
)
def test_editions_are_named_as_people_do(version: date, info: str, expected: str):
    assert edition(version, info) == expected
