"""Staff keep columns: write, look, publish, take down; two at once; other unions; what people type stays text."""

import io
import re
from typing import Any

import pytest
from werkzeug.test import TestResponse

from accounts.audit import list_acts
from columns import desk, service, store
from columns.desk import ACTIONS
from columns.rules import ItemDraft
from models.accounts import Organisation
from staff.roles import Role
from tests.columns.conftest import EDITOR, Series, make_series, organisation_of, picture
from tests.conftest import Home
from tests.staff.desk import Desk, text_of

COLUMNS = "/console/o/ours/columns"
XIAOMING = f"{COLUMNS}/xiaoming"
EVIL = "<script>alert(1)</script>"


@pytest.fixture
def anna(house: Home, ours: Series) -> Desk:
    """An administrator: may write and publish."""
    return Desk(house, "anna", "ours", Role.ADMIN)


@pytest.fixture
def emil(house: Home, ours: Series) -> Desk:
    """An editor: may write and not publish."""
    return Desk(house, "emil", "ours", Role.EDITOR)


def item_form(**changes: Any) -> dict[str, Any]:
    return {"version": "1", "number": "1", "title": "第一天", "kind": "text", "body": "正文。", **changes}


def url(item: Any, action: str = "") -> str:
    return f"{XIAOMING}/items/{item.public_id}{action and '/' + action}"


def only_item(ours: Series) -> Any:
    with ours.db.read() as session:
        (item,) = store.list_items(session, ours.column)
        return store.get_item(session, ours.column, item.public_id)


def media_names(response: TestResponse) -> list[str]:
    return re.findall(r"/media/([0-9a-z.]+)", response.text)


def test_a_column_is_made_and_its_first_issue_goes_live(house: Home, anna: Desk, ours: Series):
    made = anna.post(f"{COLUMNS}/new", {"title": "一张图读懂", "code": "yitu", "words": "看图、一图"})
    assert made.location == f"{COLUMNS}/yitu"
    assert "还没有写过一期" in anna.get(made.location).text
    saved = anna.post(f"{COLUMNS}/yitu/new", item_form(version="0", title="九样", digest="对照看"))
    page = anna.get(saved.location)
    assert "草稿" in text_of(page)
    frame = anna.get(saved.location.replace("/preview", "/phone"))
    assert "还没有上线" in frame.text
    assert "<p>正文。</p>" in frame.text
    live = anna.post(saved.location.replace("/preview", "/publish"), {"version": "1"})
    assert "已上线" in text_of(anna.get(live.location))
    with house.parts.db.read() as session:
        acts = list_acts(session, [ours.chain[0]])
    assert [act.action for act in acts] == ["column_item_published", "column_item_added", "column_added"]
    assert all(act.action in ACTIONS for act in acts)


def test_a_refused_form_keeps_everything_that_was_typed(anna: Desk, ours: Series):
    typed = item_form(number="0", title="我的标题", digest="我的摘要", body="我的正文")
    refused = anna.post(f"{XIAOMING}/new", typed)
    assert refused.status_code == 422
    assert "期号写 1 到 9999" in refused.text
    for words in ("我的标题", "我的摘要", "我的正文"):
        assert words in refused.text


@pytest.mark.parametrize("number", ["abc", "", "-3", "99999"])
def test_a_number_that_is_none_is_refused_and_stays_in_the_field(anna: Desk, number: str):
    refused = anna.post(f"{XIAOMING}/new", item_form(number=number))
    assert refused.status_code == 422
    assert f'value="{number}"' in refused.text


def test_a_number_that_is_taken_is_told_with_its_title(anna: Desk, ours: Series):
    ours.write(1, "先来的")
    refused = anna.post(f"{XIAOMING}/new", item_form())
    assert refused.status_code == 422
    assert "第 1 期已经有了：先来的" in refused.text


def test_the_second_of_two_editors_sees_what_the_other_saved_and_loses_nothing(anna: Desk, ours: Series):
    item = ours.write(1)
    anna.post(url(item), item_form(title="先保存的", body="别人的正文"))
    late = anna.post(url(item), item_form(title="后保存的", body="我辛苦写的正文"))
    assert late.status_code == 409
    assert "别人已经改过" in late.text
    assert "别人的正文" in late.text
    assert "我辛苦写的正文" in late.text
    version = re.search(r'name="version" value="(\d+)"', late.text)
    assert version
    again = anna.post(url(item), item_form(version=version[1], title="后保存的", body="我辛苦写的正文"))
    assert again.status_code == 302
    assert only_item(ours).body == "我辛苦写的正文"


def test_what_changed_since_it_was_looked_at_is_not_published(anna: Desk, ours: Series):
    item = ours.write(1)
    anna.post(url(item), item_form(title="改过"))
    late = anna.post(url(item, "publish"), {"version": "1"})
    assert late.status_code == 409
    assert only_item(ours).state == "draft"
    assert 'name="version" value="2"' in late.text


def test_an_editor_writes_and_does_not_publish(emil: Desk, ours: Series):
    item = ours.write(1)
    assert emil.post(url(item), item_form(title="改过")).status_code == 302
    page = emil.get(url(item, "preview"))
    assert "请有「发布上线」权限的同事" in page.text
    assert emil.post(url(item, "publish"), {"version": "2"}).status_code == 403
    assert only_item(ours).state == "draft"


def test_an_editor_does_not_change_what_is_live(emil: Desk, ours: Series):
    ours.publish(1)
    item = only_item(ours)
    refused = emil.post(url(item), item_form(version="2", body="我写的修改"))
    assert refused.status_code == 403
    assert "我写的修改" in refused.text
    assert only_item(ours).body == "正文。"
    assert emil.post(url(item, "withdraw"), {"version": "2"}).status_code == 403
    assert emil.post(url(item, "move"), {"to": "up"}).status_code == 403
    assert emil.post(f"{XIAOMING}/settings", {"version": "1", "title": "改名"}).status_code == 403
    assert ours.column.title == "小明务工记"


def test_who_publishes_need_not_be_able_to_write(house: Home, ours: Series):
    frank = Desk(house, "frank", "ours", Role.FINAL)
    item = ours.write(1)
    assert frank.get(COLUMNS).status_code == 200
    assert "上线" in frank.get(url(item, "preview")).text
    assert frank.post(url(item, "publish"), {"version": "1"}).status_code == 302
    assert only_item(ours).state == "live"
    assert frank.get(url(item)).status_code == 403
    assert frank.post(f"{XIAOMING}/new", item_form()).status_code == 403


def test_a_viewer_looks_and_changes_nothing(house: Home, ours: Series):
    vera = Desk(house, "vera", "ours", Role.VIEWER)
    item = ours.write(1)
    page = vera.get(XIAOMING)
    assert "第1个故事" in page.text
    assert "新的一期" not in page.text
    for path in (f"{COLUMNS}/new", f"{XIAOMING}/settings", url(item)):
        assert vera.get(path).status_code == 403
    for path in (f"{XIAOMING}/delete", f"{XIAOMING}/move", f"{XIAOMING}/shown", url(item, "delete")):
        assert vera.post(path).status_code == 403


def test_another_unions_columns_do_not_exist(house: Home, ours: Series):
    item = ours.write(1)
    otto = Desk(house, "otto", "others", Role.ADMIN)
    theirs = make_series(house.parts.db, [organisation_of(house.parts.db, "others")], "theirs", "他们的")
    assert otto.get(XIAOMING).status_code == 404
    foreign = "/console/o/others/columns"
    assert otto.get(f"{foreign}/xiaoming").status_code == 404
    for action in ("", "/preview", "/phone"):
        assert otto.get(f"{foreign}/theirs/items/{item.public_id}{action}").status_code == 404
    for action in ("", "/publish", "/withdraw", "/delete", "/move"):
        sent = item_form(to="up")
        assert otto.post(f"{foreign}/theirs/items/{item.public_id}{action}", sent).status_code == 404
    assert theirs.column.version == 1
    assert only_item(ours).title == "第1个故事"


@pytest.fixture
def city(house: Home, ours: Series) -> Desk:
    """Of a union below ours."""
    with house.parts.db.work() as session:
        session.add(Organisation(key="city", name="市总", parent_id=ours.chain[0]))
    return Desk(house, "carla", "city", Role.ADMIN)


def test_a_union_below_sees_what_is_live_and_changes_nothing_of_it(city: Desk, ours: Series):
    ours.publish(1)
    draft = ours.write(2, "还没写完")
    here = "/console/o/city/columns"
    assert "来自" in city.get(here).text
    page = city.get(f"{here}/xiaoming")
    assert "第1个故事" in page.text
    assert "还没写完" not in page.text
    assert city.get(f"{here}/xiaoming/items/{draft.public_id}/preview").status_code == 404
    assert city.get(f"{here}/xiaoming/settings").status_code == 404
    assert city.post(f"{here}/xiaoming/new", item_form(number="9")).status_code == 404


def test_a_union_below_makes_a_column_its_own_or_hides_it(city: Desk, ours: Series):
    ours.publish(1)
    here = "/console/o/city/columns"
    hidden = city.post(f"{here}/xiaoming/shown", {"on": "0"})
    assert hidden.status_code == 302
    assert "已隐藏" in city.get(here).text
    assert ours.column.shown
    again = city.post(f"{here}/xiaoming/copy")
    assert again.status_code == 409
    assert "已经是本单位自己的" in again.text


def test_what_people_type_stays_text(anna: Desk, ours: Series):
    fields = item_form(
        version="0", title=EVIL[:32], digest=EVIL, body=f"{EVIL}\n\n**{EVIL}**\n- {EVIL}\n## {EVIL}"
    )
    saved = anna.post(f"{XIAOMING}/new", fields)
    item = only_item(ours)
    for path in (saved.location, url(item), url(item, "phone"), XIAOMING):
        page = anna.get(path)
        assert page.status_code == 200
        assert EVIL not in page.text
        assert "&lt;script&gt;" in page.text


def test_a_cover_is_uploaded_kept_through_a_refusal_and_taken_off(anna: Desk, ours: Series):
    form = item_form(version="0", title="", cover_file=(io.BytesIO(picture()), "photo.jpg"))
    refused = anna.post(f"{XIAOMING}/new", form, content_type="multipart/form-data")
    assert refused.status_code == 422
    (name,) = set(media_names(refused))
    anna.post(f"{XIAOMING}/new", item_form(version="0", cover=name))
    item = only_item(ours)
    assert item.cover == name
    anna.post(url(item), item_form(cover=name, no_cover="1"))
    assert only_item(ours).cover == ""


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "文件是空的"),
        (b"GIF89a" + bytes(50), "不是 JPG"),
        (b"<svg xmlns='x'><script/></svg>", "不是 JPG"),
        (picture()[:200], "不完整"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "打不开"),
    ],
)
def test_a_file_that_is_no_picture_is_refused_and_the_words_are_kept(anna: Desk, data: bytes, told: str):
    form = item_form(version="0", body="我写的", cover_file=(io.BytesIO(data), "photo.jpg"))
    refused = anna.post(f"{XIAOMING}/new", form, content_type="multipart/form-data")
    assert refused.status_code == 422
    assert told in refused.text
    assert "我写的" in refused.text


def test_pictures_are_put_in_order_and_taken_off(anna: Desk, ours: Series):
    files = [(io.BytesIO(picture(size=(40 + n, 30))), f"{n}.jpg") for n in range(3)]
    form = item_form(version="0", kind="pictures", pictures=files)
    anna.post(f"{XIAOMING}/new", form, content_type="multipart/form-data")
    item = only_item(ours)
    first, second, third = [one["name"] for one in item.media]
    order = {f"place-{first}": "3", f"place-{second}": "1", f"place-{third}": "2", f"drop-{third}": "1"}
    changed = item_form(kind="pictures", media=[first, second, third], **order)
    anna.post(url(item), changed | {f"caption-{second}": "说明"})
    assert only_item(ours).media == [
        {"name": second, "caption": "说明"},
        {"name": first, "caption": ""},
    ]


def test_a_name_that_is_no_file_of_ours_is_not_taken(anna: Desk, ours: Series):
    form = item_form(version="0", cover="../../secret_key", media=["../x.jpg", "a" * 24 + ".jpg"])
    anna.post(f"{XIAOMING}/new", form)
    item = only_item(ours)
    assert (item.cover, item.media) == ("", [])


def test_a_new_sound_takes_the_place_of_the_old_one(anna: Desk, ours: Series):
    def sound(version: str, **more: Any) -> dict[str, Any]:
        return item_form(
            version=version, kind="sound", sound=(io.BytesIO(b"ID3" + bytes(99)), "a.mp3"), **more
        )

    anna.post(f"{XIAOMING}/new", sound("0"), content_type="multipart/form-data")
    item = only_item(ours)
    old = item.media[0]["name"]
    anna.post(url(item), sound("1", media=[old]), content_type="multipart/form-data")
    (new,) = only_item(ours).media
    assert new["name"] != old
    assert f'src="/media/{new["name"]}"' in anna.get(url(item, "phone")).text


def test_a_live_issue_may_not_lose_what_it_needs(anna: Desk, ours: Series):
    ours.publish(1)
    item = only_item(ours)
    refused = anna.post(url(item), item_form(version="2", body=""))
    assert refused.status_code == 422
    assert "不能缺内容" in refused.text
    assert only_item(ours).body == "正文。"


def test_issues_are_moved_and_deleted(anna: Desk, ours: Series):
    first, second = ours.write(1), ours.write(2)
    assert anna.post(url(first, "move"), {"to": "up"}).status_code == 302
    assert ours.numbers() == [(2, "第1个故事"), (1, "第2个故事")]
    assert anna.post(url(second, "move"), {"to": "sideways"}).status_code == 422
    assert anna.post(url(second, "delete")).status_code == 302
    assert ours.numbers() == [(2, "第1个故事")]


def test_the_second_editor_of_the_settings_sees_the_difference(anna: Desk, ours: Series):
    anna.post(f"{XIAOMING}/settings", {"version": "1", "title": "先改的名字"})
    late = anna.post(f"{XIAOMING}/settings", {"version": "1", "title": "后改的名字", "words": "小明、工友"})
    assert late.status_code == 409
    assert "先改的名字" in late.text
    assert "后改的名字" in late.text
    assert "小明、工友" in late.text


def test_a_long_column_is_leafed_through(anna: Desk, ours: Series):
    with ours.db.work() as session:
        for number in range(1, 61):
            service.add_item(session, ours.column, ItemDraft(number, f"题{number}"), EDITOR)
    first = anna.get(XIAOMING)
    assert "题60<" in first.text
    assert "题10<" not in first.text
    assert "题10<" in anna.get(f"{XIAOMING}?before=11").text
    assert "这里还没有内容" in anna.get(f"{XIAOMING}?state=live").text


def test_too_large_a_body_is_refused_before_it_is_read(anna: Desk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(desk, "_MOST_BYTES", 2000)
    assert anna.post(f"{XIAOMING}/new", item_form(version="0", body="字" * 1000)).status_code == 413


def test_nobody_gets_in_without_the_forms_token(anna: Desk, ours: Series):
    item = ours.write(1)
    refused = anna.post(url(item, "publish"), {"csrf": "0" * 64, "version": "1"})
    assert refused.status_code == 403
    assert only_item(ours).state == "draft"
