"""What an account's first page in the console tells of its pushes: those that wait for somebody who may let them go."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.directory import AccountView
from core.clock import local_text
from house.console import Alert
from house.permissions import Permission
from models.push import Push

_TOLD = 3


def alerts(session: Session, account: AccountView, now: datetime) -> Sequence[Alert]:
    """The next ones to be sent first."""
    waiting = select(Push).where(
        Push.account_id == account.id, Push.state == "scheduled", Push.approved.is_(False)
    )
    return [
        Alert(
            f"推送「{one.title}」定在 {local_text(one.due_at)} 发送，等您审定。",
            Permission.PUBLISH,
            "pushes.show",
            {"token": one.client_msg_id},
        )
        for one in session.scalars(waiting.order_by(Push.due_at).limit(_TOLD))
    ]
