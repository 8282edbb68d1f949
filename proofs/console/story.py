"""A story of the proof: somebody does something at the console, and what must be true on the way is written down."""

import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import requests
from playwright.sync_api import Browser, Locator, expect
from playwright.sync_api import Error as BrowserError

from proofs.console.people import People
from proofs.console.visitor import Pages, Visitor
from proofs.findings import Findings
from proofs.run import Run, say
from proofs.stack import Stack
from staff.guard import COOKIE, CSRF_FIELD
from staff.sessions import csrf_token

OURS: Mapping[str, str] = {"Sec-Fetch-Site": "same-origin"}
"""What a browser says of a form that one of our own pages sends."""
_PATIENCE_S = 30.0


@dataclass(frozen=True, slots=True)
class Stage:
    """What all stories share."""

    run: Run
    findings: Findings
    stack: Stack
    people: People
    browser: Browser
    pages: Pages

    @property
    def url(self) -> str:
        return self.stack.settings.public_url

    @property
    def account(self) -> str:
        """Where pages of the demonstration's account are."""
        return f"/console/a/{self.stack.account.key}"

    @property
    def union(self) -> str:
        """Where pages of its union are."""
        return f"/console/o/{self.people.home}"


@dataclass(frozen=True, slots=True)
class Story:
    """One telling of a story. `number` differs between tellings, on desk or phone, so that nobody meets what another one left."""

    stage: Stage
    line: str
    number: int
    phone: bool
    _open: ExitStack = field(repr=False)

    def visitor(self, *, phone: bool | None = None) -> Visitor:
        """A browser of its own, on the story's device if not said otherwise; closed at the end."""
        on_phone = self.phone if phone is None else phone
        visitor = Visitor(self.stage.browser, self.stage.pages, self.stage.url, phone=on_phone)
        self._open.callback(visitor.close)
        return visitor

    def holds(self, what: str, ok: bool, detail: str = "") -> bool:
        """Something that must be true; `what` names it where it is not."""
        self.stage.findings.attempted(self.line)
        if not ok:
            self.stage.findings.violated(self.line, what, f"{self._teller}: {detail}")
        return ok

    def sees(self, what: str, where: Locator, text: str = "") -> None:
        """Something that must be on the page; the story breaks off where it is not."""
        self.stage.findings.attempted(self.line)
        try:
            expect(where.first).to_be_visible()
            if text:
                expect(where.first).to_contain_text(text)
        except AssertionError:
            found = "；".join(where.page.get_by_role("alert").all_inner_texts())
            raise Broken(what, f"{where.page.url} {text} {found}") from None

    def broken(self, error: Exception) -> None:
        what, detail = error.args if isinstance(error, Broken) else ("broke_off", _brief(error))
        self.stage.findings.violated(self.line, what, f"{self._teller}: {detail}")

    @property
    def _teller(self) -> str:
        return f"第 {self.number} 次{'（手机）' if self.phone else ''}"


class Broken(Exception):
    """A story can't go on: what is not so, and where."""


def tell(
    stage: Stage, line: str, story: Callable[[Story], None], *, number: int = 1, phone: bool = False
) -> None:
    """Tell a story once, in round `number`. One that breaks off is a violation, and the others are told all the same."""
    say(f"{line}：{_title(story)}{'（手机）' if phone else ''}")
    with ExitStack() as opened:
        told = Story(stage, line, 2 * number - (not phone), phone, opened)
        try:
            story(told)
        except (Broken, BrowserError, AssertionError, requests.RequestException) as error:
            told.broken(error)


class Hand:
    """What somebody sends without a page: with the cookie of a session, and whatever headers and fields."""

    def __init__(self, url: str, token: str = "") -> None:
        self._url = url
        self._token = token

    def get(self, path: str) -> requests.Response:
        return self._send("GET", path, {}, {})

    def post(self, path: str, data: Mapping[str, Any] | None = None) -> requests.Response:
        """A form as a page sends it: with the session's own token, from our own pages."""
        token = {CSRF_FIELD: csrf_token(self._token)} if self._token else {}
        return self._send("POST", path, OURS, {**token, **(data or {})})

    def post_as(self, path: str, headers: Mapping[str, str], data: Mapping[str, Any]) -> requests.Response:
        """A form with nothing added."""
        return self._send("POST", path, headers, data)

    def is_in(self) -> bool:
        return self.get("/console/me/sessions").status_code == 200

    def _send(
        self, method: str, path: str, headers: Mapping[str, str], data: Mapping[str, Any]
    ) -> requests.Response:
        cookie = {"Cookie": f"{COOKIE}={self._token}"} if self._token else {}
        with requests.Session() as session:
            session.trust_env = False
            return session.request(
                method,
                self._url + path,
                headers={**headers, **cookie},
                data=data or None,
                allow_redirects=False,
                timeout=_PATIENCE_S,
            )


def wait_until(at: float) -> None:
    """Of `time.monotonic()`."""
    time.sleep(max(0.0, at - time.monotonic()))


def _title(story: Callable[[Story], None]) -> str:
    return (story.__doc__ or "").partition("\n")[0].rstrip(".")


def _brief(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return f"{type(error).__name__}: {' '.join(lines[:4])[:400]}"
