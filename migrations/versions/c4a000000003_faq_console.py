"""faq_console: drafts and versions of entries, files that wait to be taken over, entries can be withdrawn"""

import sqlalchemy as sa
from alembic import op

import models.types

revision = 'c4a000000003'
down_revision = 'c4a000000002'
branch_labels = None
depends_on = None


def _organisation(table: str) -> tuple:
    return (
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f(f"fk_{table}_organisation_id"),
            ondelete="CASCADE",
        ),
    )


def upgrade() -> None:
    with op.batch_alter_table("entries") as table:
        table.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        table.add_column(sa.Column("withdrawn_at", models.types.UTCDateTime(timezone=True), nullable=True))
        table.create_index("ix_entries_listed", ["organisation_id", "updated_at", "id"])
    with op.batch_alter_table("asked_questions") as table:
        table.create_index("ix_asked_questions_entry", ["account_id", "entry_code", "asked_at"])
    op.create_table(
        "entry_drafts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("topic", sa.String(length=80), nullable=False),
        sa.Column("row", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("base_version", sa.Integer(), nullable=False),
        sa.Column("author", sa.String(length=80), nullable=False),
        sa.Column("reviewer", sa.String(length=80), nullable=False),
        sa.Column("updated_at", models.types.UTCDateTime(timezone=True), nullable=False),
        *_organisation("entry_drafts"),
        sa.CheckConstraint("state in ('draft', 'reviewed')", name=op.f("ck_entry_drafts_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry_drafts")),
        sa.UniqueConstraint("organisation_id", "code", name=op.f("uq_entry_drafts_organisation_id_code")),
        sa.UniqueConstraint("public_id", name=op.f("uq_entry_drafts_public_id")),
    )
    with op.batch_alter_table("entry_drafts") as table:
        table.create_index(table.f("ix_entry_drafts_organisation_id"), ["organisation_id"])
        table.create_index("ix_entry_drafts_listed", ["organisation_id", "updated_at", "id"])
    op.create_table(
        "entry_versions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("row", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("author", sa.String(length=80), nullable=False),
        sa.Column("note", sa.String(length=80), nullable=False),
        sa.Column("live_at", models.types.UTCDateTime(timezone=True), nullable=False),
        *_organisation("entry_versions"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry_versions")),
        sa.UniqueConstraint(
            "organisation_id", "code", "number", name=op.f("uq_entry_versions_organisation_id_code_number")
        ),
    )
    with op.batch_alter_table("entry_versions") as table:
        table.create_index(table.f("ix_entry_versions_organisation_id"), ["organisation_id"])
    op.create_table(
        "entry_uploads",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=120), nullable=False),
        sa.Column("rows", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("problems", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("basis", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("created_at", models.types.UTCDateTime(timezone=True), nullable=False),
        *_organisation("entry_uploads"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry_uploads")),
        sa.UniqueConstraint("public_id", name=op.f("uq_entry_uploads_public_id")),
    )
    with op.batch_alter_table("entry_uploads") as table:
        table.create_index(table.f("ix_entry_uploads_organisation_id"), ["organisation_id"])


def downgrade() -> None:
    op.drop_table("entry_uploads")
    op.drop_table("entry_versions")
    op.drop_table("entry_drafts")
    with op.batch_alter_table("asked_questions") as table:
        table.drop_index("ix_asked_questions_entry")
    # What was withdrawn must not come to life again.
    op.execute("DELETE FROM entries WHERE withdrawn_at IS NOT NULL")
    with op.batch_alter_table("entries") as table:
        table.drop_index("ix_entries_listed")
        table.drop_column("withdrawn_at")
        table.drop_column("version")
