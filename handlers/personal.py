"""What the handlers keep of one follower: the message log, and answers that are still owed or on their way."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.clock import local_text
from house.personal import Kept
from jobs.outbox import CUSTOMER_MESSAGE
from models.jobs import OutboxItem
from models.messages import MessageLog, PendingTurn
from models.upsert import count_rows

_KINDS = {
    "text": "文字",
    "voice": "语音",
    "image": "图片",
    "video": "视频",
    "shortvideo": "小视频",
    "location": "位置",
    "link": "链接",
    "subscribe": "关注",
    "unsubscribe": "取消关注",
    "scan": "扫码",
    "click": "点菜单",
    "view": "打开菜单网页",
}


def export(session: Session, account_id: int, openid: str) -> Sequence[Kept]:
    """A `house.personal.Exporter`."""
    query = (
        select(MessageLog)
        .where(MessageLog.account_id == account_id, MessageLog.openid == openid)
        .order_by(MessageLog.id.desc())
    )
    rows = [
        {
            "时间": local_text(one.received_at),
            "类型": _KINDS.get(one.kind, "其他"),
            "内容": one.content,
            "回复": one.reply,
        }
        for one in session.scalars(query)
    ]
    return [Kept("消息和互动", "回答您的问题，让您能回看", rows)]


def erase(session: Session, account_id: int, openid: str) -> int:
    """A `house.personal.Eraser`."""
    theirs = select(MessageLog.message_key).where(
        MessageLog.account_id == account_id, MessageLog.openid == openid
    )
    statements = (
        delete(PendingTurn).where(PendingTurn.account_id == account_id, PendingTurn.message_key.in_(theirs)),
        delete(OutboxItem).where(
            OutboxItem.account_id == account_id, OutboxItem.id.in_(_messages_to(session, account_id, openid))
        ),
        delete(MessageLog).where(MessageLog.account_id == account_id, MessageLog.openid == openid),
    )
    quietly = {"synchronize_session": False}
    return sum(count_rows(session.execute(one.execution_options(**quietly))) for one in statements)


def _messages_to(session: Session, account_id: int, openid: str) -> list[int]:
    """Those not delivered; of delivered ones nothing is kept."""
    query = select(OutboxItem).where(
        OutboxItem.account_id == account_id,
        OutboxItem.kind == CUSTOMER_MESSAGE,
        OutboxItem.state != "done",
    )
    return [item.id for item in session.scalars(query) if item.payload.get("openid") == openid]
