"""The console of these tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.settings import Settings
from tests.conftest import Home
from tests.faq.consoles import open_house


@pytest.fixture
def house(
    settings: Settings, sqlite_template: Path, tmp_path: Path, redis: object, few_questions: None
) -> Iterator[Home]:
    with open_house(settings, sqlite_template, tmp_path) as home:
        yield home
