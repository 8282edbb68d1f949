"""The webhook without dedupe and deadline: what granian serves when the proof has to fail. The guard is taken away from
outside; the product has no switch for it.
"""

from collections.abc import Callable
from typing import cast

from flask import Flask
from sqlalchemy import Connection, text

import app as application
from chat.answer import Talk
from core.clock import Deadline
from handlers.desk import Desk
from handlers.memory import MessageId, New, Verdict
from handlers.router import Routed
from handlers.webhook import DESK

TARGET = "proofs.webhook.control:create_web"
_UNIQUE = (
    "SELECT conrelid::regclass::text, conname FROM pg_constraint "
    "WHERE contype = 'u' AND conrelid::regclass::text IN ('message_log', 'help_requests')"
)


class ForgetfulMemory:
    """Every message is new, every nonce unused."""

    def offer(self, message: MessageId, reply: bytes | None, talk: Talk | None) -> Verdict:
        return New()

    def settle(self, message: MessageId, reply: bytes, talk: Talk | None) -> None:
        """Forget it at once."""


class PatientLane:
    """Waits for the work however long it takes."""

    def run(self, work: Callable[[], Routed], deadline: Deadline) -> Routed | None:
        return work()


def create_web() -> Flask:
    """The application of the product, with two parts of its desk replaced."""
    app = application.create_web()
    desk = cast(Desk, app.extensions[DESK])
    for name, part in (("_memory", ForgetfulMemory()), ("_slow", PatientLane())):
        if not hasattr(desk, name):
            raise AttributeError(f"the desk has no {name} any more: the control removes nothing")
        setattr(desk, name, part)
    return app


def drop_constraints(connection: Connection) -> None:
    """Doubled rows of the log and of requests for help are let in."""
    for table, name in connection.execute(text(_UNIQUE)).all():
        connection.execute(text(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"'))
