"""`python -m simulator`: starts the process on loopback and ends it cleanly on SIGTERM or SIGINT."""

from __future__ import annotations

import argparse
import logging
import os
import sys
import threading
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from flask import Flask
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from .accounts import read_accounts
from .app import create_app
from .settings import Settings, SettingsError, check_free, is_loopback, parse_cookies

THREADS = 48  # each may wait up to 15 s for a webhook while phones poll and the app calls the API


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m simulator", description="本地微信：平台接口与手机页面")
    environment = os.environ
    parser.add_argument("--port", type=int, default=int(environment.get("SIMULATOR_PORT", "8001")))
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--db", type=Path, default=Path("var/simulator.sqlite3"))
    parser.add_argument("--accounts", type=Path, default=Path("var/simulator-accounts.json"))
    parser.add_argument(
        "--clear-cookies",
        default=environment.get("SIMULATOR_CLEAR_COOKIES", ""),
        metavar="NAME@/PATH,…",
        help="换一位粉丝时要清除的应用 Cookie",
    )
    parser.add_argument(
        "--job-delay", type=float, default=0.8, metavar="S", help="群发、发布多久后完成（秒）"
    )
    parser.add_argument(
        "--allow-remote",
        action="store_true",
        help="允许监听本机以外的地址：任何人都能扮演任何粉丝，只在隔离的网络里使用",
    )
    return parser


def read_settings(arguments: Sequence[str] | None = None) -> Settings:
    """The settings of a command line. Raises SettingsError with one line for a person."""
    options = _parser().parse_args(arguments)
    if not is_loopback(options.host) and not options.allow_remote:
        raise SettingsError(f"只监听本机地址，{options.host} 不是（确有需要时加 --allow-remote）")
    if options.accounts.exists():
        read_accounts(options.accounts)  # a broken file is told at once, not at the first message
    return Settings(
        database=options.db.absolute(),
        accounts_file=options.accounts.absolute(),
        port=options.port,
        host=options.host,
        clear_cookies=parse_cookies(options.clear_cookies),
        job_delay_s=options.job_delay,
    )


def _load(settings: Settings, parent: int) -> Flask:
    """Runs in the worker: the application, and an eye on the parent so that no worker is left behind alone."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    if os.getpid() != parent:
        threading.Thread(target=watch, daemon=True, name="simulator-parent").start()
    return create_app(settings)


def main(arguments: Sequence[str] | None = None) -> int:
    """Serves until a signal comes. Exit code 0, or 2 when it can't start like this."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s simulator %(levelname)s %(message)s")
    logging.getLogger("urllib3").setLevel(logging.ERROR)
    try:
        settings = read_settings(arguments)
        check_free(settings.host, settings.port)
    except SettingsError as error:
        sys.stderr.write(f"simulator: {error}\n")
        return 2
    server = Granian(
        target="simulator",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        backpressure=256,
        websockets=False,
        workers_kill_timeout=3,
        log_level=LogLevels.error,
    )
    logging.getLogger("simulator").info("手机页面 %s/simulator/", settings.base_url)
    server.serve(target_loader=partial(_load, settings, os.getpid()), wrap_loader=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
