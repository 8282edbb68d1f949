"""A house on a platform of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.settings import Settings, WeChatSettings
from staff.roles import Role
from tests.conftest import Home, make_settings, new_account
from tests.neighbours import Platform, running_platform
from tests.staff.desk import Desk


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Platform]:
    with running_platform(tmp_path, [new_account()]) as platform:
        yield platform


@pytest.fixture
def settings(tmp_path: Path, valkey_url: str, platform: Platform) -> Settings:
    return make_settings(tmp_path, valkey_url, wechat=WeChatSettings(api_url=platform.url))


@pytest.fixture
def anna(home: Home) -> Desk:
    """May edit and publish."""
    return Desk(home, "anna", "ours", Role.ADMIN)


@pytest.fixture
def bob(home: Home) -> Desk:
    """May edit, not publish."""
    return Desk(home, "bob", "ours", Role.EDITOR)
