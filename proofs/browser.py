"""Debian's Chromium as proofs and browser tests use it: how it is started, the sizes of desk and phone, and what is gravely
wrong with a page."""

import json
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Playwright, ViewportSize

from core.settings import ROOT

CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--lang=zh-CN",
]
DESK: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
WECHAT_AGENT = (
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Mobile Safari/537.36 "
    "MicroMessenger/8.0.50 NetType/4G Language/zh_CN"
)
_PATHS = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
_AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
_GRAVE = ("serious", "critical")


def start_chromium(playwright: Playwright) -> Browser:
    """Raises RuntimeError where there is none."""
    path = next((path for path in _PATHS if Path(path).exists()), None)
    if path is None:
        raise RuntimeError("Chromium is missing: make setup installs it")
    return playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS)


def is_outside(url: str) -> bool:
    """Does a request leave this machine?"""
    return not url.startswith(("http://127.0.0.1:", "data:", "blob:", "about:"))


def grave_findings(page: Page) -> list[str]:
    """What axe finds serious or critical."""
    page.evaluate(_AXE.read_text("utf-8"))
    found: list[dict[str, Any]] = page.evaluate("async () => (await axe.run()).violations")
    return grave_of(found)


def grave_of(violations: list[dict[str, Any]]) -> list[str]:
    """Of what axe told: the rule, and the first place."""
    return [
        f"{one['id']}: {json.dumps(one['nodes'][0]['html'], ensure_ascii=False)}"
        for one in violations
        if one["impact"] in _GRAVE
    ]
