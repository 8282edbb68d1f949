"""Queries on attempts and answers."""

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from campaigns.kinds.quiz.paper import Paper
from campaigns.kinds.quiz.tables import QuizAnswer, QuizAttempt, QuizStanding
from campaigns.view import CampaignView


def find_open(session: Session, campaign: CampaignView, person_id: int, gate: int) -> QuizAttempt | None:
    """The attempt they have under way at a level."""
    query = _of(campaign, person_id).where(QuizAttempt.gate == gate, QuizAttempt.state == "open")
    return session.scalar(query)


def list_attempts(session: Session, campaign: CampaignView, person_id: int) -> Sequence[QuizAttempt]:
    """All of a person, first to last."""
    return session.scalars(_of(campaign, person_id).order_by(QuizAttempt.id)).all()


def get_attempt(session: Session, paper: Paper) -> QuizAttempt:
    """How an attempt stands now."""
    query = select(QuizAttempt).where(QuizAttempt.account_id == paper.account_id, QuizAttempt.id == paper.id)
    return session.scalars(query).one()


def list_answers(session: Session, account_id: int, attempt_id: int) -> dict[int, QuizAnswer]:
    """By position."""
    query = select(QuizAnswer).where(QuizAnswer.account_id == account_id, QuizAnswer.attempt_id == attempt_id)
    return {one.position: one for one in session.scalars(query.order_by(QuizAnswer.position))}


def find_standing(session: Session, campaign: CampaignView, person_id: int) -> QuizStanding | None:
    query = select(QuizStanding).where(
        QuizStanding.account_id == campaign.account_id,
        QuizStanding.campaign_id == campaign.id,
        QuizStanding.person_id == person_id,
    )
    return session.scalar(query)


def _of(campaign: CampaignView, person_id: int) -> Select[QuizAttempt]:
    return select(QuizAttempt).where(
        QuizAttempt.account_id == campaign.account_id,
        QuizAttempt.campaign_id == campaign.id,
        QuizAttempt.person_id == person_id,
    )
