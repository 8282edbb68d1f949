"""A campaign of each kind that has no world of its own in this folder, played by a follower: a new kind is walked by itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Flask, url_for

from campaigns.registry import all_kinds
from models.db import Database
from proofs.isolation.world import A
from tests.campaigns.walk import Walk, open_campaign

_HAVE_THEIR_OWN = frozenset({"photo", "quiz", "vote"})
"""`contesting`, `playing` and `voting`, which go through all that such a campaign can have."""


@dataclass(frozen=True, slots=True)
class OtherKinds:
    walks: tuple[Walk, ...]

    def paths(self, app: Flask) -> Iterator[str]:
        """Their pages for workers and in the console; what these link to is found by who walks."""
        with app.test_request_context():
            for walk in self.walks:
                campaign = walk.campaign
                for page in ("campaign_pages.front", f"{walk.kind.h5.name}.play"):
                    yield url_for(page, account_key=A, campaign_id=campaign.public_id)
                yield url_for("campaigns_console.show", account_key=A, public_id=campaign.public_id)
                yield from (page.url for page in walk.kind.desk(A, campaign))


def open_others(db: Database, account_id: int, openid: str, now: datetime) -> OtherKinds:
    """To be called once."""
    kinds = [kind for key, kind in all_kinds().items() if key not in _HAVE_THEIR_OWN]
    walks = tuple(open_campaign(db, kind, account_id, now - timedelta(hours=1)) for kind in kinds)
    for walk in walks:
        walk.play(openid, now)
    return OtherKinds(walks)
