"""What the gap list keeps of one follower. It knows no openids; the message log says which questions were theirs."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from faq.gaps.lists import forget_lines
from models.gaps import AskedQuestion
from models.messages import MessageLog


def erase(session: Session, account_id: int, openid: str) -> int:
    """A `house.personal.Eraser`; comes before the message log is erased."""
    theirs = select(MessageLog.message_key).where(
        MessageLog.account_id == account_id, MessageLog.openid == openid
    )
    gone = session.scalars(
        delete(AskedQuestion)
        .where(AskedQuestion.account_id == account_id, AskedQuestion.message_key.in_(theirs))
        .returning(AskedQuestion.gap)
        .execution_options(synchronize_session=False)
    ).all()
    forget_lines(session, account_id, sorted({gap for gap in gone if gap}))
    return len(gone)
