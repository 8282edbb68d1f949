"""The console's web server as the bench runs it: what `app.create_web` makes, telling in a header how many statements a page
took. Granian loads it.

Only the walked accounts' knowledge is loaded. Each set of entries has an index of its own, and 154 of thirty thousand
entries each fit no machine (docs/benchmarks.md).
"""

from threading import local
from typing import Any, cast

from flask import Flask, Response
from sqlalchemy import event

import app as application
from accounts.directory import AccountDirectory, AccountView
from bench.console.fill import COUNTY, PROVINCE
from faq.commands import make_shelf
from faq.shelf import FaqShelf
from house.current import EXTENSION
from house.parts import Parts

HEADER = "X-Statements"


class _Walked:
    """The directory as the shelf of answers sees it."""

    def __init__(self, directory: AccountDirectory) -> None:
        self._directory = directory

    def all(self) -> tuple[AccountView, ...]:
        return tuple(one for one in self._directory.all() if one.key in (PROVINCE, COUNTY))


def create_web() -> Flask:
    """The target of granian."""
    vars(application)["make_shelf"] = _shelf_of_walked
    app = application.create_web()
    _count_statements(app)
    return app


def _shelf_of_walked(parts: Parts) -> FaqShelf:
    shelf = make_shelf(parts)
    shelf._directory = cast(AccountDirectory, _Walked(parts.directory))
    return shelf


def _count_statements(app: Flask) -> None:
    here = local()
    parts: Parts = app.extensions[EXTENSION]

    @event.listens_for(parts.db.engine, "before_cursor_execute")
    def count(*_: Any) -> None:
        here.count = getattr(here, "count", 0) + 1

    @app.before_request
    def begin() -> None:
        here.count = 0

    @app.after_request
    def tell(response: Response) -> Response:
        response.headers[HEADER] = str(here.count)
        return response
