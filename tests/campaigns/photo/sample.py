"""A walk through a contest, for the contract that every kind keeps (`tests/campaigns/test_contract.py`)."""

from datetime import datetime

from sqlalchemy.orm import Session

from campaigns.kinds.photo.works import Kept, WorkDraft, add_picture, begin_work, change_work, hand_in
from campaigns.view import CampaignView
from core.ids import public_id
from models.ledger import Person
from tests.campaigns.photo.world import SIMPLE

SETTINGS = SIMPLE
"""What the organiser changes the template's settings to."""


def prepare(session: Session, campaign: CampaignView) -> None:
    """Nothing: works come from people."""


def play(session: Session, campaign: CampaignView, person: Person, now: datetime) -> None:
    """Take part once, from the beginning to the end."""
    work = begin_work(session, campaign, person, "", now)
    kept = Kept(public_id(24) + ".jpg", public_id(24), 1600, 1200, "0" * 64, 7, "", "")
    add_picture(session, campaign, work, public_id(20), kept, now)
    change_work(session, campaign, work, work.version, WorkDraft(title="夜班"), now)
    hand_in(session, campaign, work, agreed=True, now=now)
