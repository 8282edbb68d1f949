"""Late answers: a message that got 「正在处理」 is answered by the worker, once, as a customer-service message.

Hooks with effects may have run already (their thread just did not come back in time). Their effects carry the message
key, so running them again changes nothing and gives the same answer.
"""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from accounts.directory import AccountDirectory
from chat.answer import Reply
from chat.turn import Turn
from core.clock import Clock
from core.errors import NotFound
from core.logs import get_logger
from core.masking import mask_text
from handlers.router import Router
from jobs.outbox import CUSTOMER_MESSAGE, post
from models.db import Database
from models.messages import PendingTurn
from models.upsert import count_rows
from wechat import reader, xml
from wechat.replies import to_custom_message

_CLAIM = timedelta(seconds=60)
_BATCH = 50
_MAX_ATTEMPTS = 12
_EVERYBODY = "late answers of every account"
log = get_logger(__name__)


class LateAnswers:
    """Answers pending turns. Several workers may: each turn is claimed by a conditional update."""

    def __init__(self, db: Database, directory: AccountDirectory, router: Router, clock: Clock) -> None:
        self._db = db
        self._directory = directory
        self._router = router
        self._clock = clock

    def answer_due(self) -> int:
        """Answer what is due; returns how many. A turn that fails is tried again later."""
        return sum(self._answer(turn_id) for turn_id in self._due_ids())

    def _due_ids(self) -> list[int]:
        with self._db.read() as session:
            query = (
                select(PendingTurn.id)
                .where(PendingTurn.done_at.is_(None), PendingTurn.due_at <= self._clock())
                .order_by(PendingTurn.id)
                .limit(_BATCH)
            )
            return list(session.scalars(query.execution_options(all_tenants=_EVERYBODY)))

    def _answer(self, turn_id: int) -> int:
        pending = self._claim(turn_id)
        if pending is None:
            return 0
        account_id, body, attempts = pending
        try:
            message = self._reply(account_id, body)
        except Exception as error:
            self._failed(turn_id, attempts, error)
            return 0
        now = self._clock()
        with self._db.work() as session:
            if message is not None:
                openid, key, payload = message
                post(session, account_id, CUSTOMER_MESSAGE, f"late:{key}", {"openid": openid, **payload}, now)
            self._finish(session, turn_id, now)
        return 1

    def _claim(self, turn_id: int) -> tuple[int, str, int] | None:
        now = self._clock()
        with self._db.work() as session:
            row = session.execute(
                update(PendingTurn)
                .where(PendingTurn.id == turn_id, PendingTurn.done_at.is_(None), PendingTurn.due_at <= now)
                .values(due_at=now + _CLAIM, attempts=PendingTurn.attempts + 1)
                .returning(PendingTurn.account_id, PendingTurn.body, PendingTurn.attempts)
                .execution_options(synchronize_session=False, all_tenants=_EVERYBODY)
            ).one_or_none()
        return None if row is None else (row[0], row[1], row[2])

    def _reply(self, account_id: int, body: str) -> tuple[str, str, dict[str, object]] | None:
        raw = body.encode()
        message = reader.read(xml.parse(raw), raw)
        try:
            account = self._directory.get_by_id(account_id)
        except NotFound:
            return None
        routed = self._router.answer(Turn(account, message, self._clock()))
        if not isinstance(routed.answer, Reply):
            return None
        payload = to_custom_message(routed.answer.message, message.openid)
        return None if payload is None else (message.openid, message.key, {"message": payload})

    def _finish(self, session: Session, turn_id: int, now: datetime) -> None:
        done = session.execute(
            update(PendingTurn)
            .where(PendingTurn.id == turn_id, PendingTurn.done_at.is_(None))
            .values(done_at=now, body="", error="")
            .execution_options(synchronize_session=False, all_tenants=_EVERYBODY)
        )
        if not count_rows(done):
            log.warning("late_answer_was_done", turn=turn_id)

    def _failed(self, turn_id: int, attempts: int, error: Exception) -> None:
        final = attempts >= _MAX_ATTEMPTS
        text = mask_text(f"{type(error).__name__}: {error}")[:500]
        log.error("late_answer_failed", turn=turn_id, attempts=attempts, final=final, error=text)
        now = self._clock()
        values = (
            {"done_at": now, "error": text}
            if final
            else {"due_at": now + timedelta(seconds=5), "error": text}
        )
        with self._db.work() as session:
            session.execute(
                update(PendingTurn)
                .where(PendingTurn.id == turn_id)
                .values(**values)
                .execution_options(synchronize_session=False, all_tenants=_EVERYBODY)
            )
