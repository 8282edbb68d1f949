"""Juries: jurors, rounds, tasks with their marks, disqualified entries, jury days.

Revision ID: d1a000000002
Revises: d1a000000001
"""

import sqlalchemy as sa
from alembic import op

import models.types

revision = "d1a000000002"
down_revision = "d1a000000001"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = models.types.UTCDateTime(timezone=True)
_JSON = sa.JSON(none_as_null=True)
_HELD = sa.text("state in ('open', 'done')")


def upgrade() -> None:
    op.create_table(
        "jurors",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=6), nullable=False),
        sa.Column("added_at", _MOMENT, nullable=False),
        sa.Column("added_by", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("state in ('active', 'away')", name=op.f("ck_jurors_state")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_jurors_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("fk_jurors_campaign_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jurors")),
        sa.UniqueConstraint("campaign_id", "staff_id", name=op.f("uq_jurors_campaign_id_staff_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_jurors_public_id")),
    )
    op.create_index(op.f("ix_jurors_account_id"), "jurors", ["account_id"])
    op.create_table(
        "jury_outs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("why", sa.String(length=200), nullable=False),
        sa.Column("out_at", _MOMENT, nullable=False),
        sa.Column("out_by", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_jury_outs_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("fk_jury_outs_campaign_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jury_outs")),
        sa.UniqueConstraint("campaign_id", "number", name=op.f("uq_jury_outs_campaign_id_number")),
    )
    op.create_index(op.f("ix_jury_outs_account_id"), "jury_outs", ["account_id"])
    op.create_table(
        "jury_rounds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=30), nullable=False),
        sa.Column("method", sa.String(length=8), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.Column("quorum", sa.Integer(), nullable=False),
        sa.Column("groups", _JSON, nullable=False),
        sa.Column("takes", sa.String(length=5), nullable=False),
        sa.Column("takes_most", sa.Integer(), nullable=False),
        sa.Column("blind", sa.Boolean(), nullable=False),
        sa.Column("due_at", _MOMENT, nullable=True),
        sa.Column("state", sa.String(length=6), nullable=False),
        sa.Column("seed", sa.String(length=24), nullable=False),
        sa.Column("opened_at", _MOMENT, nullable=True),
        sa.Column("closed_at", _MOMENT, nullable=True),
        sa.Column("reopened_why", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", _MOMENT, nullable=False),
        sa.Column("updated_by", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("method in ('yes_no', 'stars', 'ranking')", name=op.f("ck_jury_rounds_method")),
        sa.CheckConstraint("state in ('draft', 'open', 'closed')", name=op.f("ck_jury_rounds_state")),
        sa.CheckConstraint("takes in ('all', 'best', 'share')", name=op.f("ck_jury_rounds_takes")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_jury_rounds_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("fk_jury_rounds_campaign_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jury_rounds")),
        sa.UniqueConstraint("campaign_id", "number", name=op.f("uq_jury_rounds_campaign_id_number")),
        sa.UniqueConstraint("public_id", name=op.f("uq_jury_rounds_public_id")),
    )
    op.create_index(op.f("ix_jury_rounds_account_id"), "jury_rounds", ["account_id"])
    op.create_table(
        "jury_days",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("screen_id", sa.String(length=24), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("door", sa.Boolean(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("beat", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("taken <= seats", name=op.f("ck_jury_days_seats")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_jury_days_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("fk_jury_days_campaign_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["jury_rounds.id"], name=op.f("fk_jury_days_round_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jury_days")),
        sa.UniqueConstraint("public_id", name=op.f("uq_jury_days_public_id")),
        sa.UniqueConstraint("round_id", name=op.f("uq_jury_days_round_id")),
        sa.UniqueConstraint("screen_id", name=op.f("uq_jury_days_screen_id")),
    )
    op.create_index(op.f("ix_jury_days_account_id"), "jury_days", ["account_id"])
    op.create_table(
        "jury_entries",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("group", sa.String(length=40), nullable=False),
        sa.Column("owner", sa.String(length=32), nullable=False),
        sa.Column("marks", sa.Integer(), nullable=False),
        sa.Column("score", _BIG, nullable=True),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("shown_at", _MOMENT, nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_jury_entries_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["jury_rounds.id"], name=op.f("fk_jury_entries_round_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jury_entries")),
        sa.UniqueConstraint("round_id", "number", name=op.f("uq_jury_entries_round_id_number")),
    )
    op.create_index(op.f("ix_jury_entries_account_id"), "jury_entries", ["account_id"])
    op.create_table(
        "jury_live_marks",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("mark", sa.Integer(), nullable=False),
        sa.Column("marked_at", _MOMENT, nullable=False),
        sa.Column("id", _BIG, nullable=False),
        sa.Column("person_id", _BIG, nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_jury_live_marks_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["jury_rounds.id"], name=op.f("fk_jury_live_marks_round_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jury_live_marks")),
        sa.UniqueConstraint(
            "round_id", "number", "person_id", name=op.f("uq_jury_live_marks_round_id_number_person_id")
        ),
    )
    op.create_index("ix_jury_live_marks_person", "jury_live_marks", ["account_id", "person_id"])
    op.create_table(
        "jury_seats",
        sa.Column("taken_at", _MOMENT, nullable=False),
        sa.Column("id", _BIG, nullable=False),
        sa.Column("person_id", _BIG, nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_jury_seats_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["jury_rounds.id"], name=op.f("fk_jury_seats_round_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jury_seats")),
        sa.UniqueConstraint("round_id", "person_id", name=op.f("uq_jury_seats_round_id_person_id")),
    )
    op.create_index("ix_jury_seats_person", "jury_seats", ["account_id", "person_id"])
    op.create_table(
        "jury_tasks",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("juror_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("stand_in", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=7), nullable=False),
        sa.Column("mark", sa.Integer(), nullable=True),
        sa.Column("marked_at", _MOMENT, nullable=True),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("state in ('open', 'done', 'recused')", name=op.f("ck_jury_tasks_state")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_jury_tasks_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["juror_id"], ["jurors.id"], name=op.f("fk_jury_tasks_juror_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["jury_rounds.id"], name=op.f("fk_jury_tasks_round_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jury_tasks")),
        sa.UniqueConstraint(
            "round_id", "juror_id", "number", name=op.f("uq_jury_tasks_round_id_juror_id_number")
        ),
    )
    op.create_index(op.f("ix_jury_tasks_account_id"), "jury_tasks", ["account_id"])
    op.create_index(
        "uq_jury_tasks_held",
        "jury_tasks",
        ["round_id", "number", "slot"],
        unique=True,
        sqlite_where=_HELD,
        postgresql_where=_HELD,
    )


def downgrade() -> None:
    for table in (
        "jury_live_marks",
        "jury_seats",
        "jury_days",
        "jury_tasks",
        "jury_entries",
        "jury_outs",
        "jury_rounds",
        "jurors",
    ):
        op.drop_table(table)
