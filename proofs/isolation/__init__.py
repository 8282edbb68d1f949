"""`make prove NAME=isolation`: everybody at every address of the running service, at home and at other unions."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import local

import requests
from flask import Flask

import app as application
from accounts import audit
from campaigns.kinds.photo.keeping import Keeper
from core.clock import system_clock
from house.current import EXTENSION
from members.ledger import use_key
from models.db import Database
from proofs.findings import Findings
from proofs.isolation import control
from proofs.isolation.walk import (
    LAST,
    Answer,
    Visit,
    anonymous_visits,
    check_open,
    judge,
    other_visits,
    own_visits,
    read_text,
    swapped_visits,
)
from proofs.isolation.world import B, C, World, build_world, things_of
from proofs.run import Run, say
from proofs.stack import WEB, Stack, running_stack
from staff.guard import COOKIE
from staff.sessions import csrf_token

_AT_ONCE = 4
_TITLES = {
    "anonymous": "没有登录",
    "others": "到别的单位",
    "swapped": "在本单位要别人的东西",
    "home": "在本单位",
}


def prove(run: Run, findings: Findings) -> None:
    """The control has the guard of tenants taken away, and must tell leaks."""
    with running_stack(web_target=control.TARGET if run.control else WEB) as stack:
        say("服务已就绪，正在建三个互不相干的单位")
        db = Database(stack.engine.url.render_as_string(hide_password=False))
        audit.use_key(stack.settings.derive_key("audit-log"))
        use_key(stack.settings.derive_key("ledger"))
        app = application.create_app(stack.settings)
        world = build_world(db, system_clock, Keeper.of(app.extensions[EXTENSION]))
        stack.web.restart()  # so that all of it is in memory
        stack.web.wait_ready(stack.is_ready)
        walk = _Walk(run, findings, stack, app, world)
        stack.worker.stop()  # it changes rows as time goes by; what changes from here on, somebody sent
        before = {key: things_of(db, world.tenants[key]) for key in (B, C)}
        walk.line("anonymous", anonymous_visits)
        walk.line("others", partial(other_visits, everywhere=run.size == "full"))
        walk.line("swapped", swapped_visits)
        _untouched(findings, db, world, before)
        walk.line("home", own_visits)
        db.close()


def _untouched(findings: Findings, db: Database, world: World, before: dict[str, dict[str, str]]) -> None:
    """Whatever people of the first union sent, nothing of the others changed."""
    for key, tables in before.items():
        now = things_of(db, world.tenants[key])
        findings.attempted("untouched", len(tables))
        for table in tables:
            if now[table] != tables[table]:
                findings.violated("untouched", "changed", f"{key} {table}")


class _Walk:
    """Asks the running service, a few at once, and notes what is wrong."""

    def __init__(self, run: Run, findings: Findings, stack: Stack, app: Flask, world: World) -> None:
        check_open(app)
        self._run, self._findings, self._app, self._world = run, findings, app, world
        self._url = stack.settings.public_url
        self._thread = local()

    def line(self, name: str, plan: Callable[[Flask, World], list[Visit]]) -> None:
        visits = plan(self._app, self._world)
        ending = [visit for visit in visits if visit.endpoint == LAST]
        going = [visit for visit in visits if visit.endpoint != LAST]
        if name != "home":  # at home pages come before forms, which may delete what they show
            self._run.chance(name).shuffle(going)
        shown = self._ask_all(name, going) + self._ask_all(name, ending)
        self._findings.figure(name, people=len({visit.person for visit in visits}), shown=shown)
        say(f"{_TITLES[name]}：{len(visits)} 次，其中 {shown} 次看到了内容")

    def _ask_all(self, name: str, visits: Sequence[Visit]) -> int:
        """Returns how many were answered with a page."""
        shown = 0
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            for visit, answer in zip(visits, pool.map(self._ask, visits), strict=True):
                self._findings.attempted(name)
                shown += answer.status == 200
                for problem in judge(visit, answer, self._world):
                    self._findings.violated(name, problem.partition(":")[0], f"{visit}: {problem}")
        return shown

    def _ask(self, visit: Visit) -> Answer:
        token = visit.person.token if visit.person else ""
        told = self._session().request(
            visit.method,
            self._url + visit.path,
            headers={"Sec-Fetch-Site": "same-origin", "Cookie": f"{COOKIE}={token}" if token else ""},
            data={"csrf": csrf_token(token)} if visit.method == "POST" and token else None,
            allow_redirects=False,
            timeout=60,
        )
        return Answer(told.status_code, told.headers.get("Location", ""), read_text(told.content))

    def _session(self) -> requests.Session:
        if not hasattr(self._thread, "session"):
            self._thread.session = requests.Session()
            self._thread.session.trust_env = False
        session: requests.Session = self._thread.session
        return session
