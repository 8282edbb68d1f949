"""The real service, started privately for a proof: PostgreSQL, Valkey, simulator, web and worker, with a proxy before
each neighbour. Folder, ports and processes are its own and gone at the end.
"""

import json
import os
import secrets
import shutil
import sys
import tempfile
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import Connection, create_engine, select, text
from sqlalchemy.engine import Engine, make_url

from core.settings import ROOT, Settings, load_settings
from models.accounts import Account as AccountRow
from models.db import Database
from models.types import Sealed
from proofs.processes import Process, Program, is_listening, resident_kb, run_once
from proofs.proxy_host import ProxyHost, RemoteProxy
from proofs.run import say
from serving import own_redis
from simulator.accounts import Account, read_accounts
from tools.postgres import Cluster, free_port, running_cluster

ACCOUNT = "demo"
NEIGHBOURS = ("redis", "database", "platform")
WEB_WORKERS = 2
WEB = "app:create_web"


@dataclass(frozen=True, slots=True)
class Stack:
    """A running service. `engine` and `redis` go around the proxies, as the simulator's `platform_url` does."""

    folder: Path
    logs: Path
    settings: Settings
    engine: Engine
    redis: "Redis"
    platform_url: str
    account: Account
    proxies: dict[str, RemoteProxy]
    web: Process
    worker: Process
    simulator: Process
    database: Cluster
    redis_server: Process

    def web_workers(self) -> list[int]:
        """Process ids of the web workers."""
        return self.web.children()

    def web_memory_mb(self) -> float:
        """Resident memory of all web workers together."""
        return round(sum(map(resident_kb, self.web_workers())) / 1024, 1)

    def is_ready(self) -> bool:
        """Every web worker takes connections, and the service finds its neighbours well."""
        port = self.settings.server.port
        listening = sum(is_listening(pid, port) for pid in self.web_workers())
        return listening == WEB_WORKERS and _answers(f"{self.settings.public_url}/readyz")


@contextmanager
def running_stack(
    *, web_target: str = WEB, prepare: Callable[[Connection], None] | None = None
) -> Iterator[Stack]:
    """Start everything; `prepare` may change the fresh schema before the service sees it."""
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="zhijia-proof-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        yield _start(stack, folder, web_target, prepare)


def _start(
    stack: ExitStack, folder: Path, web_target: str, prepare: Callable[[Connection], None] | None
) -> Stack:
    logs = folder / "logs"
    logs.mkdir()
    database = stack.enter_context(running_cluster())
    database_url = database.url
    redis_server, redis_socket = _start_redis(stack, folder, logs)
    simulator_port = free_port()
    host = ProxyHost(
        {
            "redis": redis_socket,
            "database": _address(database_url),
            "platform": ("127.0.0.1", simulator_port),
        }
    )
    stack.callback(host.close)
    proxies = {name: RemoteProxy(host, name) for name in NEIGHBOURS}
    env = _environment(folder, database_url, proxies)
    settings = load_settings(env)
    engine = create_engine(database_url)
    stack.callback(engine.dispose)

    def run(name: str, *command: str) -> Program:
        return Program(name, (sys.executable, "-m", *command), env, ROOT, logs / f"{name}.log")

    run_once(run("schema", "flask", "db", "upgrade"))
    run_once(run("content", "flask", "demo", "load"))
    if prepare is not None:
        with engine.begin() as connection:
            prepare(connection)
    account = _tell_simulator(settings, database_url)
    say("数据库与演示内容已就绪，正在启动模拟器、web 和 worker")
    simulator = _keep(stack, run("simulator", *_simulator(folder, simulator_port)))
    platform_url = f"http://127.0.0.1:{simulator_port}"
    simulator.wait_ready(lambda: _answers(f"{platform_url}/simulator/api/accounts"))
    web = _keep(stack, run("web", *_web(settings, web_target)))
    worker = _keep(stack, run("worker", "flask", "worker"))
    service = Stack(
        folder,
        logs,
        settings,
        engine,
        Redis(unix_socket_path=str(redis_socket)),
        platform_url,
        account,
        proxies,
        web,
        worker,
        simulator,
        database,
        redis_server,
    )
    web.wait_ready(service.is_ready)
    worker.wait_ready(lambda: "worker_ready" in worker.log_end())
    return service


def _start_redis(stack: ExitStack, folder: Path, logs: Path) -> tuple[Process, Path]:
    own = folder / "store"  # not the service's folder: it would find the socket there and go around the proxy
    own.mkdir()
    command = own_redis.command(own)
    server = _keep(stack, Program("redis", command, os.environ, own, logs / "redis.log"))
    socket = own_redis.socket_path(own)
    client = Redis(unix_socket_path=str(socket), socket_timeout=1)
    stack.callback(socket.unlink, missing_ok=True)
    _wait(lambda: _pings(client), "Redis")
    client.close()
    return server, socket


def _keep(stack: ExitStack, program: Program) -> Process:
    process = Process(program)
    stack.callback(process.stop)
    return process


def _environment(folder: Path, database_url: str, proxies: dict[str, RemoteProxy]) -> dict[str, str]:
    through_proxy = make_url(database_url).set(port=proxies["database"].port)
    var, metrics = folder / "var", folder / "metrics"
    var.mkdir()
    metrics.mkdir()
    env = {name: value for name, value in os.environ.items() if not name.startswith(("ZHIJIA_", "FLASK_"))}
    return {
        **env,
        "DATABASE_URL": through_proxy.render_as_string(hide_password=False),
        "REDIS_URL": f"redis://127.0.0.1:{proxies['redis'].port}/0",
        "PORT": str(free_port()),
        "SIMULATOR_PORT": str(proxies["platform"].port),
        "SECRET_KEY": secrets.token_urlsafe(48),
        "ZHIJIA_VAR": str(var),
        "PROMETHEUS_MULTIPROC_DIR": str(metrics),
        "PYTHONUNBUFFERED": "1",
    }


def _web(settings: Settings, target: str) -> tuple[str, ...]:
    """The web server as `flask serve` starts it."""
    server = settings.server
    return (
        *("granian", "--interface", "wsgi", "--factory", target),
        *("--host", server.host, "--port", str(server.port), "--working-dir", str(ROOT)),
        *("--workers", str(WEB_WORKERS), "--blocking-threads", str(server.threads), "--no-ws"),
        *("--respawn-failed-workers", "--log-level", "warning"),
    )


def _simulator(folder: Path, port: int) -> tuple[str, ...]:
    return (
        *("simulator", "--port", str(port), "--db", str(folder / "simulator.sqlite3")),
        *("--accounts", str(folder / "var" / "simulator-accounts.json")),
    )


def _tell_simulator(settings: Settings, database_url: str) -> Account:
    """Write the accounts file of the simulator and read our account back from it."""
    Sealed.use_key(sealing_key(settings))
    database = Database(database_url)
    with database.read() as session:
        row = session.scalars(select(AccountRow).where(AccountRow.key == ACCOUNT)).one()
    database.close()
    entry = {name: getattr(row, name) for name in _TOLD} | {
        "webhook_url": f"{settings.public_url}/wechat/{row.key}",
        "h5_hosts": [],
    }
    path = settings.var_dir / "simulator-accounts.json"
    path.touch(0o600)
    path.write_text(json.dumps([entry], ensure_ascii=False), "utf-8")
    return read_accounts(path)[0]


_TOLD = ("key", "name", "appid", "secret", "token", "aes_key", "mode", "kind", "verified")


def sealing_key(settings: Settings) -> bytes:
    return urlsafe_b64encode(settings.derive_key("sealed-columns"))


def _address(database_url: str) -> tuple[str, int]:
    url = make_url(database_url)
    return url.host or "127.0.0.1", url.port or 5432


def _answers(url: str) -> bool:
    with requests.Session() as session:
        session.trust_env = False
        try:
            return session.get(url, timeout=2).ok
        except requests.RequestException:
            return False


def _pings(client: "Redis") -> bool:
    try:
        return bool(client.ping())
    except RedisError:
        return False


def _wait(ready: Callable[[], bool], name: str, limit_s: float = 20.0) -> None:
    until = time.monotonic() + limit_s
    while not ready():
        if time.monotonic() > until:
            raise RuntimeError(f"{name} did not come up in {limit_s:.0f} s")
        time.sleep(0.05)


def postgres_log(engine: Engine) -> Path | None:
    """The log of the private PostgreSQL (`tools.postgres` keeps it beside the data)."""
    with engine.connect() as connection:
        data = Path(str(connection.scalar(text("SHOW data_directory"))))
    path = data.parent / "log"
    return path if path.exists() else None
