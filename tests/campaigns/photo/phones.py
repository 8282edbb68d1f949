"""Phones in front of a contest's pages."""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from campaigns.kinds.photo.tables import PhotoPicture, PhotoWork
from campaigns.store import STAMP
from core.ids import public_id
from members.signin import SESSIONS
from models.stamps import raise_stamp
from tests.campaigns.photo.world import Contest, a_picture, make_contest
from tests.conftest import Home
from tests.staff.desk import Watch, set_watch
from web.session import COOKIE, Visitor

JSON = {"Accept": "application/json"}
EVERYBODY = {"all_tenants": "tests look at everything"}


@dataclass
class Web:
    """The web with one contest in it; `watch` is its clock."""

    home: Home
    contest: Contest
    key: str
    watch: Watch

    @property
    def base(self) -> str:
        return f"/h5/{self.key}/c/{self.contest.campaign.public_id}"

    def refresh(self) -> None:
        """What was changed is seen at once."""
        with self.contest.db.work() as session:
            raise_stamp(session, STAMP)
        self.home.app.extensions["zhijia.runtime"].shelves.refresh()
        self.contest.refresh()

    def phone(self, openid: str = "o-anna", **visitor: bool) -> "Phone":
        return Phone(self, openid, **visitor)

    def works(self) -> Sequence[PhotoWork]:
        with self.contest.db.read() as session:
            return session.scalars(
                select(PhotoWork).order_by(PhotoWork.id).execution_options(**EVERYBODY)
            ).all()

    def pictures(self) -> Sequence[PhotoPicture]:
        with self.contest.db.read() as session:
            query = select(PhotoPicture).order_by(PhotoPicture.work_id, PhotoPicture.position)
            return session.scalars(query.execution_options(**EVERYBODY)).all()

    def files(self) -> list[str]:
        """What was kept on the disk, public copies and sealed originals."""
        folder = self.home.parts.settings.var_dir
        return [
            str(path.relative_to(folder))
            for name in ("media", "originals")
            for path in (folder / name).rglob("*")
            if path.is_file()
        ]


def make_web(house: Home, settings: dict[str, Any] | None = None, key: str = "ours", **changes: Any) -> Web:
    house.app.extensions["zhijia.runtime"].shelves.refresh()
    account_id = house.parts.directory.get(key).id
    contest = make_contest(house.parts.db, settings, account_id, **changes)
    made = Web(house, contest, key, set_watch(house))
    made.watch.now = contest.now
    made.refresh()
    return made


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

    def get(self, path: str = "/photo/works", **headers: str) -> TestResponse:
        return self.client.get(self.web.base + path, headers=headers)

    def post(self, path: str, data: Any = None, **headers: str) -> TestResponse:
        """A form."""
        return self.client.post(self.web.base + path, data=data or {}, headers=headers)

    def tell(self, path: str, **fields: Any) -> TestResponse:
        """JSON, as the script does."""
        return self.client.post(self.web.base + path, json=fields, headers=JSON)

    def begin(self, group: str = "") -> "Desk":
        answer = self.post("/photo/new", {"group": group})
        assert answer.status_code == 303, answer.text
        return Desk(self, answer.location.rpartition("/")[2])


class Desk:
    """A work that is being written on a phone."""

    def __init__(self, phone: Phone, work_id: str) -> None:
        self.phone, self.id, self.path = phone, work_id, f"/photo/works/{work_id}"

    def page(self) -> str:
        return self.phone.get(self.path).text

    @property
    def version(self) -> str:
        found = re.search(r'name="version" value="(\d+)"', self.page())
        assert found
        return found[1]

    def add(self, data: bytes | None = None, name: str = "a.jpg", key: str = "") -> TestResponse:
        """As the script does."""
        # In memory: the client leaves the files open in which it would put large bodies.
        file = FileStorage(io.BytesIO(a_picture() if data is None else data), filename=name)
        boundary, body = encode_multipart({"picture": file})
        return self.phone.client.post(
            f"{self.phone.web.base}{self.path}/pictures",
            data=body,
            content_type=f"multipart/form-data; boundary={boundary}",
            headers={**JSON, "Idempotency-Key": key or public_id(20)},
        )

    def write(self, act: str = "save", **fields: str) -> TestResponse:
        return self.phone.post(self.path, {"version": self.version, "act": act, **fields})

    def hand_in(self, title: str = "夜班", **fields: str) -> TestResponse:
        return self.write("hand_in", title=title, own="1", people="1", **fields)

    def order(self) -> list[str]:
        return re.findall(r'data-id="(\w+)"', self.page())
