"""Columns (brand series) with their items; the push calendar finds its month by an index.

Revision ID: c4a000000006
Revises: c4a000000005
"""

import sqlalchemy as sa
from alembic import op

import models.types

revision = "c4a000000006"
down_revision = "c4a000000005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "brand_columns",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=20), nullable=False),
        sa.Column("description", sa.String(length=100), nullable=False),
        sa.Column("cover", sa.String(length=40), nullable=False),
        sa.Column("words", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", models.types.UTCDateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.String(length=40), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_brand_columns_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brand_columns")),
        sa.UniqueConstraint("organisation_id", "code", name=op.f("uq_brand_columns_organisation_id_code")),
    )
    op.create_table(
        "column_items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("column_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("title", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.String(length=120), nullable=False),
        sa.Column("cover", sa.String(length=40), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("entry_code", sa.String(length=80), nullable=False),
        sa.Column("media", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("published_at", models.types.UTCDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", models.types.UTCDateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.String(length=40), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind in ('text', 'pictures', 'sound', 'video', 'entry')", name=op.f("ck_column_items_kind")
        ),
        sa.CheckConstraint("state in ('draft', 'live')", name=op.f("ck_column_items_state")),
        sa.ForeignKeyConstraint(
            ["column_id"], ["brand_columns.id"], name=op.f("fk_column_items_column_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_column_items_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_column_items")),
        sa.UniqueConstraint("column_id", "number", name=op.f("uq_column_items_column_id_number")),
        sa.UniqueConstraint("public_id", name=op.f("uq_column_items_public_id")),
    )
    for name in ("brand_columns", "column_items"):
        with op.batch_alter_table(name) as table:
            table.create_index(table.f(f"ix_{name}_organisation_id"), ["organisation_id"])
    with op.batch_alter_table("pushes") as table:
        table.create_index("ix_pushes_account_id_due_at", ["account_id", "due_at"])


def downgrade() -> None:
    with op.batch_alter_table("pushes") as table:
        table.drop_index("ix_pushes_account_id_due_at")
    op.drop_table("column_items")
    op.drop_table("brand_columns")
