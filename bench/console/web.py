"""The console's web server as the bench runs it: what `app.create_web` makes, telling in a header how many statements a page
took. Granian loads it.
"""

from threading import local
from typing import Any

from flask import Flask, Response
from sqlalchemy import event

import app as application
from house.current import EXTENSION
from house.parts import Parts

HEADER = "X-Statements"


def create_web() -> Flask:
    """The target of granian."""
    app = application.create_web()
    _count_statements(app)
    return app


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
