"""Logs as the service writes them."""

import pytest

from core.logs import configure_logs


@pytest.fixture(autouse=True)
def logs() -> None:
    configure_logs("WARNING", json_lines=True)
