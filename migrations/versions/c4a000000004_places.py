"""Organisations have a kind; two people may edit one thing; the platform's domain check files.

Revision ID: c4a000000004
Revises: c4a000000003
"""

import sqlalchemy as sa
from alembic import op

import models.types

revision = "c4a000000004"
down_revision = "c4a000000003"
branch_labels = None
depends_on = None

_KINDS = "kind in ('province', 'city', 'county', 'industry', 'enterprise', 'other')"


def upgrade() -> None:
    # Never by copying the table, as batch mode does on SQLite: dropping the old one would delete all that belongs to it.
    kind = sa.CheckConstraint(_KINDS, name=op.f("ck_organisations_kind"))
    op.add_column(
        "organisations", sa.Column("kind", sa.String(length=16), kind, nullable=False, server_default="other")
    )
    for table in ("organisations", "accounts"):
        op.add_column(table, sa.Column("version", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "domain_files",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("content", sa.String(length=32), nullable=False),
        sa.Column("uploaded_at", models.types.UTCDateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_domain_files_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_domain_files")),
        sa.UniqueConstraint("name", name=op.f("uq_domain_files_name")),
    )
    op.create_index(op.f("ix_domain_files_account_id"), "domain_files", ["account_id"])


def downgrade() -> None:
    op.drop_table("domain_files")
    for table, column in (("accounts", "version"), ("organisations", "version"), ("organisations", "kind")):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
