"""quota ledger: API calls by day, the platform's own word on them, followers' message windows

Revision ID: c4a000000008
Revises: c4a000000007
"""

import sqlalchemy as sa
from alembic import op

import models.types

revision = "c4a000000008"
down_revision = "c4a000000007"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "api_uses",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("path", sa.String(length=100), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("used_up_at", models.types.UTCDateTime(timezone=True), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("used >= 0", name=op.f("ck_api_uses_used")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_api_uses_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_uses")),
        sa.UniqueConstraint("account_id", "day", "path", name=op.f("uq_api_uses_account_id_day_path")),
    )
    op.create_table(
        "api_quotas",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(length=100), nullable=False),
        sa.Column("daily_limit", BIG_ID, nullable=False),
        sa.Column("used", BIG_ID, nullable=False),
        sa.Column("asked_at", models.types.UTCDateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_api_quotas_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_quotas")),
        sa.UniqueConstraint("account_id", "path", name=op.f("uq_api_quotas_account_id_path")),
    )
    op.create_table(
        "message_windows",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("openid", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("opened_at", models.types.UTCDateTime(timezone=True), nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind in ('message', 'event')", name=op.f("ck_message_windows_kind")),
        sa.CheckConstraint("sent >= 0", name=op.f("ck_message_windows_sent")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_message_windows_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_windows")),
        sa.UniqueConstraint(
            "account_id", "openid", "kind", name=op.f("uq_message_windows_account_id_openid_kind")
        ),
    )
    for name, column in (
        ("api_uses", "account_id"),
        ("api_uses", "day"),
        ("api_quotas", "account_id"),
        ("message_windows", "account_id"),
        ("message_windows", "opened_at"),
    ):
        with op.batch_alter_table(name) as table:
            table.create_index(table.f(f"ix_{name}_{column}"), [column])


def downgrade() -> None:
    op.drop_table("message_windows")
    op.drop_table("api_quotas")
    op.drop_table("api_uses")
