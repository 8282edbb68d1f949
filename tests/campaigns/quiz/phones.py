"""Phones in front of the quiz's pages: signed in as somebody, sending forms and JSON."""

import json
from dataclasses import dataclass
from typing import Any

from flask import Response
from sqlalchemy import select
from werkzeug.test import TestResponse

from campaigns.kinds.quiz.tables import QuizAnswer, QuizAttempt, QuizStanding
from members.signin import SESSIONS
from models.base import Base
from models.ledger import Request, Use
from tests.campaigns.quiz.world import Quiz
from tests.conftest import Home
from tests.staff.desk import Watch
from web.session import COOKIE, Visitor

JSON = {"Accept": "application/json"}


@dataclass
class Web:
    """The web with one quiz in it."""

    home: Home
    quiz: Quiz
    key: str
    watch: Watch

    @property
    def base(self) -> str:
        return f"/h5/{self.key}/c/{self.quiz.campaign.public_id}"

    def refresh(self) -> None:
        self.home.app.extensions["zhijia.runtime"].shelves.refresh()

    def phone(self, openid: str = "o1", **visitor: bool) -> "Phone":
        return Phone(self, openid, **visitor)

    def dump(self) -> dict[str, list[tuple[object, ...]]]:
        """Every row of every table, to compare before and after."""
        with self.home.parts.db.engine.connect() as connection:
            return {
                table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
                for table in Base.metadata.sorted_tables
            }

    def counts(self) -> dict[str, int]:
        """Rows of everything that a request could change."""
        return {
            table.__tablename__: len(self.quiz.rows(table))
            for table in (QuizAttempt, QuizAnswer, QuizStanding, Use, Request)
        }


class Phone:
    """A browser that WeChat vouched for."""

    def __init__(self, web: Web, openid: str, **visitor: bool) -> None:
        self.web = web
        self.client = web.home.app.test_client()
        carrier = Response()
        web.home.app.extensions[SESSIONS].write(carrier, web.key, Visitor(openid, **visitor))
        value = carrier.headers["Set-Cookie"].split(";")[0].partition("=")[2]
        self.client.set_cookie(COOKIE, value, path=f"/h5/{web.key}/")

    def get(self, path: str = "/quiz") -> TestResponse:
        return self.client.get(self.web.base + path)

    def post(self, path: str, data: Any = None, **headers: str) -> TestResponse:
        """A form."""
        return self.client.post(self.web.base + path, data=data or {}, headers=headers)

    def send(self, path: str, body: Any, key: str = "") -> TestResponse:
        """JSON."""
        headers = {**JSON, **({"Idempotency-Key": key} if key else {})}
        sent = body if isinstance(body, str | bytes) else json.dumps(body)
        return self.client.post(
            self.web.base + path, data=sent, content_type="application/json", headers=headers
        )

    def begin(self, gate: int = 1, key: str = "begin-0001") -> str:
        """Start, and the attempt's id."""
        done = self.send("/quiz/start", {"gate": gate}, key)
        assert done.status_code == 200, done.text
        return str(done.json["attempt"])
