"""Votes without the guard of the quota: a person's ballots of a period may carry the same number. Taken away from outside, in the
web processes and the schema of the proof, where a ballot also takes a moment between look and write; the product has no switch for it.
"""

from flask import Flask
from sqlalchemy import Connection, text

import app as application
from campaigns.ballots import casting_postgres

TARGET = "proofs.votes.control:create_web"
_GUARD = "ON CONFLICT (person_id, period, number) DO NOTHING"
_LOOK = ") mine\n"
_CONSTRAINT = "uq_vote_ballots_person_id_period_number"


def create_web() -> Flask:
    """The application of the product without its guard. Raises LookupError where there is none any more."""
    if _GUARD not in casting_postgres.TAKE or _LOOK not in casting_postgres.TAKE:
        raise LookupError("the statement has no such guard any more: the control removes nothing")
    slow = casting_postgres.TAKE.replace(_LOOK, ") mine CROSS JOIN pg_sleep(0.05)\n")
    casting_postgres.TAKE = slow.replace(_GUARD, "")
    return application.create_web()


def drop_constraint(connection: Connection) -> None:
    connection.execute(text(f"ALTER TABLE vote_ballots DROP CONSTRAINT {_CONSTRAINT}"))
    connection.execute(text("CREATE INDEX loose ON vote_ballots (person_id, period, number)"))
