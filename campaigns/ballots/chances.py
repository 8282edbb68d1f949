"""Who votes may draw: a chance for every period (day or round) with a ballot of theirs, given as ballots are sealed.

So a ballot takes no longer where there is a draw, and the chance is there a second or two later. A ballot that is struck
afterwards leaves its chance: prizes have limits and checks of their own.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.ballots.chain import Line
from campaigns.view import CampaignView
from models.ledger import Person
from prizes.chances import earn_all

_AT_ONCE = 500


def give_chances(session: Session, campaign: CampaignView, lines: Sequence[Line], now: datetime) -> int:
    """Returns how many were new."""
    if campaign.draw_id is None:
        return 0
    openids = _openids(session, campaign, sorted({line.person_id for line in lines}))
    earned = {
        f"vote:{campaign.id}:{line.person_id}:{line.period}": openids[line.person_id]
        for line in lines
        if line.person_id in openids
    }
    return earn_all(session, campaign.account_id, campaign.draw_id, earned, now)


def _openids(session: Session, campaign: CampaignView, person_ids: Sequence[int]) -> dict[int, str]:
    """Of those who were not erased."""
    found: dict[int, str] = {}
    for start in range(0, len(person_ids), _AT_ONCE):
        query = select(Person.id, Person.openid).where(
            Person.account_id == campaign.account_id, Person.id.in_(person_ids[start : start + _AT_ONCE])
        )
        found |= {row.id: row.openid for row in session.execute(query) if row.openid is not None}
    return found
