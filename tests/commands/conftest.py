"""`flask …` in this process and in one of its own."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from core.settings import ROOT
from tests.conftest import Home

OUR_OWN = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "PORT", "SIMULATOR_PORT", "ZHIJIA_CONFIG", "ZHIJIA_VAR")
Flask = Callable[..., Result]
Shell = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def flask(home: Home) -> Flask:
    return lambda *args: home.app.test_cli_runner().invoke(args=list(args))


def clean_environment(var_dir: Path, **env: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in OUR_OWN}
    return {**kept, "ZHIJIA_VAR": str(var_dir), **env}


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """`flask …` as a person types it: no Redis, no server, no SECRET_KEY, an empty var folder."""

    def run(*args: str, **env: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "flask", *args],
            cwd=ROOT,
            env=clean_environment(tmp_path / "var", **env),
            capture_output=True,
            text=True,
            timeout=120,  # the first question after a change of content has to learn it
            check=False,
        )

    return run


def one_line(done: Result) -> str:
    """The one line that says what went wrong, with exit code 1."""
    assert done.exit_code == 1, done.output
    assert done.stderr.startswith("Error: ")
    assert done.stderr.count("\n") == 1
    return done.stderr
