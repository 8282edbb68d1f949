"""What jury days keep of one follower. Forgetting takes them out of the ledger (`campaigns.personal.erase` does that for every
ledger of the account); their marks stay without a name, so that a result that was shown stays true."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaigns.jury.tables import JuryLiveMark, JuryRound, JurySeat
from core.clock import local_text
from house.personal import Kept
from models.ledger import Person


def export(session: Session, account_id: int, openid: str) -> Sequence[Kept]:
    """A `house.personal.Exporter`: a row for each jury day they came to."""
    seats = (
        select(JuryRound.title, JurySeat.taken_at, JurySeat.person_id)
        .join(JuryRound, JuryRound.id == JurySeat.round_id)
        .join(Person, Person.id == JurySeat.person_id)
        .where(
            JurySeat.account_id == account_id,
            JuryRound.account_id == account_id,
            Person.account_id == account_id,
            Person.openid == openid,
        )
        .order_by(JurySeat.id)
    )
    rows: list[dict[str, str | int]] = [
        {"评审": title, "加入时间": local_text(taken_at), "投票": _count(session, account_id, person_id)}
        for title, taken_at, person_id in session.execute(seats).all()
    ]
    return [Kept("参加过的现场评审", "统计评审结果，防止重复投票", rows)] if rows else []


def _count(session: Session, account_id: int, person_id: int) -> int:
    query = select(func.count()).select_from(JuryLiveMark)
    query = query.where(JuryLiveMark.account_id == account_id, JuryLiveMark.person_id == person_id)
    return session.scalar(query) or 0
