"""`flask serve` (everything, supervised) and `flask worker` (the jobs alone)."""

import json
import os
import shutil
import signal
import socket
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import click
import requests
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import select

from accounts.service import refuse_real_accounts
from commands.database import upgrade_schema
from commands.demo import DEMO_KEY, demo_is_current, demo_password, has_demo, load_demo
from core.errors import ConfigError, DomainError
from core.logs import get_logger
from core.settings import ROOT
from faq.commands import load_shelf
from house.current import parts
from house.parts import Parts
from jobs.ticker import Job, run_jobs
from menus.rules import to_buttons
from menus.service import newest_menu
from models.accounts import Account
from serving import own_redis
from serving.supervisor import Program, Supervisor
from web.session import COOKIE

log = get_logger(__name__)


def worker_command(make_jobs: Callable[[Parts], list[Job]]) -> click.Command:
    """`flask worker`, which does the jobs it is given."""

    @click.command("worker")
    def worker() -> None:
        """Do scheduled and queued work until stopped."""
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        run_jobs(make_jobs(parts()), stop)

    return worker


@click.command("serve")
def serve() -> None:
    """Start everything: schema, own Redis where none is configured, web, worker, and the simulator where it is on."""
    house = parts()
    _check_ports(house)
    upgrade_schema(house.db)
    _prepare_content(house)
    programs = _programs(house)
    house.db.close()
    Supervisor(programs).run(lambda: _announce(house))


def _check_ports(house: Parts) -> None:
    ports = {"PORT": house.settings.server.port}
    if house.settings.simulator.enabled:
        ports["SIMULATOR_PORT"] = house.settings.simulator.port
    for variable, port in ports.items():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((house.settings.server.host, port))
            except OSError:
                raise ConfigError(
                    "port_taken",
                    f"端口 {port} 已被占用：请先停止占用它的程序，或换一个，例如 {variable}={port + 10} make run",
                ) from None


def _prepare_content(house: Parts) -> None:
    with house.db.read() as session:
        accounts = list(session.scalars(select(Account.key)))
        loaded = has_demo(session)
        if house.settings.simulator.enabled:
            refuse_real_accounts(session)
    wanted = not house.settings.production and (loaded or not accounts)
    if wanted and not (loaded and demo_is_current(house)):
        click.echo(load_demo(house))
        load_shelf(DEMO_KEY)  # what it is to know is learnt before the first question comes
    if house.settings.simulator.enabled:
        _write_simulator_accounts(house)


def _write_simulator_accounts(house: Parts) -> None:
    with house.db.read() as session:
        rows: list[dict[str, object]] = [
            {
                "key": account.key,
                "name": account.name,
                "appid": account.appid,
                "secret": account.secret,
                "token": account.token,
                "aes_key": account.aes_key,
                "webhook_url": f"http://{house.settings.server.host}:{house.settings.server.port}/wechat/{account.key}",
                "mode": account.mode,
                "kind": "subscription" if account.kind == "test" else account.kind,
                "verified": account.verified,
                "h5_hosts": [],
            }
            for account in session.scalars(select(Account).order_by(Account.id))
        ]
    path = simulator_accounts_path(house)
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(rows, file, ensure_ascii=False)


def simulator_accounts_path(house: Parts) -> Path:
    return house.settings.var_dir / "simulator-accounts.json"


def _programs(house: Parts) -> list[Program]:
    settings = house.settings
    env = {"PROMETHEUS_MULTIPROC_DIR": str(_fresh_metrics_dir(settings.var_dir))}
    programs: list[Program] = []
    if not settings.redis_url:
        url = own_redis.url_of(settings.var_dir)
        env["REDIS_URL"] = url
        own_redis.socket_path(settings.var_dir).unlink(missing_ok=True)
        programs.append(Program("redis", own_redis.command(settings.var_dir), lambda: _redis_ready(url)))
    if settings.simulator.enabled:
        programs.append(_simulator(house))
    programs.append(_web(house, env))
    worker = (sys.executable, "-m", "flask", "--app", str(ROOT / "app.py"), "worker")
    programs.append(Program("worker", worker, lambda: True, env))
    return programs


def _simulator(house: Parts) -> Program:
    settings = house.settings
    with house.db.read() as session:
        cookies = ",".join(f"{COOKIE}@/h5/{key}/" for key in session.scalars(select(Account.key)))
    command = (
        *(sys.executable, "-m", "simulator", "--port", str(settings.simulator.port)),
        *(
            "--db",
            str(settings.var_dir / "simulator.sqlite3"),
            "--accounts",
            str(simulator_accounts_path(house)),
        ),
        *(("--clear-cookies", cookies) if cookies else ()),
    )
    url = f"http://127.0.0.1:{settings.simulator.port}/simulator/api/accounts"
    return Program(
        "simulator", command, lambda: _http_ready(url), {"PYTHONPATH": str(ROOT)}, beside_next=True
    )


def _web(house: Parts, env: dict[str, str]) -> Program:
    server = house.settings.server
    command = (
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", "app:create_web"),
        *("--host", server.host, "--port", str(server.port), "--working-dir", str(ROOT)),
        *("--workers", str(server.workers), "--blocking-threads", str(server.threads), "--no-ws"),
        *("--respawn-failed-workers", "--log-level", "warning"),
    )
    url = f"http://{server.host}:{server.port}/readyz"
    return Program("web", command, lambda: _http_ready(url), env)


def _fresh_metrics_dir(var_dir: Path) -> Path:
    """Counters of processes that are gone would be added for ever."""
    folder = var_dir / "metrics"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _redis_ready(url: str) -> bool:
    try:
        return bool(Redis.from_url(url, socket_timeout=1).ping())
    except RedisError:
        return False


def _http_ready(url: str) -> bool:
    session = requests.Session()
    session.trust_env = False
    try:
        return session.get(url, timeout=2).ok
    except requests.RequestException:
        return False


def _announce(house: Parts) -> None:
    settings = house.settings
    url = settings.public_url
    lines = [f"指尖之家已启动：{url}"]
    if settings.simulator.enabled:
        _push_demo_menu(house)
        lines.append(f"  手机模拟器   {url}/simulator/")
    lines.append(f"  问答页面     {url}/h5/{DEMO_KEY}/faq")
    password = None if settings.production else demo_password(house)
    lines.append(
        f"  管理后台     {url}/console/" + (f"（用户名 {DEMO_KEY}，密码 {password}）" if password else "")
    )
    lines.append("  按 Ctrl-C 停止")
    click.echo("\n".join(lines))


def _push_demo_menu(house: Parts) -> None:
    """The simulator forgets menus with its file; the demonstration's is published again at every start."""
    with house.db.read() as session:
        house.directory.reload(session)
        account = house.directory.find(DEMO_KEY)
        menu = newest_menu(session, account.id) if account else None
    if account is None or menu is None:
        return
    try:
        house.platform.api(account).menu.create({"button": to_buttons(menu, account)})
    except DomainError as error:
        log.warning("demo_menu_not_published", error=error)
