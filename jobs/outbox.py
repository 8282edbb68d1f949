"""The outbox: calls to the outside world, stored with the decision and delivered after its commit.

A courier delivers one kind. What it raises decides: `permanent` errors end the item, others are tried again with growing
pauses. A read timeout is tried again too, so couriers use the longest sensible timeout and, where the platform offers
one, an idempotency key.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from core.clock import Clock
from core.errors import DomainError
from core.logs import get_logger
from core.masking import mask_text
from models.db import Database
from models.jobs import OutboxItem
from models.upsert import count_rows, insert_missing

CUSTOMER_MESSAGE = "customer_message"
"""The kind that every feature may post: {"openid": …, "message": body of message/custom/send}."""

CLAIM = timedelta(minutes=2)
_MAX_PAUSE_S = 600.0
log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Parcel:
    """An item as its courier sees it."""

    id: int
    account_id: int
    key: str
    payload: dict[str, Any]
    attempts: int
    created_at: datetime


Courier = Callable[[Parcel], None]


def post(
    session: Session, account_id: int, kind: str, key: str, payload: dict[str, Any], now: datetime
) -> bool:
    """Store a call for delivery; False when `key` was posted before, which changes nothing."""
    row = {
        "account_id": account_id,
        "kind": kind,
        "key": key,
        "payload": payload,
        "state": "waiting",
        "due_at": now,
        "attempts": 0,
        "error": "",
        "created_at": now,
    }
    return insert_missing(session, OutboxItem, [row]) == 1


class Outbox:
    """Delivers what is due. Several processes may do so at once: each item is claimed by a conditional update."""

    def __init__(
        self,
        db: Database,
        couriers: Mapping[str, Courier],
        clock: Clock,
        *,
        batch: int,
        keep_trying: timedelta,
    ) -> None:
        """`keep_trying`: how long after it was posted an item is tried again; then it is dead."""
        self._db = db
        self._couriers = couriers
        self._clock = clock
        self._batch = batch
        self._keep_trying = keep_trying

    def deliver_due(self) -> int:
        """Deliver up to a batch of due items; returns how many were delivered."""
        delivered = 0
        for item_id in self._due_ids():
            claimed = self._claim(item_id)
            if claimed is not None:
                kind, parcel = claimed
                delivered += self._deliver(kind, parcel)
        return delivered

    def _due_ids(self) -> list[int]:
        with self._db.read() as session:
            query = (
                select(OutboxItem.id)
                .where(_claimable(self._clock()))
                .order_by(OutboxItem.due_at, OutboxItem.id)
                .limit(self._batch)
            )
            return list(
                session.scalars(query.execution_options(all_tenants="the outbox serves every account"))
            )

    def _claim(self, item_id: int) -> tuple[str, Parcel] | None:
        now = self._clock()
        with self._db.work() as session:
            row = session.execute(
                update(OutboxItem)
                .where(OutboxItem.id == item_id, _claimable(now))
                .values(state="claimed", claimed_until=now + CLAIM, attempts=OutboxItem.attempts + 1)
                .returning(
                    OutboxItem.kind,
                    OutboxItem.id,
                    OutboxItem.account_id,
                    OutboxItem.key,
                    OutboxItem.payload,
                    OutboxItem.attempts,
                    OutboxItem.created_at,
                )
                .execution_options(synchronize_session=False, all_tenants="the outbox serves every account")
            ).one_or_none()
        return None if row is None else (row[0], Parcel(*row[1:]))

    def _deliver(self, kind: str, parcel: Parcel) -> int:
        try:
            self._couriers[kind](parcel)
        except Exception as error:
            self._failed(kind, parcel, error)
            return 0
        self._settle(
            OutboxItem.id == parcel.id, parcel, state="done", done_at=self._clock(), payload={}, error=""
        )
        return 1

    def _failed(self, kind: str, parcel: Parcel, error: Exception) -> None:
        now = self._clock()
        final = bool(getattr(error, "permanent", False)) or now > parcel.created_at + self._keep_trying
        # A domain error's own sentence is for people; of others the name is what tells most.
        told = str(error) if isinstance(error, DomainError) else f"{type(error).__name__}: {error}"
        text = mask_text(told)[:500]
        log.warning(
            "delivery_failed",
            kind=kind,
            item=parcel.id,
            attempts=parcel.attempts,
            final=final,
            error=text,
        )
        pause_s = min(_MAX_PAUSE_S, 2.0 ** min(parcel.attempts, 16))
        due_at = self._clock() + timedelta(seconds=pause_s)
        # Whoever took it over after our lease decides: a late failure must not send a delivered item again.
        still_ours = and_(
            OutboxItem.id == parcel.id, OutboxItem.state == "claimed", OutboxItem.attempts == parcel.attempts
        )
        self._settle(still_ours, parcel, state="dead" if final else "waiting", due_at=due_at, error=text)

    def _settle(self, which: Any, parcel: Parcel, **values: Any) -> None:
        with self._db.work() as session:
            session.execute(
                update(OutboxItem)
                .where(which, OutboxItem.account_id == parcel.account_id)
                .values(claimed_until=None, **values)
                .execution_options(synchronize_session=False)
            )


def revive(session: Session, account_id: int, now: datetime) -> int:
    """Make an account's dead items due again; returns how many. For when what was in their way is gone."""
    revived = session.execute(
        update(OutboxItem)
        .where(OutboxItem.account_id == account_id, OutboxItem.state == "dead")
        .values(state="waiting", due_at=now, created_at=now, attempts=0)
        .execution_options(synchronize_session=False)
    )
    return count_rows(revived)


def list_dead(session: Session, account_id: int, limit: int = 50) -> list[OutboxItem]:
    """Items that were given up, oldest first."""
    query = select(OutboxItem).where(OutboxItem.account_id == account_id, OutboxItem.state == "dead")
    return list(session.scalars(query.order_by(OutboxItem.id).limit(limit)))


def _claimable(now: datetime) -> Any:
    """Waiting and due, or left behind by a worker that died."""
    return or_(
        and_(OutboxItem.state == "waiting", OutboxItem.due_at <= now),
        and_(OutboxItem.state == "claimed", OutboxItem.claimed_until < now),
    )
