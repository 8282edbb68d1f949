"""Goes through all pages as somebody who may see them: what the addresses of the application are, and where links lead."""

import io
from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urldefrag, urljoin, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from tests.isolation.planting import Planter
from tests.isolation.reading import Form, Page, wrong_in_table

_LEFT = frozenset({"console.sign_out", "console.my_sessions_end"})
"""Whoever walks would be out."""


_LEADS_ON = frozenset({301, 302, 303, 308})


@dataclass
class Walk:
    """`findings` say where a planted text came to life, `seen` which fields' texts were met, `walked` how often which
    endpoint was answered by what."""

    app: Flask
    client: FlaskClient
    planter: Planter
    findings: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    walked: Counter[tuple[str, int]] = field(default_factory=Counter)
    forms: dict[tuple[str, str, str], tuple[str, Form]] = field(default_factory=dict)
    tables: set[str] = field(default_factory=set)

    def go(self, paths: Iterable[str], within: tuple[str, ...], *, alike: int) -> None:
        """From `paths` on to everything below `within` that they link to."""

        def ask(path: str) -> Page | None:
            page = self.look(self.client.get(path), f"GET {path}")
            if page is not None:
                self._keep_forms(path, page.forms)
            return page

        crawl(self.app, ask, paths, within, alike=alike)

    def look(self, answer: TestResponse, where: str) -> Page | None:
        """Judge an answer; the page where it is one."""
        self.walked[_endpoint(self.app, answer.request.path, answer.request.method), answer.status_code] += 1
        kind, body = answer.content_type or "", answer.data
        answer.close()
        if answer.status_code >= 500 and answer.status_code != 502:
            self.findings.append(f"{where}: broken {answer.status_code}")
        if kind.startswith("text/html"):
            return self._look_at_html(answer, body.decode(), where)
        if wrong := wrong_in_table(body, kind):
            self.findings.append(f"{where}: {wrong}")
        if "csv" in kind or "spreadsheet" in kind:
            self.tables.add(_endpoint(self.app, answer.request.path, answer.request.method))
        self.seen |= self.planter.seen_in(body.decode("utf-8", "replace"))
        return None

    def _look_at_html(self, answer: TestResponse, html: str, where: str) -> Page:
        page = Page(html)
        self.findings += [f"{where}: {found}" for found in page.findings]
        policy = answer.headers.get("Content-Security-Policy", "")
        if (
            answer.status_code not in _LEADS_ON
            and html
            and ("script-src 'self';" not in policy or "unsafe" in policy)
        ):
            self.findings.append(f"{where}: no policy against scripts: {policy!r}")
        self.seen |= self.planter.seen_in(html)
        return page

    def fill_in(self, typed: Callable[[str, str], str]) -> None:
        """Send every form that was met, once for each of its buttons; what ends or deletes something last. `typed`: what
        to write into a field of an endpoint."""
        for (_, endpoint, _), (action, form) in sorted(self.forms.items(), key=lambda one: _ends(one[0][1])):
            for button in [one for one in form.fields if one[1] == "button"] or [None]:
                data = {
                    name: self._file(endpoint)
                    if kind == "file"
                    else _value(kind, value, typed(endpoint, name))
                    for name, kind, value in form.fields
                    if kind != "button"
                }
                if button is not None:
                    data[button[0]] = button[2]
                self._send(form.method, action, data)

    def _send(self, method: str, action: str, data: dict[str, Any]) -> None:
        if method == "get":
            answer = self.client.get(action, query_string=data)
        else:
            answer = self.client.post(action, data=data, headers={"Sec-Fetch-Site": "same-origin"})
        where = f"{method.upper()} {action}"
        if answer.status_code in (302, 303):
            to = answer.location
            self.look(answer, where)
            if to.startswith("/"):
                self.look(self.client.get(to), f"{where} → {to}")
        else:
            self.look(answer, where)

    def _file(self, endpoint: str) -> tuple[io.BytesIO, str]:
        """A table of entries with faults in each row; no picture."""
        mark = self.planter.mark(f"file.{endpoint}", 0)
        row = ",".join(f"\"<img src=x onerror=__xss('{mark}')>\"" for _ in range(3))
        table = f"id,question,answer\n{row}\n{row}\n,<{mark}>,\n"
        return io.BytesIO(table.encode()), f"<img src=x onerror={mark}>.csv"

    def _keep_forms(self, path: str, forms: Iterable[Form]) -> None:
        for form in forms:
            action = urljoin(path, form.action or path)
            names = ",".join(sorted({name for name, _, _ in form.fields}))
            endpoint = _endpoint(self.app, urlsplit(action).path, form.method.upper())
            if endpoint and endpoint not in _LEFT:
                self.forms.setdefault((form.method, endpoint, names), (action, form))


def crawl(
    app: Flask,
    ask: Callable[[str], Page | None],
    paths: Iterable[str],
    within: tuple[str, ...],
    *,
    alike: int,
) -> list[str]:
    """Everything below `within` that `paths` lead to, and they: so many addresses of an endpoint with the same questions to
    it. `ask` gives the page at an address; returned are those that are pages."""
    queue, known, counted, found = deque(paths), set[str](), Counter[tuple[str, str]](), []
    while queue:
        path = urldefrag(queue.popleft()).url
        kind = _kind(app, path)
        if path in known or kind is None or counted[kind] >= alike:
            continue
        known.add(path)
        page = ask(path)
        counted[kind] += 1
        if page is not None:
            found.append(path)
            queue += [one for one in _absolute(path, page.links) if one.startswith(within)]
    return found


def _kind(app: Flask, path: str) -> tuple[str, str] | None:
    parts = urlsplit(path)
    endpoint = _endpoint(app, parts.path, "GET")
    return (endpoint, ",".join(sorted(name for name, _ in parse_qsl(parts.query)))) if endpoint else None


def _endpoint(app: Flask, path: str, method: str) -> str:
    try:
        return str(app.url_map.bind("localhost").match(unquote(path), method)[0])
    except HTTPException:
        return ""


def _absolute(base: str, links: Iterable[str]) -> list[str]:
    return [found for link in links if (found := _joined(base, link)).startswith("/")]


def _joined(base: str, link: str) -> str:
    try:
        return urljoin(base, link)
    except ValueError:
        return ""


def _value(kind: str, stands: str, typed: str) -> str:
    """What somebody types over what stands in a field."""
    return stands if kind in ("hidden", "select", "radio", "checkbox") else typed


def _ends(endpoint: str) -> bool:
    return any(word in endpoint for word in ("delete", "drop", "remove", "erase", "withdraw", "discard"))
