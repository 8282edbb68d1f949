"""A kind with entries in the house of campaigns, and a jury over them on both databases."""

from types import MappingProxyType

import pytest

from campaigns import chat, console, places, registry
from tests.campaigns.desk import Campaigns
from tests.campaigns.jury.panel import Panel, make_panel
from tests.campaigns.jury.works import KIND


@pytest.fixture
def tiny_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tiny kind of all tests of campaigns, with entries."""
    kinds = MappingProxyType({"tiny": KIND})
    for module in (registry, chat, console, places):
        monkeypatch.setattr(module, "all_kinds", lambda: kinds)


@pytest.fixture
def panel(campaigns: Campaigns) -> Panel:
    return make_panel(campaigns)


@pytest.fixture
def plain_panel(plain_campaigns: Campaigns) -> Panel:
    """On SQLite alone, where no race is looked for."""
    return make_panel(plain_campaigns)
