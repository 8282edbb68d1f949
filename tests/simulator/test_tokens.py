"""Tokens: two isolated kinds, the overlap of five minutes, and every way to be refused."""

import json
from typing import Any

import pytest
import requests

from .conftest import APPID, SECRET, Api, Clock, fetch_token


def stable(http: requests.Session, base: str, **changes: Any) -> dict[str, Any]:
    body = {"grant_type": "client_credential", "appid": APPID, "secret": SECRET, **changes}
    return http.post(f"{base}/cgi-bin/stable_token", data=json.dumps(body), timeout=5).json()


def works(http: requests.Session, base: str, token: str) -> int:
    return int(Api(http, base, token).get("/cgi-bin/getcallbackip").get("errcode", 0))


def test_a_new_token_replaces_the_old_one_after_five_minutes(
    http: requests.Session, base: str, clock: Clock
) -> None:
    old, new = (fetch_token(http, base)["access_token"] for _ in range(2))

    assert old != new
    assert [works(http, base, token) for token in (old, new)] == [0, 0]
    clock.shift_s += 301
    assert [works(http, base, token) for token in (old, new)] == [40001, 0]


def test_a_token_expires_after_two_hours(http: requests.Session, base: str, clock: Clock) -> None:
    token = fetch_token(http, base)["access_token"]

    clock.shift_s += 7201

    assert works(http, base, token) == 42001


def test_the_stable_token_stays_until_shortly_before_its_end(
    http: requests.Session, base: str, clock: Clock
) -> None:
    first, second = stable(http, base), stable(http, base)
    clock.shift_s += 7200 - 299
    third = stable(http, base)

    assert first["access_token"] == second["access_token"] != third["access_token"]
    assert third["expires_in"] == 7200
    assert works(http, base, first["access_token"]) == 0


def test_the_two_kinds_do_not_touch_each_other(http: requests.Session, base: str, clock: Clock) -> None:
    steady = stable(http, base)["access_token"]
    fetch_token(http, base)
    fetch_token(http, base)
    clock.shift_s += 301

    assert works(http, base, steady) == 0


def test_forced_refresh_is_limited(http: requests.Session, base: str, clock: Clock) -> None:
    clock.shift_s = (4 * 3600 - clock()) % 86_400  # noon in Shanghai: the limit is one of a day
    first = stable(http, base)["access_token"]
    forced = stable(http, base, force_refresh=True)

    assert forced["access_token"] != first
    assert stable(http, base, force_refresh=True)["errcode"] == 45011
    codes = []
    for _ in range(20):
        clock.shift_s += 31
        codes.append(stable(http, base, force_refresh=True).get("errcode", 0))
    assert codes == [0] * 19 + [45009]


@pytest.mark.parametrize(
    ("changes", "errcode"),
    [
        ({"grant_type": "password"}, 40002),
        ({"appid": ""}, 41002),
        ({"secret": ""}, 41004),
        ({"appid": "wxnobody"}, 40013),
        ({"secret": "wrong"}, 40125),
    ],
)
def test_refusals(http: requests.Session, base: str, changes: dict[str, str], errcode: int) -> None:
    params = {"grant_type": "client_credential", "appid": APPID, "secret": SECRET, **changes}

    assert stable(http, base, **changes)["errcode"] == errcode
    assert http.get(f"{base}/cgi-bin/token", params=params, timeout=5).json()["errcode"] == errcode


@pytest.mark.parametrize(("token", "errcode"), [("", 41001), ("short", 40014), ("x" * 80, 40001)])
def test_calls_with_a_bad_token(http: requests.Session, base: str, token: str, errcode: int) -> None:
    answer = Api(http, base, token).get("/cgi-bin/menu/get")

    assert answer["errcode"] == errcode
    assert "rid: " in answer["errmsg"]


def test_fetches_are_counted_and_calls_listed_without_secrets(http: requests.Session, base: str) -> None:
    stable(http, base)
    stable(http, base)
    fetch_token(http, base)

    shown = http.get(f"{base}/simulator/api/calls", timeout=5)

    assert shown.json()["counters"] == {"token_fetches": 3, "tokens_issued": 2}
    assert shown.json()["calls"][0]["path"] == "/cgi-bin/token"
    assert SECRET not in shown.text


def test_unknown_addresses_wrong_methods_and_broken_bodies(api: Api) -> None:
    assert api.code("/cgi-bin/no/such/thing") == 40066
    assert api.get("/cgi-bin/menu/create")["errcode"] == 43002
    assert api.code("/cgi-bin/user/get") == 43001
    answer = api.http.post(
        f"{api.base}/cgi-bin/menu/create", params={"access_token": api.token}, data=b"{nonsense", timeout=5
    )
    assert (answer.status_code, answer.json()["errcode"]) == (200, 47001)
