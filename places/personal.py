"""What the quota ledger keeps of one follower: how many customer-service messages were sent in their window."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from accounts.windows import forget_windows, list_windows
from core.clock import local_text
from house.personal import Kept


def export(session: Session, account_id: int, openid: str) -> Sequence[Kept]:
    """A `house.personal.Exporter`."""
    rows: list[dict[str, str | int]] = [
        {"起算时间": local_text(one.opened_at), "已发条数": one.sent}
        for one in list_windows(session, account_id, openid)
    ]
    return [Kept("发给您的客服消息条数", "不超过微信允许的条数，两天后自动删除", rows)]


def erase(session: Session, account_id: int, openid: str) -> int:
    """A `house.personal.Eraser`."""
    return forget_windows(session, account_id, openid)
