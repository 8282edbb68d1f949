"""A turn on PostgreSQL: one statement takes and keeps everything, and one more keeps what was won."""

from functools import cache
from typing import Any

from sqlalchemy.orm import Session

from core.ids import public_id
from members.ledger import Answered, answered_before
from prizes.outcome import (
    WINS,
    Asked,
    Result,
    Taken,
    answer,
    bad_commitment,
    candidate,
    full,
    no_chance,
    over,
)
from prizes.service import deadline_of
from prizes.turns_plain import keep_turn


def take_fast(session: Session, asked: Asked) -> Answered:
    """A blank is one statement, a win two more things to keep. The request is kept as answered with a blank from the start,
    in the same transaction, so that nothing has to be written again for most turns."""
    draw = asked.draw
    blank = Result(public_id(), "", None)
    values = {
        "account": draw.account_id,
        "draw": draw.id,
        "scope": draw.scope,
        "mark": asked.mark,
        "key": asked.key,
        "body": asked.body,
        "now": asked.now,
        "turn": blank.turn_id,
        "blank": answer(blank),
    }
    for number, limit in enumerate(asked.limits):
        values |= {f"slot{number}": limit.slot, f"most{number}": limit.most}
    kinds = tuple(limit.slot == WINS for limit in asked.limits)
    row = _run(session, _taking_text(draw.mode == "tape", kinds), values)
    person_id, fresh, *free, chance_id, slot, turn_id, state = row
    if person_id is None:
        raise no_chance()
    if not fresh:
        return answered_before(session, draw.account_id, person_id, asked.key, asked.body)
    for limit, rows in zip(asked.limits, free, strict=True):
        if not rows:
            raise full(limit.slot)
    if chance_id is None:
        raise no_chance()
    if state != "open":
        raise over()
    if turn_id is None:  # the tape is used up
        keep_turn(session, asked, Taken(person_id, chance_id, None), blank)
    prize = candidate(session, draw, slot)
    if prize is None:
        return Answered(200, answer(blank))
    won = Result(blank.turn_id, public_id(), prize)
    return Answered(200, answer(won if _keep_fast(session, asked, won, person_id) else blank))


def _keep_fast(session: Session, asked: Asked, won: Result, person_id: int) -> bool:
    """False when the stock is used up (by odds)."""
    draw, prize = asked.draw, won.prize
    values = {
        "account": draw.account_id,
        "draw": draw.id,
        "scope": draw.scope,
        "person": person_id,
        "prize": prize.id if prize else None,
        "turn": won.turn_id,
        "win": won.win_id,
        "key": asked.key,
        "now": asked.now,
        "deadline": deadline_of(draw, asked.now),
        "won": answer(won),
    }
    given = _run(session, _KEEP_WIN, values)[0]
    if given is None and draw.mode == "tape":
        raise bad_commitment()
    return given is not None


def _run(session: Session, statement: str, values: dict[str, Any]) -> Any:
    """The one row of a statement, past the ORM: its check of tenants would cost more than the turn. Each table in these
    statements is compared with the account."""
    return session.connection().exec_driver_sql(statement, values).one()


_KEEP_WIN = """
WITH given AS (
  UPDATE prizes SET given = given + 1
  WHERE account_id = %(account)s AND id = %(prize)s AND given < stock RETURNING id
), turn AS (
  UPDATE draw_turns SET prize_id = given.id FROM given
  WHERE draw_turns.account_id = %(account)s AND draw_turns.public_id = %(turn)s RETURNING draw_turns.id
), win AS (
  INSERT INTO wins (account_id, public_id, draw_id, prize_id, turn_id, person_id, state, won_at, deadline,
                    phone_mark, asked_by, keeper, shown, note, version)
  SELECT %(account)s, %(win)s, %(draw)s, given.id, turn.id, %(person)s, 'won', %(now)s, %(deadline)s,
         '', '', '', false, '', 0
  FROM given, turn
), used AS (
  UPDATE ledger_uses SET used = used + 1
  WHERE account_id = %(account)s AND scope = %(scope)s AND holder = %(person)s AND slot = 'wins'
    AND EXISTS (SELECT 1 FROM given)
), answered AS (
  UPDATE ledger_requests SET answer = %(won)s
  WHERE account_id = %(account)s AND person_id = %(person)s AND key = %(key)s AND EXISTS (SELECT 1 FROM given)
)
SELECT (SELECT id FROM given)
"""

_TAPE_SLOT = """
  UPDATE draws SET next_slot = next_slot + 1 FROM spent
  WHERE draws.account_id = %(account)s AND draws.id = %(draw)s AND state = 'open' AND next_slot < slots
  RETURNING next_slot - 1 AS slot, state"""
_ODDS_SLOT = """
  SELECT NULL::int AS slot, state FROM draws, spent
  WHERE draws.account_id = %(account)s AND draws.id = %(draw)s AND state = 'open' FOR SHARE OF draws"""


@cache
def _taking_text(by_tape: bool, kinds: tuple[bool, ...]) -> str:
    """The statement that takes: the request's key, what is limited (`kinds`: is it of wins?), a chance, the next slot."""
    limits = "".join(
        f""", free{number} AS (
  INSERT INTO ledger_uses (account_id, scope, holder, slot, used)
  SELECT %(account)s, %(scope)s, person_id, %(slot{number})s, {0 if of_wins else 1} FROM request
  ON CONFLICT (account_id, scope, holder, slot) DO UPDATE SET used = ledger_uses.used + {0 if of_wins else 1}
  WHERE ledger_uses.used < %(most{number})s RETURNING 1
)"""  # noqa: S608 - constants and numbers only
        for number, of_wins in enumerate(kinds)
    )
    # The columns are worked out in order: the row that everybody wants comes last.
    counts = "".join(f", (SELECT count(*) FROM free{number})" for number in range(len(kinds)))  # noqa: S608
    return f"""
WITH who AS (
  SELECT id FROM ledger_people WHERE account_id = %(account)s AND scope = %(scope)s AND mark = %(mark)s
), request AS (
  INSERT INTO ledger_requests (account_id, person_id, key, body, status, answer, at)
  SELECT %(account)s, id, %(key)s, %(body)s, 200, %(blank)s, %(now)s FROM who
  ON CONFLICT (person_id, key) DO NOTHING RETURNING person_id
){limits}, spent AS (
  UPDATE draw_chances SET spent_at = %(now)s WHERE account_id = %(account)s AND spent_at IS NULL AND id = (
    SELECT one.id FROM draw_chances one, request
    WHERE one.account_id = %(account)s AND one.draw_id = %(draw)s AND one.person_id = request.person_id
      AND one.spent_at IS NULL
    LIMIT 1 FOR UPDATE OF one SKIP LOCKED
  ) RETURNING id, person_id
), slot AS ({_TAPE_SLOT if by_tape else _ODDS_SLOT}
), turn AS (
  INSERT INTO draw_turns (account_id, public_id, draw_id, person_id, chance_id, slot, at)
  SELECT %(account)s, %(turn)s, %(draw)s, spent.person_id, spent.id, slot.slot, %(now)s FROM spent, slot
  RETURNING id
)
SELECT (SELECT id FROM who), (SELECT count(*) FROM request){counts},
  (SELECT id FROM spent), (SELECT slot FROM slot), (SELECT id FROM turn),
  coalesce((SELECT state FROM slot),
           (SELECT state FROM draws WHERE account_id = %(account)s AND id = %(draw)s))"""  # noqa: S608 - as above
