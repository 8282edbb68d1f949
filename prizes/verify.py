"""Recomputes a draw from its rows and says in Chinese what differs. Called by `flask prizes verify` and the console.

A draw that goes on meanwhile may show a turn here and its spent chance there: verify one that is closed, or in one snapshot.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from members.staff_links.rules import follower_mark
from members.staff_links.store import list_barred
from models.ledger import Person
from models.prizes import Chance, Draw, DrawExclusion, DrawTurn, PrizeCode, Win
from prizes import tape
from prizes.service import list_tickets
from prizes.store import list_given, published_text, view_of
from prizes.view import DrawView

_CHUNK = 5000
_SETTLES = timedelta(minutes=1)
"""A turn that began before a link was there may end after it."""


def verify(session: Session, account_id: int, draw: Draw) -> Iterator[str]:
    """What is wrong with a draw, a finding each; none where everything is as it was promised. To be called first in
    `session`."""
    if session.get_bind().dialect.name == "postgresql" and not session.in_transaction():
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    view = view_of(session, draw)
    if view.state == "draft":
        return
    seed = draw.seed or ""
    if tape.commit(published_text(view), seed) != view.commitment:
        yield "公布的承诺和现在的奖品、数量、概率或种子不一致：开放以后有人改动过"
        return
    if view.state == "revealed" and view.revealed_seed != seed:
        yield "公布的种子不是开奖用的种子"
    if view.mode == "tape":
        yield from _tape(session, view, seed, draw.next_slot)
    if view.mode == "final":
        yield from _final(session, draw, view, seed)
    yield from _chances(session, view)
    yield from _prizes(session, view)
    yield from _wins(session, view)
    yield from _excluded(session, view)
    yield from _staff(session, draw, view)
    yield from _codes(session, view)


def _turns(view: DrawView, *columns: Any) -> Any:
    return select(*columns).where(DrawTurn.account_id == view.account_id, DrawTurn.draw_id == view.id)


def _tape(session: Session, view: DrawView, seed: str, next_slot: int) -> Iterator[str]:
    made = tape.shuffle(seed, [one.stock for one in view.prizes], view.slots)
    number = {prize.id: place for place, prize in enumerate(view.prizes, 1)}
    expected = 0
    query = _turns(view, DrawTurn.public_id, DrawTurn.slot, DrawTurn.prize_id).order_by(DrawTurn.slot)
    query = query.where(DrawTurn.slot.is_not(None)).execution_options(yield_per=_CHUNK)
    rows: Any = session.execute(query)
    for turn, slot, prize in rows:
        if slot != expected:
            yield (
                f"签号 {expected + 1} 到 {slot} 没有抽奖记录"
                if slot > expected
                else f"签号 {slot + 1} 被抽了两次"
            )
        elif slot >= view.slots:
            yield f"签号 {slot + 1} 超出总签数 {view.slots}"
        elif made[slot] and prize is None:
            yield f"签号 {slot + 1}（记录 {turn}）抽中了奖品，还没有登记。后台会在十几秒内补上，请稍后再核验"
        elif made[slot] != number.get(prize or 0, 0):
            yield f"签号 {slot + 1}（记录 {turn}）的奖品和签条不一致"
        expected = slot + 1
    if expected != min(next_slot, view.slots):
        yield f"抽奖记录到签号 {expected} 为止，计数器却走到了 {next_slot}"
    late = _turns(view, DrawTurn.prize_id).where(DrawTurn.slot.is_(None))
    beyond = list(session.scalars(late))
    if len(beyond) != max(0, next_slot - view.slots):
        yield f"有 {len(beyond)} 次抽奖没有签号，按计数器应是 {max(0, next_slot - view.slots)} 次"
    if any(prize is not None for prize in beyond):
        yield "没有签号的抽奖中了奖"


def _final(session: Session, draw: Draw, view: DrawView, seed: str) -> Iterator[str]:
    if view.state == "open":
        return
    tickets = list_tickets(session, draw)
    listed = [ticket for ticket, _ in tickets]
    if tape.hash_of_list(listed) != view.list_hash:
        yield "参加抽取的名单和结束时锁定的不一致：有人增减过抽奖机会"
        return
    if view.state != "revealed":
        return
    chances = {ticket.number: chance for ticket, chance in tickets}
    ranked = tape.rank(seed, view.entropy, view.list_hash, listed)
    chosen = tape.choose(ranked, [one.stock for one in view.prizes], view.wins_per_person)
    right = {chances[ticket.number]: view.prizes[prize].id for ticket, prize in chosen}
    found: dict[int, int] = dict(session.execute(_turns(view, DrawTurn.chance_id, DrawTurn.prize_id)).all())
    for chance in right.keys() | found.keys():
        if right.get(chance) != found.get(chance):
            yield f"号码 {next((key for key, one in chances.items() if one == chance), chance)} 的结果和重新计算的不一致"


def _chances(session: Session, view: DrawView) -> Iterator[str]:
    chance = aliased(Chance)
    joined = (
        _turns(view, func.count(DrawTurn.id))
        .outerjoin(
            chance,
            (chance.id == DrawTurn.chance_id)
            & (chance.account_id == view.account_id)
            & (chance.draw_id == view.id)
            & (chance.person_id == DrawTurn.person_id)
            & chance.spent_at.is_not(None),
        )
        .where(chance.id.is_(None))
    )
    if wrong := session.scalar(joined):
        yield f"{wrong} 次抽奖没有对应的、已经用掉的抽奖机会"
    spent = select(func.count(Chance.id)).where(
        Chance.account_id == view.account_id, Chance.draw_id == view.id, Chance.spent_at.is_not(None)
    )
    used, turns = session.scalar(spent) or 0, session.scalar(_turns(view, func.count(DrawTurn.id))) or 0
    if used != turns:
        yield f"用掉了 {used} 次机会，却有 {turns} 次抽奖记录"


def _prizes(session: Session, view: DrawView) -> Iterator[str]:
    counted = _turns(view, DrawTurn.prize_id, func.count(DrawTurn.id)).group_by(DrawTurn.prize_id)
    turned: dict[int | None, int] = dict(session.execute(counted).all())
    given = list_given(session, view.account_id, view.id)
    for prize in view.prizes:
        count = turned.get(prize.id, 0)
        if count != given.get(prize.id, 0):
            yield f"「{prize.name}」记录抽中 {count} 份，库存却扣了 {given.get(prize.id, 0)} 份"
        if count > prize.stock:
            yield f"「{prize.name}」只有 {prize.stock} 份，却抽中了 {count} 份"
    if strange := turned.keys() - {None} - {prize.id for prize in view.prizes}:
        yield f"有 {sum(turned[one] for one in strange)} 次抽奖抽中了别的抽奖的奖品"


def _wins(session: Session, view: DrawView) -> Iterator[str]:
    turned = {
        row[0]: (row[1], row[2])
        for row in session.execute(
            _turns(view, DrawTurn.id, DrawTurn.prize_id, DrawTurn.person_id).where(
                DrawTurn.prize_id.is_not(None)
            )
        )
    }
    won = select(Win.public_id, Win.turn_id, Win.prize_id, Win.person_id).where(
        Win.account_id == view.account_id, Win.draw_id == view.id
    )
    for win, turn, prize, person in session.execute(won.execution_options(yield_per=_CHUNK)):
        if turned.pop(turn, None) != (prize, person):
            yield f"中奖记录 {win} 和抽奖记录对不上"
    if turned:
        yield f"{len(turned)} 次抽中了奖品，却没有中奖记录"


def _excluded(session: Session, view: DrawView) -> Iterator[str]:
    marks = select(DrawExclusion.mark).where(
        DrawExclusion.account_id == view.account_id, DrawExclusion.draw_id == view.id
    )
    query = (
        _turns(view, func.count(DrawTurn.id))
        .join(Person, Person.id == DrawTurn.person_id)
        .where(Person.account_id == view.account_id, Person.mark.in_(marks))
    )
    if wrong := session.scalar(query):
        yield f"登记为不参加抽奖的工作人员抽了 {wrong} 次（可能在登记以前）"


def _staff(session: Session, draw: Draw, view: DrawView) -> Iterator[str]:
    """Turns (of a final draw: winners) of linked staff. What counts is whether the link was there when the turn was taken, of
    a final draw when its list was frozen."""
    barred = list_barred(session, view.account_id, view.staff_since)
    if not barred:
        return
    query = (
        _turns(view, Person.openid, DrawTurn.at, DrawTurn.prize_id)
        .join(Person, Person.id == DrawTurn.person_id)
        .where(Person.account_id == view.account_id, Person.openid.is_not(None))
        .execution_options(yield_per=_CHUNK)
    )
    linked, before = _Taken(), _Taken()
    turns: Any = session.execute(query)
    for openid, at, prize in turns:
        linked_at = barred.get(follower_mark(view.account_id, openid))
        if linked_at is None:
            continue
        decided = (draw.closed_at or at) if view.mode == "final" else at
        if linked_at + _SETTLES < decided:
            linked.count(prize)
        elif draw.closed_at is None or linked_at < max(draw.closed_at, at):
            before.count(prize)
    if linked.turns:
        yield f"已绑定微信的工作人员抽了 {linked.turns} 次，抽中 {linked.won} 份"
    if before.turns:
        yield f"工作人员在绑定微信以前抽了 {before.turns} 次，抽中 {before.won} 份：请按规则收回奖品，或向职工说明"


@dataclass
class _Taken:
    """Turns, and how many of them won."""

    turns: int = 0
    won: int = 0

    def count(self, prize: int | None) -> None:
        self.turns += 1
        self.won += prize is not None


def _codes(session: Session, view: DrawView) -> Iterator[str]:
    query = (
        select(PrizeCode.prize_id, Win.prize_id)
        .outerjoin(Win, (Win.id == PrizeCode.win_id) & (Win.account_id == view.account_id))
        .where(
            PrizeCode.account_id == view.account_id,
            PrizeCode.prize_id.in_([one.id for one in view.prizes]),
            PrizeCode.win_id.is_not(None),
        )
    )
    wrong = Counter(pool == won for pool, won in session.execute(query))[False]
    if wrong:
        yield f"{wrong} 个券码发给了不是这种奖品的中奖记录"
