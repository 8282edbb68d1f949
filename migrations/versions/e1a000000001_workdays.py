"""What organisations keep of the working calendar themselves.

Revision ID: e1a000000001
Revises: d1a000000002
"""

import sqlalchemy as sa
from alembic import op

import models.types

revision = "e1a000000001"
down_revision = "d1a000000002"
branch_labels = None
depends_on = None

_MOMENT = models.types.UTCDateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "workdays",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("rest", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("source", sa.String(length=100), nullable=False),
        _organisation("workdays"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workdays")),
        sa.UniqueConstraint("organisation_id", "day", name=op.f("uq_workdays_organisation_id_day")),
    )
    op.create_table(
        "workday_years",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("announced", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", _MOMENT, nullable=False),
        sa.Column("updated_by", sa.String(length=80), nullable=False),
        _organisation("workday_years"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workday_years")),
        sa.UniqueConstraint("organisation_id", "year", name=op.f("uq_workday_years_organisation_id_year")),
    )


def _organisation(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_organisation_id")
    return sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=name, ondelete="CASCADE")


def downgrade() -> None:
    op.drop_table("workday_years")
    op.drop_table("workdays")
