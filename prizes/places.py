"""Where draws show up on others' pages: as targets of menus, and on a worker's 「我的」."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import local_text
from house.links import Line, Part, Target, Targets
from models.prizes import Draw
from prizes.claims import Won, list_own
from prizes.rules import WIN_STATES

_MOST = 5


def list_targets(session: Session, account_id: int) -> Sequence[Target]:
    """One's prizes, then each draw that phones show."""
    query = select(Draw.title, Draw.public_id).where(Draw.account_id == account_id, Draw.state != "draft")
    rows = session.execute(query.order_by(Draw.id.desc()).limit(100)).all()
    return [
        Target("我的奖品", "/prizes"),
        *(Target(f"抽奖：{title}", f"/d/{public_id}") for title, public_id in rows),
    ]


TARGETS = Targets("draw_pages.front", list_targets)


def mine(session: Session, account_id: int, openid: str) -> Part | None:
    """A `house.links.Mine`: what somebody won, the latest first."""
    won = list_own(session, account_id, openid)
    lines = [_line(one) for one in won[:_MOST]]
    if len(won) > _MOST:
        lines.append(Line("全部奖品", f"共 {len(won)} 份", "/prizes"))
    return Part("我的奖品", lines) if lines else None


def _line(won: Won) -> Line:
    win = won.win
    about = f"待领取，{local_text(win.deadline)} 截止" if win.state == "won" else WIN_STATES[win.state]
    return Line(won.prize.name, about, f"/w/{win.public_id}")
