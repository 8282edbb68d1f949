"""Telephone credit: an order is stored first and sent through the outbox; how it stands is asked until it is settled.

A time-out never orders twice: before an order is sent again the provider is asked whether it has it.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from core.errors import Conflict
from core.ids import public_id
from core.logs import get_logger
from house.parts import Parts
from jobs.outbox import Courier, Parcel, post
from models.prizes import CreditOrder, Prize, Win
from models.upsert import count_rows
from prizes.providers.base import Order, Provider, ProviderAway, Report

CREDIT_ORDER = "credit_order"
_AFTER = {"sent": ("pending",), "confirmed": ("pending", "sent"), "failed": ("pending", "sent")}
_ASK_EVERY = timedelta(minutes=1)
_BATCH = 50
log = get_logger(__name__)


class _Due(NamedTuple):
    account_id: int
    order_no: str


def place_order(session: Session, win: Win, now: datetime) -> CreditOrder:
    """Order the credit of a claimed win, to be sent after the commit. Raises Conflict while another order is under way."""
    mine = (CreditOrder.account_id == win.account_id, CreditOrder.win_id == win.id)
    open_ones = session.scalar(select(func.count(CreditOrder.id)).where(*mine, CreditOrder.state != "failed"))
    if open_ones:
        raise Conflict("ordered", "这份话费已经在充值，不会重复充。请等结果。")
    attempt = (session.scalar(select(func.max(CreditOrder.attempt)).where(*mine)) or 0) + 1
    order = CreditOrder(
        account_id=win.account_id, win_id=win.id, attempt=attempt, order_no=public_id(20), state="pending"
    )
    session.add(order)
    session.flush()
    post(session, win.account_id, CREDIT_ORDER, f"credit:{order.order_no}", {"order_no": order.order_no}, now)
    return order


def courier(parts: Parts, provider: Callable[[], Provider]) -> Courier:
    """Sends what `place_order` stored. Sending it again asks first."""

    def deliver(parcel: Parcel) -> None:
        order_no = str(parcel.payload["order_no"])
        with parts.db.work() as session:
            found = _claim(session, parcel.account_id, order_no, parts.clock())
        if found is None:
            return
        order, asked_before = found
        report = provider().query(order_no) if asked_before else None
        report = report or provider().order(order)
        with parts.db.work() as session:
            keep_report(session, parcel.account_id, order_no, report, parts.clock())

    return deliver


def _claim(session: Session, account_id: int, order_no: str, now: datetime) -> tuple[Order, bool] | None:
    """The order to send, and whether it may have been sent before; None once it is settled.

    That it is being sent is stored before it is: who dies in between asks first when they come back.
    """
    row = session.execute(
        select(CreditOrder, Win, Prize)
        .join(Win, Win.id == CreditOrder.win_id)
        .join(Prize, Prize.id == Win.prize_id)
        .where(
            CreditOrder.account_id == account_id,
            Win.account_id == account_id,
            Prize.account_id == account_id,
            CreditOrder.order_no == order_no,
            CreditOrder.state == "pending",
        )
    ).one_or_none()
    if row is None:
        return None
    order, win, prize = row
    asked_before = order.asked_at is not None
    order.asked_at = now
    return Order(order_no, win.phone or "", prize.value_fen), asked_before


def keep_report(session: Session, account_id: int, order_no: str, report: Report, now: datetime) -> bool:
    """Move an order and its win on; False when it stood there already. A settled one never moves again."""
    where = (
        CreditOrder.account_id == account_id,
        CreditOrder.order_no == order_no,
        CreditOrder.state.in_(_AFTER[report.state]),
    )
    settled = report.state != "sent"
    moving = update(CreditOrder).where(*where)
    moving = moving.values(
        state=report.state, problem=report.problem[:200], asked_at=now, done_at=now if settled else None
    )
    moved = session.execute(
        moving.returning(CreditOrder.win_id).execution_options(synchronize_session=False)
    ).scalar()
    if moved is None:
        return False
    win = (Win.account_id == account_id, Win.id == moved, Win.state.in_(("claimed", "sent")))
    step = update(Win).where(*win).values(state=report.state, note=report.problem, version=Win.version + 1)
    step = step.values(done_at=now) if settled else step
    session.execute(step.execution_options(synchronize_session=False))
    return True


def reconcile(parts: Parts, provider: Callable[[], Provider]) -> int:
    """Ask how orders stand that are not settled; returns how many moved on."""
    return sum(_ask(parts, provider(), due) for due in _list_due(parts))


def send_again(session: Session, account_id: int, win_id: int, order_no: str, now: datetime) -> None:
    """Staff let an order go out again that the outbox gave up. Raises Conflict once it is settled."""
    where = (
        CreditOrder.account_id == account_id,
        CreditOrder.win_id == win_id,
        CreditOrder.order_no == order_no,
        CreditOrder.state == "pending",
    )
    touched = update(CreditOrder).where(*where).values(problem="")
    if count_rows(session.execute(touched.execution_options(synchronize_session=False))) == 0:
        raise Conflict("settled", "这笔充值已经有结果了，不用再提交。请刷新页面。")
    key = f"credit:{order_no}:{int(now.timestamp()) // 60}"
    post(session, account_id, CREDIT_ORDER, key, {"order_no": order_no}, now)


def list_orders(
    session: Session, account_id: int, state: str, before: int | None, most: int
) -> list[tuple[CreditOrder, Win, Prize]]:
    """Newest first, of one state or of all (empty)."""
    query = (
        select(CreditOrder, Win, Prize)
        .join(Win, Win.id == CreditOrder.win_id)
        .join(Prize, Prize.id == Win.prize_id)
        .where(
            CreditOrder.account_id == account_id,
            Win.account_id == account_id,
            Prize.account_id == account_id,
        )
    )
    if state:
        query = query.where(CreditOrder.state == state)
    if before is not None:
        query = query.where(CreditOrder.id < before)
    rows = session.execute(query.order_by(CreditOrder.id.desc()).limit(most))
    return [(order, win, prize) for order, win, prize in rows]


def _list_due(parts: Parts) -> list[_Due]:
    before = parts.clock() - _ASK_EVERY
    query = (
        select(CreditOrder.account_id, CreditOrder.order_no)
        .where(
            CreditOrder.state.in_(("pending", "sent")),
            # One that was never sent is the outbox's.
            CreditOrder.asked_at <= before,
        )
        .order_by(CreditOrder.asked_at)
        .limit(_BATCH)
        .execution_options(all_tenants="orders of every account are asked after")
    )
    with parts.db.read() as session:
        return [_Due(*row) for row in session.execute(query)]


def _ask(parts: Parts, provider: Provider, due: _Due) -> int:
    try:
        report = provider.query(due.order_no)
    except ProviderAway as error:
        log.info("credit_not_asked", order=due.order_no, error=str(error))
        report = None
    with parts.db.work() as session:
        if report is not None and keep_report(session, due.account_id, due.order_no, report, parts.clock()):
            return 1
        where = (CreditOrder.account_id == due.account_id, CreditOrder.order_no == due.order_no)
        asked = update(CreditOrder).where(*where).values(asked_at=parts.clock())
        session.execute(asked.execution_options(synchronize_session=False))
    return 0
