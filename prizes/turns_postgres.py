"""A turn on PostgreSQL: one statement takes and keeps everything, or nothing, and commits itself.

So the row that everybody wants, the draw's own, is held for as long as the server needs for three small writes, and never
while it waits for one of our processes. A win of a tape is one more statement: only we know what a slot holds (were it among
the first one's values, who logs these could read what comes next). Whoever dies in between leaves a turn whose slot says
what it won; the same request, or the worker (`prizes.turns.finish_turns`), keeps the win then.
"""

from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Connection

from core.errors import Conflict
from core.ids import public_id
from members.ledger import Answered
from prizes.outcome import (
    WINS,
    Asked,
    Result,
    answer,
    bad_commitment,
    barred,
    full,
    no_chance,
    over,
    prize_at,
    roll,
)
from prizes.service import deadline_of
from prizes.view import DrawView, PrizeView

_TRIES = 30
_STAMP = "stamp"
"""Of a person where wins are limited: counts up with every turn, so that one that did not know of another is tried again."""


class _Taken(NamedTuple):
    turn_id: int | None
    slot: int | None
    prize_id: int | None
    chance_id: int | None
    stamped: bool
    barred: bool
    """Somebody of the staff, by their link."""
    state: str
    free: list[bool]
    """Was there something left, for each limit?"""


def take_fast(connection: Connection, asked: Asked, strip: bytes) -> Answered:
    """Raises NotAllowed, SoldOut, Closed, Conflict, and IntegrityError where the same request was answered before."""
    draw = asked.draw
    stamp = 0 if draw.wins_per_person else None  # right for who draws for the first time: most do
    for _ in range(_TRIES):
        wanted = Result(public_id(), public_id(), roll(draw) if draw.mode == "odds" else None)
        taken = _take(connection, asked, wanted, stamp)
        if taken.turn_id is None:
            if taken.chance_id is not None and not taken.stamped:
                stamp = _stamp(connection, asked, strip)
                continue
            raise _why_not(asked, taken)
        if draw.mode == "odds":
            return answer(wanted if taken.prize_id else Result(wanted.turn_id, "", None))
        prize = prize_at(draw, strip, taken.slot)
        win_id = keep_win(connection, draw, taken.turn_id, prize, asked.now) if prize else ""
        return answer(Result(wanted.turn_id, win_id, prize))
    raise Conflict("busy", "您的另一次抽奖还在进行，请稍等片刻再试。")


def keep_win(connection: Connection, draw: DrawView, turn_id: int, prize: PrizeView, won_at: datetime) -> str:
    """Keep what a turn's slot holds, once; the win's public id, also where it was kept before.

    Raises Closed where there is none of it left: the stock is no longer what was committed to.
    """
    values = {
        "account": draw.account_id,
        "draw": draw.id,
        "prize": prize.id,
        "turn": turn_id,
        "win": public_id(),
        "now": won_at,
        "deadline": deadline_of(draw, won_at),
    }
    kept = connection.exec_driver_sql(_KEEP_WIN, values).scalar_one_or_none()
    kept = kept or connection.exec_driver_sql(_KEPT_BEFORE, values).scalar_one_or_none()
    if kept is None:
        raise bad_commitment()
    return str(kept)


def _stamp(connection: Connection, asked: Asked, strip: bytes) -> int:
    """How many turns this person's stamp counts. Raises SoldOut where the turns of before won what one person may.

    What they won is read from the tape, as the win of another request may not be kept yet.
    """
    draw = asked.draw
    values = {**_whose(asked), "stamp_slot": _STAMP}
    rows: Any = connection.exec_driver_sql(_TURNS_BEFORE, values).all()
    won = sum(bool(prize_id) or prize_at(draw, strip, slot) is not None for _, slot, prize_id in rows)
    if won >= draw.wins_per_person:
        raise full(WINS)
    return int(rows[0][0]) if rows else 0


def _take(connection: Connection, asked: Asked, wanted: Result, stamp: int | None) -> _Taken:
    draw, prize = asked.draw, wanted.prize
    values = {
        **_whose(asked),
        "draw": draw.id,
        "key": asked.key,
        "now": asked.now,
        "turn": wanted.turn_id,
        "staff": asked.staff_mark,
        "staff_since": draw.staff_since,
    }
    if stamp is not None:
        values |= {"stamp_slot": _STAMP, "stamp": stamp}
    if prize is not None:
        values |= {"prize": prize.id, "win": wanted.win_id, "deadline": deadline_of(draw, asked.now)}
    for number, limit in enumerate(asked.limits):
        values |= {f"slot{number}": limit.slot, f"most{number}": limit.most}
    statement = _taking_text(draw.mode == "tape", prize is not None, stamp is not None, len(asked.limits))
    row: Any = connection.exec_driver_sql(statement, values).one()
    return _Taken(*row)


def _whose(asked: Asked) -> dict[str, Any]:
    return {"account": asked.draw.account_id, "scope": asked.draw.scope, "mark": asked.mark}


def _why_not(asked: Asked, taken: _Taken) -> Exception:
    if taken.state != "open":
        return over()
    if taken.barred:
        return barred()
    if taken.chance_id is None:
        return no_chance()
    return next(full(limit.slot) for limit, free in zip(asked.limits, taken.free, strict=True) if not free)


_WIN_COLUMNS = """account_id, public_id, draw_id, prize_id, turn_id, person_id, state, won_at, deadline,
    phone_mark, asked_by, keeper, shown, note, version"""
_WIN_VALUES = """%(account)s, %(win)s, %(draw)s, given.id, turn.id, turn.person_id, 'won', %(now)s, %(deadline)s,
    '', '', '', false, '', 0"""

_KEEP_WIN = f"""
WITH turn AS (
  SELECT id, person_id FROM draw_turns
  WHERE account_id = %(account)s AND id = %(turn)s AND prize_id IS NULL FOR UPDATE
), given AS (
  UPDATE prizes SET given = given + 1 FROM turn
  WHERE prizes.account_id = %(account)s AND prizes.id = %(prize)s AND given < stock RETURNING prizes.id
), marked AS (
  UPDATE draw_turns SET prize_id = given.id FROM given
  WHERE draw_turns.account_id = %(account)s AND draw_turns.id = %(turn)s
)
INSERT INTO wins ({_WIN_COLUMNS})
SELECT {_WIN_VALUES} FROM turn, given
RETURNING public_id"""  # noqa: S608 - constants only

_KEPT_BEFORE = "SELECT public_id FROM wins WHERE account_id = %(account)s AND turn_id = %(turn)s"

_TURNS_BEFORE = """
SELECT coalesce((
    SELECT used FROM ledger_uses
    WHERE account_id = %(account)s AND scope = %(scope)s AND holder = who.id AND slot = %(stamp_slot)s
  ), 0), turn.slot, turn.prize_id
FROM ledger_people who
LEFT JOIN draw_turns turn ON turn.account_id = %(account)s AND turn.person_id = who.id
WHERE who.account_id = %(account)s AND who.scope = %(scope)s AND who.mark = %(mark)s"""

_TAPE_SLOT = """
  UPDATE draws SET next_slot = next_slot + 1 FROM {last}
  WHERE draws.account_id = %(account)s AND draws.id = %(draw)s AND state = 'open'
  RETURNING CASE WHEN next_slot <= slots THEN next_slot - 1 END AS slot"""
_ODDS_SLOT = """
  SELECT NULL::int AS slot FROM draws, {last}
  WHERE draws.account_id = %(account)s AND draws.id = %(draw)s AND state = 'open' FOR SHARE OF draws"""

_USED = """, {name} AS (
  INSERT INTO ledger_uses (account_id, scope, holder, slot, used)
  SELECT %(account)s, %(scope)s, holder, %({slot})s, 1 FROM {last}
  ON CONFLICT (account_id, scope, holder, slot) DO UPDATE SET used = ledger_uses.used + 1
  WHERE ledger_uses.used {test} RETURNING holder
)"""
_GIVEN = """, given AS (
  UPDATE prizes SET given = given + 1 FROM slot
  WHERE prizes.account_id = %(account)s AND prizes.id = %(prize)s AND given < stock RETURNING prizes.id
)"""
_WIN = f""", win AS (
  INSERT INTO wins ({_WIN_COLUMNS}) SELECT {_WIN_VALUES} FROM turn, given
)"""  # noqa: S608 - constants only


@cache
def _taking_text(by_tape: bool, may_win: bool, stamped: bool, limits: int) -> str:
    """The statement that takes: a chance, what is limited, the slot; each only where the one before was there, and nothing
    for staff. Who asks is looked up first, as a value of its own, so that no plan made without statistics walks through
    everybody's chances.

    A limit that was counted before another refused stays counted. That harms nobody: after the day's turns stand all turns,
    which are used up for good, and a stamp is only ever compared.
    """
    counts = [("stamp", "stamp_slot", "= %(stamp)s")] if stamped else []
    counts += [(f"free{n}", f"slot{n}", f"< %(most{n})s") for n in range(limits)]
    last, used = "chance", ""
    for name, slot, test in counts:
        used += _USED.format(name=name, slot=slot, test=test, last=last)
        last = name
    free = ", ".join(f"EXISTS (TABLE free{n})" for n in range(limits))
    return f"""
WITH staff AS MATERIALIZED (
  SELECT id FROM staff_links
  WHERE account_id = %(account)s AND mark = %(staff)s AND (ended_at IS NULL OR ended_at > %(staff_since)s) LIMIT 1
), who AS MATERIALIZED (
  SELECT id FROM ledger_people WHERE account_id = %(account)s AND scope = %(scope)s AND mark = %(mark)s
), chance AS (
  SELECT id, person_id AS holder FROM draw_chances
  WHERE account_id = %(account)s AND draw_id = %(draw)s AND person_id = (SELECT id FROM who) AND spent_at IS NULL
    AND NOT EXISTS (TABLE staff)
    AND NOT EXISTS (
      SELECT 1 FROM draw_turns
      WHERE account_id = %(account)s AND person_id = (SELECT id FROM who) AND key = %(key)s)
  LIMIT 1 FOR UPDATE
){used}, slot AS ({(_TAPE_SLOT if by_tape else _ODDS_SLOT).format(last=last)}
){_GIVEN if may_win else ""}, turn AS (
  INSERT INTO draw_turns (account_id, public_id, draw_id, person_id, key, chance_id, slot, prize_id, at)
  SELECT %(account)s, %(turn)s, %(draw)s, chance.holder, %(key)s, chance.id, slot.slot,
         {"(SELECT id FROM given)" if may_win else "NULL"}, %(now)s
  FROM chance, slot RETURNING id, person_id, slot, prize_id
){_WIN if may_win else ""}, spent AS (
  UPDATE draw_chances SET spent_at = %(now)s FROM turn
  WHERE draw_chances.account_id = %(account)s AND draw_chances.id = (SELECT id FROM chance)
)
SELECT (SELECT id FROM turn), (SELECT slot FROM turn), (SELECT prize_id FROM turn), (SELECT id FROM chance),
  {"EXISTS (TABLE stamp)" if stamped else "true"}, EXISTS (TABLE staff),
  CASE WHEN EXISTS (TABLE turn) THEN 'open'
       ELSE (SELECT state FROM draws WHERE account_id = %(account)s AND id = %(draw)s) END,
  ARRAY[{free}]::bool[]"""  # noqa: S608 - constants only
