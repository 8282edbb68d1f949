"""The pages of workers, with a WeChat that vouches for them."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from core.settings import WeChatSettings
from house.current import EXTENSION
from members.links import OneUseLinks
from members.service import Sighting, note_seen
from models import MessageLog
from simulator.api.oauth import COOKIE
from staff.roles import Role
from tests.conftest import NOW, Home, make_settings, new_account
from tests.neighbours import Platform, open_web, parts_of, running_platform
from tests.staff.desk import Desk

ACCOUNTS = [new_account(), new_account("other"), new_account("paper", kind="subscription")]


@dataclass
class Pages:
    """The web application, its platform, and what a browser does."""

    app: Flask
    platform: Platform
    home: Home

    def browser(self) -> FlaskClient:
        return self.app.test_client()

    def ask_wechat(self, begun: TestResponse, account: str = "ours") -> str:
        """What WeChat answers the phone of the account's first person: the path with code and state."""
        openid = self.person(account)
        answer = requests.get(
            begun.location, cookies={COOKIE: f"{account}:{openid}"}, allow_redirects=False, timeout=5
        )
        assert answer.status_code == 302, answer.text
        back = urlsplit(answer.headers["Location"])
        return f"{back.path}?{back.query}"

    def sign_in(self, browser: FlaskClient, to: str = "/h5/ours/me") -> TestResponse:
        return browser.get(self.ask_wechat(browser.get("/h5/ours/signin", query_string={"to": to})))

    def person(self, account: str = "ours") -> str:
        return self.platform.people(account)[0]

    def account_id(self, key: str = "ours") -> int:
        return self.home.parts.directory.get(key).id

    def link(self, key: str = "ours", openid: str = "o1") -> str:
        token = OneUseLinks(self.home.parts.redis).make(self.account_id(key), openid)
        return f"/h5/{key}/enter/{token}"

    def remember(self, openid: str, content: str, key: str = "ours") -> None:
        """That a member asked something."""
        account_id = self.account_id(key)
        with self.home.parts.db.work() as session:
            note_seen(session, [Sighting(account_id, openid, "text", "", NOW)])
            session.add(
                MessageLog(
                    account_id=account_id,
                    message_key=f"{openid}{content}"[:32],
                    openid=openid,
                    kind="text",
                    content=content,
                    reply=f"答：{content}",
                    received_at=NOW,
                )
            )


def query(response: TestResponse) -> dict[str, list[str]]:
    return parse_qs(urlsplit(response.location).query)


@pytest.fixture
def pages(tmp_path: Path, valkey_url: str, redis: object, sqlite_template: Path) -> Iterator[Pages]:
    shutil.copy(sqlite_template, tmp_path / "test.sqlite3")
    with running_platform(tmp_path, ACCOUNTS) as platform:
        wechat = WeChatSettings(api_url=platform.url, open_url=platform.url)
        with open_web(make_settings(tmp_path, valkey_url, wechat=wechat)) as app:
            home = Home(app, parts_of(app))
            for account in ACCOUNTS:
                home.add_account(account)
            app.extensions["zhijia.runtime"].shelves.refresh()
            yield Pages(app, platform, home)


@pytest.fixture
def house(home: Home) -> Home:
    """The console's house at NOW, with a second account."""
    home.app.extensions[EXTENSION] = home.parts = replace(home.parts, clock=lambda: NOW)
    home.add_account(new_account("others"))
    with home.parts.db.read() as session:
        home.parts.directory.reload(session)
    return home


@pytest.fixture
def anna(house: Home) -> Desk:
    """Answers people of `ours`."""
    return Desk(house, "anna", "ours", Role.SERVICE)
