"""接入向导: the steps, the platform's check file, and live checks against a running house and a platform of our own."""

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from commands.doctor import examine_account
from core.errors import NotFound
from core.settings import ServerSettings, WeChatSettings
from house.parts import Parts
from models.messages import MessageLog
from places.checks import CHECKS, Result, domain_problem, run_check
from tests.conftest import Home, make_settings, new_account
from tests.neighbours import Platform, open_web, parts_of, running_platform, served
from tests.staff.desk import Desk, text_of
from tools.postgres import free_port
from wechat.errors import error_from

SETUP = "/console/a/ours/setup"
NAME = "MP_verify_AbCdEfGh12345678.txt"


def file(content: bytes = b"AbCdEfGh12345678", name: str = NAME) -> dict[str, object]:
    return {"file": (io.BytesIO(content), name)}


def test_the_guide_gives_the_address_and_where_to_click(tree: Home, anna: Desk):
    page = anna.get(SETUP).text
    assert 'value="http://127.0.0.1:8000/wechat/ours"' in page
    for step in (
        "API IP 白名单",
        "取回原来的设置",
        "安全模式",
        "JS 接口安全域名",
        "网页授权域名",
        "业务域名",
        "开始检查",
    ):
        assert step in page


def test_the_check_file_is_uploaded_served_and_taken_away(tree: Home, anna: Desk, nobody):
    done = anna.post(f"{SETUP}/files", file())
    assert done.status_code == 302
    assert NAME in anna.get(SETUP).text
    assert nobody.get(f"/{NAME}").text == "AbCdEfGh12345678"
    assert anna.post(f"{SETUP}/files/{NAME}/remove").status_code == 302
    assert nobody.get(f"/{NAME}").status_code == 404
    assert anna.post(f"{SETUP}/files/{NAME}/remove").status_code == 404


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        (b"x", "photo.png", "文件名"),
        (b"<html>", NAME, "内容"),
        (b"a" * 5_000, NAME, "内容"),
        (b"x", "", "文件名"),
    ],
)
def test_another_file_is_refused(tree: Home, anna: Desk, content: bytes, name: str, told: str):
    refused = anna.post(f"{SETUP}/files", file(content, name) if name else {})
    assert refused.status_code == 422
    assert told in refused.text


def test_another_unions_file_is_not_replaced(tree: Home, anna: Desk, charlie: Desk, nobody):
    anna.post(f"{SETUP}/files", file())
    assert charlie.post("/console/a/elsewhere/setup/files", file(b"stolen")).status_code == 409
    assert charlie.post(f"/console/a/elsewhere/setup/files/{NAME}/remove").status_code == 404
    assert charlie.post(f"{SETUP}/files", file(b"stolen")).status_code == 404
    assert nobody.get(f"/{NAME}").text == "AbCdEfGh12345678"


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("https://gonghui.example.cn", ""),
        ("https://gonghui.example.cn:443", ""),
        ("http://gonghui.example.cn", "https"),
        ("https://10.0.0.1", "域名"),
        ("https://localhost", "域名"),
        ("https://gonghui.example.cn:8443", "端口"),
    ],
)
def test_what_the_platform_takes_as_a_domain(url: str, told: str):
    problem = domain_problem(url)
    assert told in problem
    assert bool(problem) == bool(told)


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Platform]:
    with running_platform(tmp_path, [new_account()]) as running:
        yield running


@pytest.fixture
def house(home: Home, tmp_path: Path, platform: Platform) -> Iterator[Parts]:
    """The web as it runs, at an address that it can call itself."""
    port = free_port()
    settings = make_settings(
        tmp_path,
        server=ServerSettings(port=port),
        wechat=WeChatSettings(api_url=platform.url),
    )
    with open_web(settings) as app, served(app, port):
        yield parts_of(app)


def check(house: Parts, name: str, **changes: object) -> Result:
    return run_check(name, house, replace(house.directory.get("ours"), **changes))


def at(house: Parts, **changes: object) -> Parts:
    return replace(house, settings=house.settings.model_copy(update=changes))


def test_a_sound_account_passes(house: Parts):
    for name in ("credentials", "token", "webhook", "address"):
        assert check(house, name).state == "good", name


def test_a_wrong_secret_is_told_though_a_good_token_is_still_stored(house: Parts):
    house.platform.api(house.directory.get("ours")).token()
    told = check(house, "token", secret="x" * 32)
    assert told.state == "bad"
    assert "40125" in told.text
    assert "开发密钥" in told.advice


def test_a_wrong_appid_is_told(house: Parts):
    assert "40013" in check(house, "token", appid="wx0000000000000000").text


def test_an_address_that_is_not_on_the_list_is_named(house: Parts, monkeypatch: pytest.MonkeyPatch):
    def refuse(_self: object) -> str:
        raise error_from(40164, "invalid ip 203.0.113.9 ipv6 ::ffff:203.0.113.9, not in whitelist rid: 1")

    monkeypatch.setattr("wechat.client.WeChatAPI.token", refuse)
    told = check(house, "token")
    assert "203.0.113.9" in told.text
    assert "白名单" in told.advice


def test_a_platform_that_is_away_ends_in_time(house: Parts):
    away = WeChatSettings(api_url=f"http://127.0.0.1:{free_port()}")
    told = run_check("token", at(house, wechat=away), house.directory.get("ours"))
    assert told.state == "bad"
    assert "api.weixin.qq.com" in told.advice


def test_no_secret_stands_in_a_result(house: Parts):
    secret = "y" * 32
    told = check(house, "token", secret=secret)
    assert secret not in f"{told.text}{told.advice}"


def test_our_address_without_anybody_behind_it_is_told(house: Parts):
    nowhere = at(house, server=ServerSettings(port=free_port()))
    assert "打不开" in run_check("webhook", nowhere, house.directory.get("ours")).text


def test_an_address_that_leads_to_another_page_is_told(house: Parts):
    assert "没有这个公众号" in check(house, "webhook", key="nobody").text


def test_a_house_that_does_not_know_the_token_is_told(house: Parts, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("places.checks._RELOAD_S", 0.01)
    monkeypatch.setattr("places.checks.sign", lambda *parts: "0" * 40)
    assert "正确的签名也被拒绝" in check(house, "webhook").text


def test_control_a_house_that_lets_forgeries_in_is_found(house: Parts, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("wechat.gate.same", lambda given, expected: True)
    told = check(house, "webhook")
    assert told.state == "bad"
    assert "放行" in told.text


def test_the_last_message_is_told(house: Parts):
    assert check(house, "callback").state == "unsure"
    now = house.clock()
    for key, ago in (("a", 0), ("b", 30)):
        message = MessageLog(
            account_id=house.directory.get("ours").id,
            message_key=key,
            openid="o",
            kind="text",
            received_at=now - timedelta(days=ago),
        )
        with house.db.work() as session:
            session.add(message)
    assert check(house, "callback").state == "good"
    later = replace(house, clock=lambda: now + timedelta(days=8))
    assert "一周" in run_check("callback", later, house.directory.get("ours")).advice


def test_a_plaintext_account_is_told_unless_it_is_for_testing(home: Home):
    for kind in ("service", "test"):
        home.add_account(new_account(f"paper-{kind}", aes_key=None, kind=kind))
    with home.parts.db.read() as session:
        home.parts.directory.reload(session)
    for kind, state in (("service", "bad"), ("test", "good")):
        view = home.parts.directory.get(f"paper-{kind}")
        assert run_check("credentials", home.parts, view).state == state


def test_checks_come_one_after_another(tree: Home, anna: Desk):
    first = anna.client.post(
        f"{SETUP}/checks",
        headers={"HX-Request": "true", "Sec-Fetch-Site": "same-origin", "X-CSRF-Token": csrf(anna)},
    )
    names = list(CHECKS)
    assert f"/checks/{names[0]}" in first.text
    answer = anna.post(f"{SETUP}/checks/credentials").text
    assert "四个值都已保存" in answer
    assert re.search(rf'hx-post="[^"]*/checks/{names[1]}"', answer)
    assert "hx-post" not in anna.post(f"{SETUP}/checks/{names[-1]}").text
    assert anna.post(f"{SETUP}/checks/nothing").status_code == 404


def csrf(desk: Desk) -> str:
    found = re.search(r'"X-CSRF-Token": "(\w+)"', desk.get(SETUP).text)
    return found[1]


def test_without_script_all_checks_are_on_the_page(tree: Home, anna: Desk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("places.console_setup.run_check", lambda *_: Result("bad", "坏了", "修一修"))
    page = text_of(anna.post(f"{SETUP}/checks"))
    assert page.count("修一修") == len(CHECKS)


def test_checks_are_for_those_who_may(tree: Home, bob: Desk, charlie: Desk):
    assert bob.post(f"{SETUP}/checks/token").status_code == 403
    assert charlie.post(f"{SETUP}/checks/token").status_code == 404


def test_the_doctor_makes_the_same_checks(house: Parts):
    texts = [finding.text for finding in examine_account(house, "ours")]
    assert len(texts) == len(CHECKS)
    assert any("正确的签名通过" in text for text in texts)
    with pytest.raises(NotFound):
        list(examine_account(house, "nobody"))
