"""A ballot on SQLite: one statement that commits itself, and a look at what it made.

The statement writes to a view of the connection's own, whose trigger appends the ballot and its votes. A transaction of several
statements would hold the file while other threads do something else between them: a third of the ballots per second.
"""

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection

from campaigns.ballots.ballot import Asked, Taken, joiner_of, values_of
from models.straight import send


def take(connection: Connection, asked: Asked) -> Taken | None:
    """As `casting_postgres.take`."""
    driver: Any = connection.connection.driver_connection
    _prepare(connection, driver)
    values = {**values_of(asked), "at": _text(asked.ballot.now), "choice": json.dumps(asked.choice)}
    before = driver.total_changes
    send(connection, _CAST, values)
    if driver.total_changes == before:
        return None
    return Taken(*send(connection, _MADE, values).fetchone())


def join(connection: Connection, asked: Asked) -> bool:
    """As `casting_postgres.join`."""
    return bool(send(connection, _JOIN, {**joiner_of(asked), "at": _text(asked.ballot.now)}).rowcount)


def _prepare(connection: Connection, driver: Any) -> None:
    """Once for each of the driver's connections; within a transaction each time, since it may be rolled back."""
    if "casting" in connection.info:
        return
    send(connection, _VIEW, {})
    send(connection, _TRIGGER, {})
    if not driver.in_transaction:
        connection.info["casting"] = True


def _text(moment: datetime) -> str:
    """As the ORM writes it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


_VIEW = """
CREATE TEMP VIEW IF NOT EXISTS casting AS
SELECT NULL account, NULL campaign, NULL scope, NULL mark, NULL period, NULL round, NULL "key", NULL at, NULL channel,
       NULL address, NULL "range", NULL agent, NULL worked, NULL wanted, NULL most, NULL choice"""

_TRIGGER = """
CREATE TEMP TRIGGER IF NOT EXISTS cast_ballot INSTEAD OF INSERT ON casting BEGIN
  INSERT INTO vote_ballots (account_id, campaign_id, person_id, id, period, number, used, round, key, at, channel, address,
                            "range", agent, worked)
  SELECT NEW.account, NEW.campaign, mine.person_id,
         coalesce((SELECT max(id) FROM vote_ballots WHERE campaign_id = NEW.campaign), 0) + 1,
         NEW.period, coalesce(mine.number, 0) + 1, coalesce(mine.used, 0) + NEW.wanted, NEW.round, NEW.key, NEW.at,
         NEW.channel, NEW.address, NEW."range", NEW.agent, NEW.worked
  FROM campaigns live, (
    SELECT who.id AS person_id, who.openid, max(number) FILTER (WHERE period = NEW.period) AS number,
           max(used) FILTER (WHERE period = NEW.period) AS used, max(key = NEW.key) AS again
    FROM ledger_people who LEFT JOIN vote_ballots earlier
      ON earlier.account_id = NEW.account AND earlier.person_id = who.id AND earlier.period >= NEW.period - 1
    WHERE who.account_id = NEW.account AND who.scope = NEW.scope AND who.mark = NEW.mark
    GROUP BY who.id
  ) mine
  WHERE live.account_id = NEW.account AND live.id = NEW.campaign AND live.state = 'live' AND live.closed_at IS NULL
    AND live.opens_at <= NEW.at AND live.closes_at > NEW.at
    AND mine.openid IS NOT NULL AND again IS NOT true AND coalesce(mine.used, 0) + NEW.wanted <= NEW.most;
  INSERT INTO votes (account_id, campaign_id, person_id, period, candidate, round, ballot_id)
  SELECT account_id, campaign_id, person_id, period, chosen.value, round, made.id
  FROM (
    SELECT * FROM vote_ballots WHERE account_id = NEW.account AND campaign_id = NEW.campaign ORDER BY id DESC LIMIT 1
  ) made, json_each(NEW.choice) chosen
  WHERE changes() > 0;
END"""

_CAST = """
INSERT INTO casting VALUES (:account, :campaign, :scope, :mark, :period, :round, :key, :at, :channel, :address, :range, :agent,
  :worked, :wanted, :most, :choice)"""

_MADE = """
SELECT id, used FROM vote_ballots
WHERE account_id = :account AND period = :period AND key = :key AND person_id = (
  SELECT id FROM ledger_people WHERE account_id = :account AND scope = :scope AND mark = :mark)"""

_JOIN = """
INSERT INTO ledger_people (account_id, public_id, scope, mark, openid, region, unit, trade, joined_at)
SELECT :account, :person, :scope, :mark, :openid, '', '', '', :at FROM campaigns live
WHERE live.account_id = :account AND live.id = :campaign AND live.state = 'live' AND live.closed_at IS NULL
  AND live.opens_at <= :at AND live.closes_at > :at
ON CONFLICT (account_id, scope, mark) DO NOTHING"""
