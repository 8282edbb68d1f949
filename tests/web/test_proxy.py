"""`/simulator/`: handed on unchanged, and told in Chinese while nobody is there."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, Response, redirect, request

from app import create_app
from core.settings import SimulatorSettings
from tests.conftest import make_settings
from tests.neighbours import parts_of, served
from tools.postgres import free_port


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def app(tmp_path: Path, port: int) -> Iterator[Flask]:
    settings = make_settings(tmp_path, simulator=SimulatorSettings(enabled=True, port=port))
    app = create_app(settings)
    yield app
    parts_of(app).db.close()


def echo() -> Flask:
    stub = Flask("stub")

    @stub.route("/simulator/echo", methods=["GET", "POST", "PUT", "DELETE"])
    def answer() -> Response:
        made = Response(request.get_data() or request.full_path, status=418)
        made.headers["X-Method"] = request.method
        made.headers.add("Set-Cookie", "a=1")
        made.headers.add("Set-Cookie", "b=2")
        return made

    stub.add_url_rule("/simulator/away", "away", lambda: redirect("https://example.cn/x"))
    return stub


def test_method_query_body_status_and_cookies_pass_through(app: Flask, port: int):
    browser = app.test_client()
    with served(echo(), port):
        answer = browser.get("/simulator/echo?a=1&a=%E4%B8%AD&b=")
        assert (answer.status_code, answer.text) == (418, "/simulator/echo?a=1&a=%E4%B8%AD&b=")
        assert answer.headers.getlist("Set-Cookie") == ["a=1", "b=2"]
        sent = browser.put("/simulator/echo", data=bytes(range(256)))
        assert (sent.data, sent.headers["X-Method"]) == (bytes(range(256)), "PUT")


def test_a_redirect_is_the_browsers_to_follow(app: Flask, port: int):
    with served(echo(), port):
        answer = app.test_client().get("/simulator/away")
    assert (answer.status_code, answer.location) == (302, "https://example.cn/x")


def test_while_nobody_is_there_it_says_so(app: Flask):
    answer = app.test_client().get("/simulator/")
    assert answer.status_code == 503
    assert "模拟器还没有启动好" in answer.text
