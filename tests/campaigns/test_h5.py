"""Campaigns on workers' phones: front page by the clock, rules, the form before taking part, previews, share cards."""

import re
from datetime import timedelta

import pytest
from flask import Response as FlaskResponse
from flask.testing import FlaskClient

from campaigns import service
from campaigns.crowd import Crowd
from campaigns.preview import preview_link
from members import signin
from tests.campaigns.conftest import campaigns_of, refresh
from tests.campaigns.desk import ANNA, OPENS, Campaigns
from tests.conftest import Home
from tests.staff.desk import Watch, set_watch, text_of
from web.session import Visitor

HOUR = timedelta(hours=1)


@pytest.fixture
def watch(house: Home) -> Watch:
    watch = set_watch(house)
    watch.now = OPENS + HOUR
    return watch


@pytest.fixture
def ours(house: Home) -> Campaigns:
    return campaigns_of(house)


def phone(house: Home, openid: str = "o1", key: str = "ours", **how: bool) -> FlaskClient:
    """A browser that is signed in."""
    client = house.app.test_client()
    with house.app.app_context():
        response = FlaskResponse()
        signin.sessions().write(response, key, Visitor(openid, **how))
    name, _, value = response.headers["Set-Cookie"].partition(";")[0].partition("=")
    client.set_cookie(name, value, path=f"/h5/{key}/")
    return client


def live(house: Home, ours: Campaigns, **changes: object):
    made = ours.live(**changes)
    refresh(house)
    return made


def page(house: Home, path: str, client: FlaskClient | None = None):
    return (client or house.app.test_client()).get(f"/h5/ours/c/{path}")


def test_the_front_page_follows_the_clock(house: Home, ours: Campaigns, watch: Watch):
    made = live(house, ours)
    for moment, told in (
        (OPENS - HOUR, "即将开始"),
        (OPENS, "进行中"),
        (made.closes_at, "已结束"),
    ):
        watch.now = moment
        assert told in page(house, made.public_id).text
    watch.now = OPENS - HOUR
    assert 'data-seconds="3600"' in page(house, made.public_id).text


def test_a_draft_is_not_there_for_workers(house: Home, ours: Campaigns):
    made = ours.checked()
    refresh(house)
    assert page(house, made.public_id).status_code == 404
    assert made.title not in house.app.test_client().get("/h5/ours/c").text


def test_another_accounts_campaign_is_not_there(house: Home, ours: Campaigns, watch: Watch):
    made = live(house, ours)
    assert house.app.test_client().get(f"/h5/theirs/c/{made.public_id}").status_code == 404


def test_a_pause_and_an_extension_are_told_with_reason_and_date(house: Home, ours: Campaigns, watch: Watch):
    made = live(house, ours)
    with ours.db.work() as session:
        service.extend(
            session,
            ours.account_id,
            made.public_id,
            made.version,
            made.closes_at + 24 * HOUR,
            "大家<b>要求",
            ANNA,
        )
    made = ours.get(made.public_id)
    with ours.db.work() as session:
        service.freeze(session, ours.account_id, made.public_id, made.version, "题目有误", ANNA)
    refresh(house)
    front, rules = page(house, made.public_id).text, page(house, f"{made.public_id}/rules").text
    for shown in (front, rules):
        assert "题目有误" in shown
        assert "大家&lt;b&gt;要求" in shown
        assert "2026-11-27" in shown


def test_how_many_take_part_is_shown_and_counted_rarely(house: Home, ours: Campaigns, watch: Watch):
    made = live(house, ours)
    assert "人参加" not in page(house, made.public_id).text
    ticks = [0.0]
    crowd = Crowd(ours.db, lambda: ticks[0])
    assert crowd.count(ours.account_id, made.scope) == 0
    phone(house).get(f"/h5/ours/c/{made.public_id}/play")
    assert crowd.count(ours.account_id, made.scope) == 0
    ticks[0] = 31.0
    assert crowd.count(ours.account_id, made.scope) == 1


def test_nobody_is_led_to_the_sign_in(house: Home, ours: Campaigns, watch: Watch):
    made = live(house, ours)
    told = page(house, f"{made.public_id}/play")
    assert (told.status_code, "/h5/ours/signin" in told.location) == (302, True)
    told = house.app.test_client().post(f"/h5/ours/c/{made.public_id}/play")
    assert told.status_code == 403


def test_a_virtual_visitor_looks_and_writes_nothing(house: Home, ours: Campaigns, watch: Watch):
    made = live(house, ours, eligibility={"asks": ["unit"]})
    shadow = phone(house, snapshot=True)
    form = page(house, f"{made.public_id}/join", shadow)
    assert "使用完整服务" in form.text
    told = shadow.post(f"/h5/ours/c/{made.public_id}/join", data={"unit": "某厂"})
    assert (told.status_code, "使用完整服务" in told.text) == (403, True)
    assert crowd_of(ours, made.scope) == 0


def crowd_of(ours: Campaigns, scope: str) -> int:
    return Crowd(ours.db).count(ours.account_id, scope)


def test_who_has_to_tell_something_first_is_led_to_the_form_and_on(
    house: Home, ours: Campaigns, watch: Watch
):
    made = live(house, ours, eligibility={"asks": ["unit", "name"]})
    anna = phone(house)
    led = page(house, f"{made.public_id}/play", anna)
    assert (led.status_code, led.location.endswith("/join")) == (303, True)
    assert "不填也能参加" in page(house, f"{made.public_id}/join", anna).text
    empty = anna.post(f"/h5/ours/c/{made.public_id}/join", data={"unit": " ", "name": "<script>"})
    assert (empty.status_code, "请填写工作单位" in empty.text) == (422, True)
    assert "&lt;script&gt;" in empty.text
    done = anna.post(f"/h5/ours/c/{made.public_id}/join", data={"unit": "某厂", "name": ""})
    assert (done.status_code, done.location.endswith("/play")) == (303, True)
    assert "编号" in anna.get(done.location).text


def test_scripts_are_told_where_the_form_is(house: Home, ours: Campaigns, watch: Watch):
    made = live(house, ours, eligibility={"asks": ["unit"]})
    told = phone(house).get(f"/h5/ours/c/{made.public_id}/play", headers={"Accept": "application/json"})
    assert told.status_code == 403
    assert told.json["join"].endswith("/join")


def test_a_form_from_elsewhere_joins_nobody(house: Home, ours: Campaigns, watch: Watch):
    made = live(house, ours, eligibility={"asks": ["unit"]})
    told = phone(house).post(
        f"/h5/ours/c/{made.public_id}/join", data={"unit": "某厂"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert told.status_code == 403
    assert crowd_of(ours, made.scope) == 0


@pytest.fixture
def link(house: Home, ours: Campaigns, watch: Watch) -> str:
    made = ours.ready(summary="简介<b>")
    with house.app.test_request_context():
        return preview_link(house.parts.directory.get("ours"), made).partition("8000")[2]


def test_a_preview_shows_a_draft_for_half_an_hour_and_writes_nothing(
    house: Home, ours: Campaigns, watch: Watch, link: str
):
    shown = house.app.test_client().get(link)
    assert shown.status_code == 200
    for text in ("预览", "简介&lt;b&gt;", "第一页：", "活动规则", "主办单位"):
        assert text in shown.text
    assert not re.search(r'href="[^"]*/play"', shown.text)
    assert house.app.test_client().get(link.replace("/h5/ours/", "/h5/theirs/")).status_code == 409


def test_a_preview_link_ends_and_can_not_be_made_up(house: Home, link: str, monkeypatch: pytest.MonkeyPatch):
    assert house.app.test_client().get(link[:-3] + "abc").status_code == 409
    monkeypatch.setattr("campaigns.preview.LIFETIME_S", -1)
    told = house.app.test_client().get(link)
    assert (told.status_code, "重新扫码" in told.text) == (409, True)


def test_pages_say_their_own_card_and_never_the_link_somebody_came_by(
    house: Home, ours: Campaigns, watch: Watch
):
    made = live(house, ours, summary='看"看"')
    shown = page(house, f"{made.public_id}?token=secret").text
    assert f'og:url" content="http://127.0.0.1:8000/h5/ours/c/{made.public_id}"' in shown
    assert "看&#34;看&#34;" in shown
    assert "campaigns-share.js" in shown


def test_an_account_that_may_not_sign_pages_says_nothing_of_it(house: Home, watch: Watch):
    paper = campaigns_of(house, "paper")
    made = live(house, paper)
    shown = house.app.test_client().get(f"/h5/paper/c/{made.public_id}").text
    assert "og:title" in shown
    assert "campaigns-share.js" not in shown
    assert house.app.test_client().get(f"/h5/paper/c/{made.public_id}/share?url=x").status_code == 404


def test_without_the_platform_a_card_is_just_not_set(house: Home, ours: Campaigns, watch: Watch):
    made = live(house, ours)
    told = house.app.test_client().get(f"/h5/ours/c/{made.public_id}/share?url=http://127.0.0.1:8000/")
    assert (told.status_code, "暂时不能设置分享卡片" in told.text) == (409, True)


def test_an_account_without_sign_in_says_which_word_brings_a_link(house: Home, watch: Watch):
    paper = campaigns_of(house, "paper")
    made = live(house, paper, word="按一下")
    told = house.app.test_client().get(f"/h5/paper/c/{made.public_id}/play")
    assert (told.status_code, "回复「按一下」" in text_of(told)) == (403, True)


def test_my_page_lists_what_i_took_part_in(house: Home, ours: Campaigns, watch: Watch):
    made = live(house, ours, title="按一按<i>")
    anna = phone(house)
    assert "我的活动" not in anna.get("/h5/ours/me").text
    anna.get(f"/h5/ours/c/{made.public_id}/play")
    mine = anna.get("/h5/ours/me").text
    assert "我的活动" in mine
    assert "按一按&lt;i&gt;" in mine
    assert f'href="/h5/ours/c/{made.public_id}"' in mine
    assert "我的活动" not in phone(house, "o2").get("/h5/ours/me").text
