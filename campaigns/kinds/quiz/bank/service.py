"""Verbs on the bank: add, change, review, delete and bring back a question; take a file's questions over."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from campaigns.kinds.quiz.bank.questions import Question, as_json
from campaigns.kinds.quiz.bank.store import find_own, question_of
from campaigns.kinds.quiz.tables import QuizQuestion
from core.errors import Conflict, NotFound
from core.ids import public_id
from models.upsert import count_rows

_CHANGED = "您填写的时候，别人已经改过这道题。您写的都还在下面，对照一下再保存。"


@dataclass(frozen=True, slots=True)
class Hand:
    """Who changes, and when. `reviewer`: what they write counts as checked."""

    name: str
    now: datetime
    reviewer: bool = False


@dataclass(frozen=True, slots=True)
class Imported:
    added: int = 0
    changed: int = 0
    unchanged: int = 0


def add_question(session: Session, organisation_id: int, question: Question, hand: Hand) -> QuizQuestion:
    """A new one, or the organisation's own copy of one from above. Raises Conflict where it has one of this code."""
    known = find_own(session, organisation_id, question.code)
    if known is not None:
        if known.deleted_at is None:
            raise Conflict("taken", f"编号「{question.code}」已经有一道题了，请换一个编号，或去修改那一道。")
        change_question(session, organisation_id, known.public_id, known.version, question, hand)
        known.deleted_at = None
        return known
    row = QuizQuestion(organisation_id=organisation_id, public_id=public_id(), **_values(question, hand))
    session.add(row)
    session.flush()
    return row


def change_question(
    session: Session, organisation_id: int, id_: str, version: int, question: Question, hand: Hand
) -> None:
    """Save a change of an own one, whose code stays. Raises Conflict when somebody else was first."""
    values = {**_values(question, hand), "version": version + 1}
    values.pop("code")
    _save(session, organisation_id, id_, version, values)


def review_question(session: Session, organisation_id: int, id_: str, version: int, hand: Hand) -> None:
    """It was compared with the statutes, and is right. Raises Conflict."""
    _save(session, organisation_id, id_, version, {"reviewed_by": hand.name[:40], "version": version + 1})


def delete_question(session: Session, organisation_id: int, id_: str, version: int, hand: Hand) -> None:
    """It can be brought back; campaigns that are open keep their own copy. Raises Conflict."""
    _save(session, organisation_id, id_, version, {"deleted_at": hand.now, "version": version + 1})


def bring_back(session: Session, organisation_id: int, id_: str, version: int) -> None:
    """Undo a deletion. Raises Conflict."""
    _save(session, organisation_id, id_, version, {"deleted_at": None, "version": version + 1})


def import_questions(
    session: Session, organisation_id: int, questions: Iterable[Question], hand: Hand
) -> Imported:
    """Take questions over, by code; safe to repeat."""
    counts = {"added": 0, "changed": 0, "unchanged": 0}
    for question in questions:
        known = find_own(session, organisation_id, question.code)
        if known is None or known.deleted_at is not None:
            add_question(session, organisation_id, question, hand)
            counts["added"] += 1
        elif differs(known, question) or (hand.reviewer and not known.reviewed_by):
            change_question(session, organisation_id, known.public_id, known.version, question, hand)
            counts["changed"] += 1
        else:
            counts["unchanged"] += 1
    return Imported(**counts)


def differs(known: QuizQuestion, question: Question) -> bool:
    return question_of(known) != question


def _values(question: Question, hand: Hand) -> dict[str, Any]:
    return {
        **as_json(question),
        "reviewed_by": hand.name[:40] if hand.reviewer else "",
        "updated_at": hand.now,
        "updated_by": hand.name[:40],
    }


def _save(session: Session, organisation_id: int, id_: str, version: int, values: dict[str, Any]) -> None:
    where: Sequence[Any] = (
        QuizQuestion.organisation_id == organisation_id,
        QuizQuestion.public_id == id_,
    )
    saved = session.execute(
        update(QuizQuestion).where(*where, QuizQuestion.version == version).values(values)
    )
    if count_rows(saved) == 0:
        raise Conflict("changed", _CHANGED)


def require_own(row: QuizQuestion, organisation_id: int) -> None:
    """Raises NotFound for one that belongs to an organisation above."""
    if row.organisation_id != organisation_id:
        raise NotFound("inherited", "这道题来自上级，请先改写成本单位的再改。")
