"""A ballot on PostgreSQL: one statement, one round trip."""

from sqlalchemy import Connection

from campaigns.ballots.ballot import Asked, Taken, joiner_of, values_of
from models.straight import send


def take(connection: Connection, asked: Asked) -> Taken | None:
    """Append the ballot. None where nothing was taken: nobody of that name, no quota, closed meanwhile, or somebody was faster.

    Raises IntegrityError where a candidate has their vote already.
    """
    row = send(
        connection, TAKE, {**values_of(asked), "at": asked.ballot.now, "choice": list(asked.choice)}
    ).fetchone()
    return None if row is None else Taken(*row)


def join(connection: Connection, asked: Asked) -> bool:
    """Who never took part stands in the ledger of people now; for a campaign that asks for nothing."""
    return bool(send(connection, _JOIN, {**joiner_of(asked), "at": asked.ballot.now}).rowcount)


_LIVE = """live.account_id = %(account)s AND live.id = %(campaign)s AND live.state = 'live' AND live.closed_at IS NULL
    AND live.opens_at <= %(at)s AND live.closes_at > %(at)s"""

# A person's ballots are looked up without the campaign (they have one): it would lead to an index over all ballots.
TAKE = f"""
WITH ballot AS (
  INSERT INTO vote_ballots (account_id, campaign_id, person_id, period, number, used, round, key, at, channel, address,
                            range, agent, worked)
  SELECT %(account)s, %(campaign)s, who.id, %(period)s, coalesce(mine.number, 0) + 1,
         coalesce(mine.used, 0) + %(wanted)s, %(round)s, %(key)s::varchar, %(at)s, %(channel)s, %(address)s, %(range)s,
         %(agent)s, %(worked)s
  FROM campaigns live
  JOIN ledger_people who ON who.account_id = %(account)s AND who.scope = %(scope)s AND who.mark = %(mark)s
  CROSS JOIN LATERAL (
    SELECT max(number) FILTER (WHERE period = %(period)s) AS number, max(used) FILTER (WHERE period = %(period)s) AS used,
           bool_or(key = %(key)s::varchar) AS again
    FROM vote_ballots WHERE account_id = %(account)s AND person_id = who.id AND period >= %(period)s - 1
  ) mine
  WHERE {_LIVE} AND who.openid IS NOT NULL AND again IS NOT true AND coalesce(mine.used, 0) + %(wanted)s <= %(most)s
  ON CONFLICT (person_id, period, number) DO NOTHING
  RETURNING id, person_id, used
), given AS (
  INSERT INTO votes (account_id, campaign_id, person_id, period, candidate, round, ballot_id)
  SELECT %(account)s, %(campaign)s, ballot.person_id, %(period)s, chosen, %(round)s, ballot.id
  FROM ballot, unnest(%(choice)s::int[]) AS chosen
)
SELECT id, used FROM ballot"""  # noqa: S608 - constants only

_JOIN = f"""
INSERT INTO ledger_people (account_id, public_id, scope, mark, openid, region, unit, trade, joined_at)
SELECT %(account)s, %(person)s, %(scope)s, %(mark)s, %(openid)s, '', '', '', %(at)s FROM campaigns live WHERE {_LIVE}
ON CONFLICT (account_id, scope, mark) DO NOTHING"""  # noqa: S608 - constants only
