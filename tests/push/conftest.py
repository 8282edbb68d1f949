"""A platform of the test's own, and a push to send."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.clock import system_clock
from core.settings import ROOT, PushSettings, Settings, WeChatSettings
from push.files import PushDraft, read_pushes
from push.tasks import covers_dir
from tests.conftest import NOW, Home, make_settings, new_account
from tests.neighbours import Platform, running_platform

DEMO = ROOT / "content" / "demo" / "pushes.yaml"


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Platform]:
    with running_platform(tmp_path, [new_account()]) as platform:
        for openid in platform.people("ours")[:3]:
            platform.world.followers.subscribe("ours", openid, None)
        yield platform


@pytest.fixture
def settings(tmp_path: Path, valkey_url: str, platform: Platform) -> Settings:
    return make_settings(
        tmp_path, valkey_url, wechat=WeChatSettings(api_url=platform.url), push=PushSettings(mass_per_day=9)
    )


@pytest.fixture
def house(home: Home) -> Home:
    """`home` with its accounts in memory."""
    with home.parts.db.read() as session:
        home.parts.directory.reload(session)
    return home


@pytest.fixture
def draft(house: Home) -> PushDraft:
    return read_pushes(DEMO, covers_dir(house.parts), system_clock())[0]


def a_draft(code: str = "news") -> PushDraft:
    """A push that is never delivered: its cover is nowhere."""
    return PushDraft(code, "标题", "摘要", "cover.jpg", "https://a.cn", NOW)
