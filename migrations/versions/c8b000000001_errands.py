"""Exports have the columns every errand of the worker has.

Revision ID: c8b000000001
Revises: c8a000000001
"""

import sqlalchemy as sa
from alembic import op

revision = "c8b000000001"
down_revision = "c8a000000001"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("campaign_exports") as table:
        table.alter_column("people", new_column_name="all_rows", type_=_BIG, existing_type=sa.Integer())
        table.alter_column("rows", type_=_BIG, existing_type=sa.Integer())
        table.add_column(sa.Column("tries", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    with op.batch_alter_table("campaign_exports") as table:
        table.drop_column("tries")
        table.alter_column("rows", type_=sa.Integer(), existing_type=_BIG)
        table.alter_column("all_rows", new_column_name="people", type_=sa.Integer(), existing_type=_BIG)
