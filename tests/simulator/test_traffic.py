"""Traffic: the same plan for the same seed, correct figures, errors counted."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Response
from rich.console import Console

from simulator import traffic
from simulator.settings import SettingsError

from .conftest import Hook


def quiet() -> Console:
    return Console(file=io.StringIO(), width=100)


def test_the_plan_depends_on_the_seed_only() -> None:
    assert traffic.plan(200, 10, 7) == traffic.plan(200, 10, 7)
    assert traffic.plan(200, 10, 7) != traffic.plan(200, 10, 8)
    assert len({planned.openid for planned in traffic.plan(200, 10, 7)}) == 10
    assert [planned.kind for planned in traffic.plan(5, 50, 1)] == ["follow"] * 5


def test_percentiles() -> None:
    values = [float(number) for number in range(1, 101)]

    assert [traffic.percentile(values, share) for share in (0.5, 0.95, 0.99)] == [50.0, 95.0, 99.0]
    assert traffic.percentile([], 0.5) == 0.0


def test_a_run(accounts_file: Path, hook: Hook) -> None:
    hook.answer = lambda message: "好" if message.type == "text" else None
    console = quiet()

    figures = traffic.run(
        accounts_file, "demo", messages=120, followers=10, concurrency=4, seed=3, console=console
    )

    assert (figures.sent, figures.errors, len(hook.messages)) == (120, 0, 120)
    assert figures.replied == sum(message.type == "text" for message in hook.messages)
    assert figures.replied + figures.silent == 120
    assert 0 < figures.p50_ms <= figures.p95_ms <= figures.p99_ms <= figures.max_ms
    assert sum(count for _, count in figures.by_kind) == 120
    ids = [message.id for message in hook.messages if message.type != "event"]
    assert len(set(ids)) == len(ids)
    assert "p99" in console.file.getvalue()  # type: ignore[attr-defined]


def test_errors_are_counted_and_named(accounts_file: Path, hook: Hook) -> None:
    answers: list[Any] = [Response("no", 500), Response("<html>", 200)]
    hook.answer = lambda message: answers[len(hook.messages) % 2]

    figures = traffic.run(accounts_file, "demo", messages=10, followers=2, concurrency=1, console=quiet())

    assert figures.errors == 10
    assert ("HTTP 500", 5) in figures.problems


def test_nobody_at_home(accounts_file: Path, change_account: Callable[..., None]) -> None:
    change_account(webhook_url="http://127.0.0.1:9/wechat/demo")

    figures = traffic.run(accounts_file, "demo", messages=4, followers=1, concurrency=2, console=quiet())

    assert figures.problems == (("ConnectionError", 4),)


def test_an_unknown_account(accounts_file: Path) -> None:
    with pytest.raises(SettingsError):
        traffic.run(accounts_file, "nobody", console=quiet())
