"""Hears in the worker what was asked and how it went, and keeps it: masked, without the openid, each message once."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from chat.turn import Said
from faq.gaps.masking import mask
from models.gaps import AskedQuestion
from models.upsert import insert_missing

_ANSWERING = frozenset({"faq", "calculators", "statutes"})
_TOLD = {"answer": "answered", "suggest": "suggested", "useful": "useful", "useless": "useless"}
_NOBODY_KNEW = "fallback"
_LONGEST_CODE = 80


def hear(session: Session, said: Sequence[Said]) -> None:
    """Keep the questions among `said`, and what people thought of answers; hearing them again changes nothing.

    A `chat.turn.Listener`. Texts are kept only of questions that were handed off or whose answer was of no use.
    """
    rows = [_row(one, outcome) for one in said if (outcome := outcome_of(one.hook, one.note)) is not None]
    insert_missing(session, AskedQuestion, rows)


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
