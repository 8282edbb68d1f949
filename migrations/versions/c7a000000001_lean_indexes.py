"""No index on the owner alone where another begins with the owner; a vote's and a ballot's keys begin with the person.

Revision ID: c7a000000001
Revises: c6b000000001
"""

from collections.abc import Iterator

from alembic import op

revision = "c7a000000001"
down_revision = "c6b000000001"
branch_labels = None
depends_on = None

_OF_ACCOUNT = """
    api_quotas api_uses asked_questions campaigns consents gap_lines gap_lists help_requests ledger_people ledger_uses
    mass_results member_tags members menu_drafts message_log message_windows outbox_items pending_turns pushes
    question_days quota_uses scene_days scene_scans scenes tag_syncs tags wins
"""
_OF_ORGANISATION = """
    brand_columns entries entry_drafts entry_versions grants keyword_rules quiz_questions synonyms
"""


def _each() -> Iterator[tuple[str, str]]:
    for tables, owner in ((_OF_ACCOUNT, "account_id"), (_OF_ORGANISATION, "organisation_id")):
        for table in tables.split():
            yield table, owner


def upgrade() -> None:
    for table, owner in _each():
        op.drop_index(op.f(f"ix_{table}_{owner}"), table_name=table)
    _set_keys([], ["campaign_id"], with_rowid=False)


def downgrade() -> None:
    _set_keys(["campaign_id"], [], with_rowid=True)
    for table, owner in _each():
        op.create_index(op.f(f"ix_{table}_{owner}"), table, [owner])


def _set_keys(first: list[str], before: list[str], *, with_rowid: bool) -> None:
    person, made = ["person_id", "period", "number"], {"sqlite_with_rowid": with_rowid}
    with op.batch_alter_table("vote_ballots", table_kwargs=made) as ballots:
        ballots.drop_constraint(op.f("_".join(["uq_vote_ballots", *before, *person])), type_="unique")
        ballots.create_unique_constraint(
            op.f("_".join(["uq_vote_ballots", *first, *person])), [*first, *person]
        )
    with op.batch_alter_table("votes", table_kwargs=made) as votes:
        votes.drop_constraint(op.f("pk_votes"), type_="primary")
        votes.create_primary_key(op.f("pk_votes"), [*first, "person_id", "period", "candidate"])
