"""What winners are told in the chat: only where the platform allows it; else their page says it."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from jobs.outbox import CUSTOMER_MESSAGE, post
from models.ledger import Person
from models.members import Member
from wechat.replies import TextReply, to_custom_message

WINDOW = timedelta(hours=48)
"""A customer message may go out so long after somebody wrote."""


def tell(session: Session, account_id: int, person_id: int, key: str, text: str, now: datetime) -> bool:
    """Post `text` to somebody of a draw's ledger, once by `key`; False where it may not be sent."""
    query = (
        select(Person.openid)
        .join(Member, Member.openid == Person.openid)
        .where(
            Person.account_id == account_id,
            Member.account_id == account_id,
            Person.id == person_id,
            Member.following,
            Member.last_seen_at > now - WINDOW,
        )
    )
    openid = session.scalar(query)
    message = to_custom_message(TextReply(text), openid) if openid else None
    if message is None:
        return False
    return post(session, account_id, CUSTOMER_MESSAGE, key, {"openid": openid, "message": message}, now)
