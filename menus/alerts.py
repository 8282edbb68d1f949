"""What an account's first page in the console tells of its menus: what should have been published and was not."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from accounts.directory import AccountView
from core.clock import local_text
from house.console import Alert
from house.permissions import Permission
from menus.store import list_failed_changes, newest_version

_TOLD_FOR = timedelta(days=7)


def alerts(session: Session, account: AccountView, now: datetime) -> Sequence[Alert]:
    """Nothing more of a failure once a menu was published after it."""
    failed = list_failed_changes(session, account.id, now - _TOLD_FOR)
    newest = newest_version(session, account.id) if failed else None
    return [
        Alert(
            f"定时在 {local_text(one.due_at)} 发布的菜单没有发布，手机上还是原来的：{one.error}",
            Permission.MENUS,
            "menu_releases.change",
            {"public_id": one.public_id},
        )
        for one in failed
        if newest is None or one.closed_at is None or newest.pushed_at < one.closed_at
    ]
