"""Lists of the console at size: indexes for what they show.

Revision ID: c4a000000007
Revises: c4a000000006
"""

import sqlalchemy as sa
from alembic import op

revision = "c4a000000007"
down_revision = "c4a000000006"
branch_labels = None
depends_on = None

_ENDS = sa.text("valid_until IS NOT NULL")
_OPEN = sa.text("text <> '' AND done_at IS NULL")
_CITES = sa.text("CAST(citations AS TEXT) <> '[]'")


def upgrade() -> None:
    op.create_index("ix_entries_topic", "entries", ["organisation_id", "topic", "updated_at", "id"])
    op.create_index("ix_entries_category", "entries", ["organisation_id", "category"])
    op.create_index(
        "ix_entries_ending",
        "entries",
        ["organisation_id", "valid_until"],
        postgresql_where=_ENDS,
        sqlite_where=_ENDS,
    )
    op.create_index(
        "ix_entries_checked",
        "entries",
        ["organisation_id", "checked_on"],
        postgresql_where=_CITES,
        sqlite_where=_CITES,
    )
    op.create_index(
        "ix_asked_questions_code", "asked_questions", ["entry_code", "asked_at", "account_id", "outcome"]
    )
    op.create_index("ix_asked_questions_outcome", "asked_questions", ["account_id", "asked_at", "outcome"])
    op.create_index(
        "ix_asked_questions_open",
        "asked_questions",
        ["account_id", "id"],
        postgresql_where=_OPEN,
        sqlite_where=_OPEN,
    )


def downgrade() -> None:
    for name in ("open", "outcome", "code"):
        op.drop_index(f"ix_asked_questions_{name}", "asked_questions")
    for name in ("checked", "ending", "category", "topic"):
        op.drop_index(f"ix_entries_{name}", "entries")
