"""Every page of the console that links lead to, seen by an administrator on the phone; of the large run on desk and phone."""

import re
from collections import deque

from flask import Flask
from werkzeug.exceptions import HTTPException

import app as application
from proofs.browser import DESK, PHONE
from proofs.console.story import Story
from proofs.console.visitor import Visitor
from staff.roles import Role

_HREFS = (
    "() => [...document.querySelectorAll('a[href^=\"/console/\"]')].map((one) => one.getAttribute('href'))"
)
_FILES = re.compile(r"/export/|\.(csv|xlsx|zip)\b|/picture\.|/cover$")
_START = ("/console/", "/console/me/password", "/console/me/second-factor", "/console/me/sessions")


def walk_about(story: Story) -> None:
    """管理员把后台每一种页面都看一遍."""
    app = application.create_app(story.stage.stack.settings)
    visitor = story.visitor(phone=False)
    visitor.sign_in(story.stage.people.add(Role.ADMIN, Role.SERVICE))
    waiting, seen = deque((*_START, f"{story.stage.account}/", f"{story.stage.union}/")), set[str]()
    while waiting:
        path = waiting.popleft()
        endpoint = endpoint_of(app, path)
        if endpoint and endpoint not in seen and not _FILES.search(path):
            seen.add(endpoint)
            waiting.extend(_visit(story, visitor, endpoint, path))
    story.holds("few_pages", len(seen) > 30, f"{len(seen)} kinds of pages")
    story.stage.findings.figure(story.line, kinds=len(seen))


def endpoint_of(app: Flask, path: str) -> str:
    """Which page an address leads to; empty for none."""
    try:
        endpoint, _ = app.url_map.bind("127.0.0.1").match(
            path.partition("?")[0].partition("#")[0], method="GET"
        )
    except HTTPException:
        return ""
    return str(endpoint)


def _visit(story: Story, visitor: Visitor, endpoint: str, path: str) -> list[str]:
    """Look at one page, of the large run in both sizes; returns where it leads."""
    response = visitor.page.goto(path)
    story.holds(
        "not_shown",
        response is not None and response.status == 200,
        f"{path}: {response and response.status}",
    )
    if story.stage.run.size == "full":
        visitor.look(endpoint)
    found: list[str] = visitor.page.evaluate(_HREFS)
    visitor.page.set_viewport_size(PHONE)
    visitor.look(endpoint)
    visitor.page.set_viewport_size(DESK)
    return found
