"""Our pages beside a bare Flask that stores what it is sent by one INSERT: the same database, server and client, in turns.

The private PostgreSQL does not wait for the disk (`tools.postgres`), which is as hard on the ratio as it gets.
"""

import json
import os
import re
import statistics
import sys
import tempfile
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from typing import TypeVar

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import create_engine, text

from accounts import audit
from bench.load import Result, drive
from core.settings import ROOT, Settings, load_settings
from members import ledger
from models.types import Sealed
from proofs.processes import Process, Program, is_listening
from proofs.stack import postgres_log
from tools.postgres import free_port, running_postgres

ROUNDS = int(os.environ.get("ROUNDS", "5"))
SECONDS = int(os.environ.get("SECONDS_PER_ROUND", "3"))
ACCOUNT = "bench"
WORKERS, THREADS = 2, 4
_KEY = "benchmark-key-of-thirty-two-characters"
_SAID = re.compile(r"\[(\d+)\] LOG:  (?:statement|execute [^:]*): (.*?)(?=\n\d{4}-|\Z)", re.DOTALL)
"""Of PostgreSQL's log: the process that serves one connection, and what it was sent, which may have several lines."""
_BARE_TABLE = {
    "postgresql": "CREATE TABLE IF NOT EXISTS bare_answers (id bigserial PRIMARY KEY, openid text, attempt text, position int, "
    "given text, at timestamptz)",
    "sqlite": "CREATE TABLE IF NOT EXISTS bare_answers (id integer PRIMARY KEY, openid text, attempt text, position int, "
    "given text, at text)",
}
T = TypeVar("T")
Request = tuple[str, str, str]
"""Path, JSON body, cookie."""


@dataclass(frozen=True, slots=True)
class House:
    """The two servers' ports, and what they run on."""

    database_url: str
    settings: Settings
    ours: int
    bare: int


def on_both_databases(measure: Callable[[str], dict[str, object]]) -> dict[str, object]:
    """`measure` is given a database's URL; PostgreSQL's figures are the benchmark's, SQLite's stand beside them."""
    with running_postgres() as url:
        figures = measure(url)
    with tempfile.TemporaryDirectory(prefix="zhijia-bench-") as folder:
        return {**figures, "sqlite": measure(f"sqlite:///{folder}/bench.sqlite3")}


@contextmanager
def both_running(database_url: str, prepare: Callable[[Settings], T]) -> Iterator[tuple[House, T]]:
    """Both servers over one database, which `prepare` fills before they start; also what it returned."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="zhijia-bench-")))
        ours, bare = free_port(), free_port()
        env = environment(folder, database_url, ours)
        settings = load_settings(env)
        use_keys(settings)
        prepared = prepare(settings)
        _make_bare_table(database_url)
        for name, target, port in (
            ("web", "app:create_web", ours),
            ("bare", "bench.peers.bare_insert:app", bare),
        ):
            process = Process(Program(name, _granian(target, port), env, ROOT, folder / f"{name}.log"))
            stack.callback(process.stop)
            process.wait_ready(partial(_is_up, process, port), 180)
        yield House(database_url, settings, ours, bare), prepared


def environment(folder: Path, database_url: str, port: int) -> dict[str, str]:
    """For a process of the house whose files lie in `folder`; nothing of ours from outside."""
    (folder / "metrics").mkdir(parents=True, exist_ok=True)
    env = {k: v for k, v in os.environ.items() if not k.startswith(("ZHIJIA_", "FLASK_", "REDIS_"))}
    return {
        **env,
        "DATABASE_URL": database_url,
        "BENCH_DATABASE": database_url,
        "SECRET_KEY": _KEY,
        "PORT": str(port),
        "ZHIJIA_VAR": str(folder),
        "PROMETHEUS_MULTIPROC_DIR": str(folder / "metrics"),
    }


def use_keys(settings: Settings) -> None:
    """As `create_app` does, for work on the tables without an application."""
    Sealed.use_key(urlsafe_b64encode(settings.derive_key("sealed-columns")))
    ledger.use_key(settings.derive_key("ledger"))
    audit.use_key(settings.derive_key("audit-log"))


def bare_requests(people: int, each: int) -> list[Request]:
    """For the peer: so many of each person, one after the other."""
    bare = Flask("bare")
    bare.secret_key = _KEY
    signer = SecureCookieSessionInterface().get_signing_serializer(bare)
    if signer is None:
        raise RuntimeError("the peer has no key")
    cookies = [f"session={signer.dumps({'openid': f'obench{number:022}'})}" for number in range(people)]
    return [
        (f"/answer/{number:012}", json.dumps({"p": str(place), "given": "ABCD"[place % 4]}), cookie)
        for place in range(1, each + 1)
        for number, cookie in enumerate(cookies)
    ]


def drive_in_turns(
    ports: Mapping[str, int], requests: Mapping[str, Sequence[Request]]
) -> tuple[dict[str, list[Result]], dict[str, int]]:
    """Each continues where its round before ended; the first round only warms up. Also how many were sent in all.

    Raises SystemExit where an answer was an error, or requests ran out.
    """
    sent = dict.fromkeys(requests, 0)
    results: dict[str, list[Result]] = {name: [] for name in requests}
    for number in range(ROUNDS + 1):
        for name, all_ in requests.items():
            left = all_[sent[name] :]
            result = drive(ports[name], left, SECONDS, connections=16)
            if result.errors or result.requests > len(left):
                raise SystemExit(f"{name}: {result.errors} errors; {result.requests} requests of {len(left)}")
            sent[name] += result.requests
            if number:
                results[name].append(result)
        if number:
            shown = "，".join(f"{name} {found[-1].per_second:.0f}/s" for name, found in results.items())
            print(f"第 {number} 轮：{shown}", flush=True)
    return results, sent


def median_rate(found: Sequence[Result]) -> float:
    return statistics.median(one.per_second for one in found)


def median_p99(found: Sequence[Result]) -> float:
    return round(statistics.median(one.p99_ms for one in found), 1)


def ask(
    connection: HTTPConnection, method: str, path: str, body: str, headers: Mapping[str, str]
) -> tuple[int, bytes]:
    connection.request(method, path, body or None, dict(headers))
    response = connection.getresponse()
    return response.status, response.read()


def as_json(cookie: str) -> dict[str, str]:
    return {"Cookie": cookie, "Accept": "application/json", "Content-Type": "application/json"}


def count_statements(house: House, table: str, request: Request) -> int | None:
    """How many statements PostgreSQL is sent for a request that writes `table`, BEGIN and COMMIT among them, by its own log;
    None on SQLite."""
    if house.database_url.startswith("sqlite:"):
        return None
    engine = create_engine(house.database_url, isolation_level="AUTOCOMMIT")
    log = postgres_log(engine)
    if log is None:
        raise RuntimeError("PostgreSQL keeps no log")
    with engine.connect() as connection:
        connection.execute(text("ALTER SYSTEM SET log_statement = 'all'"))
        connection.execute(text("SELECT pg_reload_conf()"))
    engine.dispose()
    time.sleep(1)
    before = log.stat().st_size
    path, body, cookie = request
    if (
        ask(HTTPConnection("127.0.0.1", house.ours, timeout=30), "POST", path, body, as_json(cookie))[0]
        != 200
    ):
        raise SystemExit("the request was refused")
    time.sleep(0.5)
    said = log.read_bytes()[before:].decode(errors="replace")
    sent: list[tuple[str, str]] = _SAID.findall(said)
    servers = [server for server, statement in sent if table in statement]
    return [server for server, _ in sent].count(servers[0])


def count_rows(database_url: str, table: str) -> int:
    engine = create_engine(database_url)
    with engine.connect() as connection:
        count: int = connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
    engine.dispose()
    return count


def _is_up(process: Process, port: int) -> bool:
    return sum(is_listening(pid, port) for pid in process.children()) == WORKERS


def _granian(target: str, port: int) -> tuple[str, ...]:
    factory = () if target.endswith(":app") else ("--factory",)
    return (
        *(sys.executable, "-m", "granian", "--interface", "wsgi", *factory, target),
        *("--host", "127.0.0.1", "--port", str(port), "--working-dir", str(ROOT), "--workers", str(WORKERS)),
        *("--blocking-threads", str(THREADS), "--no-ws", "--log-level", "warning"),
    )


def _make_bare_table(database_url: str) -> None:
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text(_BARE_TABLE[engine.dialect.name]))
    engine.dispose()
