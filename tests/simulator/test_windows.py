"""The customer-service windows: five answers in 48 hours, three in a minute, then 45047 and 45015."""

import pytest

from .conftest import Api, Clock, Person, fetch_token

SEND = "/cgi-bin/message/custom/send"


def send(api: Api, person: Person) -> int:
    return api.code(SEND, touser=person.openid, msgtype="text", text={"content": "好"})


def test_five_after_a_message_and_three_after_following(api: Api, person: Person) -> None:
    assert [send(api, person) for _ in range(4)] == [0, 0, 0, 45047]
    person.say("在吗")
    assert [send(api, person) for _ in range(6)] == [0, 0, 0, 0, 0, 45047]
    person.say("再问")
    assert send(api, person) == 0


def test_the_minute_after_a_tap_ends(api: Api, person: Person, clock: Clock) -> None:
    person.do("click", key="A")
    assert send(api, person) == 0
    clock.shift_s += 61
    assert send(api, person) == 45015


def test_the_48_hours_end(api: Api, person: Person, clock: Clock) -> None:
    person.say("在吗")
    clock.shift_s += 48 * 3600 + 1
    later = Api(api.http, api.base, fetch_token(api.http, api.base)["access_token"])
    assert send(later, person) == 45015


def test_a_menu_message_counts_as_a_click_not_as_a_message(api: Api, person: Person, clock: Clock) -> None:
    clock.shift_s += 61
    person.do("menu_tap", id="1", content="满意")
    assert [send(api, person) for _ in range(4)] == [0, 0, 0, 45047]
    clock.shift_s += 61
    assert send(api, person) == 45015


def test_who_can_not_be_reached(api: Api, person: Person, stranger: Person) -> None:
    assert send(api, stranger) == 43004
    assert api.code(SEND, touser="oNobody", msgtype="text", text={"content": "好"}) == 40003
    person.do("unfollow")
    assert send(api, person) == 43004


@pytest.mark.parametrize(
    ("body", "errcode"),
    [
        ({"msgtype": "text", "text": {"content": ""}}, 44004),
        ({"msgtype": "text", "text": {"content": "字" * 683}}, 45002),
        ({"msgtype": "image", "image": {"media_id": "nothing"}}, 40007),
        ({"msgtype": "news", "news": {"articles": []}}, 44003),
        ({"msgtype": "news", "news": {"articles": [{"title": "a"}, {"title": "b"}]}}, 45008),
        ({"msgtype": "mpnews", "mpnews": {"media_id": "nothing"}}, 40007),
        ({"msgtype": "msgmenu", "msgmenu": {"list": []}}, 40035),
        ({"msgtype": "dance", "dance": {}}, 40008),
        ({"msgtype": "text"}, 40035),
    ],
)
def test_bad_content_costs_nothing(api: Api, person: Person, body: dict[str, object], errcode: int) -> None:
    assert api.code(SEND, touser=person.openid, **body) == errcode
    assert [send(api, person) for _ in range(4)] == [0, 0, 0, 45047]


def test_a_menu_message_on_the_phone(api: Api, person: Person) -> None:
    items = [{"id": "101", "content": "加班费"}, {"id": "102", "content": "年假"}]
    menu = {"head_content": "您是想问", "list": items, "tail_content": "点一下就好"}

    assert api.code(SEND, touser=person.openid, msgtype="msgmenu", msgmenu=menu) == 0
    assert person.phone()[-1]["items"] == items


def test_typing(api: Api, person: Person, clock: Clock) -> None:
    def typing(command: str) -> int:
        return api.code("/cgi-bin/message/custom/typing", touser=person.openid, command=command)

    path = f"{person.base}/simulator/api/demo/followers/{person.openid}/messages"
    person.say("在吗")
    assert [typing("Typing"), typing("Typing"), typing("Dance")] == [0, 45081, 45072]
    assert person.http.get(path, timeout=5).json()["typing"] is True
    assert typing("CancelTyping") == 0
    assert person.http.get(path, timeout=5).json()["typing"] is False
    clock.shift_s += 31
    assert typing("Typing") == 45080
