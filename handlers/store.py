"""Queries for keyword rules."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.content import Entry, KeywordRule


def list_rules(
    session: Session, organisation_ids: Sequence[int], *, deleted: bool | None = False
) -> list[KeywordRule]:
    """The rules of these organisations in the order they were made; `deleted` None gives both kinds."""
    query = select(KeywordRule).where(KeywordRule.organisation_id.in_(organisation_ids))
    if deleted is not None:
        query = query.where(
            KeywordRule.deleted_at.is_not(None) if deleted else KeywordRule.deleted_at.is_(None)
        )
    return list(session.scalars(query.order_by(KeywordRule.id)))


def get_rule(session: Session, organisation_id: int, code: str) -> KeywordRule | None:
    """An organisation's own rule, deleted or not."""
    query = select(KeywordRule).where(
        KeywordRule.organisation_id == organisation_id, KeywordRule.code == code
    )
    return session.scalar(query.execution_options(populate_existing=True))


def known_entries(session: Session, organisation_ids: Sequence[int], codes: Iterable[str]) -> set[str]:
    """Those of `codes` that these organisations have answers for."""
    query = select(Entry.code).where(
        Entry.organisation_id.in_(organisation_ids),
        Entry.code.in_(list(codes)),
        Entry.withdrawn_at.is_(None),
    )
    return set(session.scalars(query))


def list_questions(session: Session, organisation_ids: Sequence[int], codes: Iterable[str]) -> dict[str, str]:
    """The questions of answers by code, the nearest organisation's."""
    query = select(Entry.code, Entry.question, Entry.organisation_id).where(
        Entry.organisation_id.in_(organisation_ids),
        Entry.code.in_(list(codes)),
        Entry.withdrawn_at.is_(None),
    )
    rows = sorted(session.execute(query), key=lambda row: -organisation_ids.index(row.organisation_id))
    return {row.code: row.question for row in rows}
