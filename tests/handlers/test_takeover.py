"""取回原有设置: what the website had becomes ours, and nothing is replaced that nobody ticked."""

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from core.settings import WeChatSettings
from handlers.replies import RandomReply
from handlers.store import list_rules
from handlers.takeover import read_found
from menus.service import get_draft
from models.accounts import Account
from models.audit import AuditEntry
from staff.roles import Role
from tests.conftest import Home, new_account
from tests.neighbours import Platform, running_platform
from tests.simulator.conftest import PNG
from tests.staff.desk import Desk, text_of
from wechat.api.base import Upload

PAGE = "/console/a/ours/takeover"


def menu(*buttons: dict[str, Any]) -> dict[str, Any]:
    return {"is_menu_open": 1, "selfmenu_info": {"button": list(buttons)}}


def rule(
    name: str, words: list[tuple[str, str]], replies: list[dict[str, Any]], mode: str = "random_one"
) -> dict[str, Any]:
    keywords = [{"type": "text", "match_mode": match, "content": word} for word, match in words]
    return {
        "rule_name": name,
        "create_time": 1,
        "reply_mode": mode,
        "keyword_list_info": keywords,
        "reply_list_info": replies,
    }


def replies(*rules: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"is_autoreply_open": 1, "keyword_autoreply_info": {"list": list(rules)}, **more}


def text(words: str) -> dict[str, Any]:
    return {"type": "text", "content": words}


CARD = {
    "title": "题",
    "digest": "摘",
    "cover_url": "https://a/c.jpg",
    "content_url": "https://mp.weixin.qq.com/s/x",
}


def test_every_kind_of_button_is_read():
    found = read_found(
        menu(
            {"name": "看", "type": "view", "url": "https://a.cn"},
            {
                "name": "更多",
                "sub_button": {
                    "list": [
                        {"name": "文字", "type": "text", "value": "您好"},
                        {"name": "图文", "type": "news", "value": "m", "news_info": {"list": [CARD]}},
                        {
                            "name": "小程序",
                            "type": "miniprogram",
                            "url": "https://a",
                            "appid": "wx1",
                            "pagepath": "p",
                        },
                        {"name": "扫码", "type": "scancode_push", "key": "k"},
                        {"name": "旧点击", "type": "click", "key": "old"},
                        {"name": "视频", "type": "video", "value": "https://v"},
                    ]
                },
            },
        ),
        {},
        pictures=True,
    )
    assert found.menu[0] == {"name": "看", "url": "https://a.cn"}
    leaves = {leaf["name"]: leaf for leaf in found.menu[1]["children"]}
    assert leaves["文字"]["reply"] == {"text": "您好"}
    assert leaves["图文"]["reply"]["news"][0]["link"] == CARD["content_url"]
    assert leaves["小程序"]["pagepath"] == "p"
    assert leaves["扫码"]["type"] == "scancode_push"
    assert leaves["旧点击"] == {"name": "旧点击", "key": "old"}
    assert "视频" not in leaves
    assert any("旧点击" in note for note in found.menu_notes)
    assert any("视频" in note for note in found.menu_notes)


def test_a_rule_with_both_matches_becomes_two_and_twice_is_the_same():
    answer = replies(rule("电话", [("电话", "contain"), ("12351", "equal")], [text("热线")]))
    first, second = (read_found({}, answer, pictures=True).rules for _ in range(2))
    assert [(row.match, row.keywords) for row in first] == [("exact", ("12351",)), ("contains", ("电话",))]
    assert first == second
    assert len({row.code for row in first}) == 2


def test_several_replies_become_a_random_one_or_are_joined():
    words = [("你好", "equal")]
    random, joined, first = read_found(
        {},
        replies(
            rule("随机", words, [text("a"), text("b")]),
            rule("全部", words, [text("a"), text("b")], "reply_all"),
            rule("长", words, [text("字" * 400), text("字" * 400)], "reply_all"),
        ),
        pictures=True,
    ).rules
    assert isinstance(random.reply, RandomReply)
    assert joined.reply.text == "a\n\nb"
    assert first.reply.text == "字" * 400


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {
            "is_autoreply_open": 0,
            "keyword_autoreply_info": {"list": [rule("a", [("b", "equal")], [text("c")])]},
        },
        {"is_autoreply_open": "1", "keyword_autoreply_info": None},
        replies({"rule_name": "空"}),
        replies(rule("没有词", [], [text("c")])),
        replies(rule("没有回复", [("b", "equal")], [])),
        replies(rule("太长", [("字" * 61, "equal")], [text("c")])),
        replies(rule("语音", [("b", "equal")], [{"type": "voice", "content": "m"}])),
    ],
)
def test_what_is_switched_off_damaged_or_cannot_be_taken_is_left_out(answer: dict[str, Any]):
    assert read_found({"is_menu_open": 0}, answer, pictures=True).rules == ()


def test_pictures_are_left_out_where_they_cannot_be_kept():
    answer = {"is_add_friend_reply_open": 1, "add_friend_autoreply_info": {"type": "img", "content": "m1"}}
    assert read_found({}, answer, pictures=True).pictures() == ["m1"]
    without = read_found({}, answer, pictures=False)
    assert without.welcome is None
    assert "图片" in without.text_notes[0]


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Platform]:
    with running_platform(tmp_path, [new_account()]) as running:
        running.world.menus.set_default(
            "ours", [{"name": "维权", "type": "view", "url": "https://old.example.cn", "sub_button": []}]
        )
        yield running


@pytest.fixture
def anna(home: Home, platform: Platform) -> Desk:
    object.__setattr__(home.parts.settings, "wechat", WeChatSettings(api_url=platform.url))
    return Desk(home, "anna", "ours", Role.ADMIN)


def form_of(page: str) -> dict[str, Any]:
    """The form as a browser would send it."""
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    ticked = re.findall(r'name="take" value="([^"]+)" checked', page)
    return {**{name: html.unescape(value) for name, value in fields.items()}, "take": ticked}


def rules_of(home: Home) -> list[Any]:
    with home.parts.db.read() as session:
        organisation_id = session.scalar(select(Account.organisation_id).where(Account.key == "ours"))
        return list_rules(session, [organisation_id])


def profile_of(home: Home) -> dict[str, Any]:
    with home.parts.db.read() as session:
        return session.scalar(select(Account.profile).where(Account.key == "ours"))


def draft_of(home: Home) -> Any:
    with home.parts.db.read() as session:
        return get_draft(session, home.parts.directory.get("ours").id)


def test_what_was_on_the_website_is_shown_and_taken_over(home: Home, anna: Desk):
    page = anna.post(PAGE)
    for shown in ("维权", "工会电话", "职工服务热线：12351", "欢迎关注"):
        assert shown in text_of(page)
    assert rules_of(home) == []
    form = form_of(page.text)
    assert {"menu", "welcome"} < set(form["take"])
    assert "fallback" not in form["take"]
    done = anna.post(f"{PAGE}/apply", form)
    assert done.status_code == 302
    assert "搬好了" in anna.get(done.location).text
    assert [(row.title, row.keywords, row.match) for row in rules_of(home)] == [
        ("工会电话", ["电话"], "contains")
    ]
    assert draft_of(home).tree == [{"name": "维权", "url": "https://old.example.cn"}]
    assert "欢迎关注" in profile_of(home)["welcome"]["text"]
    assert "fallback" not in profile_of(home)
    with home.parts.db.read() as session:
        act = session.scalar(select(AuditEntry).where(AuditEntry.action == "taken_over"))
        assert act.facts["parts"] == "菜单、欢迎语、1 条关键词"


def test_the_second_time_nothing_is_ticked_that_would_replace_something(home: Home, anna: Desk):
    anna.post(f"{PAGE}/apply", form_of(anna.post(PAGE).text))
    page = anna.post(PAGE)
    assert form_of(page.text)["take"] == []
    assert "已经搬过" in page.text
    assert "已经有菜单" in page.text


def test_only_what_is_ticked_is_taken_over(home: Home, anna: Desk):
    form = form_of(anna.post(PAGE).text)
    assert anna.post(f"{PAGE}/apply", {**form, "take": ["fallback"]}).status_code == 302
    assert (rules_of(home), draft_of(home).tree) == ([], [])
    assert set(profile_of(home)) == {"fallback"}
    refused = anna.post(f"{PAGE}/apply", {**form, "take": []})
    assert refused.status_code == 422
    assert "至少勾选一项" in refused.text


def test_what_somebody_saved_meanwhile_is_not_replaced_and_nothing_is_half_done(home: Home, anna: Desk):
    form = form_of(anna.post(PAGE).text)
    anna.post("/console/a/ours/menu", {"tree": '[{"name": "新", "url": "https://n"}]', "version": "0"})
    refused = anna.post(f"{PAGE}/apply", form)
    assert refused.status_code == 409
    assert draft_of(home).tree == [{"name": "新", "url": "https://n"}]
    assert rules_of(home) == []
    assert profile_of(home) == {}


def test_a_platform_that_refuses_is_told_and_nothing_happens(home: Home, anna: Desk, platform: Platform):
    object.__setattr__(home.parts.settings, "wechat", WeChatSettings(api_url="http://127.0.0.1:9"))
    refused = anna.post(PAGE)
    assert refused.status_code == 502
    assert "没有读到" in refused.text


@pytest.mark.parametrize("found", ["", "{", "[]", '{"menu": 1, "replies": 2}', "[" * 5000, "x" * 500_000])
def test_a_form_that_was_tampered_with_is_refused(anna: Desk, found: str):
    refused = anna.post(f"{PAGE}/apply", {"found": found, "take": ["menu"]})
    assert refused.status_code == 422
    assert "重新读取" in refused.text


def test_a_temporary_picture_is_kept_for_good(home: Home, anna: Desk, platform: Platform):
    picture = platform.world.media
    temporary = home.parts.platform.api(home.parts.directory.get("ours")).files.upload_temporary(
        "image", picture_upload()
    )
    answers = {
        "menu": {"is_menu_open": 0},
        "replies": {
            "is_add_friend_reply_open": 1,
            "add_friend_autoreply_info": {"type": "img", "content": temporary.media_id},
        },
    }
    seen = form_of(anna.post(PAGE).text)
    done = anna.post(f"{PAGE}/apply", {**seen, "found": json.dumps(answers), "take": ["welcome"]})
    assert done.status_code == 302
    kept = profile_of(home)["welcome"]["image"]
    assert kept != temporary.media_id
    assert picture.get("ours", kept) is not None


def picture_upload() -> Upload:
    return Upload("a.png", PNG, "image/png")


def test_what_the_website_said_is_shown_as_it_is_written(anna: Desk):
    evil = rule("<script>alert(1)</script>", [("<b>x</b>", "equal")], [text("<i>y</i>")])
    answers = json.dumps({"menu": {}, "replies": replies(evil)})
    page = anna.post(f"{PAGE}/apply", {"found": answers, "take": []}).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_who_may_not_or_is_elsewhere_gets_nothing(home: Home, anna: Desk):
    home.add_account(new_account("others"))
    bob, charlie = Desk(home, "bob", "ours", Role.EDITOR), Desk(home, "charlie", "others", Role.ADMIN)
    for path in (PAGE, f"{PAGE}/apply"):
        assert bob.post(path).status_code == 403
        assert charlie.post(path).status_code == 404
