"""A jury behind the web: staff at their desks, people with their phones."""

from dataclasses import dataclass
from typing import Any

from flask import Response
from sqlalchemy import select

from accounts.directory import AccountDirectory
from campaigns.jury import h5, jurors
from campaigns.jury.store import list_jurors
from campaigns.store import STAMP
from members.signin import SESSIONS
from models.staff import Staff
from models.stamps import raise_stamp
from staff.roles import Role
from tests.campaigns.conftest import campaigns_of, refresh
from tests.campaigns.jury.panel import NOW, Panel, make_panel
from tests.conftest import Home
from tests.staff.desk import Desk, Watch, set_watch
from web.session import COOKIE, Visitor

JSON = {"Accept": "application/json"}


@dataclass
class Web:
    """One campaign of `ours` with a jury. `anna` organises."""

    home: Home
    panel: Panel
    watch: Watch
    anna: Desk

    @property
    def base(self) -> str:
        """The organiser's pages."""
        return f"/console/a/ours/campaigns/{self.panel.campaign.public_id}/panel"

    def juror(self, login: str, unit: str = "") -> Desk:
        """Somebody with the role, named."""
        desk = Desk(self.home, login, "ours", Role.JUDGE)
        with self.home.parts.db.work() as session:
            jurors.add_jurors(session, self.panel.campaign, self.chain, [(login, unit)], "anna", NOW)
        with self.home.parts.db.read() as session:
            self.panel.jurors = {
                one.staff.login: one.juror for one in list_jurors(session, self.panel.campaign)
            }
        return desk

    @property
    def chain(self) -> list[int]:
        directory: AccountDirectory = self.home.parts.directory
        return list(directory.get("ours").organisation_ids)

    def phone(self, openid: str) -> "Phone":
        return Phone(self, openid)

    def forget_pages(self) -> None:
        for kept in (h5._states, h5._works):
            kept._known.clear()

    def name_of(self, desk: Desk) -> str:
        with self.home.parts.db.read() as session:
            return session.scalars(select(Staff.name).where(Staff.id == desk.staff_id)).one()


class Phone:
    """A browser that WeChat vouched for."""

    def __init__(self, web: Web, openid: str) -> None:
        self.web = web
        self.client = web.home.app.test_client()
        self.client.set_cookie(COOKIE, cookie_of(web.home, openid), path="/h5/ours/")

    def send(self, path: str, body: dict[str, Any], key: str) -> Any:
        return self.client.post(path, json=body, headers={**JSON, "Idempotency-Key": key})


def cookie_of(home: Home, openid: str) -> str:
    carrier = Response()
    home.app.extensions[SESSIONS].write(carrier, "ours", Visitor(openid))
    return carrier.headers["Set-Cookie"].split(";")[0].partition("=")[2]


def make_jury_web(home: Home) -> Web:
    panel = make_panel(campaigns_of(home))
    with home.parts.db.work() as session:
        raise_stamp(session, STAMP)
    watch = set_watch(home)
    refresh(home)
    web = Web(home, panel, watch, Desk(home, "anna", "ours", Role.ORGANISER))
    watch.now = NOW
    web.forget_pages()
    return web
