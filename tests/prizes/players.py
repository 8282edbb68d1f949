"""Workers and the house they play in."""

import json
from typing import Any

from flask import Flask, Response
from werkzeug.test import TestResponse

from members import signin
from models.db import Database
from prizes import stage
from prizes.rules import DrawDraft
from prizes.shelf import DrawShelf
from prizes.view import DrawView
from tests.conftest import Home
from tests.prizes.draws import give_chances, open_one
from tests.staff.desk import Watch
from web.session import COOKIE, Visitor


class House:
    """A house with draws."""

    def __init__(self, home: Home, owner: int, watch: Watch) -> None:
        self.home, self.owner, self.watch = home, owner, watch
        self.shelf = DrawShelf()
        self.app.extensions[stage.SHELF] = self.shelf

    @property
    def app(self) -> Flask:
        return self.home.app

    @property
    def db(self) -> Database:
        return self.home.parts.db

    def open(self, draft: DrawDraft | None = None, owner: int | None = None) -> DrawView:
        view = open_one(self.db, owner or self.owner, draft)
        self.reload()
        return view

    def reload(self) -> None:
        """What other processes do within a second."""
        with self.db.read() as session:
            self.shelf.load(session)

    def give(self, draw: DrawView, openid: str = "oworker", count: int = 1, start: int = 0) -> None:
        give_chances(self.db, draw, openid, count, start)


class Phone:
    """A worker's phone, signed in as `openid`."""

    def __init__(
        self, house: House, openid: str = "oworker", key: str = "ours", *, by_link: bool = False
    ) -> None:
        self.client = house.app.test_client()
        self.home = f"/h5/{key}"
        with house.app.test_request_context():
            response = Response()
            signin.sessions().write(response, key, Visitor(openid, by_link=by_link))
        cookie = response.headers["Set-Cookie"].partition("=")[2].partition(";")[0]
        self.client.set_cookie(COOKIE, cookie, path=f"{self.home}/")

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.client.get(self.home + path, **options)

    def post(self, path: str, data: dict[str, Any] | None = None, **options: Any) -> TestResponse:
        return self.client.post(self.home + path, data=data or {}, **options)

    def draw(self, draw: DrawView, key: str = "key-00000001") -> TestResponse:
        """As the page's script does it."""
        headers = {"Accept": "application/json"}
        return self.post(f"/d/{draw.public_id}/turn", {"key": key}, headers=headers)

    def win(self, draw: DrawView, key: str = "key-00000001") -> str:
        """Draws and gives the win's id."""
        return json.loads(self.draw(draw, key).data)["win"]

    def claim(self, win: str, **form: str) -> TestResponse:
        sent = {"name": "王小明", "phone": "13812345678", "address": "示例省示例市和平路 1 号", "agreed": "1"}
        return self.post(f"/w/{win}/claim", {**sent, **form})
