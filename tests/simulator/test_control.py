"""The control API: followers, what they do, and what the phone refuses to do."""

import base64
from typing import Any

import pytest
import requests

from simulator.followers import DEMO_NAMES
from simulator.wire import parse_xml

from .conftest import AMR, JPG, MP4, PNG, Hook, Person, wait_for


def data_url(data: bytes, content_type: str) -> str:
    return f"data:{content_type};base64,{base64.b64encode(data).decode()}"


def last_xml(person: Person, exchange: dict[str, Any]) -> dict[str, Any]:
    shown = person.http.get(
        f"{person.base}/simulator/api/exchanges/{exchange['exchange_id']}", timeout=5
    ).json()
    return parse_xml(shown["xml"])


def test_accounts_are_listed_without_secrets(base: str, http: requests.Session) -> None:
    accounts = http.get(f"{base}/simulator/api/accounts", timeout=5).json()

    assert accounts == [
        {"key": "demo", "name": "指尖之家", "kind": "service", "verified": True, "mode": "aes"}
    ]


def test_four_people_have_a_phone_from_the_start(base: str, http: requests.Session) -> None:
    people = http.get(f"{base}/simulator/api/demo/followers", timeout=5).json()

    assert [one["name"] for one in people] == list(DEMO_NAMES)
    assert all(len(one["openid"]) == 28 and not one["subscribed"] for one in people)


def test_a_new_person_gets_an_openid(base: str, http: requests.Session) -> None:
    made = http.post(f"{base}/simulator/api/demo/followers", json={"name": "小林"}, timeout=5).json()

    assert made["name"] == "小林" and len(made["openid"]) == 28


def test_follow_and_unfollow_are_events(stranger: Person, hook: Hook) -> None:
    stranger.do("follow")
    stranger.do("unfollow")

    assert [message.event for message in hook.messages] == ["subscribe", "unsubscribe"]
    assert [entry["direction"] for entry in stranger.phone()] == ["system", "system"]


def test_following_by_a_scene_code_and_scanning_again(stranger: Person, hook: Hook) -> None:
    stranger.do("scan", scene="union-park")
    stranger.do("scan", scene="union-park")

    first, second = hook.messages
    assert (first.event, first.scene_id) == ("subscribe_scan", "union-park")
    assert (second.event, second.scene_id, second.ticket) == ("scan", "union-park", first.ticket)


def test_follow_with_a_scene(stranger: Person, hook: Hook) -> None:
    stranger.do("follow", scene="123")

    assert hook.messages[0].scene_id == "123"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"type": "text", "content": "你好"}, {"MsgType": "text", "Content": "你好"}),
        ({"type": "image", "data_url": data_url(PNG, "image/png")}, {"MsgType": "image"}),
        (
            {
                "type": "voice",
                "recognition": "加班费",
                "data_url": data_url(AMR, "audio/amr"),
                "format": "amr",
            },
            {"MsgType": "voice", "Recognition": "加班费", "Format": "amr"},
        ),
        ({"type": "voice", "recognition": "没有录音"}, {"Recognition": "没有录音"}),
        ({"type": "video", "data_url": data_url(MP4, "video/mp4")}, {"MsgType": "video"}),
        ({"type": "shortvideo", "data_url": data_url(MP4, "video/mp4")}, {"MsgType": "shortvideo"}),
        (
            {"type": "location", "lat": 34.26, "lng": 108.94, "label": "钟楼"},
            {"Location_X": "34.26", "Location_Y": "108.94", "Label": "钟楼"},
        ),
        (
            {"type": "link", "title": "题", "url": "http://127.0.0.1/a"},
            {"Title": "题", "Url": "http://127.0.0.1/a"},
        ),
    ],
    ids=["text", "image", "voice", "typed-voice", "video", "shortvideo", "location", "link"],
)
def test_every_kind_of_message(person: Person, body: dict[str, Any], expected: dict[str, str]) -> None:
    exchange = person.do("send", **body)

    assert exchange["status"] == "silent"
    assert expected.items() <= last_xml(person, exchange).items()
    assert person.phone()[-1]["kind"] == body["type"].replace("shortvideo", "video")


def test_a_voice_without_recognition_has_no_such_field(person: Person) -> None:
    fields = last_xml(person, person.do("send", type="voice", data_url=data_url(AMR, "audio/amr")))

    assert "Recognition" not in fields


def test_the_picture_of_a_follower_can_be_fetched(person: Person, http: requests.Session) -> None:
    exchange = person.do("send", type="image", data_url=data_url(JPG, "image/jpeg"))

    answer = http.get(last_xml(person, exchange)["PicUrl"], timeout=5)
    assert (answer.content, answer.headers["Content-Type"]) == (JPG, "image/jpeg")
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_menu_click_view_and_menu_message(person: Person, hook: Hook) -> None:
    person.do("click", key="NEWS")
    person.do("view", url="http://127.0.0.1:8000/h5/demo/")
    tap = person.do("menu_tap", id="101", content="满意")

    assert [getattr(message, "event", message.type) for message in hook.messages] == ["click", "view", "text"]
    assert last_xml(person, tap)["bizmsgmenuid"] == "101"


def test_reported_location_and_subscription_popup(person: Person, hook: Hook) -> None:
    person.do("location_report", lat=34.26, lng=108.94)
    person.do("subscribe_popup", template_id="T", accept=True)

    assert hook.messages[0].event == "location"
    assert b"subscribe_msg_popup_event" not in hook.requests[1]["body"]  # it travels encrypted


@pytest.mark.parametrize(
    ("deed", "body", "status", "words"),
    [
        ("send", {"type": "text", "content": " "}, 400, "请填写"),
        ("send", {"type": "text", "content": "x" * 2001}, 400, "太长"),
        ("send", {"type": "dance"}, 400, "不认识"),
        ("send", {"type": "image", "data_url": "nonsense"}, 400, "没有读出来"),
        ("send", {"type": "image", "data_url": data_url(b"<svg/>", "image/svg+xml")}, 400, "图片"),
        ("send", {"type": "location", "lat": 200, "lng": 1}, 400, "经纬度"),
        ("send", {"type": "link", "title": "x", "url": "javascript:alert(1)"}, 400, "http"),
        ("scan", {"scene": ""}, 400, "场景值"),
        ("click", {}, 400, "key"),
        ("follow", {}, 409, "已经关注"),
        ("dance", {}, 404, "dance"),
    ],
)
def test_refusals_say_why(person: Person, deed: str, body: dict[str, Any], status: int, words: str) -> None:
    response = person.post(deed, **body)

    assert response.status_code == status
    assert words in response.json()["error"]


def test_a_stranger_can_only_follow(stranger: Person) -> None:
    for deed, body in (
        ("send", {"type": "text", "content": "在吗"}),
        ("click", {"key": "A"}),
        ("unfollow", {}),
    ):
        response = stranger.post(deed, **body)
        assert response.status_code == 409
        assert "关注" in response.json()["error"]


def test_unknown_accounts_followers_and_exchanges(base: str, http: requests.Session) -> None:
    for path in ("nobody/followers", "demo/followers/oNobody/messages", "exchanges/x1"):
        response = http.get(f"{base}/simulator/api/{path}", timeout=5)
        assert response.status_code == 404 and response.json()["error"]


def test_a_foreign_page_can_not_act_because_the_api_wants_json(person: Person) -> None:
    path = f"{person.base}/simulator/api/demo/followers/{person.openid}/unfollow"

    for content_type in (
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
    ):
        response = person.http.post(path, data="{}", headers={"Content-Type": content_type}, timeout=5)
        assert response.status_code == 415


def test_messages_since_a_number(person: Person) -> None:
    person.say("一")
    seq = person.phone()[-1]["seq"]
    person.say("二")

    assert [entry["content"] for entry in person.phone(since=seq)] == ["二"]


def test_reset_goes_back_to_the_first_start(person: Person) -> None:
    person.say("在吗")

    assert person.http.post(f"{person.base}/simulator/api/reset", json={}, timeout=5).json() == {"ok": True}

    people = person.http.get(f"{person.base}/simulator/api/demo/followers", timeout=5).json()
    assert [one["subscribed"] for one in people] == [False] * 4
    assert people[0]["openid"] == person.openid
    assert person.phone() == []


def test_recent_exchanges_are_listed_newest_first(person: Person) -> None:
    person.say("一")
    person.say("二")
    path = f"{person.base}/simulator/api/demo/followers/{person.openid}/exchanges"

    rows = wait_for(lambda: person.http.get(path, timeout=5).json())

    assert [row["title"] for row in rows[:2]] == ["文字：二", "文字：一"]
