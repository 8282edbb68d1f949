"""A ballot on PostgreSQL: one statement, one round trip."""

from typing import Any

from sqlalchemy import Connection

from campaigns.joining import may_join_at_once
from campaigns.kinds.vote.ballot import Asked, Taken
from campaigns.kinds.vote.config import settings_of
from core.ids import public_id
from members.ledger import mark_of


def take(connection: Connection, asked: Asked) -> Taken | None:
    """Append the ballot; who never took part joins with it where the campaign asks for nothing. None where nothing was taken: nobody of that name, no quota, closed meanwhile, or somebody was faster.

    Raises IntegrityError where a candidate has their vote already.
    """
    ballot = asked.ballot
    campaign, origin = ballot.campaign, ballot.origin
    values = {
        "account": campaign.account_id,
        "campaign": campaign.id,
        "scope": campaign.scope,
        "mark": mark_of(campaign.scope, ballot.openid),
        "openid": ballot.openid,
        "person": public_id(),
        "may_join": may_join_at_once(campaign.eligibility),
        "period": asked.period,
        "round": asked.round,
        "key": ballot.key,
        "at": ballot.now,
        "channel": origin.channel,
        "address": origin.address,
        "range": origin.range,
        "agent": origin.agent,
        "worked": origin.worked,
        "choice": list(asked.choice),
        "wanted": len(asked.choice),
        "most": settings_of(campaign).votes,
    }
    row: Any = connection.exec_driver_sql(TAKE, values).one()
    return None if row.id is None else Taken(row.id, row.used)


TAKE = """
WITH live AS (
  SELECT 1 FROM campaigns
  WHERE account_id = %(account)s AND id = %(campaign)s AND state = 'live' AND closed_at IS NULL
    AND opens_at <= %(at)s AND closes_at > %(at)s
), known AS (
  SELECT id, openid FROM ledger_people WHERE account_id = %(account)s AND scope = %(scope)s AND mark = %(mark)s
), joined AS (
  INSERT INTO ledger_people (account_id, public_id, scope, mark, openid, region, unit, trade, joined_at)
  SELECT %(account)s, %(person)s, %(scope)s, %(mark)s, %(openid)s, '', '', '', %(at)s
  FROM live WHERE %(may_join)s AND NOT EXISTS (SELECT 1 FROM known)
  ON CONFLICT (account_id, scope, mark) DO NOTHING
  RETURNING id
), who AS (
  SELECT id FROM known, live WHERE openid IS NOT NULL UNION ALL SELECT id FROM joined
), mine AS (
  SELECT period, number, used, key FROM vote_ballots
  WHERE account_id = %(account)s AND campaign_id = %(campaign)s AND person_id = (SELECT id FROM known)
), last AS (
  SELECT number, used FROM mine WHERE period = %(period)s ORDER BY number DESC LIMIT 1
), ballot AS (
  INSERT INTO vote_ballots (account_id, campaign_id, person_id, period, number, used, round, key, at, channel, address,
                            range, agent, worked)
  SELECT %(account)s, %(campaign)s, who.id, %(period)s, coalesce(last.number, 0) + 1,
         coalesce(last.used, 0) + %(wanted)s, %(round)s, %(key)s::varchar, %(at)s, %(channel)s, %(address)s, %(range)s,
         %(agent)s, %(worked)s
  FROM who LEFT JOIN last ON true
  WHERE coalesce(last.used, 0) + %(wanted)s <= %(most)s
    AND NOT EXISTS (SELECT 1 FROM mine WHERE key = %(key)s::varchar)
  ON CONFLICT (campaign_id, person_id, period, number) DO NOTHING
  RETURNING id, person_id, used
), given AS (
  INSERT INTO votes (account_id, campaign_id, person_id, period, candidate, round, ballot_id)
  SELECT %(account)s, %(campaign)s, ballot.person_id, %(period)s, chosen, %(round)s, ballot.id
  FROM ballot, unnest(%(choice)s::int[]) AS chosen
)
SELECT (SELECT id FROM ballot) AS id, (SELECT used FROM ballot) AS used
"""
