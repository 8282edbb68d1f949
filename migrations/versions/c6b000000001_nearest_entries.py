"""The list of gaps keeps the entry that comes nearest to each, so that the page has not to look for it.

Revision ID: c6b000000001
Revises: c6a000000001
"""

import sqlalchemy as sa
from alembic import op

revision = "c6b000000001"
down_revision = "c6a000000001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Lists that were made before say nothing of entries in their mark: the worker makes them anew.
    op.add_column("gap_lines", sa.Column("nearest", sa.String(length=80), nullable=False, server_default=""))
    op.add_column("gap_lines", sa.Column("sure", sa.Double(), nullable=False, server_default="0"))


def downgrade() -> None:
    for column in ("sure", "nearest"):
        op.execute(f"ALTER TABLE gap_lines DROP COLUMN {column}")
