"""The WSGI application: pages and control API under /simulator/, the platform API at the root."""

from __future__ import annotations

import time

from flask import Flask

from .api import create_api
from .control import create_control
from .pages import create_pages
from .settings import Settings
from .world import Clock, World, build_world

MAX_BODY = 24 * 1024 * 1024


def create_app(settings: Settings, clock: Clock = time.time) -> Flask:
    """One simulator. `app.extensions["world"]` holds its parts, for tests that run it in a thread."""
    world = build_world(settings, clock)
    world.accounts()
    return build_app(world)


def build_app(world: World) -> Flask:
    """The application over parts that are already wired."""
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.extensions["world"] = world
    app.register_blueprint(create_control(world))
    app.register_blueprint(create_pages(world))
    app.register_blueprint(create_api(world))
    return app
