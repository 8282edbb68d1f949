"""The whole application over a union whose texts a test writes, and somebody who administers it and follows its account."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookies import SimpleCookie
from pathlib import Path

from flask import Flask, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.kinds.photo.keeping import Keeper
from core.clock import system_clock
from core.settings import WeChatSettings
from members.signin import SESSIONS
from models.members import Member
from models.staff import Staff
from proofs.isolation.walk import own_visits
from proofs.isolation.world import A, build_world
from staff.guard import COOKIE
from staff.roles import Role
from staff.service import give_role
from tests.conftest import make_settings
from tests.isolation.contesting import Contests, add_contests, set_right
from tests.isolation.drawing import Drawing
from tests.isolation.kinds import open_others
from tests.isolation.planting import Planter
from tests.isolation.playing import add_playing, hash_anew
from tests.isolation.unions import add_more_rows
from tests.isolation.voting import add_voting, forget_pages
from tests.neighbours import open_web, parts_of
from web.session import COOKIE as H5_COOKIE
from web.session import Visitor


class Evil:
    """`plant` writes the texts; `paths` and `cookies` are for whoever looks."""

    def __init__(self, app: Flask) -> None:
        self.app, self.planter, self._db = app, Planter(), parts_of(app).db
        keeper = Keeper.of(parts_of(app))
        self.world = build_world(self._db, system_clock, keeper)
        self._own = self.world.tenants[A].columns
        self._admin = next(one for one in self.world.people if one.login == f"{A}-admin")
        with self._db.work() as session:
            staff_id = session.scalars(select(Staff.id).where(Staff.login == self._admin.login)).one()
            add_more_rows(session, self.world.tenants[A], staff_id, system_clock())
            self._playing = add_playing(session, self.world.tenants[A], self._openid(session), system_clock())
            openid = self._openid(session)
            self._voting = add_voting(session, self._own["account_id"], openid, staff_id, system_clock())
            self._contests = self._add_contests(session, staff_id, keeper)
        self._others = open_others(self._db, self._own["account_id"], openid, system_clock())
        self._drawing = Drawing(self._db, self._own["account_id"], openid, system_clock())
        self._drawing.add_all()

    def plant(self, kind: str, number: int = 0) -> None:
        """See `Planter.plant`."""
        with self._db.work() as session:
            self.planter.plant(session, kind, number)
        with self._db.work() as session:
            hash_anew(session)
            set_right(session)
        forget_pages()
        self.app.extensions["zhijia.runtime"].shelves.load_all()

    def paths(self) -> list[str]:
        """Every address of the console and of workers' pages."""
        visits = own_visits(self.app, self.world)
        found = [one.path for one in visits if one.person is self._admin and one.method == "GET"]
        pages = ["faq", "calculators", "statutes", "columns", f"columns/{self._own['code']}", "me", "me/data"]
        more = ["me/erase", "me/data.csv", "me/data.json", *self._playing.paths(), *self._drawing.paths]
        more += self._voting.paths()
        found += [f"/console/a/{A}/campaigns/{one}" for one in self._voting.desk_paths()]
        found += [*self._others.paths(self.app), *self._contests.paths()]
        found = [*self._contests.judging(), *found]
        return [*found, f"/console/o/{A}/entries/files/upload", *(f"/h5/{A}/{one}" for one in pages + more)]

    def _add_contests(self, session: Session, staff_id: int, keeper: Keeper) -> Contests:
        """Who administers the union judges, too."""
        account_id, organisation_id = (self._own[one] for one in ("account_id", "organisation_id"))
        staff, now = session.get_one(Staff, staff_id), system_clock()
        give_role(session, staff, organisation_id, Role.JUDGE, by="某某", now=now)
        openid = self._openid(session)
        return add_contests(session, account_id, [organisation_id], openid, keeper, now)

    def _openid(self, session: Session) -> str:
        of_account = Member.account_id == self._own["account_id"]
        return session.scalars(select(Member.openid).where(of_account)).one()

    def cookies(self) -> list[tuple[str, str, str]]:
        """Names, values and paths."""
        with self._db.read() as session:
            openid = self._openid(session)
        response = Response()
        with self.app.test_request_context("/"):
            self.app.extensions[SESSIONS].write(response, A, Visitor(openid))
        cookie = SimpleCookie(response.headers["Set-Cookie"])[H5_COOKIE]
        return [(COOKIE, self._admin.token, "/console/"), (H5_COOKIE, cookie.value, f"/h5/{A}/")]


@contextmanager
def evil_union(folder: Path, sqlite_template: Path) -> Iterator[Evil]:
    """In a folder of its own, with a platform that nobody answers for."""
    shutil.copy(sqlite_template, folder / "test.sqlite3")
    nowhere = WeChatSettings(api_url="http://127.0.0.1:9", connect_timeout_s=0.5)
    with open_web(make_settings(folder, wechat=nowhere)) as app:
        yield Evil(app)
