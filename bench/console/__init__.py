"""The console's lists over a whole province (154 unions, 2.3 million followers) beside a hundredth part of it.

Two databases on one PostgreSQL, two servers (granian, one worker each), one client that asks them in turns. The ratio of a
list is its p95 at the hundredth part ÷ its p95 at full size: 0.667 is half as long again.

`POSTGRES` names a server of one's own (as a SQLAlchemy URL): databases that were filled there stay, and are used again.
"""

import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import yaml
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

import app as application
from bench.console.fill import fill, sign_in
from bench.console.pages import unknown_pages
from bench.console.walk import Site, figures, walk
from core.settings import ROOT, Settings, load_settings
from proofs.processes import Process, Program, is_listening, resident_kb
from tools.postgres import free_port, running_postgres

REQUESTS = int(os.environ.get("REQUESTS", "60"))
_ONLY = os.environ.get("ONLY", "")
_POSTGRES = os.environ.get("POSTGRES", "")
_SHARES = {"whole": 1.0, "part": 0.01}
_KEY = "benchmark-key-of-thirty-two-characters"


def run() -> dict[str, object]:
    """Fill both, start both, walk."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="zhijia-bench-")))
        platform = stack.enter_context(_platform())
        url = _POSTGRES or stack.enter_context(running_postgres())
        sites = {name: stack.enter_context(_site(folder, name, url, platform)) for name in _SHARES}
        walked = walk(sites["whole"], sites["part"], REQUESTS, _ONLY)
        return {
            **figures(walked),
            "requests": REQUESTS,
            "loading": {name: one.loading for name, one in sites.items()},
        }


@contextmanager
def _site(folder: Path, name: str, url: str, platform: int) -> Iterator[Site]:
    """A filled database with the server before it."""
    own, port = folder / name, free_port()
    own.mkdir()
    database, filling = f"zhijia_bench_{name}", f"zhijia_bench_{name}_filling"
    env = _environment(own, _address(url, database), port, platform)
    settings = load_settings(env)
    _refuse_unknown(settings)
    began = time.perf_counter()
    if not _has_database(url, database):
        # It gets its name when it is full: one that was broken off is made anew.
        _administer(url, f"DROP DATABASE IF EXISTS {filling}", f"CREATE DATABASE {filling}")
        fill(settings.model_copy(update={"database_url": _address(url, filling)}), _SHARES[name])
        _administer(url, f"ALTER DATABASE {filling} RENAME TO {database}")
    people = sign_in(settings)
    print(f"{name}：已填好，{time.perf_counter() - began:.0f} 秒", file=sys.stderr)
    began = time.perf_counter()
    server = Process(Program(f"web {name}", _granian(port), env, ROOT, own / "log"))
    try:
        server.wait_ready(lambda: any(is_listening(pid, port) for pid in server.children()), 300)
        loading = {
            "start_s": round(time.perf_counter() - began, 1),
            "rss_mb": max(resident_kb(pid) for pid in server.children()) // 1024,
        }
        yield Site(port, people, _names(settings.database_url), loading)
    finally:
        server.stop()


def _has_database(url: str, name: str) -> bool:
    engine = create_engine(url)
    with engine.connect() as connection:
        query = text("SELECT count(*) FROM pg_database WHERE datname = :name")
        found: int = connection.execute(query, {"name": name}).scalar_one()
    engine.dispose()
    return found > 0


def _administer(url: str, *statements: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def _address(url: str, database: str) -> str:
    return make_url(url).set(database=database).render_as_string(hide_password=False)


def _environment(own: Path, database_url: str, port: int, platform: int) -> dict[str, str]:
    """Without Redis, with a platform that answers at once."""
    values = yaml.safe_load((ROOT / "config.yaml").read_text("utf-8"))
    values["simulator"] = {**(values.get("simulator") or {}), "enabled": False}
    values["wechat"] = {**(values.get("wechat") or {}), "api_url": f"http://127.0.0.1:{platform}"}
    config = own / "config.yaml"
    config.write_text(yaml.safe_dump(values, allow_unicode=True), "utf-8")
    env = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("ZHIJIA_", "FLASK_", "REDIS_"))
    }
    metrics = own / "metrics"
    metrics.mkdir()
    return {
        **env,
        "DATABASE_URL": database_url,
        "PORT": str(port),
        "SECRET_KEY": _KEY,
        "ZHIJIA_CONFIG": str(config),
        "ZHIJIA_VAR": str(own),
        "PROMETHEUS_MULTIPROC_DIR": str(metrics),
    }


def _granian(port: int) -> tuple[str, ...]:
    return (
        *(
            sys.executable,
            "-m",
            "granian",
            "--interface",
            "wsgi",
            "--factory",
            "bench.console.web:create_web",
        ),
        *("--host", "127.0.0.1", "--port", str(port), "--working-dir", str(ROOT), "--workers", "1"),
        *("--blocking-threads", "2", "--no-ws", "--log-level", "warning"),
    )


def _refuse_unknown(settings: Settings) -> None:
    unknown = unknown_pages(application.create_app(settings))
    if unknown:
        raise SystemExit(f"neither walked nor said to be no list in bench/console/pages.py: {unknown}")


def _names(database_url: str) -> dict[str, str]:
    """A tag that many of the largest account's followers carry, and a follower in the middle of them."""
    engine = create_engine(database_url)
    with engine.connect() as connection:
        tag = "SELECT id, public_id FROM tags WHERE account_id = 1 ORDER BY id LIMIT 1"
        id_, public_id = connection.execute(text(tag)).one()
        middle = "SELECT percentile_disc(0.3) WITHIN GROUP (ORDER BY member_id) FROM member_tags WHERE tag_id = :tag"
        member = str(connection.execute(text(middle), {"tag": id_}).scalar_one())
    engine.dispose()
    return {"tag": str(public_id), "member": member}


class _Platform(BaseHTTPRequestHandler):
    """Tokens, and a few tags."""

    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        tags = [{"id": number, "name": f"标签{number}", "count": 10} for number in range(100, 160)]
        body = json.dumps({"errcode": 0, "access_token": "x", "expires_in": 7200, "tags": tags}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = _answer

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@contextmanager
def _platform() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Platform)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
