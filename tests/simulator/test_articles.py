"""Drafts, publishing and mass sends of articles."""

from typing import Any

import pytest
import requests

from .conftest import JPG, PNG, Api, Clock, Hook, Person, fetch_token, wait_for


@pytest.fixture
def cover(api: Api) -> str:
    answer = api.http.post(
        f"{api.base}/cgi-bin/material/add_material",
        params={"access_token": api.token, "type": "image"},
        files={"media": ("cover.jpg", JPG)},
        timeout=5,
    )
    return answer.json()["media_id"]


def article(cover: str, **changes: Any) -> dict[str, Any]:
    return {
        "title": "防暑手册",
        "author": "工会",
        "digest": "",
        "content": "<p>多喝水</p>",
        "thumb_media_id": cover,
        **changes,
    }


def draft(api: Api, cover: str, *articles: dict[str, Any]) -> str:
    return api.post("/cgi-bin/draft/add", articles=list(articles) or [article(cover)])["media_id"]


def test_the_life_of_a_draft(api: Api, cover: str) -> None:
    media_id = draft(api, cover, article(cover), article(cover, title="第二篇"))

    got = api.post("/cgi-bin/draft/get", media_id=media_id)
    assert [one["title"] for one in got["news_item"]] == ["防暑手册", "第二篇"]
    assert got["news_item"][0]["digest"] == "多喝水"
    assert api.get("/cgi-bin/draft/count") == {"total_count": 1}
    assert (
        api.code("/cgi-bin/draft/update", media_id=media_id, index=1, articles=article(cover, title="改了"))
        == 0
    )
    listed = api.post("/cgi-bin/draft/batchget", offset=0, count=20, no_content=1)
    assert listed["item"][0]["content"]["news_item"][1]["title"] == "改了"
    assert "content" not in listed["item"][0]["content"]["news_item"][0]
    assert api.code("/cgi-bin/draft/delete", media_id=media_id) == 0
    assert api.code("/cgi-bin/draft/get", media_id=media_id) == 40007


@pytest.mark.parametrize(
    ("changes", "errcode"),
    [
        ({"title": ""}, 45003),
        ({"title": "字" * 33}, 45003),
        ({"author": "字" * 17}, 45110),
        ({"digest": "字" * 129}, 45004),
        ({"content": ""}, 44004),
        ({"content": "字" * 20_000}, 45002),
        ({"thumb_media_id": "nothing"}, 40007),
        ({"content_source_url": "http://" + "u" * 1020}, 45005),
        ({"article_type": "dance"}, 40035),
        ({"article_type": "newspic"}, 40007),
    ],
)
def test_limits_of_an_article(api: Api, cover: str, changes: dict[str, Any], errcode: int) -> None:
    answer = api.post("/cgi-bin/draft/add", articles=[article(cover, **changes)])

    assert answer["errcode"] == errcode
    assert errcode in (40007, 40035) or "articles[0]" in answer["errmsg"]


def test_the_longest_article_is_allowed(api: Api, cover: str) -> None:
    longest = article(cover, title="字" * 32, author="字" * 16, digest="字" * 128, content="字" * 19_999)

    assert draft(api, cover, longest)
    assert api.code("/cgi-bin/draft/add", articles=[longest] * 9) == 45008


def test_scripts_and_foreign_pictures_are_taken_out(api: Api, cover: str) -> None:
    own = api.http.post(
        f"{api.base}/cgi-bin/media/uploadimg",
        params={"access_token": api.token},
        files={"media": ("a.png", PNG)},
        timeout=5,
    ).json()["url"]
    content = (
        f'<p onclick="x()">甲<script>alert(1)</script></p><img src="{own}"><img src="https://evil.example/p.png">'
        '<a href="javascript:x()">乙</a><iframe src="https://e.example"><p>丙</p></iframe>&lt;script&gt;丁'
    )
    kept = api.post("/cgi-bin/draft/get", media_id=draft(api, cover, article(cover, content=content)))
    html = kept["news_item"][0]["content"]

    assert own in html and "&lt;script&gt;丁" in html and "甲" in html
    for gone in ("alert", "onclick", "evil.example", "javascript", "iframe", "丙"):
        assert gone not in html


def test_publishing_is_only_queued_and_ends_with_an_event(api: Api, cover: str, hook: Hook) -> None:
    media_id = draft(api, cover)

    submitted = api.post("/cgi-bin/freepublish/submit", media_id=media_id)
    assert api.post("/cgi-bin/freepublish/get", publish_id=submitted["publish_id"])["publish_status"] == 1

    raw = wait_for(lambda: [one for one in hook.messages if "PUBLISHJOBFINISH" in str(one._data)])[0]._data
    assert raw["PublishEventInfo"]["publish_id"] == submitted["publish_id"]
    done = api.post("/cgi-bin/freepublish/get", publish_id=submitted["publish_id"])
    assert (done["publish_status"], done["article_detail"]["count"]) == (0, 1)
    assert api.code("/cgi-bin/draft/get", media_id=media_id) == 40007
    address = done["article_detail"]["item"][0]["article_url"]
    page = api.http.get(address, timeout=5)
    assert "多喝水" in page.text and "default-src 'none'" in page.headers["Content-Security-Policy"]

    listed = api.post("/cgi-bin/freepublish/batchget", offset=0, count=10)
    assert listed["item"][0]["article_id"] == done["article_id"]
    assert api.code("/cgi-bin/freepublish/delete", article_id=done["article_id"], index=1) == 0
    assert "删除" in api.http.get(address, timeout=5).text


def test_a_mass_send_reaches_the_phones_as_a_card(
    api: Api, cover: str, people: list[Person], hook: Hook, http: requests.Session
) -> None:
    for one in people[:3]:
        one.do("follow")
    media_id = draft(api, cover, article(cover, digest="一次说清"))
    body = {
        "filter": {"is_to_all": True},
        "mpnews": {"media_id": media_id},
        "msgtype": "mpnews",
        "clientmsgid": "p1",
    }

    sent = api.post("/cgi-bin/message/mass/sendall", **body)
    again = api.post("/cgi-bin/message/mass/sendall", **body)

    assert sent["errcode"] == 0 and sent["msg_data_id"]
    assert (again["errcode"], again["msg_id"]) == (45065, sent["msg_id"])
    assert api.post("/cgi-bin/message/mass/get", msg_id=sent["msg_id"])["msg_status"] in (
        "SENDING",
        "SEND_SUCCESS",
    )
    done = wait_for(lambda: hook.events("masssendjobfinish"))[0]._data
    assert (done["MsgID"], done["Status"]) == (str(sent["msg_id"]), "send success")
    assert [done[name] for name in ("TotalCount", "FilterCount", "SentCount", "ErrorCount")] == [
        "3",
        "3",
        "3",
        "0",
    ]
    cards = [one.phone()[-1] for one in people[:3]]
    assert all(card["kind"] == "news" and card["articles"][0]["title"] == "防暑手册" for card in cards)
    assert cards[0]["articles"][0]["url"].startswith("/simulator/s/")
    assert "多喝水" in http.get(api.base + cards[0]["articles"][0]["url"], timeout=5).text
    assert people[3].phone() == []
    assert len(hook.events("masssendjobfinish")) == 1
    # The draft is gone and the day's send is used up.
    assert api.code("/cgi-bin/message/mass/sendall", **{**body, "clientmsgid": "p2"}) == 40007
    text = {"filter": {"is_to_all": True}, "text": {"content": "再来"}, "msgtype": "text"}
    assert api.code("/cgi-bin/message/mass/sendall", **text) == 45028
    assert api.code("/cgi-bin/message/mass/delete", msg_id=sent["msg_id"]) == 0
    assert "删除" in http.get(api.base + cards[0]["articles"][0]["url"], timeout=5).text


def test_a_new_day_brings_a_new_mass_send_and_forgets_the_client_id(
    api: Api, person: Person, clock: Clock
) -> None:
    body = {
        "filter": {"is_to_all": True},
        "text": {"content": "通知"},
        "msgtype": "text",
        "clientmsgid": "same",
    }

    assert api.code("/cgi-bin/message/mass/sendall", **body) == 0
    clock.shift_s += 24 * 3600 + 60
    fresh = Api(api.http, api.base, _new_token(api))
    assert fresh.code("/cgi-bin/message/mass/sendall", **body) == 0


def _new_token(api: Api) -> str:
    return str(fetch_token(api.http, api.base)["access_token"])


def test_a_service_account_reaches_one_follower_four_times_a_month(
    api: Api, people: list[Person], hook: Hook
) -> None:
    for one in people[:2]:
        one.do("follow")
    openids = [one.openid for one in people[:2]]
    for number in range(5):
        body = {"touser": openids, "msgtype": "text", "text": {"content": f"第{number}次"}}
        assert api.code("/cgi-bin/message/mass/send", **body) == 0
        done = wait_for(lambda n=number: len(hook.events("masssendjobfinish")) > n and hook.messages[-1])
        assert done._data["SentCount"] == ("2" if number < 4 else "0")


@pytest.mark.parametrize(
    ("body", "errcode"),
    [
        ({"filter": {"is_to_all": False, "tag_id": 999}}, 45159),
        ({"filter": "all"}, 40035),
        ({"filter": {"is_to_all": True}, "clientmsgid": "x" * 65}, 45067),
        ({"filter": {"is_to_all": True}, "msgtype": "dance"}, 40008),
        ({"filter": {"is_to_all": True}, "text": {"content": ""}}, 44004),
    ],
)
def test_refused_mass_sends(api: Api, body: dict[str, Any], errcode: int) -> None:
    assert (
        api.code("/cgi-bin/message/mass/sendall", **{"msgtype": "text", "text": {"content": "好"}, **body})
        == errcode
    )


def test_mpnews_as_a_customer_service_message(api: Api, cover: str, person: Person) -> None:
    body = {"touser": person.openid, "msgtype": "mpnews", "mpnews": {"media_id": draft(api, cover)}}

    assert api.code("/cgi-bin/message/custom/send", **body) == 0
    assert person.phone()[-1]["articles"][0]["title"] == "防暑手册"


def test_subscription_notices_need_consent(api: Api, person: Person) -> None:
    body = {
        "touser": person.openid,
        "template_id": "T",
        "page": "http://u",
        "data": {"thing1": {"value": "提醒"}},
    }
    send = "/cgi-bin/message/subscribe/bizsend"

    assert api.code(send, **body) == 43101
    person.do("subscribe_popup", template_id="T", accept=True)
    assert api.code(send, **body) == 0
    assert person.phone()[-1]["rows"][0]["value"] == "提醒"
