"""The kinds that are there: every folder of `campaigns/kinds` with a `kind.py` that says KIND. Built once."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType
from typing import Any

from campaigns import kinds
from campaigns.ballots.part import BallotPart
from campaigns.kind import CampaignKind
from campaigns.view import CampaignView
from core.errors import NotFound


@cache
def all_kinds() -> Mapping[str, CampaignKind]:
    """By key, in order of their titles. Raises ValueError for a folder whose kind is missing, doubled or incomplete."""
    found: dict[str, CampaignKind] = {}
    for module in iter_modules(kinds.__path__):
        kind = getattr(import_module(f"campaigns.kinds.{module.name}.kind"), "KIND", None)
        if not isinstance(kind, CampaignKind):
            raise ValueError(f"campaigns/kinds/{module.name}/kind.py declares no KIND")
        if kind.key != module.name:
            raise ValueError(f"the kind in campaigns/kinds/{module.name} calls itself {kind.key}")
        if kind.ballots is not None and kind.h5.name != kind.key:
            raise ValueError(f"the kind {kind.key} has ballots, but its pages are called {kind.h5.name}")
        if not kind.templates:
            raise ValueError(f"the kind {kind.key} has no template to start from")
        found[kind.key] = kind
    verbs = [kind.verb for kind in found.values()]
    if len(set(verbs)) != len(verbs):
        raise ValueError(f"two kinds share a verb: {verbs}")
    return MappingProxyType(dict(sorted(found.items(), key=lambda item: item[1].title)))


def ballot_kinds() -> list[str]:
    """Keys of the kinds whose campaigns keep ballots."""
    return [key for key, kind in all_kinds().items() if kind.ballots is not None]


def kind_of(key: str) -> CampaignKind:
    """Raises NotFound for a kind whose folder is gone."""
    kind = all_kinds().get(key)
    if kind is None:
        raise NotFound("no_kind", f"这个版本里没有「{key}」这种活动。")
    return kind


def ballots_of(campaign: CampaignView) -> BallotPart[Any]:
    """What the campaign's kind tells of its ballots. Raises NotFound for a kind, or a campaign, that keeps none."""
    part = kind_of(campaign.kind).ballots
    if part is None or not part.is_on(campaign.settings):
        raise NotFound("no_ballots", "这个活动没有投票和点赞，请回到活动首页。")
    return part
