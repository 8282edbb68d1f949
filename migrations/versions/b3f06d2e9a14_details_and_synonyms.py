"""Entries get a longer page; synonyms that staff keep.

Revision ID: b3f06d2e9a14
Revises: 8e21b7f4c0d3
"""

import sqlalchemy as sa
from alembic import op

revision = "b3f06d2e9a14"
down_revision = "8e21b7f4c0d3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("entries") as table:
        table.add_column(sa.Column("details", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "synonyms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("written", sa.String(length=40), nullable=False),
        sa.Column("meant", sa.String(length=40), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_synonyms_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_synonyms")),
        sa.UniqueConstraint("organisation_id", "written", name=op.f("uq_synonyms_organisation_id_written")),
    )
    with op.batch_alter_table("synonyms") as table:
        table.create_index(table.f("ix_synonyms_organisation_id"), ["organisation_id"])


def downgrade() -> None:
    op.drop_table("synonyms")
    with op.batch_alter_table("entries") as table:
        table.drop_column("details")
