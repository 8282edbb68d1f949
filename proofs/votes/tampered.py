"""Whoever can write the database touches the ledger, each time in a copy of it: `verify` or the recount tells, every time."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from campaigns.ballots.recount import recount
from campaigns.ballots.roots import Published, list_roots
from campaigns.ballots.verify import verify
from core.clock import system_clock
from models.db import Database
from proofs.findings import Findings
from proofs.run import say
from proofs.stack import Stack
from proofs.votes.world import Place

_LINE = "tampered"
_NOBODY = 2_000_000_000
"""A person that the campaign does not have, however many voted."""
_FIRST = "(SELECT min(id) FROM vote_ballots)"
_VOTE = "INSERT INTO votes (account_id, campaign_id, person_id, period, candidate, round, ballot_id)"
_BALLOT = (
    "INSERT INTO vote_ballots (id, account_id, campaign_id, person_id, period, number, used, round, key, at, channel, address, "
    "range, agent, worked) OVERRIDING SYSTEM VALUE"
)
WAYS: dict[str, tuple[str, ...]] = {
    "vote_moved": (
        f"UPDATE votes SET candidate = 99 WHERE ballot_id = {_FIRST} AND candidate = (SELECT min(candidate) FROM votes "
        f"WHERE ballot_id = {_FIRST})",
    ),
    "vote_removed": (
        f"DELETE FROM votes WHERE ballot_id = {_FIRST} AND candidate = (SELECT min(candidate) FROM votes WHERE ballot_id = {_FIRST})",
    ),
    "vote_added": (
        f"{_VOTE} SELECT account_id, campaign_id, person_id, period, 99, 1, id FROM vote_ballots WHERE id = {_FIRST}",
    ),
    "vote_without_ballot": (
        f"{_VOTE} SELECT account_id, campaign_id, {_NOBODY}, period, 5, 1, id FROM vote_ballots WHERE id = {_FIRST}",
    ),
    "ballot_removed": (
        f"DELETE FROM votes WHERE ballot_id = {_FIRST}",
        f"DELETE FROM vote_ballots WHERE id = {_FIRST}",
    ),
    "ballot_of_another": (
        f"UPDATE votes SET person_id = {_NOBODY} WHERE ballot_id = {_FIRST}",
        f"UPDATE vote_ballots SET person_id = {_NOBODY} WHERE id = {_FIRST}",
    ),
    "ballot_put_in": (
        f"{_BALLOT} SELECT gap, account_id, campaign_id, {_NOBODY}, period, 1, 1, 1, 'put-in-later', at, 'chat', '', '', '', false FROM "
        "vote_ballots, (SELECT min(one.id) + 1 AS gap FROM vote_ballots one WHERE NOT EXISTS (SELECT 1 FROM vote_ballots two "
        f"WHERE two.id = one.id + 1)) gaps WHERE id = {_FIRST}",
        "UPDATE vote_blocks SET sealed_at = sealed_at - interval '1 hour'",
    ),
    "time_changed": (f"UPDATE vote_ballots SET at = at - interval '1 day' WHERE id = {_FIRST}",),
    "origin_changed": (f"UPDATE vote_ballots SET address = 'elsewhere' WHERE id = {_FIRST}",),
    "two_swapped": (
        "UPDATE vote_ballots SET key = CASE id WHEN (SELECT min(id) FROM vote_ballots) THEN 'second-one' ELSE 'first-one' END "
        "WHERE id IN (SELECT id FROM vote_ballots ORDER BY id LIMIT 2)",
    ),
    "block_removed": ("DELETE FROM vote_blocks WHERE number = 1",),
    "hash_changed": ("UPDATE vote_blocks SET hash = reverse(hash) WHERE number = 1",),
    "tail_cut": (
        "DELETE FROM votes WHERE ballot_id > (SELECT max(after_id) FROM vote_blocks)",
        "DELETE FROM vote_ballots WHERE id > (SELECT max(after_id) FROM vote_blocks)",
        "DELETE FROM vote_blocks WHERE number = (SELECT max(number) FROM vote_blocks)",
    ),
    "root_removed": ("DELETE FROM vote_roots",),
    "totals_changed": ("UPDATE vote_totals SET votes = votes + 1 WHERE candidate = 1",),
}


def prove(findings: Findings, stack: Stack, place: Place) -> None:
    """The service has stopped: a database can be copied while nobody uses it."""
    stack.engine.dispose()
    db = Database(stack.database.url)
    with db.read() as session:
        published = [Published(row.block, row.hash) for row in list_roots(session, place.campaign)]
    db.close()
    if faults := _look(stack.database.url, place, published):
        findings.violated(_LINE, "false_alarm", faults[0])
    found = 0
    for way, statements in WAYS.items():
        findings.attempted(_LINE)
        with _copy(stack.database.url, way) as url:
            _change(url, statements)
            faults = _look(url, place, published)
        found += bool(faults)
        if not faults:
            findings.violated(_LINE, "not_found", way)
    say(f"改动账本 {len(WAYS)} 种办法，发现 {found} 种")
    findings.figure(_LINE, ways=len(WAYS), found=found)


def _look(url: str, place: Place, published: list[Published]) -> list[str]:
    db = Database(url)
    with db.read() as session:
        faults = list(verify(session, place.campaign, published, system_clock()))
    with db.read() as session:
        faults += [f"{one}" for one in recount(session, place.campaign) if one.difference]
    db.close()
    return faults


def _change(url: str, statements: tuple[str, ...]) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            if not connection.execute(text(statement)).rowcount:
                raise RuntimeError(f"nothing was changed by {statement}")
    engine.dispose()


@contextmanager
def _copy(url: str, name: str) -> Iterator[str]:
    """Of the whole database, for as long as it is looked at. Connects beside it, since a template must be alone."""
    parsed = make_url(url)
    engine = create_engine(parsed.set(database="template1"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {parsed.database}"))
    yield parsed.set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()
