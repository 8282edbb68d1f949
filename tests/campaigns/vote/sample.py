"""A walk through a vote, for the contract that every kind keeps (`tests/campaigns/test_contract.py`)."""

from datetime import datetime

from sqlalchemy.orm import Session

from accounts import audit
from campaigns.ballots.ballot import CHAT, Ballot
from campaigns.ballots.casting import cast_within
from campaigns.kinds.vote.roll import read_roll
from campaigns.view import CampaignView
from core.ids import public_id
from models.ledger import Person
from tests.campaigns.vote.world import SIMPLE, furnish

SETTINGS = SIMPLE
"""What the organiser changes the template's settings to."""


def prepare(session: Session, campaign: CampaignView) -> None:
    """What such a campaign needs before it can open."""
    audit.use_key(b"an-audit-key-for-tests")
    furnish(session, campaign)


def play(session: Session, campaign: CampaignView, person: Person, now: datetime) -> None:
    """Take part once, from the beginning to the end."""
    standing = read_roll(session, campaign).standing(1)
    cast_within(session, Ballot(campaign, person.openid or "", [1, 2], standing, public_id(20), CHAT, now))
