"""What an organiser learns from a quiz: how it went, and how each question did (difficulty, discrimination, distractors)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import sqrt
from typing import Any

from sqlalchemy import ColumnElement, Float, Integer, cast, func, select
from sqlalchemy.orm import Session

from campaigns.kind import Figure, Series, Summary
from campaigns.kinds.quiz.config import settings_of
from campaigns.kinds.quiz.frozen import FrozenSet, get_set
from campaigns.kinds.quiz.rules import day_of
from campaigns.kinds.quiz.tables import QuizAnswer, QuizAttempt, QuizStanding
from campaigns.view import CampaignView
from core.errors import NotFound

_LEAST_ANSWERS = 5
_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Item:
    """How a question did. `difficulty`: part of the answers that are right. `discrimination`: correlation of being right
    with the part of the whole paper that is right (−1 … 1); None where everybody or nobody is right. `wrong`: the wrong
    answer given most often, and how often."""

    index: int
    answers: int
    difficulty: float
    discrimination: float | None
    wrong: tuple[str, int] | None


def summarise(session: Session, campaign: CampaignView, now: datetime) -> Summary:
    """For the organiser's page."""
    figures = _figures(session, campaign)
    try:
        frozen = get_set(session, campaign)
    except NotFound:  # a draft
        return Summary(figures)
    series = [*_days(session, campaign), *_scores(session, campaign)]
    return Summary(figures, [*series, *_item_series(frozen, list_items(session, campaign))])


def list_items(session: Session, campaign: CampaignView) -> list[Item]:
    """Every question that was answered in a paper that is scored."""
    wrong = _wrong_answers(session, campaign)
    part = cast(QuizAttempt.right, Float) / QuizAttempt.total
    hit = cast(QuizAnswer.right, Integer)
    query = (
        select(
            QuizAnswer.question,
            func.count(),
            func.sum(hit),
            func.sum(part),
            func.sum(part * part),
            func.sum(part * hit),
        )
        .join(QuizAttempt, QuizAttempt.id == QuizAnswer.attempt_id)
        .where(*_scored_answers(campaign))
        .group_by(QuizAnswer.question)
        .order_by(QuizAnswer.question)
    )
    return [
        Item(
            index,
            count,
            right / count,
            discrimination(count, right, total, squares, of_right),
            wrong.get(index),
        )
        for index, count, right, total, squares, of_right in session.execute(query)
    ]


def discrimination(count: int, right: int, total: float, squares: float, of_right: float) -> float | None:
    """Point-biserial correlation from sums: answers, right ones, scores, their squares, scores of those who were right."""
    variance = squares / count - (total / count) ** 2
    if not 0 < right < count or variance <= 1e-12:
        return None
    p = right / count
    return (of_right / right - total / count) / sqrt(variance) * sqrt(p / (1 - p))


def _scored_answers(campaign: CampaignView) -> tuple[ColumnElement[bool], ...]:
    return (
        QuizAnswer.account_id == campaign.account_id,
        QuizAttempt.account_id == campaign.account_id,
        QuizAttempt.campaign_id == campaign.id,
        QuizAttempt.state == "scored",
    )


def _wrong_answers(session: Session, campaign: CampaignView) -> dict[int, tuple[str, int]]:
    query = (
        select(QuizAnswer.question, QuizAnswer.given, func.count().label("times"))
        .join(QuizAttempt, QuizAttempt.id == QuizAnswer.attempt_id)
        .where(*_scored_answers(campaign), QuizAnswer.right.is_(False))
        .group_by(QuizAnswer.question, QuizAnswer.given)
        .order_by(func.count().desc(), QuizAnswer.given)
    )
    most: dict[int, tuple[str, int]] = {}
    for index, given, times in session.execute(query):
        most.setdefault(index, (given, times))
    return most


def _figures(session: Session, campaign: CampaignView) -> list[Figure]:
    of_campaign = (QuizAttempt.account_id == campaign.account_id, QuizAttempt.campaign_id == campaign.id)
    begun = select(func.count(), func.count(QuizAttempt.person_id.distinct())).where(*of_campaign)
    ended = select(
        func.count(),
        func.coalesce(func.sum(cast(QuizAttempt.passed, Integer)), 0),
        func.coalesce(func.avg(cast(QuizAttempt.right, Float) / QuizAttempt.total), 0),
        func.coalesce(func.avg(QuizAttempt.used_ms), 0),
    ).where(*of_campaign, QuizAttempt.state == "scored")
    attempts, people = session.execute(begun).one()
    row: Any = session.execute(ended).one()
    scored, passed, part, used = row
    return [
        Figure("参与人数", people, "人"),
        Figure("答题次数", attempts, "次"),
        Figure("已交卷", scored, "份"),
        Figure("通过", int(passed), "份"),
        Figure("平均正确率", round(float(part) * 100, 1), "%"),
        Figure("平均用时", round(float(used) / 1000), "秒"),
    ]


def _days(session: Session, campaign: CampaignView) -> list[Series]:
    """Attempts by hour in SQL would differ between databases; by day of China the offset is whole hours."""
    query = select(QuizAttempt.started_at).where(
        QuizAttempt.account_id == campaign.account_id, QuizAttempt.campaign_id == campaign.id
    )
    days: dict[str, int] = {}
    for (moment,) in session.execute(query.execution_options(yield_per=5000)):
        days[day_of(moment)] = days.get(day_of(moment), 0) + 1
    return [Series("每天答题次数", "line", sorted(days), [days[day] for day in sorted(days)])] if days else []


def _scores(session: Session, campaign: CampaignView) -> list[Series]:
    query = (
        select(QuizStanding.points, func.count())
        .where(QuizStanding.account_id == campaign.account_id, QuizStanding.campaign_id == campaign.id)
        .group_by(QuizStanding.points)
    )
    most = settings_of(campaign).most_points
    bands = [0] * 5
    for points, count in session.execute(query):
        bands[min(4, points * 5 // most)] += count
    labels = [f"{most * at // 5}–{most * (at + 1) // 5} 分" for at in range(5)]
    return [Series("最好成绩的分布（人）", "bars", labels, bands)] if any(bands) else []


def _item_series(frozen: FrozenSet, items: Sequence[Item]) -> list[Series]:
    known = [one for one in items if one.answers >= _LEAST_ANSWERS]
    if not known:
        return []
    hard = sorted(known, key=lambda one: one.difficulty)[:_SHOWN]
    weak = [one for one in known if one.discrimination is not None]
    weak = sorted(weak, key=lambda one: one.discrimination or 0.0)[:_SHOWN]
    lured = sorted((one for one in known if one.wrong), key=lambda one: -_lure(one))[:_SHOWN]
    series = [_bars("答对率最低的题（%）", frozen, hard, [round(one.difficulty * 100, 1) for one in hard])]
    if weak:
        values = [round(one.discrimination or 0.0, 2) for one in weak]
        series.append(_bars("区分度最低的题（低于 0.2 的题建议修改）", frozen, weak, values))
    if lured:
        labels = [f"{_short(frozen, one)} → {_wrong_text(frozen, one)}" for one in lured]
        values = [round(_lure(one) * 100, 1) for one in lured]
        series.append(Series("最容易选错的答案（占作答的 %）", "bars", labels, values))
    return series


def _lure(item: Item) -> float:
    return item.wrong[1] / item.answers if item.wrong else 0.0


def _wrong_text(frozen: FrozenSet, item: Item) -> str:
    """The wrong answer in words: options' letters differ from person to person."""
    given = item.wrong[0] if item.wrong else ""
    options = frozen.questions[item.index].options
    return "＋".join(options["ABCDEF".index(one)] for one in given)[:40] if options else given


def _bars(title: str, frozen: FrozenSet, items: Sequence[Item], values: Sequence[float]) -> Series:
    return Series(title, "bars", [_short(frozen, one) for one in items], values)


def _short(frozen: FrozenSet, item: Item) -> str:
    text = frozen.questions[item.index].question
    return text if len(text) <= 24 else f"{text[:23]}…"
