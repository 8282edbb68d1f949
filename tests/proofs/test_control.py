"""The control must really take the guard away: when the desk's parts are renamed, it has to fail loudly."""

import pytest
from flask import Flask

import app as application
from handlers.desk import Desk
from handlers.webhook import DESK
from proofs.webhook import control


def test_the_control_replaces_the_memory_and_the_slow_lane(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk.__new__(Desk)
    vars(desk).update(_memory=None, _slow=None)
    flask_app = Flask("test")
    flask_app.extensions[DESK] = desk
    monkeypatch.setattr(application, "create_web", lambda: flask_app)
    control.create_web()
    assert isinstance(desk._memory, control.ForgetfulMemory)
    assert isinstance(desk._slow, control.PatientLane)


def test_the_control_says_so_when_there_is_nothing_to_replace(monkeypatch: pytest.MonkeyPatch) -> None:
    flask_app = Flask("test")
    flask_app.extensions[DESK] = Desk.__new__(Desk)
    monkeypatch.setattr(application, "create_web", lambda: flask_app)
    with pytest.raises(AttributeError, match="removes nothing"):
        control.create_web()
