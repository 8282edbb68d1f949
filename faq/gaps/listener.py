"""Hears in the worker what was asked and how it went, and keeps it: masked, without the openid, each message once."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from chat.turn import Said
from core.clock import SHANGHAI
from faq.gaps.masking import mask
from faq.gaps.store import batches
from models.gaps import AskedQuestion, QuestionDay
from models.upsert import insert_for

_ANSWERING = frozenset({"faq", "calculators", "statutes"})
_TOLD = {"answer": "answered", "suggest": "suggested", "useful": "useful", "useless": "useless"}
_NOBODY_KNEW = "fallback"
_LONGEST_CODE = 80


def hear(session: Session, said: Sequence[Said]) -> None:
    """Keep the questions among `said`, and what people thought of answers; hearing them again changes nothing.

    A `chat.turn.Listener`. Texts are kept only of questions that were handed off or whose answer was of no use.
    """
    rows = [_row(one, outcome) for one in said if (outcome := outcome_of(one.hook, one.note)) is not None]
    new = insert_for(session, AskedQuestion).on_conflict_do_nothing()
    columns = (AskedQuestion.account_id, AskedQuestion.asked_at, AskedQuestion.outcome)
    days: Counter[tuple[int, date, str]] = Counter()
    for some in batches(rows, 200):
        kept: Sequence[Any] = session.execute(new.values(list(some)).returning(*columns)).all()
        days.update((row.account_id, row.asked_at.astimezone(SHANGHAI).date(), row.outcome) for row in kept)
    _count(session, days)


def _count(session: Session, days: Mapping[tuple[int, date, str], int]) -> None:
    """In one order, so that of two workers neither waits for the other for ever."""
    statement = insert_for(session, QuestionDay)
    statement = statement.on_conflict_do_update(
        index_elements=["account_id", "day", "outcome"],
        set_={"number": QuestionDay.number + statement.excluded.number},
    )
    counted = [
        {"account_id": account_id, "day": day, "outcome": outcome, "number": number}
        for (account_id, day, outcome), number in sorted(days.items())
    ]
    for some in batches(counted, 200):
        session.execute(statement.values(list(some)))


def outcome_of(hook: str, note: Mapping[str, str]) -> str | None:
    """answered, suggested, handed_off, useful or useless; None for what is no question."""
    if "faq" in note:
        return _TOLD.get(note["faq"])
    if hook == _NOBODY_KNEW:
        return "handed_off"
    return "answered" if hook in _ANSWERING else None


def _row(one: Said, outcome: str) -> dict[str, Any]:
    words = {"handed_off": one.words, "useless": one.note.get("question", "")}.get(outcome, "")
    return {
        "account_id": one.account_id,
        "message_key": one.message_key,
        "asked_at": one.at,
        "outcome": outcome,
        "entry_code": one.note.get("entry", "")[:_LONGEST_CODE],
        "text": mask(words),
    }
