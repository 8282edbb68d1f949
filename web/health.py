"""For operators and load balancers: `/healthz` (the process lives), `/readyz` (it can serve), `/metrics` (Prometheus)."""

import os
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, current_app, jsonify

if folder_name := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
    # prometheus_client opens its files when a metric is made, below.
    Path(folder_name).mkdir(parents=True, exist_ok=True)

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    multiprocess,
)

READY = "zhijia.ready"
pages = Blueprint("health", __name__)

_MESSAGES = Counter("zhijia_messages", "Inbound messages and events", ["account", "kind", "outcome"])
_SECONDS = Histogram(
    "zhijia_answer_seconds",
    "Time from callback to answer",
    buckets=(0.001, 0.002, 0.005, 0.01, 0.05, 0.2, 1.0, 4.0, 4.5),
)
_children: dict[tuple[str, str, str], Any] = {}


def observe(account: str, kind: str, outcome: str, seconds: float) -> None:
    """Count an answered callback. Labels are bounded: accounts, kinds and outcomes are ours."""
    key = (account, kind, outcome)
    child = _children.get(key)
    if child is None:
        child = _children[key] = _MESSAGES.labels(*key)
    child.inc()
    _SECONDS.observe(seconds)


@pages.get("/healthz")
def healthz() -> Response:
    return Response("ok\n", content_type="text/plain")


@pages.get("/readyz")
def readyz() -> Response:
    """200 with the state of every neighbour. A neighbour that is away does not take us out of service: questions are
    answered from memory without any of them."""
    checks: dict[str, str] = current_app.extensions[READY]()
    return jsonify(checks)


@pages.get("/metrics")
def metrics() -> Response:
    folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    if folder and Path(folder).is_dir():
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
    return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)
