"""公众号: registering and changing them; no secret comes back."""

import pytest
from sqlalchemy import select

from models.accounts import Account
from models.audit import AuditEntry
from staff.roles import Role
from tests.conftest import AES_KEY, NOW, TOKEN, Home, new_account
from tests.staff.desk import Desk, text_of

NEW = "/console/o/city/accounts/new"
OURS = "/console/a/ours/settings"
SECRET = "0123456789abcdef0123456789abcdef"
FORM = {
    "key": "citysea",
    "name": "海市工会",
    "kind": "service",
    "verified": "1",
    "appid": "wx0123456789abcdef",
    "secret": SECRET,
    "token": "citytoken1",
    "aes_key": AES_KEY,
}
SECRETS = {"token": "", "secret": "", "aes_key": ""}


def account(home: Home, key: str) -> Account | None:
    with home.parts.db.read() as session:
        return session.scalar(select(Account).where(Account.key == key))


def typed(home: Home, **changes: object) -> dict[str, object]:
    one = account(home, "ours")
    form = {"name": one.name, "kind": one.kind, "verified": "1", "appid": "wx00000000000000aa"}
    return {**form, **SECRETS, "version": one.version, **changes}


def test_an_account_is_registered_and_led_on_to_the_guide(tree: Home, anna: Desk):
    done = anna.post(NEW, FORM)
    assert done.status_code == 302
    assert done.location.endswith("/console/a/citysea/setup")
    assert "http://127.0.0.1:8000/wechat/citysea" in anna.get(done.location).text
    stored = account(tree, "citysea")
    assert (stored.mode, stored.secret, stored.token, stored.verified) == ("aes", SECRET, "citytoken1", True)
    assert stored.organisation.key == "city"


def test_spaces_that_come_along_when_copying_are_dropped(tree: Home, anna: Desk):
    spaced = {
        name: f" {FORM[name][:5]} {FORM[name][5:]}\t" for name in ("appid", "secret", "token", "aes_key")
    }
    anna.post(NEW, {**FORM, **spaced})
    stored = account(tree, "citysea")
    assert (stored.appid, stored.secret, stored.aes_key) == (FORM["appid"], SECRET, AES_KEY)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"key": "City"}, "代号"),
        ({"name": ""}, "名称"),
        ({"kind": "zebra"}, "类型"),
        ({"appid": "wx123"}, "18 位"),
        ({"secret": ""}, "AppSecret"),
        ({"secret": "short"}, "32 位"),
        ({"token": ""}, "Token"),
        ({"token": "a"}, "Token"),
        ({"aes_key": ""}, "EncodingAESKey"),
        ({"aes_key": "x" * 42}, "EncodingAESKey"),
    ],
)
def test_a_bad_form_is_refused_with_the_reason_and_keeps_what_was_typed(
    tree: Home, anna: Desk, changes: dict[str, str], told: str
):
    refused = anna.post(NEW, {**FORM, **changes})
    assert refused.status_code == 422
    assert told in text_of(refused)
    assert f'value="{ {**FORM, **changes}["name"] }"'.replace('" ', '"') in refused.text
    assert account(tree, "citysea") is None


def test_a_test_account_needs_no_aes_key(tree: Home, anna: Desk):
    assert anna.post(NEW, {**FORM, "kind": "test", "aes_key": ""}).status_code == 302
    assert account(tree, "citysea").mode == "plain"


@pytest.mark.parametrize("same", [{"key": "ours"}, {"appid": "wx00000000000000bb"}])
def test_a_key_or_appid_that_is_taken_is_told(tree: Home, anna: Desk, same: dict[str, str]):
    tree.add_account(new_account("other", appid="wx00000000000000bb"))
    refused = anna.post(NEW, {**FORM, **same})
    assert refused.status_code == 409
    assert "登记过" in refused.text


def test_no_page_shows_a_secret_that_is_stored(tree: Home, anna: Desk):
    anna.post(NEW, FORM)
    for path in ("settings", "setup", "capabilities"):
        page = anna.get(f"/console/a/citysea/{path}").text
        for secret in (SECRET, "citytoken1", AES_KEY):
            assert secret not in page
    assert "已保存，留空则不变" in anna.get("/console/a/citysea/settings").text
    assert SECRET not in anna.get("/console/o/province/accounts").text


def test_an_account_is_changed_and_the_log_names_fields_without_values(tree: Home, anna: Desk):
    done = anna.post(OURS, typed(tree, name="新名工会", secret=SECRET))
    assert done.status_code == 302
    stored = account(tree, "ours")
    assert (stored.name, stored.secret, stored.token, stored.aes_key) == ("新名工会", SECRET, TOKEN, AES_KEY)
    assert tree.parts.directory.get("ours").name == "新名工会"
    with tree.parts.db.read() as session:
        act = session.scalar(select(AuditEntry).where(AuditEntry.action == "account_changed"))
        assert act.facts["changed"] == "名称、AppID、AppSecret"
        assert SECRET not in str(act.facts)


def test_the_second_of_two_sees_the_difference(tree: Home, anna: Desk):
    dora = Desk(tree, "dora", "province", Role.ADMIN)
    seen = typed(tree)
    assert anna.post(OURS, {**seen, "name": "安娜填的"}).status_code == 302
    refused = dora.post(OURS, {**seen, "name": "朵拉填的", "kind": "subscription"})
    assert refused.status_code == 409
    for shown in ("安娜填的", "朵拉填的", "服务号", "订阅号"):
        assert shown in refused.text
    assert account(tree, "ours").name == "安娜填的"
    assert dora.post(OURS, {**seen, "name": "朵拉填的", "version": 1}).status_code == 302


def test_beside_the_simulator_no_real_account_is_taken(
    tree: Home, anna: Desk, monkeypatch: pytest.MonkeyPatch
):
    simulator = tree.parts.settings.simulator.model_copy(update={"enabled": True})
    object.__setattr__(tree.parts.settings, "simulator", simulator)
    refused = anna.post(NEW, FORM)
    assert refused.status_code == 422
    assert "模拟器" in refused.text


def test_a_damaged_account_is_shown_as_such(tree: Home, anna: Desk):
    with tree.parts.db.work() as session:
        session.scalar(select(Account).where(Account.key == "ours")).aes_key = "damaged"
    with tree.parts.db.read() as session:
        tree.parts.directory.reload(session)
    page = text_of(anna.get("/console/o/province/accounts"))
    assert "不能使用" in page
    assert "flask accounts change ours" in page


def test_an_organisation_without_accounts_says_what_to_do(tree: Home, anna: Desk):
    assert "还没有公众号" in anna.get("/console/o/mill/accounts").text


def test_accounts_of_the_whole_tree_below_are_listed_and_no_others(tree: Home, anna: Desk):
    page = anna.get("/console/o/province/accounts").text
    assert "wxtest000000000001" in page
    assert "wxtestelsewhere" not in page


def test_who_may_not_or_is_elsewhere_gets_nothing(tree: Home, bob: Desk, charlie: Desk):
    for path in ("/console/o/province/accounts", NEW, OURS, "/console/a/ours/setup"):
        assert bob.get(path).status_code == 403
        assert charlie.get(path).status_code == 404
    assert bob.post(OURS, typed(tree, name="x")).status_code == 403
    assert charlie.post(OURS, typed(tree, name="x")).status_code == 404
    assert charlie.post(NEW, FORM).status_code == 404
    assert account(tree, "ours").version == 0


def test_everybody_of_the_place_may_see_what_the_platform_offers(tree: Home, bob: Desk, charlie: Desk):
    page = text_of(bob.get("/console/a/ours/capabilities"))
    assert "每位粉丝每月最多收到 4 条" in page
    assert "账号资料" not in page
    assert charlie.get("/console/a/ours/capabilities").status_code == 404


def test_a_subscription_account_sees_greyed_lines_with_reasons(tree: Home, anna: Desk):
    tree.add_account(new_account("paper", kind="subscription", verified=False, organisation="city"))
    page = text_of(anna.get("/console/a/paper/capabilities"))
    assert "为什么：" in page
    assert "2025 年 7 月" in page
    assert "认证详情" in page


def test_templates_may_ask_for_a_capability(tree: Home):
    view = tree.parts.directory.get("ours")
    source = "{% from 'places/capability.html' import missing %}{{ missing(capability(account, 'mass')) }}{{ capability(account, 'mass').limit }}"
    with tree.app.test_request_context():
        assert "4 条" in tree.app.jinja_env.from_string(source).render(account=view)
        tree.add_account(new_account("paper", kind="subscription", verified=False))
        with tree.parts.db.read() as session:
            tree.parts.directory.reload(session)
        told = tree.app.jinja_env.from_string(source).render(account=tree.parts.directory.get("paper"))
    assert "不能用「群发」" in told


def test_a_name_with_markup_is_shown_as_it_is_written(tree: Home, anna: Desk):
    anna.post(OURS, typed(tree, name="<img src=x onerror=alert(1)>"))
    for path in (
        OURS,
        "/console/a/ours/setup",
        "/console/a/ours/capabilities",
        "/console/o/province/accounts",
    ):
        page = anna.get(path).text
        assert "<img src=x" not in page
        assert "&lt;img src=x" in page


def test_when_it_was_registered_is_shown_in_local_time(tree: Home, anna: Desk):
    assert NOW.hour == 2
    assert "2026-11-20 10:00 登记" in anna.get(OURS).text
