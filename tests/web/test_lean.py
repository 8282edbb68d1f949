"""The lean Flask does what Flask does, as far as our pages go."""

import pytest
from flask import Flask, Response, request

from web.lean import BytesResponse, LeanFlask


def _app(kind):
    app = kind("lean")

    @app.get("/p/<name>")
    def page(name):
        return {"name": name, "args": request.args, "url": request.url, "path": request.path}

    @app.post("/p/<name>")
    def post(name):
        return Response(request.get_data() + name.encode(), content_type="text/plain")

    @app.get("/folder/")
    def folder():
        return "folder"

    @app.get("/bytes")
    def whole():
        return BytesResponse("您好".encode(), "text/plain; charset=utf-8")

    @app.get("/usual")
    def usual():
        return Response("您好".encode(), content_type="text/plain; charset=utf-8")

    return app.test_client()


PATHS = [
    "/p/a?x=1&x=2", "/p/%E9%9D%99%E9%9D%99?q=%E6%B3%95", "/p/%FF", "/p/a/b", "/p/", "/folder", "/folder?x=1", "/nothing",
    "/p/a%2Fb", "//p/a", "/p/a;b", "/usual",
]  # fmt: skip


@pytest.mark.parametrize("method", ["GET", "POST", "HEAD", "OPTIONS", "PUT"])
@pytest.mark.parametrize("path", PATHS)
def test_the_same_answer_as_flask(method, path):
    answers = [
        _app(kind).open(path, method=method, data=b"body" if method == "POST" else None)
        for kind in (Flask, LeanFlask)
    ]
    usual, lean = ((a.status_code, a.data, sorted(a.headers)) for a in answers)
    assert lean == usual


def test_whole_bytes_are_answered_as_flask_would():
    client = _app(LeanFlask)
    lean, usual = client.get("/bytes"), client.get("/usual")
    assert (lean.status_code, lean.data, sorted(lean.headers)) == (200, usual.data, sorted(usual.headers))
