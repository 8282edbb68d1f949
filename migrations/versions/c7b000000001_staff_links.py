"""Which followers are people of the console: the links between staff and their own WeChat.

Revision ID: c7b000000001
Revises: c7a000000001
"""

import sqlalchemy as sa
from alembic import op

import models.types

revision = "c7b000000001"
down_revision = "c7a000000001"
branch_labels = None
depends_on = None

_MOMENT = models.types.UTCDateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "staff_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(length=32), nullable=False),
        sa.Column("code_until", _MOMENT, nullable=False),
        sa.Column("mark", sa.String(length=32), nullable=True),
        sa.Column("linked_at", _MOMENT, nullable=True),
        sa.Column("ended_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_staff_links_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_staff_links_staff_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_links")),
        sa.UniqueConstraint("account_id", "code_hash", name=op.f("uq_staff_links_account_id_code_hash")),
    )
    op.create_index("ix_staff_links_staff_id", "staff_links", ["staff_id"])
    op.create_index("ix_staff_links_mark", "staff_links", ["account_id", "mark"])


def downgrade() -> None:
    op.drop_table("staff_links")
