"""What the gap list keeps of one follower. It knows no openids; the message log says which questions were theirs."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models.gaps import AskedQuestion
from models.messages import MessageLog
from models.upsert import count_rows


def erase(session: Session, account_id: int, openid: str) -> int:
    """A `house.personal.Eraser`; comes before the message log is erased."""
    theirs = select(MessageLog.message_key).where(
        MessageLog.account_id == account_id, MessageLog.openid == openid
    )
    gone = session.execute(
        delete(AskedQuestion)
        .where(AskedQuestion.account_id == account_id, AskedQuestion.message_key.in_(theirs))
        .execution_options(synchronize_session=False)
    )
    return count_rows(gone)
