"""The calendar of pushes: scheduled with a warning, seen by a colleague, taken back; every word of it kept apart by union."""

import io
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import update
from werkzeug.test import TestResponse

from core.clock import SHANGHAI, local_text, system_clock
from core.settings import PushSettings, Settings, WeChatSettings
from models.accounts import Account
from models.columns import Column, ColumnItem
from models.messages import MessageLog
from models.push import Push
from push import service
from push.console import ACTIONS
from push.feature import FEATURE
from push.tasks import covers_dir
from staff.roles import Role
from tests.conftest import NOW, Home, make_settings, new_account
from tests.neighbours import Platform
from tests.staff.desk import Desk, text_of
from web.storage import STORE

PUSHES = "/console/a/ours/pushes"
TOMORROW = (system_clock() + timedelta(days=1)).astimezone(SHANGHAI).date().isoformat()
EVIL = "<script>alert(1)</script>"


@pytest.fixture
def settings(tmp_path: Any, valkey_url: str, platform: Platform) -> Settings:
    """One push a day, as the platform allows."""
    return make_settings(
        tmp_path, valkey_url, wechat=WeChatSettings(api_url=platform.url), push=PushSettings(mass_per_day=1)
    )


@pytest.fixture
def anna(house: Home) -> Desk:
    house.add_account(new_account("others"))
    return Desk(house, "anna", "ours", Role.EDITOR)


def jpeg() -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", (90, 40), "#c8161d").save(out, "JPEG")
    out.seek(0)
    return out


def form(**changes: Any) -> dict[str, Any]:
    fields = {"code": "a-code", "title": "新一期", "digest": "摘要", "link": "{h5}/columns/xiaoming/1"}
    return {**fields, "day": TOMORROW, "time": "09:00", "cover_file": (jpeg(), "c.jpg"), **changes}


def send(desk: Desk, **changes: Any) -> TestResponse:
    return desk.post(f"{PUSHES}/new", form(**changes), content_type="multipart/form-data")


def pushes(house: Home, key: str = "ours") -> list[Push]:
    with house.parts.db.read() as session:
        return service.list_pushes(session, house.parts.directory.get(key).id)


def test_a_push_is_scheduled_and_stands_in_the_calendar(house: Home, anna: Desk):
    made = send(anna)
    (push,) = pushes(house)
    assert made.location == f"{PUSHES}/one/{push.client_msg_id}"
    assert local_text(push.due_at) == f"{TOMORROW} 09:00"
    assert (covers_dir(house.parts) / push.cover).stat().st_size > 100
    month = anna.get(f"{PUSHES}?month={TOMORROW[:7]}")
    assert "待审定 09:00 新一期" in re.sub(r"\s+", " ", text_of(month).replace(" ", " "))
    assert "已排满" in month.text
    page = anna.get(made.location)
    assert "/h5/ours/columns/xiaoming/1" in page.text
    with anna.get(f"{made.location}/cover") as cover:
        assert cover.content_type == "image/jpeg"


def test_the_form_begins_with_what_a_column_brings(house: Home, anna: Desk):
    name = house.app.extensions[STORE].keep("picture", jpeg())
    page = anna.get(
        f"{PUSHES}/new?title=故事&digest=摘要&link={{h5}}/columns/a/1&media={name}&day=2027-01-02"
    )
    for words in ('value="故事"', "摘要</textarea>", f"/media/{name}", 'value="2027-01-02"'):
        assert words in page.text
    sent = send(anna, cover_file=(io.BytesIO(), ""), media=name)
    assert sent.status_code == 302


def test_a_past_time_is_refused_and_everything_typed_is_kept(house: Home, anna: Desk):
    refused = send(anna, day="2020-01-01", title="我的标题")
    assert refused.status_code == 422
    assert "已经过去了" in refused.text
    assert 'value="我的标题"' in refused.text
    (name,) = re.findall(r'name="media" value="([^"]+)"', refused.text)
    assert send(anna, title="我的标题", cover_file=(io.BytesIO(), ""), media=name).status_code == 302
    assert len(pushes(house)) == 1


def test_a_push_without_a_cover_is_refused(house: Home, anna: Desk):
    refused = send(anna, cover_file=(io.BytesIO(), ""))
    assert refused.status_code == 422
    assert "请选择封面" in refused.text
    assert pushes(house) == []


def test_a_file_that_is_no_picture_is_refused(house: Home, anna: Desk):
    refused = send(anna, cover_file=(io.BytesIO(b"GIF89a...."), "c.jpg"))
    assert refused.status_code == 422
    assert "不是 JPG" in refused.text


def test_a_second_push_of_the_day_is_warned_of_and_then_taken(house: Home, anna: Desk):
    send(anna)
    warned = send(anna, code="second", title="第二条")
    assert warned.status_code == 409
    assert "当天可发 1 次，已发 0 次，已排 1 次" in warned.text
    assert len(pushes(house)) == 1
    assert send(anna, code="second", title="第二条", anyway="1").status_code == 302
    assert len(pushes(house)) == 2


def test_a_form_sent_twice_schedules_once(house: Home, anna: Desk):
    send(anna)
    again = send(anna, anyway="1")
    assert again.status_code == 302
    assert len(pushes(house)) == 1


def test_of_two_people_who_take_back_the_second_is_told(house: Home, anna: Desk):
    page = send(anna).location
    assert anna.post(f"{page}/withdraw").status_code == 302
    late = anna.post(f"{page}/withdraw")
    assert late.status_code == 409
    assert "不能撤回" in late.text
    assert "已撤回" in text_of(anna.get(page))
    assert pushes(house)[0].state == "withdrawn"


def test_what_was_taken_back_is_scheduled_once_more_with_its_cover(house: Home, anna: Desk):
    page = send(anna).location
    anna.post(f"{page}/withdraw")
    old = pushes(house)[0]
    again = anna.get(f"{PUSHES}/new?again={old.client_msg_id}")
    assert 'value="新一期"' in again.text
    sent = send(anna, code="again", again=old.client_msg_id, cover_file=(io.BytesIO(), ""))
    assert sent.status_code == 302
    assert {push.cover for push in pushes(house)} == {old.cover}


def test_a_failed_push_says_why(house: Home, anna: Desk):
    page = send(anna).location
    account, push = house.parts.directory.get("ours"), pushes(house)[0]
    with house.parts.db.work() as session:
        service.approve_push(session, account.id, push.code, by="final")
        service.begin_push(session, account.id, push.id, (), system_clock())
        service.fail_push(session, account.id, push.id, "平台报告：err(10001)", system_clock())
    shown = text_of(anna.get(page))
    assert "失败" in shown
    assert "涉嫌广告" in shown
    assert "撤回" not in shown


def test_a_colleague_is_shown_the_push_before_its_time(house: Home, anna: Desk, platform: Platform):
    page = send(anna).location
    openid = platform.people("ours")[0]
    sent = anna.post(f"{page}/preview", {"who": openid, "how": "mass"})
    assert "预览已经发出" in sent.text
    (message,) = [one for one in platform.phone("ours", openid) if one["kind"] == "news"]
    assert "新一期" in str(message)
    (push,) = pushes(house)
    assert push.state == "scheduled"
    assert push.media_id
    anna.post(f"{page}/preview", {"who": openid, "how": "mass"})
    assert pushes(house)[0].media_id == push.media_id


def test_a_preview_as_a_card_needs_a_conversation(house: Home, anna: Desk, platform: Platform):
    page = send(anna).location
    openid = platform.people("ours")[0]
    refused = anna.post(f"{page}/preview", {"who": openid, "how": "card"})
    assert refused.status_code == 409
    assert "没有发出预览" in refused.text
    assert f'value="{openid}"' in refused.text


def test_a_preview_as_a_card_says_how_many_more_the_colleague_can_be_sent(
    house: Home, anna: Desk, platform: Platform
):
    page, openid = send(anna).location, platform.people("ours")[0]
    platform.world.followers.note_message("ours", openid)
    heard = {"account_id": house.parts.directory.get("ours").id, "message_key": "k", "openid": openid}
    with house.parts.db.work() as session:
        session.add(MessageLog(**heard, kind="text", content="", received_at=system_clock()))
    told = [anna.post(f"{page}/preview", {"who": openid, "how": "card"}).text for _ in range(6)]
    assert ["还能给他发 4 条客服消息" in told[0], "还能给他发 0 条客服消息" in told[4]] == [True, True]
    assert "没有发出预览：发给这位粉丝的客服消息已满" in told[5]
    assert len([one for one in platform.phone("ours", openid) if one["kind"] == "news"]) == 5


@pytest.mark.parametrize(
    ("who", "how", "told"), [("", "mass", "请填写"), ("a-name", "card", "只能按 openid")]
)
def test_a_preview_to_nobody_is_refused(anna: Desk, who: str, how: str, told: str):
    refused = anna.post(f"{send(anna).location}/preview", {"who": who, "how": how})
    assert refused.status_code == 422
    assert told in refused.text


def test_a_preview_to_a_stranger_says_what_the_platform_says(anna: Desk):
    refused = anna.post(f"{send(anna).location}/preview", {"who": "nobody-of-this-name", "how": "mass"})
    assert refused.status_code == 409
    assert "微信错误码 40003" in refused.text


def test_an_account_that_may_not_preview_is_told_why(house: Home, anna: Desk, platform: Platform):
    page = send(anna).location
    with house.parts.db.work() as session:
        session.execute(update(Account).where(Account.key == "ours").values(verified=False))
    with house.parts.db.read() as session:
        house.parts.directory.reload(session)
    assert "没有认证" in anna.get(page).text
    assert "没有认证" in anna.get(PUSHES).text


def test_without_the_permission_the_calendar_is_only_looked_at(house: Home, anna: Desk):
    page = send(anna).location
    vera = Desk(house, "vera", "ours", Role.VIEWER)
    assert "新一期" in vera.get(page).text
    assert "撤回" not in text_of(vera.get(page))
    assert "/pushes/new" not in vera.get(f"{PUSHES}?month={TOMORROW[:7]}").text
    assert vera.get(f"{PUSHES}/new").status_code == 403
    assert send(vera).status_code == 403
    assert vera.post(f"{page}/withdraw").status_code == 403
    assert vera.post(f"{page}/approve").status_code == 403


def write_issue(house: Home, state: str) -> None:
    """The one that `form` links to."""
    ours = house.parts.directory.get("ours").organisation_id
    with house.parts.db.work() as session:
        column = Column(organisation_id=ours, code="xiaoming", title="小明", updated_at=NOW)
        session.add(column)
        session.flush()
        session.add(
            ColumnItem(
                organisation_id=ours,
                public_id="issue",
                column_id=column.id,
                number=1,
                title="一",
                state=state,
                updated_at=NOW,
            )
        )


def let_time_come(house: Home) -> Push:
    """The worker at the push's time."""
    moved = replace(house.parts, clock=lambda: system_clock() + timedelta(days=2))
    for job in FEATURE.jobs(moved):
        job.run()
    (push,) = pushes(house)
    return push


def test_what_an_editor_proposes_is_sent_once_a_final_reviewer_lets_it_go(house: Home, anna: Desk):
    write_issue(house, "live")
    page = send(anna).location
    assert "待审定" in text_of(anna.get(page))
    assert "要由有「发布上线」权限的同事" in anna.get(page).text
    assert anna.post(f"{page}/approve").status_code == 403
    fay = Desk(house, "fay", "ours", Role.FINAL)
    assert "等您审定" in fay.get("/console/a/ours/").text
    assert "等您审定" not in anna.get("/console/a/ours/").text
    assert fay.post(f"{page}/approve").status_code == 302
    told = text_of(fay.get(page))
    assert "anna 同志 提交，fay 同志 审定" in told
    assert fay.post(f"{page}/approve").status_code == 409
    assert "等您审定" not in fay.get("/console/a/ours/").text
    assert let_time_come(house).state == "sending"


def test_what_nobody_lets_go_is_not_sent(house: Home, anna: Desk):
    write_issue(house, "live")
    page = send(anna).location
    assert let_time_come(house).state == "failed"
    assert "到了发送时间还没有人审定" in anna.get(page).text


def test_an_issue_that_is_not_live_holds_a_push_up(house: Home, anna: Desk):
    write_issue(house, "draft")
    page = send(anna).location
    amy = Desk(house, "amy", "ours", Role.ADMIN)
    refused = amy.post(f"{page}/approve")
    assert refused.status_code == 422
    assert "还没有上线" in refused.text
    own = send(amy, code="b-code", anyway="1")
    assert own.status_code == 422
    assert "还没有上线" in own.text
    assert 'value="新一期"' in own.text
    with house.parts.db.work() as session:
        ours = house.parts.directory.get("ours").organisation_id
        session.execute(update(ColumnItem).where(ColumnItem.organisation_id == ours).values(state="live"))
    assert amy.post(f"{page}/approve").status_code == 302
    with house.parts.db.work() as session:
        session.execute(update(ColumnItem).where(ColumnItem.organisation_id == ours).values(state="draft"))
    failed = let_time_come(house)
    assert failed.state == "failed"
    assert "还没有上线" in failed.error


def test_who_may_publish_schedules_at_once_what_leads_elsewhere(house: Home, anna: Desk):
    amy = Desk(house, "amy", "ours", Role.ADMIN)
    page = send(amy, link="https://example.cn/a").location
    assert "待审定" not in text_of(amy.get(page))
    assert "amy 同志 安排" in text_of(amy.get(page))
    assert pushes(house)[0].approved


def test_another_unions_pushes_do_not_exist(house: Home, anna: Desk):
    page = send(anna).location
    token = page.rpartition("/")[2]
    otto = Desk(house, "otto", "others", Role.ADMIN)
    assert otto.get(page).status_code == 404
    theirs = f"/console/a/others/pushes/one/{token}"
    for path in (theirs, f"{theirs}/cover", f"/console/a/others/pushes/new?again={token}"):
        assert otto.get(path).status_code == 404
    for action in ("withdraw", "preview"):
        assert otto.post(f"{theirs}/{action}", {"who": "x"}).status_code == 404
    assert "新一期" not in otto.get(f"/console/a/others/pushes?month={TOMORROW[:7]}").text
    assert pushes(house)[0].state == "scheduled"


def test_what_people_type_stays_text(anna: Desk):
    page = send(anna, title=EVIL[:32], digest=EVIL).location
    for path in (page, f"{PUSHES}?month={TOMORROW[:7]}"):
        text = anna.get(path).text
        assert EVIL not in text
        assert "&lt;script&gt;" in text


def test_what_is_done_is_written_down(house: Home, anna: Desk, platform: Platform):
    page = send(anna).location
    anna.post(f"{page}/preview", {"who": platform.people("ours")[0], "how": "mass"})
    anna.post(f"{page}/withdraw")
    boss = Desk(house, "boss", "ours", Role.ADMIN)
    acts = text_of(boss.get("/console/o/ours/acts"))
    assert all(title in acts for title in ACTIONS.values())
