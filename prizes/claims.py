"""Verbs on what was won: claim it, hand it over, once; let it be forfeited when its time is up.

won → claimed → sent → confirmed | failed (claimed anew) | forfeited. Each step is a conditional update on the state.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.clock import local_text
from core.errors import Closed, Conflict, Invalid, NotAllowed, NotFound, SoldOut
from members.ledger import Limit, mark_of, reserve
from models.ledger import Person, Use
from models.prizes import Draw, Prize, Win
from models.upsert import count_rows
from prizes import rules
from prizes.codes import give_code
from prizes.credit import place_order
from prizes.view import scope_of

PROOF_MINUTES = 30
_CODES = 1_000_000


@dataclass(frozen=True, slots=True)
class ClaimForm:
    """What a winner writes; `shown`: they agree to stand, masked, in the winners' list."""

    name: str = ""
    phone: str = ""
    address: str = ""
    shown: bool = False


class Won(NamedTuple):
    """A win with what it is of."""

    win: Win
    prize: Prize
    draw: Draw


def asks_phone(won: Won) -> bool:
    return won.prize.kind != "code" or won.draw.wins_per_phone > 0


def asks_name(won: Won) -> bool:
    return won.prize.kind == "goods"


def asks_address(won: Won) -> bool:
    return won.prize.kind == "goods" and won.prize.delivery == "post"


def list_own(session: Session, account_id: int, openid: str) -> list[Won]:
    """What somebody won, newest first."""
    query = _wins(account_id).where(Person.openid == openid).order_by(Win.id.desc()).limit(200)
    return [_won(row) for row in session.execute(query)]


def get_own(session: Session, account_id: int, openid: str, win_id: str, *, lock: bool = False) -> Won:
    """Raises NotFound, also for what somebody else won."""
    query = _wins(account_id).where(Person.openid == openid, Win.public_id == win_id)
    return _one(session, query, lock=lock)


def get_won(session: Session, account_id: int, win_id: str, *, lock: bool = False) -> Won:
    """For staff. Raises NotFound."""
    return _one(session, _wins(account_id).where(Win.public_id == win_id), lock=lock)


def claim(
    session: Session,
    account_id: int,
    openid: str,
    win_id: str,
    form: ClaimForm,
    now: datetime,
    browser: str = "",
) -> Won:
    """Claim a prize. `browser` names one whose visitor came by a link: the claim then waits for the code in the chat.

    Raises NotFound, Conflict, Closed, Invalid, SoldOut (the telephone number).
    """
    won = get_own(session, account_id, openid, win_id, lock=True)
    again = won.win.state == "failed" and won.prize.kind == "credit"
    if won.win.state != "won" and not again:
        raise Conflict("claimed", "这份奖品已经登记过了，不用重复提交。")
    if now >= won.win.deadline and not again:
        raise Closed("late", f"领奖截止时间是 {local_text(won.win.deadline)}，已经过了。")
    _write(session, won, form)
    if browser:
        _ask_proof(won.win, browser, now)
    else:
        _accept(session, won, now)
    session.flush()
    return won


def ask_to_see(
    session: Session, account_id: int, openid: str, win_id: str, browser: str, now: datetime
) -> Won:
    """A browser that came by a link wants to see the code that was won. Raises NotFound."""
    won = get_own(session, account_id, openid, win_id, lock=True)
    if won.win.state not in ("claimed", "sent", "confirmed"):
        raise Conflict("not_claimed", "请先填写领奖信息。")
    _ask_proof(won.win, browser, now)
    session.flush()
    return won


def hide(session: Session, account_id: int, openid: str, win_id: str) -> None:
    """They take back that they stand in the winners' list. Raises NotFound."""
    get_own(session, account_id, openid, win_id, lock=True).win.shown = False


def proof_code(win: Win) -> str:
    """The six digits that the page shows and the chat has to say; another with each asking."""
    mark = mark_of("proof", f"{win.public_id}:{win.version}:{win.asked_by}")
    return f"{int(mark, 16) % _CODES:06}"


def waits_for_proof(win: Win, browser: str, now: datetime) -> bool:
    """Does a claim (or the sight) that this browser asked for wait for the chat?"""
    return (
        win.asked_at is not None
        and win.asked_by == browser
        and now - win.asked_at < timedelta(minutes=PROOF_MINUTES)
    )


def prove(session: Session, account_id: int, openid: str, digits: str, now: datetime) -> Won | None:
    """「领奖 123456」 came in the chat: the claim that waits for it is accepted. None where none does."""
    since = now - timedelta(minutes=PROOF_MINUTES)
    query = _wins(account_id).where(Person.openid == openid, Win.asked_at > since)
    for row in session.execute(query.with_for_update(of=Win)):
        won = _won(row)
        if proof_code(won.win) != digits:
            continue
        won.win.keeper, won.win.asked_at, won.win.asked_by = won.win.asked_by, None, ""
        if won.win.state in ("won", "failed"):
            _accept(session, won, now)
        session.flush()
        return won
    return None


def may_see_code(win: Win, browser: str, *, by_link: bool) -> bool:
    """A visitor whom the platform vouches for, or the browser that the chat confirmed."""
    return not by_link or (bool(win.keeper) and win.keeper == browser)


def mark_sent(session: Session, account_id: int, win_id: str, version: int, note: str, now: datetime) -> None:
    """Goods went off; `note` is the parcel's number. Raises NotFound, Conflict, Invalid."""
    won = get_won(session, account_id, win_id)
    if won.prize.kind != "goods":
        raise Invalid("not_goods", "只有实物奖品需要登记发货。")
    _step(session, won.win, version, ("claimed",), {"state": "sent", "note": note.strip()[:200]})


def mark_done(session: Session, account_id: int, win_id: str, version: int, now: datetime) -> None:
    """Goods arrived. Raises NotFound, Conflict, Invalid."""
    won = get_won(session, account_id, win_id)
    if won.prize.kind != "goods":
        raise Invalid("not_goods", "只有实物奖品需要登记签收。")
    _step(session, won.win, version, ("sent",), {"state": "confirmed", "done_at": now})


def retry_credit(session: Session, account_id: int, win_id: str, version: int, now: datetime) -> None:
    """Order again what failed for good. Raises NotFound, Conflict, Invalid."""
    won = get_won(session, account_id, win_id, lock=True)
    if won.prize.kind != "credit":
        raise Invalid("not_credit", "只有话费可以重新充值。")
    _step(session, won.win, version, ("failed",), {"state": "claimed", "note": "", "done_at": None})
    place_order(session, won.win, now)


def hand_over(session: Session, account_id: int, win_id: str, by: str, now: datetime) -> Won:
    """Goods are handed to the winner at the desk, once. Raises NotFound, Conflict, NotAllowed."""
    won = get_won(session, account_id, win_id)
    if won.prize.kind != "goods" or won.prize.delivery != "pickup":
        raise NotAllowed("not_pickup", f"「{won.prize.name}」不是现场领取的奖品，不能在这里核销。")
    where = (Win.account_id == account_id, Win.id == won.win.id, Win.state == "claimed")
    values = {"state": "confirmed", "done_at": now, "note": f"现场领取，经办人 {by}"[:200]}
    done = update(Win).where(*where).values(**values, version=Win.version + 1)
    if count_rows(session.execute(done.execution_options(synchronize_session=False))) == 0:
        session.refresh(won.win)
        raise Conflict("handed_over", _why_not(won.win))
    session.refresh(won.win)
    return won


def _why_not(win: Win) -> str:
    if win.state == "confirmed" and win.done_at is not None:
        return f"这份奖品 {local_text(win.done_at)} 已经领走（{win.note}），不能再发。"
    if win.state == "won":
        return "本人还没有登记领奖。请他先在手机上打开这份奖品，填好领奖信息再来。"
    return "这份奖品已经过了领奖期限，不能再发。"


def forfeit_due(session: Session, account_id: int, now: datetime) -> int:
    """What was not claimed in time; returns how many."""
    where = (Win.account_id == account_id, Win.state == "won", Win.deadline <= now)
    values = {"state": "forfeited", "done_at": now, "version": Win.version + 1}
    return count_rows(
        session.execute(update(Win).where(*where).values(values).execution_options(synchronize_session=False))
    )


def give_owed_code(session: Session, account_id: int, win_id: str, now: datetime) -> bool:
    """Of a claimed win whose pool was empty. False when it still is."""
    won = get_won(session, account_id, win_id, lock=True)
    if won.win.state == "claimed":
        _give(session, won, now)
    return won.win.state == "confirmed"


def _wins(account_id: int) -> Any:
    return (
        select(Win, Prize, Draw)
        .join(Prize, Prize.id == Win.prize_id)
        .join(Draw, Draw.id == Win.draw_id)
        .outerjoin(Person, (Person.id == Win.person_id) & (Person.account_id == account_id))
        .where(Win.account_id == account_id, Prize.account_id == account_id, Draw.account_id == account_id)
    )


def _one(session: Session, query: Any, *, lock: bool) -> Won:
    if lock:
        query = query.with_for_update(of=Win).execution_options(populate_existing=True)
    row = session.execute(query).one_or_none()
    if row is None:
        raise NotFound("no_win", "没有这份奖品，或者它不是您的。")
    return _won(row)


def _won(row: Any) -> Won:
    win, prize, draw = row
    return Won(win, prize, draw)


def _write(session: Session, won: Won, form: ClaimForm) -> None:
    """Check and keep what the winner wrote. Raises Invalid, SoldOut."""
    win = won.win
    phone = rules.check_phone(form.phone) if asks_phone(won) else ""
    name = rules.check_name(form.name) if asks_name(won) or form.name.strip() else ""
    address = rules.check_address(form.address) if asks_address(won) else ""
    scope = scope_of(won.draw.public_id)
    mark = mark_of(scope, phone) if phone else ""
    if mark != win.phone_mark:
        _move_limit(session, won, scope, mark)
    win.name, win.phone, win.phone_mark, win.address = name or None, phone or None, mark, address or None
    win.shown = form.shown


def _move_limit(session: Session, won: Won, scope: str, mark: str) -> None:
    """Count this win for its new number, no more for the old one. Raises SoldOut."""
    most = won.draw.wins_per_phone
    if not most:
        return
    if mark and not reserve(session, won.win.account_id, scope, Limit(f"p:{mark}", most)):
        raise SoldOut("phone_full", f"这个手机号已经领过奖了，每个号码最多领 {most} 份。请换本人的其他号码。")
    if won.win.phone_mark:
        where = (Use.account_id == won.win.account_id, Use.scope == scope, Use.holder == 0)
        old = update(Use).where(*where, Use.slot == f"p:{won.win.phone_mark}", Use.used > 0)
        session.execute(old.values(used=Use.used - 1).execution_options(synchronize_session=False))


def _ask_proof(win: Win, browser: str, now: datetime) -> None:
    win.asked_at, win.asked_by = now, browser
    win.version += 1


def _accept(session: Session, won: Won, now: datetime) -> None:
    win = won.win
    win.state, win.claimed_at, win.asked_at, win.done_at = "claimed", now, None, None
    win.note = ""
    win.version += 1
    session.flush()
    if won.prize.kind == "code":
        _give(session, won, now)
    elif won.prize.kind == "credit":
        place_order(session, win, now)


def _give(session: Session, won: Won, now: datetime) -> None:
    """An empty pool leaves the win claimed; the worker gives as soon as there are codes again."""
    if give_code(session, won.win.account_id, won.prize.id, won.win.id, now):
        won.win.state, won.win.done_at = "confirmed", now
        won.win.version += 1


def _step(session: Session, win: Win, version: int, before: tuple[str, ...], values: dict[str, Any]) -> None:
    where = (
        Win.account_id == win.account_id,
        Win.id == win.id,
        Win.version == version,
        Win.state.in_(before),
    )
    step = update(Win).where(*where).values(**values, version=version + 1)
    if count_rows(session.execute(step)) == 0:
        raise Conflict("moved", "这份奖品的状态刚被改过，没有保存。请刷新页面看看最新情况。")
    session.refresh(win)


def browser_mark(token: str) -> str:
    """A browser's own cookie as it is kept."""
    return hashlib.sha256(token.encode()).hexdigest()[:32] if token else ""
