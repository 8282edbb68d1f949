"""Verbs on requests for a person."""

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.errors import Conflict, NotFound
from models.upsert import count_rows
from models.wall import HelpRequest

_TRIES = 20


def request_help(
    session: Session, account_id: int, *, openid: str, message_key: str, text: str, now: datetime
) -> HelpRequest:
    """Store a worker's request and give it the account's next number; the same message again is the same request.

    Numbers are taken optimistically: whoever collides on the unique number tries the next. Raises Conflict when that
    goes wrong many times in a row.
    """
    for _ in range(_TRIES):
        known = session.scalar(
            select(HelpRequest).where(
                HelpRequest.account_id == account_id, HelpRequest.message_key == message_key
            )
        )
        if known is not None:
            return known
        highest = session.scalar(
            select(func.max(HelpRequest.number)).where(HelpRequest.account_id == account_id)
        )
        request = HelpRequest(
            account_id=account_id,
            number=(highest or 0) + 1,
            message_key=message_key,
            openid=openid,
            text=text,
            created_at=now,
        )
        try:
            with session.begin_nested():
                session.add(request)
        except IntegrityError:
            continue
        return request
    raise Conflict("too_busy", "现在找人工的人很多，请过一分钟再试")


def list_open_requests(session: Session, account_id: int, limit: int = 50) -> list[HelpRequest]:
    """Requests nobody closed, oldest first."""
    query = (
        select(HelpRequest)
        .where(HelpRequest.account_id == account_id, HelpRequest.closed_at.is_(None))
        .order_by(HelpRequest.id)
        .limit(limit)
    )
    return list(session.scalars(query))


def count_open_requests(session: Session, account_id: int) -> int:
    query = select(func.count()).where(HelpRequest.account_id == account_id, HelpRequest.closed_at.is_(None))
    return session.scalar(query) or 0


def close_request(session: Session, account_id: int, number: int, now: datetime) -> None:
    """Raises NotFound when there is no such open request."""
    closed = session.execute(
        update(HelpRequest)
        .where(
            HelpRequest.account_id == account_id,
            HelpRequest.number == number,
            HelpRequest.closed_at.is_(None),
        )
        .values(closed_at=now)
        .execution_options(synchronize_session=False)
    )
    if not count_rows(closed):
        raise NotFound("no_request", f"没有编号为 {number} 的待处理求助")
