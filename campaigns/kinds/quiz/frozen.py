"""The questions of a campaign as they stood when it opened: made once, hashed, kept in memory by campaign."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from campaigns.kinds.quiz.bank.store import list_effective
from campaigns.kinds.quiz.config import QuizConfig, Row, settings_of
from campaigns.kinds.quiz.tables import QuizQuestion, QuizSet
from campaigns.view import CampaignView
from core.errors import Closed, NotFound
from core.logs import get_logger

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class FrozenQuestion:
    """A question that will not change any more."""

    code: str
    subject: str
    level: int
    kind: str
    question: str
    options: tuple[str, ...]
    answer: str
    explanation: str
    citations: tuple[str, ...]
    entry: str
    picture: str
    picture_text: str


@dataclass(frozen=True, slots=True)
class FrozenSet:
    """`pools`: for each level, for each line of its blueprint, indexes of `questions`."""

    digest: str
    questions: tuple[FrozenQuestion, ...]
    pools: tuple[tuple[tuple[int, ...], ...], ...]


def suits(question: QuizQuestion, row: Row) -> bool:
    """May a line of the blueprint draw it?"""
    names = row.subject_names
    return (not names or question.subject in names) and row.difficulty in (0, question.level)


def freeze(session: Session, campaign: CampaignView, chain: Sequence[int], now: datetime) -> None:
    """Keep the questions that the campaign may ask, as they are now."""
    settings = settings_of(campaign)
    bank = [
        one
        for one in list_effective(session, chain)
        if one.reviewed_by and any(suits(one, row) for row in settings.blueprint)
    ]
    content = {
        "questions": [_kept(one) for one in bank],
        "pools": [
            [[at for at, one in enumerate(bank) if suits(one, row)] for row in settings.rows_of(gate)]
            for gate in range(settings.gate_count)
        ],
    }
    session.add(
        QuizSet(
            account_id=campaign.account_id,
            campaign_id=campaign.id,
            digest=_digest(content),
            content=content,
            made_at=now,
        )
    )
    session.flush()


def get_set(session: Session | Connection, campaign: CampaignView) -> FrozenSet:
    """From memory, or from the database the first time. Raises NotFound before the campaign was opened, Closed where the set is
    not what was frozen: nobody is asked questions that changed behind the rules.
    """
    known = _sets.get(campaign.public_id)
    if known is None:
        query = select(QuizSet.digest, QuizSet.content).where(
            QuizSet.account_id == campaign.account_id, QuizSet.campaign_id == campaign.id
        )
        row = session.execute(query).one_or_none()
        if row is None:
            raise NotFound("no_set", "活动还没有开放，看不到题目。")
        if _digest(row.content) != row.digest or not _fits(row.content["pools"], settings_of(campaign)):
            log.error("quiz_set_damaged", campaign=campaign.public_id)
            raise Closed("damaged_set", "这个活动的题目和开放时的不一样了，先停止答题。请联系主办单位。")
        known = _sets[campaign.public_id] = _set_of(row.digest, row.content)
        while len(_sets) > _MOST_SETS:
            _sets.pop(next(iter(_sets)))
    return known


_MOST_SETS = 200
_sets: dict[str, FrozenSet] = {}
"""By the campaign's public id, which no other campaign ever has; a set does not change."""


def _fits(pools: Sequence[Sequence[Sequence[int]]], settings: QuizConfig) -> bool:
    """Is there a pool for each line of the blueprint, with as many questions as it takes?"""
    lines = [settings.rows_of(gate) for gate in range(settings.gate_count)]
    return [len(one) for one in pools] == [len(one) for one in lines] and all(
        len(pool) >= row.take
        for gate, rows in zip(pools, lines, strict=True)
        for pool, row in zip(gate, rows, strict=True)
    )


def _kept(row: QuizQuestion) -> dict[str, Any]:
    return {name: getattr(row, name) for name in FrozenQuestion.__slots__}


def _set_of(digest: str, content: Mapping[str, Any]) -> FrozenSet:
    questions = tuple(
        FrozenQuestion(**{**one, "options": tuple(one["options"]), "citations": tuple(one["citations"])})
        for one in content["questions"]
    )
    pools = tuple(tuple(tuple(row) for row in gate) for gate in content["pools"])
    return FrozenSet(digest, questions, pools)


def _digest(content: Mapping[str, Any]) -> str:
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
