"""What workers see: all columns, one with its issues, an issue with its neighbours; nothing that is not live."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from columns import service, store
from columns.rules import ItemDraft, Medium
from models.content import Entry
from tests.columns.conftest import EDITOR, Series, make_series, organisation_of
from tests.conftest import NOW, Home, make_settings, new_account
from tests.neighbours import open_web, parts_of

H5 = "/h5/ours/columns"


@pytest.fixture
def web(tmp_path: Path, valkey_url: str, redis: object, sqlite_template: Path) -> Iterator[Flask]:
    (tmp_path / "test.sqlite3").write_bytes(sqlite_template.read_bytes())
    with open_web(make_settings(tmp_path, valkey_url)) as app:
        home = Home(app, parts_of(app))
        home.add_account(new_account())
        home.add_account(new_account("others"))
        yield app


@pytest.fixture
def ours(web: Flask) -> Series:
    db = parts_of(web).db
    return make_series(db, [organisation_of(db, "ours")])


def get(web: Flask, path: str) -> str:
    web.extensions["zhijia.runtime"].shelves.refresh()
    answer = web.test_client().get(path)
    assert answer.status_code == 200, path
    return answer.text


def publish(series: Series, draft: ItemDraft) -> None:
    with series.db.work() as session:
        item = service.add_item(session, series.column, draft, EDITOR)
        service.publish_item(session, series.chain, series.column, item.public_id, 1, EDITOR)


def test_columns_and_issues_are_found_page_by_page(web: Flask, ours: Series):
    ours.publish(*range(1, 23))
    assert "小明务工记" in get(web, H5)
    first = get(web, f"{H5}/xiaoming")
    assert "第22个故事" in first
    assert "第2个故事" not in first
    assert "第2个故事" in get(web, f"{H5}/xiaoming?before=3")


def test_an_issue_leads_to_the_ones_beside_it(web: Flask, ours: Series):
    ours.publish(1, 3, 7)
    page = get(web, f"{H5}/xiaoming/3")
    assert f'href="{H5}/xiaoming/1"' in page
    assert f'href="{H5}/xiaoming/7"' in page
    assert "这是最早的一期" in get(web, f"{H5}/xiaoming/1")


def test_drafts_hidden_columns_and_others_are_not_shown(web: Flask, ours: Series):
    ours.publish(1)
    ours.write(2, "还没写完")
    assert "还没写完" not in get(web, f"{H5}/xiaoming")
    client = web.test_client()
    assert client.get(f"{H5}/xiaoming/2").location == f"{H5}/xiaoming"
    assert client.get("/h5/others/columns/xiaoming").status_code == 404
    assert client.get(f"{H5}/nothing").status_code == 404
    assert "这里还没有栏目" in get(web, "/h5/others/columns")


def test_a_withdrawn_issue_is_gone_even_before_memory_knows(web: Flask, ours: Series):
    ours.publish(1)
    get(web, H5)
    with ours.db.work() as session:
        (item,) = store.list_items(session, ours.column)
        service.withdraw_item(session, ours.column, item.public_id, item.version, EDITOR)
    assert web.test_client().get(f"{H5}/xiaoming/1").status_code == 404


def test_an_issue_of_an_answer_shows_it_as_it_stands(web: Flask, ours: Series):
    with ours.db.work() as session:
        session.add(
            Entry(
                public_id="abcdefgh2345",
                organisation_id=ours.chain[0],
                code="deposit",
                question="进厂要交押金吗？",
                answer="不用交。\n怎么做：先别交。",
                citations=["《劳动合同法》第九条"],
                updated_at=NOW,
            )
        )
    publish(ours, ItemDraft(1, "押金", "entry", entry_code="deposit"))
    page = get(web, f"{H5}/xiaoming/1")
    for words in ("进厂要交押金吗？", "不用交。", "《劳动合同法》第九条", "/h5/ours/faq/abcdefgh2345"):
        assert words in page


def test_sound_video_and_pictures_are_shown(web: Flask, ours: Series):
    names = {"sound": "b" * 24 + ".mp3", "video": "c" * 24 + ".mp4", "pictures": "d" * 24 + ".jpg"}
    for number, (kind, name) in enumerate(names.items(), 1):
        publish(ours, ItemDraft(number, kind, kind, media=(Medium(name, "图的说明"),)))
    assert f'<audio controls preload="metadata" src="/media/{names["sound"]}"' in get(web, f"{H5}/xiaoming/1")
    assert f'<video controls playsinline preload="metadata" src="/media/{names["video"]}"' in get(
        web, f"{H5}/xiaoming/2"
    )
    page = get(web, f"{H5}/xiaoming/3")
    assert f'<img src="/media/{names["pictures"]}" alt="图的说明"' in page


def test_pictures_stand_where_the_body_says_and_the_rest_at_the_end(web: Flask, ours: Series):
    media = (Medium("d" * 24 + ".jpg", "甲"), Medium("e" * 24 + ".png", "乙"))
    publish(ours, ItemDraft(1, "图", body="先看：\n[图2]\n说完了。\n[图9]", media=media))
    page = get(web, f"{H5}/xiaoming/1")
    assert page.index("先看") < page.index('alt="乙"') < page.index("说完了") < page.index('alt="甲"')
    assert "图9" not in page


def test_links_lead_to_our_own_pages_too(web: Flask, ours: Series):
    publish(ours, ItemDraft(1, "链接", body="[问静静]({h5}/faq)和<b>不是粗体</b>"))
    page = get(web, f"{H5}/xiaoming/1")
    assert 'href="http://127.0.0.1:8000/h5/ours/faq"' in page
    assert "&lt;b&gt;" in page
