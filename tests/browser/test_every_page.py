"""Every page of the console and every page for workers, in a real browser on desk and phone: with the demonstration, with
texts as long as a field holds, and with texts that would like to come to life."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Error, Page, Response

import app as application
from proofs.browser import DESK, PHONE, grave_findings, is_outside
from proofs.isolation.world import A
from tests.browser.conftest import Service
from tests.browser.test_console_story import sign_in
from tests.conftest import make_settings
from tests.isolation import reading
from tests.isolation.evil import Evil, evil_union
from tests.isolation.walking import crawl
from tests.neighbours import served

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(400)]

_LIVES = """() => {
  const mark = /x\\d{6}x/i, bad = [...(window.__lived || [])];
  for (const e of document.querySelectorAll("*")) {
    if (mark.test(e.localName)) bad.push("element " + e.localName);
    if (/^(script|style)$/i.test(e.localName) && mark.test(e.textContent)) bad.push("in " + e.localName);
    for (const a of e.attributes) {
      if (mark.test(a.name) || /^on/i.test(a.name)) bad.push(`attribute ${a.name} of ${e.localName}`);
      if (/^(style|srcdoc|id|class)$/i.test(a.name) && mark.test(a.value)) bad.push(`${a.name}=${a.value.slice(0, 60)}`);
    }
    for (const name of ["href", "src", "action", "formAction", "data", "poster"]) {
      const to = typeof e[name] === "string" ? e[name] : "";
      if (mark.test(to) && /^(javascript|data|vbscript|blob):/i.test(to)) bad.push(`${name}=${to.slice(0, 60)}`);
    }
  }
  return bad;
}"""
_HOOK = """
  window.__lived = [];
  window.__xss = mark => window.__lived.push("script ran " + mark);
  document.addEventListener("securitypolicyviolation", e =>
    window.__lived.push("policy: " + e.violatedDirective + " " + e.blockedURI + " " + e.sample));
"""
_TOO_WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@dataclass
class Looker:
    """A browser that goes from page to page and notes what is wrong."""

    page: Page
    problems: list[str] = field(default_factory=list)

    def look_at(self, path: str) -> None:
        """At both sizes; the page is loaded once."""
        self.page.set_viewport_size(DESK)
        self._load(path)
        for size in (DESK, PHONE):
            self.page.set_viewport_size(size)
            where = f"{path} at {size['width']}"
            self.problems += [f"{where}: {found}" for found in grave_findings(self.page)]
            if (more := self.page.evaluate(_TOO_WIDE)) > 0:
                self.problems.append(f"{where}: {more} px too wide")
        self._alive(path)

    def glance_at(self, path: str) -> None:
        """Only whether something came to life."""
        self._load(path)
        self._alive(path)

    def _load(self, path: str) -> None:
        try:
            answer = self.page.goto(path)
        except Error as error:
            if "ERR_ABORTED" not in error.message:
                raise
            answer = self.page.goto(path)  # the page before renewed itself in this very moment
        if answer is None or answer.status >= 500:
            self.problems.append(f"{path}: {answer and answer.status}")

    def _alive(self, path: str) -> None:
        try:
            self.problems += [f"{path}: {found}" for found in self.page.evaluate(_LIVES)]
        except Error as error:
            self.problems.append(f"{path}: led away: {error.message}")


@contextmanager
def looking(chromium: Browser, url: str) -> Iterator[Looker]:
    """Everything that a browser complains of is a problem, and so is a request that leaves this machine."""
    context: BrowserContext = chromium.new_context(viewport=DESK, locale="zh-CN", base_url=url)
    context.set_default_timeout(15_000)
    context.add_init_script(_HOOK)
    looker = Looker(context.new_page())
    page, problems = looker.page, looker.problems
    page.on("pageerror", lambda error: problems.append(f"{page.url}: script: {error}"))
    page.on("dialog", lambda dialog: _answer(dialog, problems))
    page.on("response", lambda answer: _note_missing(answer, problems))
    page.on("console", lambda told: _note_told(told.type, told.text, page.url, problems))
    page.on("request", lambda sent: problems.append(f"left: {sent.url}") if is_outside(sent.url) else None)
    yield looker
    context.close()


def _answer(dialog: Dialog, problems: list[str]) -> None:
    """A page with something unsaved may ask whether one really leaves it; nothing else may ask."""
    if dialog.type == "beforeunload":
        dialog.accept()
        return
    problems.append(f"{dialog.page and dialog.page.url}: {dialog.message}")
    dialog.dismiss()


def _note_missing(answer: Response, problems: list[str]) -> None:
    if answer.status >= 400 and answer.request.resource_type in ("script", "stylesheet", "xhr", "fetch"):
        problems.append(f"{answer.status} {answer.url}")


def _note_told(kind: str, text: str, url: str, problems: list[str]) -> None:
    if kind == "error" and not text.startswith("Failed to load resource"):
        problems.append(f"{url}: {text}")


def test_the_demonstration_is_sound_on_desk_and_phone(chromium: Browser, service: Service, tmp_path: Path):
    pages = application.create_app(make_settings(tmp_path))
    with looking(chromium, service.url) as looker:
        sign_in(looker.page, service)

        def ask(path: str) -> reading.Page | None:
            answer = looker.page.request.get(path)
            return _page(answer.headers.get("content-type", ""), answer.status, answer.text)

        starts = ("/console/", "/console/a/demo/", "/h5/demo/faq", "/h5/demo/columns", "/h5/demo/calculators")
        found = crawl(pages, ask, starts, ("/console/", "/h5/demo/"), alike=1)
        for path in found:
            looker.look_at(path)
    assert looker.problems == []
    assert len(found) > 50


@pytest.mark.usefixtures("few_questions")
def test_long_texts_break_no_page(chromium: Browser, tmp_path: Path, sqlite_template: Path):
    with evil_union(tmp_path, sqlite_template) as evil, served(evil.app) as url:
        evil.plant("long")
        with looking(chromium, url) as looker:
            for path in _pages_of(evil, looker, url):
                looker.look_at(path)
    assert looker.problems == []


@pytest.mark.usefixtures("few_questions")
def test_nothing_that_was_stored_runs_and_the_browser_would_have_told(
    chromium: Browser, tmp_path: Path, sqlite_template: Path
):
    with evil_union(tmp_path, sqlite_template) as evil, served(evil.app) as url:
        evil.plant("hostile")
        with looking(chromium, url) as looker:
            for path in _pages_of(evil, looker, url):
                looker.glance_at(path)
        assert looker.problems == []

        evil.app.jinja_env.autoescape = False
        evil.app.jinja_env.cache.clear()
        for path in (f"/h5/{A}/faq", f"/console/o/{A}/entries"):
            with looking(chromium, url) as looker:
                _sign_in(evil, looker, url)
                looker.glance_at(path)
            assert looker.problems != [], path


def _sign_in(evil: Evil, looker: Looker, url: str) -> None:
    for name, value, path in evil.cookies():
        looker.page.context.add_cookies([{"name": name, "value": value, "url": f"{url}{path}"}])


def _pages_of(evil: Evil, looker: Looker, url: str) -> list[str]:
    """A page of each sort; the browser is signed in."""
    _sign_in(evil, looker, url)
    client = evil.app.test_client()
    for name, value, path in evil.cookies():
        client.set_cookie(name, value, path=path)

    def ask(path: str) -> reading.Page | None:
        answer = client.get(path)
        return _page(answer.content_type or "", answer.status_code, lambda: answer.text)

    found = crawl(evil.app, ask, evil.paths(), ("/console/", f"/h5/{A}/"), alike=1)
    assert len(found) > 70
    return found


def _page(kind: str, status: int, text: Callable[[], str]) -> reading.Page | None:
    """None for files and for pieces of pages."""
    html = text() if kind.startswith("text/html") and status == 200 else ""
    return reading.Page(html) if html.startswith("<!doctype") else None
