"""The webhook without dedupe and deadline: what granian serves when the proof has to fail. The guard is taken away from
outside; the product has no switch for it.
"""

from collections.abc import Callable
from typing import Any, cast

from flask import Flask
from sqlalchemy import Connection, text

import app as application
from handlers.desk import Desk
from handlers.memory import Memory, New, Verdict
from handlers.router import Routed
from handlers.webhook import DESK

TARGET = "proofs.webhook.control:create_web"
_UNIQUE = (
    "SELECT conrelid::regclass::text, conname FROM pg_constraint "
    "WHERE contype = 'u' AND conrelid::regclass::text IN ('message_log', 'help_requests')"
)


class ForgetfulMemory:
    """Every message is new, every nonce unused; whatever else the desk says about them."""

    def offer(self, *_args: Any, **_options: Any) -> Verdict:
        return New()

    def settle(self, *_args: Any, **_options: Any) -> None:
        """Forget it at once."""


class PatientLane:
    """Waits for the work however long it takes."""

    def run(self, work: Callable[[], Routed], *_args: Any, **_options: Any) -> Routed | None:
        return work()


_MEMORY: Memory = ForgetfulMemory()  # so that a type check notices when the desk wants another kind


def create_web() -> Flask:
    """The application of the product, with two parts of its desk replaced."""
    app = application.create_web()
    desk = cast(Desk, app.extensions[DESK])
    for name, part in (("_memory", _MEMORY), ("_slow", PatientLane())):
        if not hasattr(desk, name):
            raise AttributeError(f"the desk has no {name} any more: the control removes nothing")
        setattr(desk, name, part)
    return app


def drop_constraints(connection: Connection) -> None:
    """Doubled rows of the log and of requests for help are let in."""
    for table, name in connection.execute(text(_UNIQUE)).all():
        connection.execute(text(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"'))
