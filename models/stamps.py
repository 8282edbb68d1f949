"""Stamps: how a change of content reaches every process. Raised in the transaction that changes, read twice a second."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.content import ContentStamp
from models.upsert import insert_for


def raise_stamp(session: Session, kind: str) -> None:
    """Tell all processes, once this transaction is committed, that content of `kind` changed."""
    raised = insert_for(session, ContentStamp).values(kind=kind, stamp=1)
    session.execute(
        raised.on_conflict_do_update(index_elements=["kind"], set_={"stamp": ContentStamp.stamp + 1})
    )


def read_stamps(session: Session) -> dict[str, int]:
    """All stamps by kind; a kind never raised is absent."""
    return dict(session.execute(select(ContentStamp.kind, ContentStamp.stamp)).all())
