"""A vote that is open in the demonstration's account, and phones before its pages."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from campaigns.kinds.vote.candidates import CandidateDraft, add_candidates
from campaigns.kinds.vote.kind import KIND
from campaigns.service import Organiser, begin
from campaigns.store import STAMP, get_row, view_of
from campaigns.view import CampaignView
from core.clock import system_clock
from core.settings import Settings
from models.accounts import Account
from models.db import Database
from models.stamps import raise_stamp
from proofs.client import Answered, cookie_of, post
from proofs.stack import ACCOUNT

CANDIDATES = 12
CHOSEN = 3
VOTES = 6
_SETTINGS = {"choose_most": CHOSEN, "votes": VOTES, "public_percent": 100, "challenge": False}
_PATIENCE_S, _HEARD = 20.0, 16


@dataclass(frozen=True, slots=True)
class Place:
    """The open vote; `db` goes around the proxies."""

    db: Database
    settings: Settings
    campaign: CampaignView

    def cast(self, openid: str, choice: Sequence[int], key: str, patience_s: float = 30) -> Answered:
        """Raises Unanswered."""
        headers = {
            "Cookie": cookie_of(self.settings, ACCOUNT, openid),
            "Accept": "application/json",
            "Content-Type": "application/json",
        }
        url = f"{self.settings.public_url}/h5/{ACCOUNT}/c/{self.campaign.public_id}/vote/cast"
        body = json.dumps({"choice": list(choice), "key": key}).encode()
        return post(url, body, headers=headers, patience_s=patience_s)


def open_place(db: Database, settings: Settings) -> Place:
    """Open a vote, without the check that asks for texts nobody reads here, and wait until each web process has heard of it."""
    now = system_clock()
    with db.work() as session:
        account_id = session.scalars(select(Account.id).where(Account.key == ACCOUNT)).one()
        made = begin(
            session, account_id, KIND.key, KIND.templates[0], now - timedelta(hours=1), Organiser("证明", now)
        )
        drafts = [CandidateDraft(f"候选人 {number}") for number in range(1, CANDIDATES + 1)]
        add_candidates(session, made, drafts, "证明", now)
        row = get_row(session, account_id, made.public_id)
        row.settings = {**row.settings, **_SETTINGS}
        row.state, row.opened_at = "live", now
        session.flush()
        campaign = view_of(row)
        raise_stamp(session, STAMP)
    place = Place(db, settings, campaign)
    _wait_open(place)
    return place


def _wait_open(place: Place) -> None:
    """Of no choice at all the one who knows the campaign says "too_few". Raises RuntimeError."""
    heard, until = 0, time.monotonic() + _PATIENCE_S
    while heard < _HEARD:
        told = json.loads(place.cast("oproof-first", [], "first-look").body)["error"]
        heard = heard + 1 if told == "too_few" else 0
        if time.monotonic() > until:
            raise RuntimeError("the web did not hear of the campaign")
        time.sleep(0.05)
