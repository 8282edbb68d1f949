"""The web with two unions' accounts, for tests of a kind's pages and chat."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import count
from pathlib import Path

from flask import Response
from flask.testing import FlaskClient

from campaigns.chat import CampaignChat
from campaigns.shelf import CampaignShelf
from chat.answer import Reply
from chat.turn import Turn
from members.signin import SESSIONS
from tests.conftest import Home, make_settings, new_account
from tests.neighbours import open_web, parts_of
from web.session import COOKIE, Visitor
from wechat.messages import Text
from wechat.replies import TextReply

_keys = count(20_000_000)


@contextmanager
def two_accounts(folder: Path, valkey_url: str, template: Path) -> Iterator[Home]:
    """The accounts `ours` and `others`, on SQLite."""
    shutil.copy(template, folder / "test.sqlite3")
    with open_web(make_settings(folder, valkey_url)) as app:
        home = Home(app, parts_of(app))
        for key in ("ours", "others"):
            home.add_account(new_account(key))
        home.app.extensions["zhijia.runtime"].shelves.refresh()
        yield home


def phone(home: Home, key: str, openid: str) -> FlaskClient:
    """A browser at the account `key`, signed in as a follower."""
    carrier, client = Response(), home.app.test_client()
    home.app.extensions[SESSIONS].write(carrier, key, Visitor(openid))
    value = carrier.headers["Set-Cookie"].split(";")[0].partition("=")[2]
    client.set_cookie(COOKIE, value, path=f"/h5/{key}/")
    return client


def say(home: Home, key: str, openid: str, said: str, now: datetime) -> str:
    """What campaigns answer in the chat; empty where none feels meant."""
    shelf = CampaignShelf()
    with home.parts.db.read() as session:
        shelf.load(session)
    message = Text("gh", openid, 0, f"key{next(_keys)}", said)
    turn = Turn(home.parts.directory.get(key), message, now)
    hook = CampaignChat(home.parts.db, shelf).play()
    answer = hook.answer(turn) if hook.wants(turn) else None
    if not isinstance(answer, Reply):
        return ""
    assert isinstance(answer.message, TextReply)
    return answer.message.content
