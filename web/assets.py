"""Browser files: a short allow-list from node_modules, and our own; versioned addresses, cached for a year."""

import hashlib
import json
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, abort, send_from_directory

from core.settings import ROOT

_OWN = Path(__file__).parent / "static"
_FOLDERS = {"own": _OWN, "covers": ROOT / "content" / "demo" / "covers"}
_MODULES = ROOT / "node_modules"
_ALLOWED = {
    "weui": ("weui", "dist/style", frozenset({"weui.min.css"})),
    "tabler": ("@tabler/core", "dist", frozenset({"css/tabler.min.css", "js/tabler.min.js"})),
    "htmx": ("htmx.org", "dist", frozenset({"htmx.min.js"})),
}
"""Our name for a package: its folder in node_modules, the folder in it, and the files that are served."""

_YEAR_S = 31_536_000

pages = Blueprint("assets", __name__)


@cache
def asset_url(name: str) -> str:
    """The address of a browser file: `weui/weui.min.css` (from node_modules) or `own/h5.css`."""
    package, _, file = name.partition("/")
    return f"/assets/{package}/{_version(package, file)}/{file}"


def _version(package: str, file: str) -> str:
    if package == "own":
        return hashlib.sha256((_OWN / file).read_bytes()).hexdigest()[:10]
    manifest = _MODULES / _ALLOWED[package][0] / "package.json"
    return str(json.loads(manifest.read_text("utf-8"))["version"]) if manifest.exists() else "missing"


@pages.get("/assets/<package>/<version>/<path:file>")
def serve(package: str, version: str, file: str) -> Response:
    """Any version is served with the newest file: pages of a moment ago may still ask for the old address."""
    if package in _FOLDERS:
        folder = _FOLDERS[package]
    elif package in _ALLOWED and file in _ALLOWED[package][2]:
        name, inside, _ = _ALLOWED[package]
        folder = _MODULES / name / inside
    else:
        abort(404)
    response = send_from_directory(folder, file, max_age=_YEAR_S)
    response.cache_control.immutable = True
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
