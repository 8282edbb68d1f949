"""The phone's browser: opening pages, signing in, articles, and what the pages may load."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

import simulator

from .conftest import APPID, SECRET, Clock, Person

BACK = "http://127.0.0.1:8000/h5/demo/back?x=1"
FOLDER = Path(simulator.__file__).parent


@pytest.fixture
def browser() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


def open_page(
    browser: requests.Session, person: Person, url: str = "/h5/demo/", **changes: str
) -> requests.Response:
    params = {"account": "demo", "follower": person.openid, "url": url, **changes}
    return browser.get(f"{person.base}/simulator/open", params=params, allow_redirects=False, timeout=5)


def authorize(browser: requests.Session, base: str, **changes: str) -> requests.Response:
    params = {
        "appid": APPID,
        "redirect_uri": BACK,
        "response_type": "code",
        "scope": "snsapi_base",
        "state": "a&b",
        **changes,
    }
    path = f"{base}/simulator/connect/oauth2/authorize"
    return browser.get(path, params=params, allow_redirects=False, timeout=5)


def exchange(http: requests.Session, base: str, code: str, **changes: str) -> dict[str, Any]:
    params = {"appid": APPID, "secret": SECRET, "code": code, "grant_type": "authorization_code", **changes}
    return http.get(f"{base}/sns/oauth2/access_token", params=params, timeout=5).json()


def code_of(answer: requests.Response) -> str:
    return parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]


def test_opening_a_page_hands_over_the_phone(browser: requests.Session, people: list[Person]) -> None:
    first = open_page(browser, people[0])
    same = open_page(browser, people[0])
    other = open_page(browser, people[1])

    assert (first.status_code, first.headers["Location"]) == (302, "/h5/demo/")
    assert "sim_follower=" in first.headers["Set-Cookie"] and "Path=/simulator" in first.headers["Set-Cookie"]
    assert "zj_session" not in same.headers["Set-Cookie"]
    assert re.search(
        r"zj_session=;[^,]*(Expires=Thu, 01 Jan 1970|Max-Age=0)[^,]*,?.*Path=/h5", other.headers["Set-Cookie"]
    )


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "//evil.example/", "/\\evil.example", "", "ftp://x/", "http://"]
)
def test_only_pages_are_opened(browser: requests.Session, stranger: Person, url: str) -> None:
    assert open_page(browser, stranger, url).status_code == 400


def test_nobody_opens_nothing(browser: requests.Session, stranger: Person) -> None:
    assert open_page(browser, stranger, follower="oNobody").status_code == 404
    assert open_page(browser, stranger, account="nobody").status_code == 404


def test_signing_in_just_works(browser: requests.Session, http: requests.Session, person: Person) -> None:
    open_page(browser, person)
    answer = authorize(browser, person.base)

    query = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert answer.status_code == 302 and (query["state"], query["x"]) == (["a&b"], ["1"])
    got = exchange(http, person.base, query["code"][0])
    assert (got["openid"], got["scope"]) == (person.openid, "snsapi_base")
    assert "is_snapshotuser" not in got
    assert exchange(http, person.base, query["code"][0])["errcode"] == 40163


def test_the_platforms_own_address_signs_in_too(browser: requests.Session, person: Person) -> None:
    open_page(browser, person)
    params = {
        "appid": APPID,
        "redirect_uri": BACK,
        "response_type": "code",
        "scope": "snsapi_base",
        "state": "s",
    }
    path = f"{person.base}/connect/oauth2/authorize"

    led_on = browser.get(path, params=params, allow_redirects=False, timeout=5)
    answer = browser.get(person.base + led_on.headers["Location"], allow_redirects=False, timeout=5)
    cookie = {"Cookie": f"sim_follower=demo:{person.openid}"}
    direct = person.http.get(path, params=params, headers=cookie, allow_redirects=False, timeout=5)

    assert code_of(answer) and code_of(direct)


def test_codes_are_refused(
    browser: requests.Session, http: requests.Session, person: Person, clock: Clock
) -> None:
    open_page(browser, person)
    code = code_of(authorize(browser, person.base))

    assert exchange(http, person.base, "nothing")["errcode"] == 40029
    assert exchange(http, person.base, code, secret="wrong")["errcode"] == 40125
    assert exchange(http, person.base, "")["errcode"] == 41008
    clock.shift_s += 301
    assert exchange(http, person.base, code)["errcode"] == 42003


def test_userinfo_needs_its_scope(browser: requests.Session, http: requests.Session, person: Person) -> None:
    open_page(browser, person)
    got = exchange(http, person.base, code_of(authorize(browser, person.base)))
    params = {"access_token": got["access_token"], "openid": got["openid"]}

    assert http.get(f"{person.base}/sns/userinfo", params=params, timeout=5).json()["errcode"] == 48001
    params["openid"] = "oOther"
    assert http.get(f"{person.base}/sns/auth", params=params, timeout=5).json()["errcode"] == 40003


def test_a_snapshot_visitor_is_not_the_follower(
    browser: requests.Session, http: requests.Session, person: Person, faults: Callable[..., Any]
) -> None:
    faults(snapshot_user=True)
    open_page(browser, person)
    got = exchange(http, person.base, code_of(authorize(browser, person.base, scope="snsapi_userinfo")))

    assert got["is_snapshotuser"] == 1
    assert got["openid"] != person.openid


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"appid": "wxnobody"}, "10013"),
        ({"scope": "all"}, "10005"),
        ({"redirect_uri": "https://evil.example/"}, "10003"),
        ({"redirect_uri": "javascript:alert(1)"}, "10003"),
    ],
)
def test_refused_sign_ins(
    browser: requests.Session,
    person: Person,
    change_account: Callable[..., None],
    changes: dict[str, str],
    words: str,
) -> None:
    change_account(h5_hosts=["127.0.0.1:8000"])
    open_page(browser, person)

    answer = authorize(browser, person.base, **changes)
    assert answer.status_code == 200 and words in answer.text


def test_a_stranger_s_browser_is_asked_to_use_the_phone(browser: requests.Session, base: str) -> None:
    assert "请在微信客户端打开链接" in authorize(browser, base).text


def test_only_verified_service_accounts_sign_people_in(
    browser: requests.Session, person: Person, change_account: Callable[..., None]
) -> None:
    change_account(kind="subscription")
    open_page(browser, person)

    assert "认证服务号" in authorize(browser, person.base).text


def test_the_phone_page_runs_only_its_own_files(base: str, http: requests.Session) -> None:
    page = http.get(f"{base}/simulator/", timeout=5)
    policy = page.headers["Content-Security-Policy"]

    assert "script-src 'self';" in policy and "unsafe" not in policy
    assert not re.search(r"<script(?![^>]*\ssrc=)", page.text)
    assert not re.search(r"\s(on\w+|style)=", page.text)
    for address in re.findall(r'(?:src|href)="(/simulator/static/[^"]+)"', page.text):
        found = http.get(base + address, timeout=5)
        assert found.status_code == 200 and "immutable" in found.headers["Cache-Control"]
    assert http.get(f"{base}/simulator", timeout=5).url.endswith("/simulator/")


def test_no_file_of_the_page_names_another_host() -> None:
    allowed = {"www.w3.org", "127.0.0.1", "localhost"}
    for path in [*FOLDER.joinpath("static").rglob("*.*"), *FOLDER.joinpath("templates").iterdir()]:
        for host in re.findall(r"https?://([\w.-]+)", path.read_text(encoding="utf-8")):
            assert host in allowed, f"{path.name}: {host}"


def test_scripts_never_build_html_from_text() -> None:
    for path in FOLDER.joinpath("static/js").iterdir():
        source = path.read_text(encoding="utf-8")
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", source), (
            path.name
        )


def test_the_package_imports_nothing_of_the_app() -> None:
    allowed = {
        "flask",
        "werkzeug",
        "granian",
        "cryptography",
        "requests",
        "urllib3",
        "rich",
        "simulator",
        "__future__",
    }
    import sys

    for path in FOLDER.rglob("*.py"):
        for name in re.findall(r"^(?:from|import) (\w+)", path.read_text(encoding="utf-8"), re.MULTILINE):
            assert name in allowed or name in sys.stdlib_module_names, f"{path.name}: {name}"


def test_media_that_is_no_media_can_not_become_a_page(person: Person, world: Any) -> None:
    media = world.media.add("demo", "image", "inline", b"<script>alert(1)</script>", content_type="text/html")

    answer = person.http.get(person.base + media.path, timeout=5)
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
