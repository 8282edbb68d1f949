"""Lists of a draw for many eyes: winners with their consent, the ledger without people; and claims for staff."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import local_text
from core.spreadsheets import cell
from models.prizes import Chance, Draw, DrawTurn, Prize, Win
from prizes.claims import Won
from prizes.rules import WIN_STATES, mask_address, mask_name, mask_phone
from prizes.service import list_tickets
from prizes.store import get_draw
from prizes.view import KINDS, DrawView

_SHOWN = 100
_CHUNK = 2000


class Winner(NamedTuple):
    """Somebody in the list of winners."""

    name: str
    phone: str
    prize: str
    picture: str
    """Of the prize; empty for none."""
    at: datetime


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which claims staff want to see; empty for all."""

    state: str = ""
    draw_id: int | None = None
    prize_id: int | None = None


def list_winners(session: Session, draw: DrawView, before: int | None) -> tuple[list[Winner], int | None]:
    """Those who agreed, masked, newest first; and where the next page begins."""
    query = (
        select(Win.id, Win.name, Win.phone, Prize.name, Prize.picture, Win.won_at)
        .join(Prize, Prize.id == Win.prize_id)
        .where(
            Win.account_id == draw.account_id,
            Prize.account_id == draw.account_id,
            Win.draw_id == draw.id,
            Win.shown,
            Win.state.in_(("claimed", "sent", "confirmed")),
        )
    )
    if before is not None:
        query = query.where(Win.id < before)
    rows = session.execute(query.order_by(Win.id.desc()).limit(_SHOWN + 1)).all()
    shown = [
        Winner(mask_name(name or ""), mask_phone(phone or ""), prize, picture, at)
        for _, name, phone, prize, picture, at in rows[:_SHOWN]
    ]
    return shown, rows[_SHOWN - 1][0] if len(rows) > _SHOWN else None


def list_chances(session: Session, draw: DrawView, person_id: int, most: int) -> Sequence[int]:
    """Ids of somebody's chances."""
    query = select(Chance.id).where(
        Chance.account_id == draw.account_id, Chance.draw_id == draw.id, Chance.person_id == person_id
    )
    return session.scalars(query.order_by(Chance.id).limit(most)).all()


def ledger_rows(session: Session, draw: DrawView) -> Iterator[Sequence[str]]:
    """The heading and a row a turn (of a final draw: a ticket), without people."""
    names = {one.id: one.name for one in draw.prizes}
    if draw.mode == "final":
        yield ("号码", "持有人代号", "奖品")
        row = get_draw(session, draw.account_id, draw.public_id)
        won = _won_by_chance(session, draw)
        for ticket, chance in list_tickets(session, row):
            yield (ticket.number, ticket.holder, names.get(won.get(chance, 0), ""))
        return
    yield ("签号" if draw.mode == "tape" else "序号", "奖品", "时间")
    query = select(DrawTurn.slot, DrawTurn.prize_id, DrawTurn.at).where(
        DrawTurn.account_id == draw.account_id, DrawTurn.draw_id == draw.id
    )
    rows = session.execute(query.order_by(DrawTurn.id).execution_options(yield_per=_CHUNK))
    for number, (slot, prize, at) in enumerate(rows, 1):
        shown = number if draw.mode == "odds" else "" if slot is None else slot + 1
        yield (str(shown), names.get(prize or 0, ""), local_text(at))


def list_claims(
    session: Session, account_id: int, wanted: Wanted, before: int | None, most: int
) -> list[Won]:
    """Newest first."""
    query = (
        select(Win, Prize, Draw)
        .join(Prize, Prize.id == Win.prize_id)
        .join(Draw, Draw.id == Win.draw_id)
        .where(Win.account_id == account_id, Prize.account_id == account_id, Draw.account_id == account_id)
    )
    if wanted.state:
        query = query.where(Win.state == wanted.state)
    if wanted.draw_id is not None:
        query = query.where(Win.draw_id == wanted.draw_id)
    if wanted.prize_id is not None:
        query = query.where(Win.prize_id == wanted.prize_id)
    if before is not None:
        query = query.where(Win.id < before)
    return [Won(*row) for row in session.execute(query.order_by(Win.id.desc()).limit(most))]


HEADING = (
    "抽奖",
    "奖品",
    "种类",
    "价值（元）",
    "状态",
    "抽中时间",
    "领奖时间",
    "姓名",
    "手机号",
    "收货地址",
    "备注",
)


def claim_rows(session: Session, account_id: int, wanted: Wanted, *, full: bool) -> Iterator[list[Any]]:
    """Rows for a spreadsheet, guarded; personal data masked unless `full`. Codes that were won are not among them."""
    before: int | None = None
    while page := list_claims(session, account_id, wanted, before, _CHUNK):
        for won in page:
            yield _claim_row(won, full=full)
        before = page[-1].win.id
        session.expunge_all()


def _claim_row(won: Won, *, full: bool) -> list[Any]:
    win = won.win
    name, phone, address = win.name or "", win.phone or "", win.address or ""
    if not full:
        name, phone, address = mask_name(name), mask_phone(phone), mask_address(address)
    texts = (
        WIN_STATES[win.state],
        local_text(win.won_at),
        local_text(win.claimed_at) if win.claimed_at else "",
        name,
        phone,
        address,
        win.note,
    )
    return [
        cell(won.draw.title),
        cell(won.prize.name),
        KINDS[won.prize.kind],
        won.prize.value_fen / 100,
        *map(cell, texts),
    ]


def _won_by_chance(session: Session, draw: DrawView) -> dict[int, int]:
    query = select(DrawTurn.chance_id, DrawTurn.prize_id).where(
        DrawTurn.account_id == draw.account_id, DrawTurn.draw_id == draw.id, DrawTurn.prize_id.is_not(None)
    )
    return {chance: prize for chance, prize in session.execute(query) if prize is not None}
