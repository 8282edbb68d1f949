"""The quiz: bank of questions, uploads, frozen sets, attempts, answers, standings.

Revision ID: c5a000000002
Revises: c5a000000001
"""

import sqlalchemy as sa
from alembic import op

import models.types

revision = "c5a000000002"
down_revision = "c5a000000001"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = models.types.UTCDateTime(timezone=True)
_JSON = sa.JSON(none_as_null=True)


def _of(table: str, owner: str, owners: str) -> tuple[sa.Column, sa.ForeignKeyConstraint]:
    return (
        sa.Column(owner, sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            [owner], [f"{owners}.id"], name=op.f(f"fk_{table}_{owner}"), ondelete="CASCADE"
        ),
    )


def upgrade() -> None:
    _make_bank()
    _make_set()
    _make_attempts()
    _make_answers()
    _make_standings()


def _make_bank() -> None:
    op.create_table(
        "quiz_questions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("subject", sa.String(length=20), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("options", _JSON, nullable=False),
        sa.Column("answer", sa.String(length=200), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("citations", _JSON, nullable=False),
        sa.Column("entry", sa.String(length=80), nullable=False),
        sa.Column("picture", sa.String(length=40), nullable=False),
        sa.Column("picture_text", sa.String(length=120), nullable=False),
        sa.Column("reviewed_by", sa.String(length=40), nullable=False),
        sa.Column("deleted_at", _MOMENT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", _MOMENT, nullable=False),
        sa.Column("updated_by", sa.String(length=40), nullable=False),
        *_of("quiz_questions", "organisation_id", "organisations"),
        sa.CheckConstraint(
            "kind in ('single', 'multiple', 'judge', 'blank')", name=op.f("ck_quiz_questions_kind")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_questions")),
        sa.UniqueConstraint("organisation_id", "code", name=op.f("uq_quiz_questions_organisation_id_code")),
        sa.UniqueConstraint("public_id", name=op.f("uq_quiz_questions_public_id")),
    )
    op.create_index(op.f("ix_quiz_questions_organisation_id"), "quiz_questions", ["organisation_id"])
    op.create_index("ix_quiz_questions_listed", "quiz_questions", ["organisation_id", "updated_at", "id"])
    op.create_index("ix_quiz_questions_subject", "quiz_questions", ["organisation_id", "subject", "level"])
    op.create_table(
        "quiz_uploads",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=120), nullable=False),
        sa.Column("questions", _JSON, nullable=False),
        sa.Column("problems", _JSON, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        *_of("quiz_uploads", "organisation_id", "organisations"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_uploads")),
        sa.UniqueConstraint("public_id", name=op.f("uq_quiz_uploads_public_id")),
    )
    op.create_index(op.f("ix_quiz_uploads_organisation_id"), "quiz_uploads", ["organisation_id"])


def _make_set() -> None:
    op.create_table(
        "quiz_sets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", _JSON, nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        *_of("quiz_sets", "account_id", "accounts"),
        *_of("quiz_sets", "campaign_id", "campaigns"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_sets")),
        sa.UniqueConstraint("campaign_id", name=op.f("uq_quiz_sets_campaign_id")),
    )
    op.create_index(op.f("ix_quiz_sets_account_id"), "quiz_sets", ["account_id"])


def _make_attempts() -> None:
    op.create_table(
        "quiz_attempts",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("person_id", _BIG, nullable=False),
        sa.Column("gate", sa.Integer(), nullable=False),
        sa.Column("seed", sa.String(length=32), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("started_at", _MOMENT, nullable=False),
        sa.Column("due_at", _MOMENT, nullable=True),
        sa.Column("ended_at", _MOMENT, nullable=True),
        sa.Column("used_ms", _BIG, nullable=False),
        sa.Column("right", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("timed_out", sa.Boolean(), nullable=False),
        sa.Column("began_by", sa.String(length=32), nullable=True),
        sa.Column("ended_by", sa.String(length=32), nullable=True),
        *_of("quiz_attempts", "account_id", "accounts"),
        *_of("quiz_attempts", "campaign_id", "campaigns"),
        sa.CheckConstraint("state in ('open', 'scored')", name=op.f("ck_quiz_attempts_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_attempts")),
        sa.UniqueConstraint("public_id", name=op.f("uq_quiz_attempts_public_id")),
    )
    op.create_index(op.f("ix_quiz_attempts_account_id"), "quiz_attempts", ["account_id"])
    op.create_index("ix_quiz_attempts_person", "quiz_attempts", ["campaign_id", "person_id", "gate"])
    op.create_index("ix_quiz_attempts_due", "quiz_attempts", ["state", "due_at"])
    _make_unique_where("quiz_attempts", "open", ["campaign_id", "person_id", "gate"], "state = 'open'")
    for column in ("began_by", "ended_by"):
        _make_unique_where("quiz_attempts", column, ["account_id", column], f"{column} is not null")


def _make_unique_where(table: str, name: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(
        f"uq_{table}_{name}", table, columns, unique=True, sqlite_where=where, postgresql_where=where
    )


def _make_answers() -> None:
    op.create_table(
        "quiz_answers",
        sa.Column("attempt_id", _BIG, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("question", sa.Integer(), nullable=False),
        sa.Column("given", sa.String(length=60), nullable=False),
        sa.Column("right", sa.Boolean(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("message_key", sa.String(length=32), nullable=True),
        *_of("quiz_answers", "account_id", "accounts"),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["quiz_attempts.id"], name=op.f("fk_quiz_answers_attempt_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("attempt_id", "position", name=op.f("pk_quiz_answers")),
    )
    _make_unique_where(
        "quiz_answers", "message_key", ["account_id", "message_key"], "message_key is not null"
    )


def _make_standings() -> None:
    op.create_table(
        "quiz_standings",
        sa.Column("person_id", _BIG, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("used_ms", _BIG, nullable=False),
        sa.Column("reached_at", _MOMENT, nullable=False),
        sa.Column("gates", sa.Integer(), nullable=False),
        sa.Column("region", sa.String(length=20), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("trade", sa.String(length=20), nullable=False),
        *_of("quiz_standings", "account_id", "accounts"),
        *_of("quiz_standings", "campaign_id", "campaigns"),
        sa.PrimaryKeyConstraint("campaign_id", "person_id", name=op.f("pk_quiz_standings")),
        sa.UniqueConstraint("public_id", name=op.f("uq_quiz_standings_public_id")),
    )
    op.create_index(op.f("ix_quiz_standings_account_id"), "quiz_standings", ["account_id"])
    op.create_index(
        "ix_quiz_standings_rank",
        "quiz_standings",
        ["campaign_id", "points", "used_ms", "reached_at", "person_id"],
    )
    for group in ("region", "unit", "trade"):
        op.create_index(f"ix_quiz_standings_{group}", "quiz_standings", ["campaign_id", group, "points"])


def downgrade() -> None:
    for table in (
        "quiz_standings",
        "quiz_answers",
        "quiz_attempts",
        "quiz_sets",
        "quiz_uploads",
        "quiz_questions",
    ):
        op.drop_table(table)
