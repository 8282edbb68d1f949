"""Stamps: how a change of content reaches every process. Raised in the transaction that changes, read every second."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.content import ContentStamp
from models.upsert import count_rows


def raise_stamp(session: Session, kind: str) -> None:
    """Tell all processes, once this transaction is committed, that content of `kind` changed."""
    raised = session.execute(
        update(ContentStamp).where(ContentStamp.kind == kind).values(stamp=ContentStamp.stamp + 1)
    )
    if count_rows(raised) == 0:
        session.add(ContentStamp(kind=kind, stamp=1))
        session.flush()


def read_stamps(session: Session) -> dict[str, int]:
    """All stamps by kind; a kind never raised is absent."""
    return dict(session.execute(select(ContentStamp.kind, ContentStamp.stamp)).tuples().all())
