"""A contest that is open in the demonstration's account, phones before its pages, and an organiser before the console's."""

import json
import threading
import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import requests
from sqlalchemy import select

from campaigns.kinds.photo.kind import KIND
from campaigns.service import Organiser, begin
from campaigns.store import STAMP, get_row, view_of
from campaigns.view import CampaignView
from core.clock import system_clock
from core.settings import Settings
from models.accounts import Account
from models.db import Database
from models.stamps import raise_stamp
from proofs.client import cookie_of
from proofs.stack import ACCOUNT, Stack
from staff import sessions
from staff.guard import COOKIE
from staff.roles import Role
from staff.service import NewStaff, add_staff, give_role
from staff.sessions import Browser, csrf_token

SETTINGS: dict[str, Any] = {
    "noun": "作品",
    "categories": "",
    "groups": [{"title": "生产组"}, {"title": "生活组"}],
    "most_works": 3,
    "most_pictures": 3,
    "challenge": False,
    "awards": [
        {"title": "一等奖", "places": 2, "by": "评委评定"},
        {"title": "二等奖", "places": 5, "by": "评委评定"},
    ],
}
GROUPS = ("生产组", "生活组")
AWARDED = 14
"""Of both groups together."""
_PATIENCE_S, _HEARD = 30.0, 12
_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


class Unanswered(Exception):
    """No answer, or none that says anything about the request."""


@dataclass(slots=True)
class Place:
    """The open contest; `db` goes around the proxies."""

    stack: Stack
    db: Database
    settings: Settings
    campaign: CampaignView
    organisation_id: int
    _local: threading.local = field(default_factory=threading.local)

    @property
    def base(self) -> str:
        return f"{self.settings.public_url}/h5/{ACCOUNT}/c/{self.campaign.public_id}"

    @property
    def desk(self) -> str:
        return f"{self.settings.public_url}/console/a/{ACCOUNT}/campaigns/{self.campaign.public_id}"

    def begin(self, openid: str, group: str) -> str:
        """A draft's public id. Raises Unanswered."""
        told = self._post(openid, "/photo/new", data={"group": group})
        if told.status_code != 303:
            raise Unanswered(f"{told.status_code} {told.text[:100]}")
        return told.headers["Location"].rsplit("/", 1)[1].partition("?")[0]

    def send_picture(self, openid: str, work_id: str, key: str, data: bytes) -> dict[str, Any]:
        """What was acknowledged of one picture. Raises Unanswered."""
        told = self._post(
            openid,
            f"/photo/works/{work_id}/pictures",
            data={"key": key},
            files={"picture": ("IMG_0001.jpg", data, "image/jpeg")},
            headers={"Accept": "application/json"},
        )
        if told.status_code != 200:
            raise Unanswered(f"{told.status_code} {told.text[:100]}")
        found: dict[str, Any] = told.json()
        return found

    def hand_in(self, openid: str, work_id: str, version: int, title: str, group: str) -> None:
        """Raises Unanswered."""
        data = {
            "version": str(version),
            "title": title,
            "group": group,
            "about": f"{title}：下班路上拍的。",
            "author": "",
            "act": "hand_in",
            "own": "1",
            "people": "1",
        }
        told = self._post(openid, f"/photo/works/{work_id}", data=data)
        if told.status_code != 303:
            raise Unanswered(f"{told.status_code} {told.text[:100]}")

    def look(self, path: str) -> requests.Response:
        """As anybody. Raises Unanswered."""
        return self._ask("GET", f"{self.settings.public_url}{path}")

    def desk_post(self, token: str, path: str, data: list[tuple[str, str]]) -> dict[str, Any]:
        """An organiser's form, answered as JSON. Raises Unanswered."""
        told = self._ask(
            "POST",
            f"{self.desk}{path}",
            data=[*data, ("csrf", csrf_token(token))],
            headers={
                "Accept": "application/json",
                "Cookie": f"{COOKIE}={token}",
                "Sec-Fetch-Site": "same-origin",
            },
        )
        found: dict[str, Any] = json.loads(told.text) if told.text.startswith("{") else {}
        return {"status": told.status_code, **found}

    def _post(self, openid: str, path: str, **more: Any) -> requests.Response:
        headers = {"Cookie": cookie_of(self.settings, ACCOUNT, openid), **more.pop("headers", {})}
        return self._ask("POST", f"{self.base}{path}", headers=headers, **more)

    def _ask(self, method: str, url: str, **more: Any) -> requests.Response:
        session = getattr(self._local, "session", None)
        if session is None:
            session = self._local.session = requests.Session()
            session.trust_env = False
        try:
            told: requests.Response = session.request(
                method, url, timeout=_PATIENCE_S, allow_redirects=False, **more
            )
        except requests.RequestException as error:
            raise Unanswered(type(error).__name__) from None
        if told.status_code >= 500:
            raise Unanswered(str(told.status_code))
        return told


def open_place(stack: Stack, db: Database) -> Place:
    """Open a contest, without the check that asks for texts nobody reads here, and wait until each web process has heard of it."""
    now = system_clock()
    with db.work() as session:
        account = session.scalars(select(Account).where(Account.key == ACCOUNT)).one()
        made = begin(
            session, account.id, KIND.key, KIND.templates[1], now - timedelta(hours=1), Organiser("证明", now)
        )
        row = get_row(session, account.id, made.public_id)
        row.settings = {**row.settings, **SETTINGS}
        row.state, row.opened_at = "live", now
        session.flush()
        place = Place(stack, db, stack.settings, view_of(row), account.organisation_id)
        raise_stamp(session, STAMP)
    _wait_open(place)
    return place


def organiser(place: Place) -> str:
    """The token of somebody who is signed in to the console and may hold campaigns."""
    now = system_clock()
    with place.db.work() as session:
        new = NewStaff("proof-organiser", "证明", "shallow-river-lantern-7")
        staff = add_staff(session, new, now, must_change=False)
        staff.totp_secret = _SECRET
        give_role(session, staff, place.organisation_id, Role.ORGANISER, by="证明", now=now)
        return sessions.start(session, staff, Browser("127.0.0.1", "proof"), now)


def _wait_open(place: Place) -> None:
    """Raises RuntimeError."""
    heard, until = 0, time.monotonic() + _PATIENCE_S
    while heard < _HEARD:
        try:
            heard = heard + 1 if place.look(place.base.removeprefix(place.settings.public_url)).ok else 0
        except Unanswered:
            heard = 0
        if time.monotonic() > until:
            raise RuntimeError("the web did not hear of the campaign")
        time.sleep(0.05)
