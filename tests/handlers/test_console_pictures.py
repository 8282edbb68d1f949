"""Pictures of replies: chosen from the account's library, or uploaded while the form is open; and the lists forms share."""

import io
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from PIL import Image

from core.settings import Settings, WeChatSettings
from staff.roles import Role
from tests.conftest import Home, make_settings, new_account
from tests.neighbours import Platform, running_platform
from tests.staff.desk import Desk, add_organisation

EDIT = "/console/o/ours/rules/edit"
PICTURES = "/console/a/ours/pick/pictures"
IMAGE = {
    "code": "one",
    "version": "0",
    "keywords": "驿站",
    "match": "exact",
    "enabled": "1",
    "reply.kind": "image",
}


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Platform]:
    with running_platform(tmp_path, [new_account()]) as platform:
        yield platform


@pytest.fixture
def settings(tmp_path: Path, valkey_url: str, platform: Platform) -> Settings:
    return make_settings(tmp_path, valkey_url, wechat=WeChatSettings(api_url=platform.url))


@pytest.fixture
def anna(home: Home) -> Desk:
    return Desk(home, "anna", "ours", Role.EDITOR)


def picture() -> tuple[io.BytesIO, str]:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "#c8161d").save(out, "JPEG")
    out.seek(0)
    return out, "驿站 <b>.jpg"


def image_of(page: str) -> str:
    found = re.search(r'name="reply\.image" value="([^"]*)"', page)
    assert found
    return unescape(found[1])


def test_a_picture_is_uploaded_in_place_and_then_to_be_chosen(anna: Desk):
    sent = {**IMAGE, "title": "还在", "do": "upload ", "reply.image.file": picture()}
    page = anna.post(EDIT, sent, content_type="multipart/form-data")
    assert page.status_code == 200
    media_id = image_of(page.text)
    assert media_id
    assert 'value="还在"' in page.text
    listed = anna.get(PICTURES).text
    assert f'data-picture="{media_id}"' in listed
    assert "<b>" not in listed
    assert anna.post(EDIT, {**IMAGE, "reply.image": media_id}).status_code == 302


def test_a_picture_deep_in_a_guide_goes_where_it_was_chosen(anna: Desk):
    sent = {
        **IMAGE,
        "reply.kind": "menu",
        "reply.menu.ask": "看哪个？",
        "reply.menu.choices.0.label": "甲",
        "reply.menu.choices.0.reply.kind": "text",
        "reply.menu.choices.1.label": "乙",
        "reply.menu.choices.1.reply.kind": "image",
        "reply.menu.choices.1.reply.image.file": picture(),
        "do": "upload menu.choices.1.reply",
    }
    page = anna.post(EDIT, sent, content_type="multipart/form-data").text
    assert re.search(r'name="reply\.menu\.choices\.1\.reply\.image" value="[^"]+"', page)


@pytest.mark.parametrize(
    ("file", "why"),
    [
        ((io.BytesIO(b"no picture"), "x.jpg"), "不是 JPG"),
        ((io.BytesIO(b""), "x.jpg"), "文件是空的"),
        (None, "请先选择一张图片"),
    ],
)
def test_what_is_no_picture_is_refused_and_the_form_kept(
    anna: Desk, file: tuple[io.BytesIO, str] | None, why: str
):
    sent = {**IMAGE, "title": "还在", "reply.image": "old", "do": "upload "}
    page = anna.post(
        EDIT, sent | ({"reply.image.file": file} if file else {}), content_type="multipart/form-data"
    )
    assert page.status_code == 422
    assert why in page.text
    assert 'value="还在"' in page.text
    assert image_of(page.text) == "old"


def test_a_welcome_text_takes_a_picture_the_same_way(anna: Desk):
    path = "/console/a/ours/welcome/text/welcome"
    sent = {"reply.kind": "image", "do": "upload ", "reply.image.file": picture()}
    assert image_of(anna.post(path, sent, content_type="multipart/form-data").text)


def test_a_union_without_an_account_is_told_so(home: Home):
    add_organisation(home.parts.db, "bare")
    carol = Desk(home, "carol", "bare", Role.EDITOR)
    form = {**IMAGE, "do": "upload ", "reply.image.file": picture()}
    page = carol.post("/console/o/bare/rules/edit", form, content_type="multipart/form-data")
    assert page.status_code == 422
    assert "本单位没有登记公众号" in page.text


def test_lists_are_for_those_who_need_them(home: Home):
    home.add_account(new_account("others"))
    bob = Desk(home, "bob", "ours", Role.VIEWER)
    assert bob.get(PICTURES).status_code == 403
    assert bob.get("/console/o/ours/pick/entries?q=x").status_code == 200
    assert bob.get("/console/o/others/pick/entries?q=x").status_code == 404
    assert bob.get("/console/a/others/pick/pictures").status_code == 404


def test_a_platform_that_is_away_is_told_in_the_list(anna: Desk, platform: Platform):
    platform.world.faults.update({"errcode": 45009, "errcode_for": "/cgi-bin/material/batchget_material"})
    assert 'role="alert"' in anna.get(PICTURES).text
