"""The switches: the platform misbehaves exactly as told, and stops when told."""

import time
from collections.abc import Callable
from typing import Any

import pytest
import requests

from .conftest import Api, Hook, Person, fetch_token, wait_for

Faults = Callable[..., dict[str, Any]]
IPS = "/cgi-bin/getcallbackip"


def test_all_switches_are_off_at_first(base: str, http: requests.Session) -> None:
    assert http.get(f"{base}/simulator/api/faults", timeout=5).json() == {
        "delay_ms": 0,
        "down": False,
        "errcode": None,
        "errcode_for": "*",
        "errcode_times": None,
        "lost_reply": False,
        "retry_storm": False,
        "identical_retries": False,
        "quota_used_up": False,
        "unverified": False,
        "snapshot_user": False,
        "webhook_timeout_s": 5.0,
    }


def test_slow(api: Api, faults: Faults) -> None:
    faults(delay_ms=120)
    started = time.monotonic()
    api.get(IPS)
    assert time.monotonic() - started >= 0.12


def test_down(api: Api, faults: Faults) -> None:
    faults(down=True)
    answer = api.http.get(api.base + IPS, params={"access_token": api.token}, timeout=5)
    assert (answer.status_code, answer.headers["Content-Type"].startswith("text/html")) == (503, True)
    faults(down=False)
    assert "ip_list" in api.get(IPS)


def test_an_error_code_for_some_calls_some_times(api: Api, faults: Faults) -> None:
    faults(errcode=-1, errcode_for="/cgi-bin/menu/get", errcode_times=2)

    assert api.get(IPS)["ip_list"]
    assert [api.get("/cgi-bin/menu/get")["errcode"] for _ in range(3)] == [-1, -1, 46003]


def test_a_permanent_error_code_leaves_token_fetches_alone(api: Api, faults: Faults) -> None:
    faults(errcode=40001)

    assert [api.get(IPS)["errcode"] for _ in range(3)] == [40001] * 3
    assert fetch_token(api.http, api.base)["access_token"]
    faults(errcode=40164, errcode_for="/cgi-bin/token")
    assert fetch_token(api.http, api.base)["errcode"] == 40164


def test_a_lost_reply_has_its_effect_once(api: Api, person: Person, faults: Faults, hook: Hook) -> None:
    faults(lost_reply="api")
    body = {
        "filter": {"is_to_all": True},
        "msgtype": "text",
        "text": {"content": "通知"},
        "clientmsgid": "p1",
    }

    with pytest.raises(requests.RequestException):
        api.post("/cgi-bin/message/mass/sendall", **body)
    again = api.post("/cgi-bin/message/mass/sendall", **body)

    assert again["errcode"] == 45065 and again["msg_id"]
    wait_for(lambda: hook.events("masssendjobfinish"))
    assert [entry.get("content") for entry in person.phone()].count("通知") == 1


def test_used_up_quota_until_it_is_cleared(api: Api, faults: Faults) -> None:
    faults(quota_used_up=True)

    assert api.get(IPS)["errcode"] == 45009
    shown = api.post("/cgi-bin/openapi/quota/get", cgi_path="/cgi-bin/message/custom/send")["quota"]
    assert shown["remain"] == 0
    assert api.code("/cgi-bin/clear_quota", appid="wxother") == 40013
    assert api.code("/cgi-bin/clear_quota", appid="wx5823bf96d3bd56c7") == 0
    assert "ip_list" in api.get(IPS)


def test_quotas_are_counted_and_cleared_ten_times_a_month(api: Api) -> None:
    for _ in range(3):
        api.get("/cgi-bin/menu/get")

    quota = api.post("/cgi-bin/openapi/quota/get", cgi_path="/cgi-bin/menu/get")["quota"]
    assert quota == {"daily_limit": 10_000, "used": 3, "remain": 9997}
    codes = [api.code("/cgi-bin/clear_quota", appid="wx5823bf96d3bd56c7") for _ in range(11)]
    assert codes == [0] * 10 + [48006]


def test_an_unverified_account_loses_its_rights(api: Api, person: Person, faults: Faults) -> None:
    faults(unverified=True)

    for path in (
        "/cgi-bin/message/custom/send",
        "/cgi-bin/message/mass/sendall",
        "/cgi-bin/freepublish/submit",
    ):
        assert api.code(path) == 48001
    assert api.code("/cgi-bin/menu/create", button=[{"type": "click", "name": "a", "key": "b"}]) == 0


def test_a_subscription_account_has_fewer_rights(api: Api, change_account: Callable[..., None]) -> None:
    change_account(kind="subscription")

    assert api.code("/cgi-bin/message/template/send") == 48001
    assert api.code("/cgi-bin/qrcode/create") == 48001
    assert api.get("/cgi-bin/user/get")["total"] == 0


@pytest.mark.parametrize(
    "change",
    [
        {"nonsense": 1},
        {"delay_ms": -1},
        {"delay_ms": "fast"},
        {"down": "yes"},
        {"errcode": "40001"},
        {"retry_storm": "sometimes"},
        {"webhook_timeout_s": 0},
        {"errcode_for": ""},
    ],
)
def test_nonsense_is_refused(base: str, http: requests.Session, change: dict[str, Any]) -> None:
    answer = http.put(f"{base}/simulator/api/faults", json=change, timeout=5)

    assert answer.status_code == 400 and answer.json()["error"]


def test_a_request_can_be_looked_up_by_its_rid(api: Api) -> None:
    rid = api.get("/cgi-bin/menu/get")["errmsg"].split("rid: ")[1]

    assert api.post("/cgi-bin/openapi/rid/get", rid=rid)["request"]["request_url"] == "/cgi-bin/menu/get"
    assert api.code("/cgi-bin/openapi/rid/get", rid="unknown") == 76001


def test_switches_survive_a_restart_and_are_put_back_by_reset(api: Api, faults: Faults, world: Any) -> None:
    from simulator.faults import FaultBoard

    faults(down=True)
    assert FaultBoard(world.database).current.down is True
    api.http.post(f"{api.base}/simulator/api/reset", json={}, timeout=5)
    assert world.faults.current.down is False
