"""Verbs on pushes: schedule, withdraw, begin, accept, close. Each step is a conditional update, so it happens once."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import String, cast, literal, select, update
from sqlalchemy.orm import Session

from accounts.quota import Quota, reserve
from core.errors import Conflict, NotFound, SoldOut
from jobs.outbox import post
from models.jobs import OutboxItem
from models.push import MassResult, Push
from models.upsert import count_rows, insert_missing
from push.files import PushDraft
from wechat.messages import Inbound, MassSendFinished

MASS_SEND = "mass_send"
NOBODY_APPROVED = "到了发送时间还没有人审定，没有发送。要发请再安排一次，并请有「发布上线」权限的同事审定。"
_EVERY_ACCOUNT = "pushes of every account"


def schedule_push(
    session: Session, account_id: int, draft: PushDraft, *, by: str = "", approved: bool = True
) -> Push:
    """Store a push to be sent at its time, once it is `approved`. Raises Conflict when its code was used before."""
    known = session.scalar(select(Push.id).where(Push.account_id == account_id, Push.code == draft.code))
    if known is not None:
        raise Conflict("push_exists", f"推送「{draft.code}」已经安排过；要重发请换一个 code")
    push = Push(
        account_id=account_id,
        code=draft.code,
        title=draft.title,
        digest=draft.digest,
        cover=draft.cover,
        link=draft.link,
        due_at=draft.due_at,
        client_msg_id=secrets.token_hex(16),
        approved=approved,
        proposed_by=by,
        approved_by=by if approved else "",
    )
    session.add(push)
    session.flush()
    return push


def approve_push(session: Session, account_id: int, code: str, *, by: str) -> None:
    """Let a proposed push go at its time. Raises Conflict when it is approved, withdrawn or over already."""
    waiting = (Push.code == code) & Push.approved.is_(False)
    if not _move(session, waiting, account_id, "scheduled", approved=True, approved_by=by):
        raise Conflict("not_waiting", f"推送「{code}」不在等待审定")


def withdraw_push(session: Session, account_id: int, code: str) -> None:
    """Take back a push before its time. Raises NotFound, or Conflict when it has begun: it can't be taken back then."""
    if _move(session, Push.code == code, account_id, "scheduled", state="withdrawn"):
        return
    state = session.scalar(select(Push.state).where(Push.account_id == account_id, Push.code == code))
    if state is None:
        raise NotFound("no_push", f"没有名为「{code}」的推送")
    raise Conflict("push_begun", f"推送「{code}」已经开始发送或已结束，不能撤回")


def list_pushes(session: Session, account_id: int, limit: int = 50) -> list[Push]:
    """Newest first."""
    query = select(Push).where(Push.account_id == account_id).order_by(Push.id.desc()).limit(limit)
    return list(session.scalars(query))


def list_between(session: Session, account_id: int, start: datetime, end: datetime) -> list[Push]:
    """What is or was due from `start` until before `end`, in order."""
    query = select(Push).where(Push.account_id == account_id, Push.due_at >= start, Push.due_at < end)
    return list(session.scalars(query.order_by(Push.due_at, Push.id)))


def find_push(session: Session, account_id: int, token: str) -> Push:
    """By its `client_msg_id`, which is random and so its name in addresses. Raises NotFound."""
    push = session.scalar(select(Push).where(Push.account_id == account_id, Push.client_msg_id == token))
    if push is None:
        raise NotFound("no_push", "没有这条推送。")
    return push


def list_due(session: Session, now: datetime, limit: int = 20) -> list[tuple[int, int]]:
    """(account id, push id) of what should begin now, over all accounts."""
    query = (
        select(Push.account_id, Push.id)
        .where(Push.state == "scheduled", Push.due_at <= now)
        .order_by(Push.due_at)
        .limit(limit)
        .execution_options(all_tenants=_EVERY_ACCOUNT)
    )
    return list(session.execute(query))


def begin_push(
    session: Session,
    account_id: int,
    push_id: int,
    quotas: Sequence[Quota],
    now: datetime,
    *,
    missing: str = "",
) -> bool:
    """Take the quotas and hand the push to the outbox, all in one transaction; False when somebody else did.

    Without quota left, without approval, or when what it leads to is `missing`, the push fails and says so.
    """
    if _move(
        session,
        (Push.id == push_id) & Push.approved.is_(False),
        account_id,
        "scheduled",
        state="failed",
        error=NOBODY_APPROVED,
        closed_at=now,
    ):
        return True
    if not _move(session, Push.id == push_id, account_id, "scheduled", state="sending"):
        return False
    if missing:
        fail_push(session, account_id, push_id, missing, now)
        return True
    try:
        with session.begin_nested():
            for quota in quotas:
                reserve(session, account_id, quota, now)
    except SoldOut as error:
        _move(
            session,
            Push.id == push_id,
            account_id,
            "sending",
            state="failed",
            error=error.message,
            closed_at=now,
        )
        return True
    post(session, account_id, MASS_SEND, f"push:{push_id}", {"push_id": push_id}, now)
    return True


def get_push(session: Session, account_id: int, push_id: int) -> Push:
    """Raises NotFound."""
    push = session.scalar(select(Push).where(Push.account_id == account_id, Push.id == push_id))
    if push is None:
        raise NotFound("no_push", "推送不存在")
    return push


def note_media(session: Session, account_id: int, push_id: int, media_id: str) -> None:
    """Remember the draft made for a push, so that a second try sends the same one."""
    _move(session, Push.id == push_id, account_id, "sending", media_id=media_id)


def note_preview(session: Session, account_id: int, push_id: int, media_id: str) -> None:
    """Remember the draft that a colleague was shown before the time: that very one will be sent."""
    _move(session, Push.id == push_id, account_id, "scheduled", media_id=media_id)


def accept_push(session: Session, account_id: int, push_id: int, msg_id: str) -> None:
    """The platform took it; "accepted" is not yet "sent"."""
    _move(session, Push.id == push_id, account_id, "sending", state="accepted", msg_id=msg_id)


def fail_push(session: Session, account_id: int, push_id: int, error: str, now: datetime) -> None:
    _move(session, Push.id == push_id, account_id, "sending", state="failed", error=error, closed_at=now)


def note_result(session: Session, account_id: int, event: Inbound, now: datetime) -> None:
    """Keep the platform's report of a mass send (a notice for `mass_send_finished`)."""
    if not isinstance(event, MassSendFinished) or not event.msg_id:
        return
    row = {
        "account_id": account_id,
        "msg_id": event.msg_id,
        "status": event.status[:40],
        "total_count": event.total,
        "sent_count": event.sent,
        "error_count": event.errors,
        "reported_at": now,
    }
    insert_missing(session, MassResult, [row])


def close_reported(session: Session) -> int:
    """Close every accepted push whose report is there; returns how many."""
    query = (
        select(Push.account_id, Push.id, MassResult)
        .join(MassResult, (MassResult.account_id == Push.account_id) & (MassResult.msg_id == Push.msg_id))
        .where(Push.state == "accepted")
        .execution_options(all_tenants=_EVERY_ACCOUNT)
    )
    closed = 0
    for account_id, push_id, result in session.execute(query).all():
        sent = result.status.replace("_", " ").lower() == "send success"
        closed += _move(
            session,
            Push.id == push_id,
            account_id,
            "accepted",
            state="sent" if sent else "failed",
            error="" if sent else f"平台报告：{result.status}",
            total_count=result.total_count,
            sent_count=result.sent_count,
            error_count=result.error_count,
            closed_at=result.reported_at,
        )
    return closed


def fail_undelivered(session: Session, now: datetime) -> int:
    """Pushes whose delivery was given up have failed; returns how many."""
    query = (
        select(Push.account_id, Push.id, OutboxItem.error)
        .join(OutboxItem, (OutboxItem.account_id == Push.account_id) & (OutboxItem.kind == MASS_SEND))
        .where(Push.state == "sending", OutboxItem.state == "dead")
        .where(OutboxItem.key == literal("push:") + cast(Push.id, String))
        .execution_options(all_tenants=_EVERY_ACCOUNT)
    )
    rows = session.execute(query).all()
    for account_id, push_id, error in rows:
        fail_push(session, account_id, push_id, error, now)
    return len(rows)


def _move(session: Session, which: Any, account_id: int, from_state: str, **values: Any) -> int:
    """Change one push if it is still in `from_state`."""
    changed = session.execute(
        update(Push)
        .where(which, Push.account_id == account_id, Push.state == from_state)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    return count_rows(changed)
