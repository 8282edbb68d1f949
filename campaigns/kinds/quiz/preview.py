"""The first page of a draft, for staff who look at it on their phone: a paper drawn from the bank of today."""

from flask import render_template
from sqlalchemy.orm import Session

from accounts.chains import chain_of_account
from campaigns.kinds.quiz.bank.store import list_effective, question_of
from campaigns.kinds.quiz.config import settings_of
from campaigns.kinds.quiz.dice import Dice
from campaigns.kinds.quiz.frozen import suits
from campaigns.kinds.quiz.marking import KINDS, LETTERS
from campaigns.view import CampaignView


def preview(session: Session, campaign: CampaignView) -> str:
    """Questions of the first level as somebody could get them; writes nothing."""
    settings, dice = settings_of(campaign), Dice(campaign.public_id)
    bank = list_effective(session, chain_of_account(session, campaign.account_id))
    chosen = []
    for row in settings.rows_of(0):
        pool = [question_of(one) for one in bank if suits(one, row)]
        chosen += dice.take(pool, min(row.take, len(pool)))
    return render_template(
        "quiz/preview.html", questions=chosen, settings=settings, kinds=KINDS, letters=LETTERS
    )
