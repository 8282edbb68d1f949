"""A walk through a quiz, for the contract that every kind keeps (`tests/campaigns/test_contract.py`)."""

from datetime import datetime

from sqlalchemy.orm import Session

from accounts.chains import chain_of_account
from campaigns.kinds.quiz.bank.service import import_questions
from campaigns.kinds.quiz.paper import Paper
from campaigns.kinds.quiz.saving import answer
from campaigns.kinds.quiz.service import start, submit
from campaigns.view import CampaignView
from models.ledger import Person
from tests.campaigns.quiz.world import REVIEWER, SIMPLE, bank, said_of

SETTINGS = SIMPLE
"""What the organiser changes the template's settings to."""


def prepare(session: Session, campaign: CampaignView) -> None:
    """What such a campaign needs before it can open."""
    import_questions(session, chain_of_account(session, campaign.account_id)[0], bank(), REVIEWER)


def play(session: Session, campaign: CampaignView, person: Person, now: datetime) -> None:
    """Take part once, from the beginning to the end."""
    paper: Paper = start(session, campaign, person, 0, now)
    for at, asked in enumerate(paper.asked):
        answer(session.connection(), campaign, paper, at, said_of(asked), now)
    submit(session, campaign, paper, person, now)
