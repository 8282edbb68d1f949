"""The audit log can be filtered; accounts can be closed; contacts come back; a push waits until somebody lets it go.

Revision ID: c4a000000009
Revises: c4a000000008
"""

import sqlalchemy as sa
from alembic import op

import models.types

revision = "c4a000000009"
down_revision = "c4a000000008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Never by copying a table, as batch mode does on SQLite: dropping the old one would delete all that belongs to it.
    op.add_column("accounts", sa.Column("closed_at", models.types.UTCDateTime(timezone=True), nullable=True))
    # What was scheduled before was scheduled by people who might.
    op.add_column("pushes", sa.Column("approved", sa.Boolean(), nullable=False, server_default=sa.true()))
    for name in ("proposed_by", "approved_by"):
        op.add_column("pushes", sa.Column(name, sa.String(length=80), nullable=False, server_default=""))
    op.create_index("ix_audit_entries_staff", "audit_entries", ["staff_id", "number"])
    op.create_index("ix_audit_entries_action", "audit_entries", ["action", "number"])
    op.create_index("ix_audit_entries_at", "audit_entries", ["at"])
    op.create_table(
        "removed_contacts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("contact", models.types.Json, nullable=False),
        sa.Column("removed_at", models.types.UTCDateTime(timezone=True), nullable=False),
        sa.Column("removed_by", sa.String(length=80), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_removed_contacts_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_removed_contacts")),
        sa.UniqueConstraint("public_id", name=op.f("uq_removed_contacts_public_id")),
    )
    op.create_index(op.f("ix_removed_contacts_account_id"), "removed_contacts", ["account_id"])
    op.create_index(op.f("ix_removed_contacts_removed_at"), "removed_contacts", ["removed_at"])


def downgrade() -> None:
    op.drop_table("removed_contacts")
    for name in ("at", "action", "staff"):
        op.drop_index(f"ix_audit_entries_{name}", "audit_entries")
    for table, column in (
        ("pushes", "approved_by"),
        ("pushes", "proposed_by"),
        ("pushes", "approved"),
        ("accounts", "closed_at"),
    ):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
