"""Searches for stuffed ballots, done by the worker.

Revision ID: c8a000000001
Revises: c7b000000001
"""

import sqlalchemy as sa
from alembic import op

import models.types

revision = "c8a000000001"
down_revision = "c7b000000001"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = models.types.UTCDateTime(timezone=True)
_JSON = sa.JSON(none_as_null=True)


def upgrade() -> None:
    table = "vote_searches"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("rule", _JSON, nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("rows", _BIG, nullable=False),
        sa.Column("all_rows", _BIG, nullable=False),
        sa.Column("problem", sa.String(length=200), nullable=False),
        sa.Column("up_to", _BIG, nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("ids", sa.Text(), nullable=False),
        sa.Column("votes", _JSON, nullable=False),
        sa.Column("hours", _JSON, nullable=False),
        sa.Column("examples", _JSON, nullable=False),
        sa.Column("asked_by", sa.String(length=40), nullable=False),
        sa.Column("asked_at", _MOMENT, nullable=False),
        sa.Column("touched_at", _MOMENT, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state in ('waiting', 'working', 'done', 'failed')", name=op.f("ck_vote_searches_state")
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("fk_vote_searches_campaign_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_vote_searches_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vote_searches")),
        sa.UniqueConstraint("public_id", name=op.f("uq_vote_searches_public_id")),
    )
    op.create_index(op.f("ix_vote_searches_account_id"), table, ["account_id"])
    op.create_index("ix_vote_searches_state", table, ["state", "asked_at"])
    op.create_index("ix_vote_searches_campaign", table, ["campaign_id", "asked_at"])


def downgrade() -> None:
    op.drop_table("vote_searches")
