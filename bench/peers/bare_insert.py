"""The peer of the quiz: bare Flask with its signed session, which stores what it is sent by one INSERT and says so.

At its best: the driver itself, one connection a thread, no transaction around the statement. It checks nothing beyond the
session. On SQLite it has the settings of ours (`models.db`).
"""

import os
import sqlite3
import threading
from datetime import UTC, datetime
from typing import Any

import psycopg
from flask import Flask, Response, jsonify, request, session

URL = os.environ["BENCH_DATABASE"]
_IS_SQLITE = URL.startswith("sqlite:")
_COLUMNS = "openid, attempt, position, given, at"
INSERT = f"INSERT INTO bare_answers ({_COLUMNS}) VALUES ({', '.join(['?' if _IS_SQLITE else '%s'] * 5)})"

app = Flask(__name__)
app.secret_key = os.environ["SECRET_KEY"]
_connections = threading.local()


@app.get("/")
def ready() -> str:
    return "ready"


@app.post("/answer/<attempt>")
def save(attempt: str) -> Response:
    sent = request.get_json()
    row = (session["openid"], attempt, int(sent["p"]), sent["given"], datetime.now(UTC).isoformat())
    _connection().execute(INSERT, row)
    return jsonify(p=sent["p"], given=sent["given"])


def _connection() -> Any:
    if not hasattr(_connections, "one"):
        _connections.one = _connect()
    return _connections.one


def _connect() -> Any:
    if not _IS_SQLITE:
        return psycopg.connect(URL.replace("+psycopg", ""), autocommit=True)
    connection = sqlite3.connect(URL.removeprefix("sqlite:///"), isolation_level=None)
    for pragma in (
        "journal_mode=WAL",
        "foreign_keys=ON",
        "busy_timeout=15000",
        "synchronous=NORMAL",
        "wal_autocheckpoint=4000",
    ):
        connection.execute(f"PRAGMA {pragma}")
    return connection
