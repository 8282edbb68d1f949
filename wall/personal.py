"""What the wall keeps of one follower: requests for a person."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.clock import local_text
from house.personal import Kept
from models.upsert import count_rows
from models.wall import HelpRequest


def export(session: Session, account_id: int, openid: str) -> Sequence[Kept]:
    """A `house.personal.Exporter`."""
    query = (
        select(HelpRequest)
        .where(HelpRequest.account_id == account_id, HelpRequest.openid == openid)
        .order_by(HelpRequest.id.desc())
    )
    rows = [
        {
            "编号": request.number,
            "时间": local_text(request.created_at),
            "内容": request.text,
            "状态": "已办结" if request.closed_at else "待处理",
        }
        for request in session.scalars(query)
    ]
    return [Kept("人工求助", "让工会工作人员回复您", rows)]


def erase(session: Session, account_id: int, openid: str) -> int:
    """A `house.personal.Eraser`."""
    gone = session.execute(
        delete(HelpRequest).where(HelpRequest.account_id == account_id, HelpRequest.openid == openid)
    )
    return count_rows(gone)
