"""Campaigns that workers may see, in memory, by account."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from campaigns.store import list_open, readable_view
from campaigns.view import CampaignView
from core.errors import NotFound
from core.text import comparable


class _Set(NamedTuple):
    by_id: dict[tuple[int, str], CampaignView]
    by_account: dict[int, tuple[CampaignView, ...]]


class CampaignShelf:
    """Swapped in at once when campaigns change."""

    def __init__(self) -> None:
        self._set = _Set({}, {})

    def load(self, session: Session) -> None:
        views = [view for row in list_open(session) if (view := readable_view(row)) is not None]
        by_account: dict[int, tuple[CampaignView, ...]] = {}
        for view in views:
            by_account[view.account_id] = (*by_account.get(view.account_id, ()), view)
        self._set = _Set({(view.account_id, view.public_id): view for view in views}, by_account)

    def get(self, account_id: int, public_id: str) -> CampaignView:
        """Raises NotFound for one that is not open to workers."""
        view = self._set.by_id.get((account_id, public_id))
        if view is None:
            raise NotFound("no_campaign", "没有这个活动，或者它还没有开放。")
        return view

    def of_account(self, account_id: int) -> tuple[CampaignView, ...]:
        """Latest first."""
        return self._set.by_account.get(account_id, ())

    def named(self, account_id: int, words: str, now: datetime) -> CampaignView | None:
        """The campaign `words` (spelt for comparing) ask for: one that is on before one that is not, the latest first."""
        found = [one for one in self.of_account(account_id) if words in _words_of(one)]
        order = {"on": 0, "frozen": 1, "soon": 2}
        return min(found, key=lambda one: order.get(one.phase(now), 3), default=None)


def _words_of(campaign: CampaignView) -> frozenset[str]:
    return frozenset({comparable(campaign.word), comparable(campaign.title)})
