"""Phones in front of a vote's pages."""

import json
from dataclasses import dataclass
from typing import Any

from flask import Response
from sqlalchemy import event, select
from werkzeug.test import TestResponse

from campaigns.ballots import h5_ledger, open_pages, part
from campaigns.ballots.tables import Vote as VoteRow
from campaigns.ballots.tables import VoteBallot, VoteBlock, VoteStrike, VoteTotal
from campaigns.kinds.vote.tables import VoteCandidate
from members.signin import SESSIONS
from models.ledger import Person
from tests.campaigns.quiz.phones import JSON
from tests.campaigns.vote.world import Vote
from tests.conftest import Home
from tests.staff.desk import Watch
from web.session import COOKIE, Visitor

TABLES = (VoteCandidate, VoteBallot, VoteRow, VoteBlock, VoteTotal, VoteStrike, Person)


@dataclass
class Web:
    """The web with one vote in it."""

    home: Home
    vote: Vote
    key: str
    watch: Watch

    @property
    def base(self) -> str:
        return f"/h5/{self.key}/c/{self.vote.campaign.public_id}"

    def refresh(self) -> None:
        """What was changed is seen at once."""
        self.home.app.extensions["zhijia.runtime"].shelves.refresh()
        self.vote.refresh()
        for kept in (open_pages._pages, open_pages._rare, part._rolls, h5_ledger._digests):
            kept._known.clear()

    def phone(self, openid: str = "o1", **visitor: bool) -> "Phone":
        return Phone(self, openid, **visitor)

    def nobody(self) -> "Phone":
        return Phone(self, "")

    def dump(self) -> str:
        """Everything that a request could change, as text."""
        told = []
        with self.vote.db.read() as session:
            for table in TABLES:
                query = select(table).execution_options(all_tenants="tests look at everything")
                rows = [
                    [getattr(row, column.key) for column in table.__mapper__.columns]
                    for row in session.scalars(query)
                ]
                told.append([table.__tablename__, *sorted(map(str, rows))])
        return json.dumps(told, ensure_ascii=False)


class Phone:
    """A browser; one that WeChat vouched for where there is an openid."""

    def __init__(self, web: Web, openid: str, **visitor: bool) -> None:
        self.web = web
        self.client = web.home.app.test_client()
        if openid:
            carrier = Response()
            web.home.app.extensions[SESSIONS].write(carrier, web.key, Visitor(openid, **visitor))
            value = carrier.headers["Set-Cookie"].split(";")[0].partition("=")[2]
            self.client.set_cookie(COOKIE, value, path=f"/h5/{web.key}/")

    def get(self, path: str = "/vote", **headers: str) -> TestResponse:
        return self.client.get(self.web.base + path, headers=headers)

    def mine(self) -> Any:
        return self.get("/vote/mine", **JSON).json

    def post(self, path: str, data: Any = None, **headers: str) -> TestResponse:
        """A form."""
        return self.client.post(self.web.base + path, data=data or {}, headers=headers)

    def send(
        self, choice: Any, key: str = "key-00001", path: str = "/vote/cast", **more: Any
    ) -> TestResponse:
        """JSON, as the script does."""
        body = choice if isinstance(choice, str) else json.dumps({"choice": choice, **more})
        headers = {**JSON, **({"Idempotency-Key": key} if key else {})}
        return self.client.post(
            self.web.base + path, data=body, content_type="application/json", headers=headers
        )


class Statements:
    """Counts SQL statements while it is open."""

    def __init__(self, vote: Vote) -> None:
        self._engine = vote.db.engine
        self.count = 0

    def _note(self, *_: Any) -> None:
        self.count += 1

    def __enter__(self) -> "Statements":
        event.listen(self._engine, "before_cursor_execute", self._note)
        return self

    def __exit__(self, *_: object) -> None:
        event.remove(self._engine, "before_cursor_execute", self._note)
