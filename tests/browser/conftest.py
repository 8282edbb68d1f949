"""The whole service as `make run` starts it, on free ports and in a folder of its own, and a real Chromium."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Request

from core.settings import ROOT
from proofs.browser import DESK, PHONE, WECHAT_AGENT, is_outside, start_chromium
from tools.postgres import free_port


@dataclass(frozen=True)
class Service:
    """The running service. `flask` runs a command against it and gives what it printed."""

    url: str
    env: dict[str, str]

    def flask(self, *arguments: str) -> str:
        command = [sys.executable, "-m", "flask", "--app", str(ROOT / "app.py"), *arguments]
        done = subprocess.run(command, env=self.env, capture_output=True, text=True, check=True, timeout=120)
        return done.stdout


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    env = {
        **{k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY")},
        "ZHIJIA_VAR": str(tmp_path_factory.mktemp("service")),
        "PORT": str(free_port()),
        "SIMULATOR_PORT": str(free_port()),
    }
    command = [sys.executable, "-m", "flask", "--app", str(ROOT / "app.py"), "serve"]
    log = Path(env["ZHIJIA_VAR"]) / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=output, text=True)
    ready = threading.Event()
    threading.Thread(target=_watch, args=(process, ready), daemon=True).start()
    try:
        if not ready.wait(180):
            raise RuntimeError(f"the service did not start: {log.read_text('utf-8')[-2000:]}")
        yield Service(f"http://127.0.0.1:{env['PORT']}", env)
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
        if process.stdout is not None:
            process.stdout.close()


def _watch(process: "subprocess.Popen[str]", ready: threading.Event) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if "Ctrl-C" in line:
            ready.set()


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    browser = start_chromium(playwright)
    yield browser
    browser.close()


@pytest.fixture(params=["desk", "phone"])
def page(request: pytest.FixtureRequest, chromium: Browser, service: Service) -> Iterator[Page]:
    """A page of desk size, then one of phone size."""
    yield from _open(chromium, service, on_phone=request.param == "phone")


@pytest.fixture
def desk_page(chromium: Browser, service: Service) -> Iterator[Page]:
    """A page of desk size, for what can be shown only once a day."""
    yield from _open(chromium, service, on_phone=False)


def _open(chromium: Browser, service: Service, *, on_phone: bool) -> Iterator[Page]:
    """A page; the test fails on any script error and on any request that leaves this machine."""
    context: BrowserContext = chromium.new_context(
        viewport=PHONE if on_phone else DESK,
        user_agent=WECHAT_AGENT if on_phone else None,
        has_touch=on_phone,
        locale="zh-CN",
        base_url=service.url,
    )
    context.set_default_timeout(15_000)
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(f"script: {error}"))
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.on("request", lambda sent: _note_outside(sent, problems))
    yield page
    context.close()
    assert problems == []


def _note_outside(sent: Request, problems: list[Any]) -> None:
    if is_outside(sent.url):
        problems.append(f"left this machine: {sent.url}")
