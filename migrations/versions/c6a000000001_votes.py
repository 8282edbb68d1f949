"""Votes: candidates, the ledger (ballots and votes), its blocks, totals, roots, strikes.

Revision ID: c6a000000001
Revises: c5b000000001
"""

import sqlalchemy as sa
from alembic import op

import models.types

revision = "c6a000000001"
down_revision = "c5b000000001"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = models.types.UTCDateTime(timezone=True)
_JSON = sa.JSON(none_as_null=True)


def _of(table: str, owner: str, owners: str) -> tuple[sa.Column, sa.ForeignKeyConstraint]:
    return (
        sa.Column(owner, sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            [owner], [f"{owners}.id"], name=op.f(f"fk_{table}_{owner}"), ondelete="CASCADE"
        ),
    )


def _text(name: str, length: int) -> sa.Column:
    return sa.Column(name, sa.String(length=length), nullable=False)


def _number(name: str) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=False)


def upgrade() -> None:
    _make_candidates()
    _make_ledger()
    _make_books()
    _make_strikes()


def _make_candidates() -> None:
    table = "vote_candidates"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        _text("public_id", 16),
        *_of(table, "campaign_id", "campaigns"),
        _number("number"),
        _text("name", 30),
        _text("group", 20),
        _text("region", 20),
        _text("unit", 60),
        _text("slogan", 60),
        sa.Column("about", sa.Text(), nullable=False),
        _text("picture", 40),
        _text("picture_text", 120),
        _text("video", 300),
        _number("through"),
        sa.Column("jury_hundredths", sa.Integer(), nullable=True),
        _text("state", 10),
        _text("state_why", 200),
        _number("version"),
        sa.Column("updated_at", _MOMENT, nullable=False),
        _text("updated_by", 40),
        *_of(table, "account_id", "accounts"),
        sa.CheckConstraint(
            "state in ('standing', 'frozen', 'withdrawn')", name=op.f("ck_vote_candidates_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vote_candidates")),
        sa.UniqueConstraint("campaign_id", "number", name=op.f("uq_vote_candidates_campaign_id_number")),
        sa.UniqueConstraint("public_id", name=op.f("uq_vote_candidates_public_id")),
    )
    op.create_index(op.f("ix_vote_candidates_account_id"), table, ["account_id"])
    table = "vote_uploads"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        _text("public_id", 16),
        *_of(table, "campaign_id", "campaigns"),
        _number("staff_id"),
        _text("file_name", 120),
        sa.Column("candidates", _JSON, nullable=False),
        sa.Column("problems", _JSON, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        *_of(table, "account_id", "accounts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vote_uploads")),
        sa.UniqueConstraint("public_id", name=op.f("uq_vote_uploads_public_id")),
    )
    op.create_index(op.f("ix_vote_uploads_account_id"), table, ["account_id"])


def _make_ledger() -> None:
    op.create_table(
        "vote_ballots",
        _number("campaign_id"),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        _number("account_id"),
        sa.Column("person_id", _BIG, nullable=False),
        _number("period"),
        _number("number"),
        _number("used"),
        _number("round"),
        _text("key", 64),
        sa.Column("at", _MOMENT, nullable=False),
        _text("channel", 4),
        _text("address", 16),
        _text("range", 16),
        _text("agent", 16),
        sa.Column("worked", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "id", name=op.f("pk_vote_ballots")),
        sa.UniqueConstraint(
            "campaign_id", "person_id", "period", "number", name=op.f("uq_vote_ballots_campaign_id_person_id_period_number")
        ),
    )
    op.create_table(
        "votes",
        _number("campaign_id"),
        sa.Column("person_id", _BIG, nullable=False),
        _number("period"),
        _number("candidate"),
        _number("account_id"),
        _number("round"),
        sa.Column("ballot_id", _BIG, nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "person_id", "period", "candidate", name=op.f("pk_votes")),
    )


def _make_books() -> None:
    op.create_table(
        "vote_blocks",
        *_of("vote_blocks", "campaign_id", "campaigns"),
        _number("number"),
        *_of("vote_blocks", "account_id", "accounts"),
        sa.Column("after_id", _BIG, nullable=False),
        sa.Column("last_id", _BIG, nullable=False),
        sa.Column("absent", sa.Text(), nullable=False),
        sa.Column("late", sa.Text(), nullable=False),
        _number("ballots"),
        _number("votes"),
        _text("hash", 64),
        sa.Column("sealed_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "number", name=op.f("pk_vote_blocks")),
    )
    op.create_index("ix_vote_blocks_last", "vote_blocks", ["campaign_id", "last_id"])
    op.create_table(
        "vote_totals",
        *_of("vote_totals", "campaign_id", "campaigns"),
        _number("round"),
        _number("candidate"),
        *_of("vote_totals", "account_id", "accounts"),
        sa.Column("votes", _BIG, nullable=False),
        sa.Column("struck", _BIG, nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "round", "candidate", name=op.f("pk_vote_totals")),
    )
    op.create_table(
        "vote_roots",
        sa.Column("id", sa.Integer(), nullable=False),
        *_of("vote_roots", "campaign_id", "campaigns"),
        _number("day"),
        _number("block"),
        _text("hash", 64),
        sa.Column("ballots", _BIG, nullable=False),
        sa.Column("votes", _BIG, nullable=False),
        sa.Column("counts", _JSON, nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        *_of("vote_roots", "account_id", "accounts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vote_roots")),
        sa.UniqueConstraint("campaign_id", "day", name=op.f("uq_vote_roots_campaign_id_day")),
    )
    op.create_index(op.f("ix_vote_roots_account_id"), "vote_roots", ["account_id"])


def _make_strikes() -> None:
    op.create_table(
        "vote_strikes",
        sa.Column("id", sa.Integer(), nullable=False),
        _text("public_id", 16),
        *_of("vote_strikes", "campaign_id", "campaigns"),
        sa.Column("rule", _JSON, nullable=False),
        _text("title", 60),
        _text("reason", 200),
        _number("ballots"),
        _number("votes"),
        sa.Column("at", _MOMENT, nullable=False),
        _text("by", 40),
        sa.Column("restored_at", _MOMENT, nullable=True),
        _text("restored_by", 40),
        _text("restored_why", 200),
        *_of("vote_strikes", "account_id", "accounts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vote_strikes")),
        sa.UniqueConstraint("public_id", name=op.f("uq_vote_strikes_public_id")),
    )
    op.create_index(op.f("ix_vote_strikes_account_id"), "vote_strikes", ["account_id"])
    op.create_index("ix_vote_strikes_campaign", "vote_strikes", ["campaign_id", "id"])
    op.create_table(
        "vote_struck",
        sa.Column("strike_id", sa.Integer(), nullable=False),
        sa.Column("ballot_id", _BIG, nullable=False),
        _number("account_id"),
        _number("campaign_id"),
        sa.ForeignKeyConstraint(
            ["strike_id"], ["vote_strikes.id"], name=op.f("fk_vote_struck_strike_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("strike_id", "ballot_id", name=op.f("pk_vote_struck")),
    )
    op.create_index("ix_vote_struck_ballot", "vote_struck", ["campaign_id", "ballot_id"])


def downgrade() -> None:
    for table in (
        "vote_struck",
        "vote_strikes",
        "vote_roots",
        "vote_totals",
        "vote_blocks",
        "votes",
        "vote_ballots",
        "vote_uploads",
        "vote_candidates",
    ):
        op.drop_table(table)
