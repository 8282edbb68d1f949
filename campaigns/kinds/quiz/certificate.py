"""The certificate: who may have it, what stands on it, and the look-up of its number."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.certificate import Paper
from campaigns.kinds.quiz.config import QuizConfig, settings_of
from campaigns.kinds.quiz.paper import is_id
from campaigns.kinds.quiz.rules import duration_text
from campaigns.kinds.quiz.tables import QuizStanding
from campaigns.view import CampaignView
from core.clock import SHANGHAI
from models.ledger import Person


@dataclass(frozen=True, slots=True)
class Certificate:
    """What stands on it."""

    number: str
    title: str
    host: str
    name: str
    words: str
    points: int
    most: int
    used_ms: int
    day: str
    verify_url: str


@dataclass(frozen=True, slots=True)
class Found:
    """A certificate that was looked up by its number."""

    person: Person
    points: int
    most: int
    used_ms: int
    reached_at: datetime


def is_earned(settings: QuizConfig, standing: QuizStanding) -> bool:
    """Does this quiz give certificates, and is the best result good enough?"""
    enough = standing.points * 100 >= settings.certificate_percent * settings.most_points
    return bool(settings.certificate) and enough


def make(
    campaign: CampaignView, host: str, person: Person, standing: QuizStanding, verify_url: str
) -> Certificate:
    settings = settings_of(campaign)
    return Certificate(
        number=standing.public_id,
        title=campaign.title,
        host=host,
        name=person.name or "",
        words=settings.certificate,
        points=standing.points,
        most=settings.most_points,
        used_ms=standing.used_ms,
        day=standing.reached_at.astimezone(SHANGHAI).strftime("%Y 年 %-m 月 %-d 日"),
        verify_url=verify_url,
    )


def find(session: Session, campaign: CampaignView, number: str) -> Found | None:
    """Whose number it is; None for one that this campaign never gave."""
    query = (
        select(QuizStanding, Person)
        .join(Person, Person.id == QuizStanding.person_id)
        .where(
            QuizStanding.account_id == campaign.account_id,
            Person.account_id == campaign.account_id,
            QuizStanding.campaign_id == campaign.id,
            QuizStanding.public_id == number,
        )
    )
    row = session.execute(query).one_or_none() if is_id(number) else None
    settings = settings_of(campaign)
    if row is None or not is_earned(settings, row[0]):
        return None
    standing, person = row
    return Found(person, standing.points, settings.most_points, standing.used_ms, standing.reached_at)


def paper_of(shown: Certificate) -> Paper:
    """As it is drawn."""
    return Paper(
        number=shown.number,
        name=shown.name or "参赛职工",
        text=f"在「{shown.title}」答题活动中，{shown.words}。",
        small=f"成绩 {shown.points} 分（满分 {shown.most} 分），用时 {duration_text(shown.used_ms)}",
        host=shown.host,
        day=shown.day,
        verify_url=shown.verify_url,
    )
