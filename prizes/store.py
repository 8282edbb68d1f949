"""Queries on draws and prizes."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.errors import NotFound
from models.prizes import Chance, Draw, DrawExclusion, DrawTurn, Prize, PrizeCode, Win
from prizes.rules import NOT_AT_ONCE, REMIND
from prizes.tape import PrizeLine, published
from prizes.view import DrawView, Face, Mode, PrizeView, State

STAMP = "draws"
"""Raised whenever what phones see of a draw changed."""
_EVERYBODY = "the shelf holds the draws of every account"


def get_draw(session: Session, account_id: int, public_id: str) -> Draw:
    """Raises NotFound."""
    draw = session.scalar(select(Draw).where(Draw.account_id == account_id, Draw.public_id == public_id))
    if draw is None:
        raise NotFound("no_draw", "没有这个抽奖，可能已被删除。")
    return draw


def list_draws(
    session: Session, account_id: int, *, before: int | None = None, most: int = 200
) -> list[Draw]:
    """Newest first, those below the id `before`."""
    query = select(Draw).where(Draw.account_id == account_id)
    if before is not None:
        query = query.where(Draw.id < before)
    return list(session.scalars(query.order_by(Draw.id.desc()).limit(most)))


def list_prizes(session: Session, account_id: int, draw_id: int) -> list[Prize]:
    """In the order staff gave them."""
    query = select(Prize).where(Prize.account_id == account_id, Prize.draw_id == draw_id)
    return list(session.scalars(query.order_by(Prize.position)))


def get_prize(session: Session, account_id: int, public_id: str) -> Prize:
    """Raises NotFound."""
    prize = session.scalar(select(Prize).where(Prize.account_id == account_id, Prize.public_id == public_id))
    if prize is None:
        raise NotFound("no_prize", "没有这种奖品，可能已被删除。")
    return prize


def get_draw_of(session: Session, prize: Prize) -> Draw:
    """The draw that a prize belongs to."""
    query = select(Draw).where(Draw.account_id == prize.account_id, Draw.id == prize.draw_id)
    return session.scalars(query).one()


def list_excluded(session: Session, account_id: int, draw_id: int) -> list[DrawExclusion]:
    query = select(DrawExclusion).where(
        DrawExclusion.account_id == account_id, DrawExclusion.draw_id == draw_id
    )
    return list(session.scalars(query.order_by(DrawExclusion.id)))


def get_view(session: Session, account_id: int, public_id: str) -> DrawView:
    """Raises NotFound."""
    return view_of(session, get_draw(session, account_id, public_id))


def view_of(session: Session, draw: Draw) -> DrawView:
    """The draw with its prizes."""
    prizes = list_prizes(session, draw.account_id, draw.id)
    return _view(draw, prizes, list_excluded(session, draw.account_id, draw.id))


def list_open_views(session: Session) -> list[DrawView]:
    """Of all accounts, what workers may see: for the shelf."""
    draws = session.scalars(
        select(Draw)
        .where(Draw.state != "draft")
        .order_by(Draw.account_id, Draw.id.desc())
        .execution_options(all_tenants=_EVERYBODY)
    ).all()
    prizes: dict[int, list[Prize]] = {}
    excluded: dict[int, list[DrawExclusion]] = {}
    everything = {"all_tenants": _EVERYBODY}
    for prize in session.scalars(select(Prize).order_by(Prize.position).execution_options(**everything)):
        prizes.setdefault(prize.draw_id, []).append(prize)
    for one in session.scalars(select(DrawExclusion).execution_options(**everything)):
        excluded.setdefault(one.draw_id, []).append(one)
    return [_view(draw, prizes.get(draw.id, ()), excluded.get(draw.id, ())) for draw in draws]


def _view(draw: Draw, prizes: Sequence[Prize], excluded: Iterable[DrawExclusion]) -> DrawView:
    return DrawView(
        id=draw.id,
        account_id=draw.account_id,
        public_id=draw.public_id,
        title=draw.title,
        mode=cast(Mode, draw.mode),
        face=cast(Face, draw.face),
        state=cast(State, draw.state),
        opens_at=draw.opens_at,
        closes_at=draw.closes_at,
        opened_at=draw.opened_at,
        claim_days=draw.claim_days,
        turns_per_day=draw.turns_per_day,
        turns_per_person=draw.turns_per_person,
        wins_per_person=draw.wins_per_person,
        wins_per_phone=draw.wins_per_phone,
        slots=draw.slots,
        commitment=draw.commitment,
        revealed_seed=draw.revealed_seed,
        entropy_source=draw.entropy_source,
        entropy=draw.entropy,
        list_hash=draw.list_hash,
        prizes=tuple(_prize_view(one) for one in prizes),
        excluded=frozenset(one.mark for one in excluded),
        version=draw.version,
    )


def _prize_view(prize: Prize) -> PrizeView:
    return PrizeView(
        id=prize.id,
        public_id=prize.public_id,
        name=prize.name,
        kind=prize.kind,
        value_fen=prize.value_fen,
        stock=prize.stock,
        odds=prize.odds,
        delivery=prize.delivery,
        picture=prize.picture,
        how=prize.how,
    )


def published_text(draw: DrawView) -> str:
    """What the draw is committed to (see `prizes.tape`)."""
    lines = [PrizeLine(one.name, one.kind, one.value_fen, one.stock, one.odds) for one in draw.prizes]
    return published(draw.public_id, draw.mode, draw.slots, draw.entropy_source, lines)


def media_names(session: Session) -> Iterator[str]:
    """Files that prizes of all accounts refer to."""
    query = select(Prize.picture).where(Prize.picture != "")
    yield from session.scalars(query.execution_options(all_tenants="one folder keeps the files of all"))


def list_given(session: Session, account_id: int, draw_id: int) -> dict[int, int]:
    """How many of each prize (id) were given."""
    query = select(Prize.id, Prize.given).where(Prize.account_id == account_id, Prize.draw_id == draw_id)
    return dict(session.execute(query).all())


def count_turns(session: Session, account_id: int, draw_id: int) -> int:
    query = select(func.count(DrawTurn.id)).where(
        DrawTurn.account_id == account_id, DrawTurn.draw_id == draw_id
    )
    return session.scalar(query) or 0


def count_chances(session: Session, account_id: int, draw_id: int) -> int:
    """Earned so far, spent ones too."""
    query = select(func.count(Chance.id)).where(Chance.account_id == account_id, Chance.draw_id == draw_id)
    return session.scalar(query) or 0


def count_codes(session: Session, account_id: int, prize_id: int) -> tuple[int, int]:
    """(in the pool, of these not given yet)."""
    where = (PrizeCode.account_id == account_id, PrizeCode.prize_id == prize_id)
    total = session.scalar(select(func.count(PrizeCode.id)).where(*where)) or 0
    free = session.scalar(select(func.count(PrizeCode.id)).where(*where, PrizeCode.win_id.is_(None))) or 0
    return total, free


def count_unreminded(session: Session, account_id: int, draw_id: int, now: datetime) -> int:
    """Prizes whose time is running out and whose winners could not be told (`rules.is_unreminded`)."""
    query = select(func.count(Win.id)).where(
        Win.account_id == account_id,
        Win.draw_id == draw_id,
        Win.state == "won",
        Win.reminded_at.is_(None),
        Win.deadline > now,
        Win.deadline <= now + REMIND,
        Win.won_at < now - NOT_AT_ONCE,
    )
    return session.scalar(query) or 0


def count_wins(session: Session, account_id: int, draw_id: int) -> dict[str, int]:
    """By state."""
    query = select(Win.state, func.count(Win.id)).where(Win.account_id == account_id, Win.draw_id == draw_id)
    return dict(session.execute(query.group_by(Win.state)).all())
