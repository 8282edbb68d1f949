"""「我的数据」: what is kept is shown, taken along and erased by the person alone; consent is taken back as easily as given."""

import json

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app import REGISTRY
from jobs.outbox import CUSTOMER_MESSAGE, post
from members.consents import has_withdrawn
from members.rules import TAGGING
from members.service import Sighting, note_seen
from members.tags.service import UNTAG, add_tag, create_tag
from models import (
    AskedQuestion,
    AuditEntry,
    Consent,
    HelpRequest,
    Member,
    MemberTag,
    MessageLog,
    OutboxItem,
    PendingTurn,
)
from models.base import TENANT_COLUMNS, Base
from tests.conftest import NOW
from tests.members.conftest import Pages

DATA, ERASE, CONSENT = "/h5/ours/me/data", "/h5/ours/me/erase", "/h5/ours/me/consent"
SECRET = "我的工资被拖欠"


def fill(pages: Pages, openid: str, key: str = "ours") -> None:
    """Something of everything that is kept of a person."""
    account_id, number = pages.account_id(key), abs(hash(openid)) % 10**6
    with pages.home.parts.db.work() as session:
        note_seen(session, [Sighting(account_id, openid, "text", "", NOW)])
        common = {"account_id": account_id, "message_key": f"k-{openid}"[:32]}
        session.add(MessageLog(**common, openid=openid, kind="text", content=SECRET, received_at=NOW))
        session.add(PendingTurn(**common, body=f"<xml>{openid}</xml>", due_at=NOW))
        session.add(AskedQuestion(**common, asked_at=NOW, outcome="handed_off", text=SECRET))
        session.add(HelpRequest(**common, number=number, openid=openid, text=SECRET, created_at=NOW))
        session.add(Consent(account_id=account_id, openid=openid, purpose=TAGGING, given_at=NOW))
        post(session, account_id, CUSTOMER_MESSAGE, f"late:{openid}", {"openid": openid, "message": {}}, NOW)
        member = session.scalars(
            select(Member).where(Member.account_id == account_id, Member.openid == openid)
        ).one()
        member.remark = "备注里的名字"
        tag = create_tag(session, account_id, f"标签{number}", linked=False, now=NOW)
        tag.platform_id = number
        add_tag(session, tag, [member], linked=True, now=NOW)


def left_over(pages: Pages, openid: str) -> list[str]:
    """Every table in which something of a person still stands."""
    found = []
    with pages.home.parts.db.engine.connect() as connection:
        for name in TENANT_COLUMNS:
            for row in connection.execute(Base.metadata.tables[name].select()):
                if openid in str(row) or SECRET in str(row):
                    found.append(name)
    return sorted(set(found))


@pytest.fixture
def browser(pages: Pages) -> FlaskClient:
    browser = pages.browser()
    pages.sign_in(browser)
    return browser


def test_the_page_tells_everything_that_is_kept(pages: Pages, browser: FlaskClient):
    fill(pages, pages.person())
    page = browser.get(DATA).text
    for told in (SECRET, "人工求助（1 条）", "备注里的名字", "标签", "分组和打标签", "导出"):
        assert told in page


def test_nobody_elses_data_is_shown_or_exported(pages: Pages, browser: FlaskClient):
    fill(pages, "o-somebody")
    fill(pages, pages.person(), "other")
    for path in (DATA, f"{DATA}.json", f"{DATA}.csv", "/h5/ours/me"):
        assert SECRET not in browser.get(path).text


def test_everything_can_be_taken_along(pages: Pages, browser: FlaskClient):
    fill(pages, pages.person())
    told = json.loads(browser.get(f"{DATA}.json").data)
    assert told["消息和互动"][0]["内容"] == SECRET
    assert told["人工求助"][0]["内容"] == SECRET
    assert told["关注情况"][0]["工作人员的备注"] == "备注里的名字"
    table = browser.get(f"{DATA}.csv")
    assert table.data.startswith(b"\xef\xbb\xbf")
    assert SECRET in table.text
    assert "attachment" in table.headers["Content-Disposition"]
    assert browser.get(f"{DATA}.xml").status_code == 404


def test_a_formula_that_somebody_wrote_stays_text_in_the_table(pages: Pages, browser: FlaskClient):
    pages.remember(pages.person(), '=HYPERLINK("http://evil.example")')
    assert "'=HYPERLINK" in browser.get(f"{DATA}.csv").text


def test_erasing_asks_twice_and_then_nothing_is_left(pages: Pages, browser: FlaskClient):
    person = pages.person()
    fill(pages, person)
    assert "删除后不能恢复" in browser.get(ERASE).text
    once = browser.post(ERASE)
    assert (once.status_code, "请先勾选" in once.text) == (422, True)
    assert "message_log" in left_over(pages, person)
    done = browser.post(ERASE, data={"sure": "1"})
    assert (done.status_code, "已经删除" in done.text) == (200, True)
    assert left_over(pages, person) == ["outbox_items"]  # the platform is still to be asked
    with pages.home.parts.db.read() as session:
        query = select(OutboxItem).execution_options(all_tenants="a test looks")
        assert {item.kind for item in session.scalars(query) if person in str(item.payload)} == {UNTAG}
        tagged = select(MemberTag).execution_options(all_tenants="a test looks")
        assert list(session.scalars(tagged)) == []
    assert browser.get(DATA).status_code == 302


def test_erasing_leaves_one_line_that_names_nobody(pages: Pages, browser: FlaskClient):
    fill(pages, pages.person())
    browser.post(ERASE, data={"sure": "1"})
    with pages.home.parts.db.read() as session:
        (act,) = session.scalars(select(AuditEntry).where(AuditEntry.action == "follower_erased"))
    assert (act.actor, act.address, act.facts["account"]) == ("粉丝本人", "", "ours")
    assert pages.person() not in f"{act.target}{act.facts}"


def test_erasing_touches_nobody_else(pages: Pages, browser: FlaskClient):
    fill(pages, pages.person())
    fill(pages, "o-somebody")
    fill(pages, pages.person(), "other")
    browser.post(ERASE, data={"sure": "1"})
    assert {"members", "message_log", "help_requests", "consents"} <= set(left_over(pages, "o-somebody"))
    with pages.home.parts.db.read() as session:
        query = select(MessageLog).where(MessageLog.account_id == pages.account_id("other"))
        assert len(list(session.scalars(query))) == 1


def test_an_erasure_that_fails_half_way_erases_nothing(pages: Pages, browser: FlaskClient, monkeypatch):
    person = pages.person()
    fill(pages, person)
    before = left_over(pages, person)

    def fail(*_args: object) -> int:
        raise RuntimeError("the last one fails")

    personal = pages.app.extensions["zhijia.personal"]
    monkeypatch.setitem(
        pages.app.extensions, "zhijia.personal", type(personal)(personal.exporters, [*personal.erasers, fail])
    )
    assert browser.post(ERASE, data={"sure": "1"}).status_code == 500
    assert left_over(pages, person) == before


def test_erasing_twice_is_harmless(pages: Pages, browser: FlaskClient):
    with pages.home.parts.db.work() as session:
        for erase in REGISTRY.all_erasers():
            assert erase(session, pages.account_id(), "o-nobody") == 0


def test_consent_is_given_and_taken_back_with_one_tap_each(pages: Pages, browser: FlaskClient):
    account_id, person = pages.account_id(), pages.person()

    def withdrawn() -> bool:
        with pages.home.parts.db.read() as session:
            return has_withdrawn(session, account_id, person, TAGGING)

    assert "您还没有选择" in browser.get(DATA).text
    assert browser.post(CONSENT, data={"purpose": TAGGING, "given": "1"}).status_code == 303
    assert "同意了" in browser.get(DATA).text
    assert not withdrawn()
    browser.post(CONSENT, data={"purpose": TAGGING, "given": "0"})
    assert "表示不同意" in browser.get(DATA).text
    assert withdrawn()
    browser.post(CONSENT, data={"purpose": TAGGING, "given": "1"})
    assert not withdrawn()
    assert browser.post(CONSENT, data={"purpose": "everything", "given": "1"}).status_code == 422


@pytest.mark.parametrize("path", [ERASE, CONSENT])
def test_a_form_from_another_site_changes_nothing(pages: Pages, browser: FlaskClient, path: str):
    fill(pages, pages.person())
    sent = {"sure": "1", "purpose": TAGGING, "given": "0"}
    answer = browser.post(path, data=sent, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert "message_log" in left_over(pages, pages.person())


@pytest.mark.parametrize("path", [DATA, f"{DATA}.json", ERASE])
def test_nobody_without_sign_in_gets_anything(pages: Pages, path: str):
    assert pages.browser().get(path).status_code == 302
    assert pages.browser().post(ERASE, data={"sure": "1"}).status_code == 302


def test_a_snapshot_visitor_has_no_data_and_erases_nothing(pages: Pages):
    fill(pages, pages.person())
    pages.platform.world.faults.update({"snapshot_user": True})
    browser = pages.browser()
    pages.sign_in(browser)
    assert "使用完整服务" in browser.get(DATA).text
    browser.post(ERASE, data={"sure": "1"})
    assert "message_log" in left_over(pages, pages.person())


def test_large_type_is_switched_on_for_all_pages_and_off_again(pages: Pages):
    browser = pages.browser()
    assert 'class="large"' not in browser.get("/h5/ours/faq").text
    switched = browser.post("/h5/large", data={"on": "1", "back": "/h5/ours/faq?q=%E5%B9%B4"})
    assert (switched.status_code, switched.location) == (303, "/h5/ours/faq?q=%E5%B9%B4")
    assert "Path=/h5/" in switched.headers["Set-Cookie"]
    assert '<body class="large">' in browser.get("/h5/other/faq").text
    browser.post("/h5/large", data={"on": "0", "back": "/h5/ours/faq"})
    assert 'class="large"' not in browser.get("/h5/ours/faq").text


@pytest.mark.parametrize(
    "back",
    ["", "https://evil.example/h5/", "//evil.example/h5/", "/console/", "/h5/\\evil", "/h5/../console/"],
)
def test_the_switch_leads_to_no_other_place(pages: Pages, back: str):
    assert pages.browser().post("/h5/large", data={"on": "1", "back": back}).status_code == 404
