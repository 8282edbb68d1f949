"""What draws keep of one follower: told, and forgotten; the ledger of a draw stays, without a name."""

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.clock import local_text
from house.personal import Kept
from members.ledger import forget, mark_of
from models.ledger import Person
from models.prizes import Chance, Draw, Win
from models.upsert import count_rows
from prizes.claims import list_own
from prizes.rules import WIN_STATES
from prizes.view import scope_of

_WHY = "发放奖品，防止重复领取"


def export(session: Session, account_id: int, openid: str) -> Sequence[Kept]:
    """A `house.personal.Exporter`: what they won, and their chances by draw."""
    won = [
        {
            "抽奖": one.draw.title,
            "奖品": one.prize.name,
            "抽中时间": local_text(one.win.won_at),
            "状态": WIN_STATES[one.win.state],
            "姓名": one.win.name or "没有填写",
            "手机号": one.win.phone or "没有填写",
            "收货地址": one.win.address or "没有填写",
            "在中奖名单里公布": "同意" if one.win.shown else "不同意",
        }
        for one in list_own(session, account_id, openid)
    ]
    query = (
        select(Draw.title, Chance.earned_at, Chance.spent_at)
        .join(Draw, Draw.id == Chance.draw_id)
        .join(Person, Person.id == Chance.person_id)
        .where(
            Chance.account_id == account_id,
            Draw.account_id == account_id,
            Person.account_id == account_id,
            Person.openid == openid,
        )
        .order_by(Chance.id)
    )
    chances = [
        {"抽奖": title, "得到": local_text(earned), "用掉": local_text(spent) if spent else "还没有用"}
        for title, earned, spent in session.execute(query)
    ]
    kept = (Kept("我的奖品", _WHY, won), Kept("抽奖机会", _WHY, chances))
    return [one for one in kept if one.rows]


def erase(session: Session, account_id: int, openid: str) -> int:
    """A `house.personal.Eraser`. By their marks: another eraser may have taken the openid out of the ledger before."""
    draws = session.scalars(select(Draw.public_id).where(Draw.account_id == account_id))
    marks = [mark_of(scope_of(draw), openid) for draw in draws]
    people = select(Person.id).where(
        Person.account_id == account_id, Person.scope.startswith("d:"), Person.mark.in_(marks)
    )
    where = (Win.account_id == account_id, Win.person_id.in_(people))
    emptied = update(Win).where(*where, Win.name.is_not(None) | Win.phone.is_not(None))
    emptied = emptied.values(name=None, phone=None, address=None, shown=False)
    erased = count_rows(session.execute(emptied.execution_options(synchronize_session=False)))
    return erased + forget(session, account_id, openid)
