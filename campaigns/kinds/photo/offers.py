"""Pictures that somebody sent in the chat before saying which contest they are for. They wait a day for a word."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from campaigns.kinds.photo.tables import PhotoOffer
from core.errors import SoldOut
from members.ledger import mark_of
from models.upsert import count_rows, insert_missing

KEPT_FOR = timedelta(days=1)
_MOST = 20
_SCOPE = "photo-offers"


def remember_offer(
    session: Session, account_id: int, openid: str, message_key: str, media_id: str, form: str, now: datetime
) -> int:
    """Keep one, once a message; how many now wait of this person. Raises SoldOut."""
    waiting = _of_person(account_id, openid, now)
    known = set(session.scalars(select(PhotoOffer.message_key).where(*waiting)))
    if message_key not in known and len(known) >= _MOST:
        raise SoldOut("many_offers", f"已经替您记着 {_MOST} 张了。请先说要交到哪个活动，再接着发。")
    row = {
        "account_id": account_id,
        "mark": mark_of(_SCOPE, openid),
        "message_key": message_key,
        "media_id": media_id,
        "form": form,
        "created_at": now,
    }
    insert_missing(session, PhotoOffer, [row])
    return session.scalar(select(func.count()).select_from(PhotoOffer).where(*waiting)) or 0


def take_offers(session: Session, account_id: int, openid: str, now: datetime) -> Sequence[PhotoOffer]:
    """What waits of this person, the first first; it waits no longer."""
    waiting = _of_person(account_id, openid, now)
    found = session.scalars(select(PhotoOffer).where(*waiting).order_by(PhotoOffer.id)).all()
    for offer in found:
        session.expunge(offer)
    session.execute(delete(PhotoOffer).where(*waiting).execution_options(synchronize_session=False))
    return found


def drop_old_offers(session: Session, now: datetime) -> int:
    """Forget those of the day before; how many."""
    old = delete(PhotoOffer).where(PhotoOffer.created_at <= now - KEPT_FOR)
    everybody = {"all_tenants": "offers of every account end by the clock", "synchronize_session": False}
    return count_rows(session.execute(old.execution_options(**everybody)))


def _of_person(account_id: int, openid: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        PhotoOffer.account_id == account_id,
        PhotoOffer.mark == mark_of(_SCOPE, openid),
        PhotoOffer.created_at > now - KEPT_FOR,
    )
