"""The console's lists at the size of a province: kept sums, kept lists, and an index for words.

Revision ID: c5b000000001
Revises: c5a000000002
"""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

import models.types
from core.clock import SHANGHAI

revision = "c5b000000001"
down_revision = "c5a000000002"
branch_labels = None
depends_on = None

_TOLD = sa.text("text <> ''")
_OUTCOMES = "outcome in ('answered', 'suggested', 'handed_off', 'useful', 'useless')"
_DAY = {
    "postgresql": "CAST(timezone('Asia/Shanghai', asked_at) AS DATE)",
    "sqlite": "date(asked_at, '+8 hours')",
}

_PLAIN = """
CREATE FUNCTION plain_json(stored json) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  RETURN stored::jsonb::text;  -- without the escapes in which JSON columns hold letters beyond ASCII
EXCEPTION WHEN data_exception THEN
  RETURN stored::text;  -- it holds what is no letter
END
$$
"""
_LETTERS = """
CREATE FUNCTION letters_of(words text) RETURNS tsvector LANGUAGE sql IMMUTABLE AS $$
  SELECT array_to_tsvector(array_agg(DISTINCT piece))
  FROM (
    SELECT letter, letter || lead(letter) OVER () AS pair
    FROM unnest(string_to_array(lower(words COLLATE "C"), NULL)) AS letter
  ) AS letters, LATERAL (VALUES (letter), (pair)) AS pieces (piece)
  WHERE piece <> ''
$$
"""
_WORDS = {
    "entries": "question || ' ' || code || ' ' || answer || ' ' || plain_json(alternates) || ' ' || plain_json(citations)",
    "entry_drafts": "question || ' ' || code || ' ' || plain_json(\"row\")",
}
"""Of each table, what is looked through."""


def upgrade() -> None:
    _add_gaps()
    _add_sums_of_scenes()
    _add_counts_of_items()
    _add_letters()


def downgrade() -> None:
    _drop_letters()
    for column in ("draft_items", "live_items"):
        op.execute(f"ALTER TABLE brand_columns DROP COLUMN {column}")
    for column in ("recent_since", "recent_followed", "recent_scans", "followed", "scans"):
        op.execute(f"ALTER TABLE scenes DROP COLUMN {column}")
    _drop_gaps()


def _add_gaps() -> None:
    op.add_column(
        "asked_questions", sa.Column("gap", sa.String(length=10), nullable=False, server_default="")
    )
    op.create_index(
        "ix_asked_questions_gap",
        "asked_questions",
        ["account_id", "gap"],
        postgresql_where=_TOLD,
        sqlite_where=_TOLD,
    )
    op.drop_index("ix_asked_questions_outcome", "asked_questions")
    _add_table(
        "question_days",
        models.types.BigId,
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.CheckConstraint(_OUTCOMES, name=op.f("ck_question_days_outcome")),
        sa.UniqueConstraint(
            "account_id", "day", "outcome", name=op.f("uq_question_days_account_id_day_outcome")
        ),
    )
    day = _DAY[op.get_bind().dialect.name]
    op.execute(
        "INSERT INTO question_days (account_id, day, outcome, number) "
        f"SELECT account_id, {day}, outcome, count(*) FROM asked_questions GROUP BY account_id, {day}, outcome"
    )
    _add_table(
        "gap_lists",
        sa.Integer(),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("gaps", sa.Integer(), nullable=False),
        sa.Column("questions", sa.Integer(), nullable=False),
        sa.Column("mark", sa.String(length=100), nullable=False),
        sa.UniqueConstraint("account_id", "days", name=op.f("uq_gap_lists_account_id_days")),
    )
    _add_table(
        "gap_lines",
        models.types.BigId,
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("gap", sa.String(length=10), nullable=False),
        sa.Column("texts", models.types.Json, nullable=False),
        sa.Column("phrasings", sa.Integer(), nullable=False),
        sa.Column("handed_off", sa.Integer(), nullable=False),
        sa.Column("useless", sa.Integer(), nullable=False),
        sa.Column("last_at", models.types.UTCDateTime(timezone=True), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.UniqueConstraint("account_id", "days", "rank", name=op.f("uq_gap_lines_account_id_days_rank")),
    )
    op.create_index("ix_gap_lines_gap", "gap_lines", ["account_id", "gap"])


def _drop_gaps() -> None:
    for table in ("gap_lines", "gap_lists", "question_days"):
        op.drop_table(table)
    op.create_index("ix_asked_questions_outcome", "asked_questions", ["account_id", "asked_at", "outcome"])
    op.drop_index("ix_asked_questions_gap", "asked_questions")
    op.execute("ALTER TABLE asked_questions DROP COLUMN gap")


def _add_sums_of_scenes() -> None:
    for column in ("scans", "followed", "recent_scans", "recent_followed"):
        op.add_column("scenes", sa.Column(column, sa.Integer(), nullable=False, server_default="0"))
    op.add_column("scenes", sa.Column("recent_since", sa.Date(), nullable=True))
    since = datetime.now(UTC).astimezone(SHANGHAI).date() - timedelta(days=29)
    of_scene = "FROM scene_days AS d WHERE d.account_id = scenes.account_id AND d.scene = scenes.scene"
    sums = sa.text(
        f"UPDATE scenes SET scans = (SELECT coalesce(sum(d.scans), 0) {of_scene}), "
        f"followed = (SELECT coalesce(sum(d.followed), 0) {of_scene}), "
        f"recent_scans = (SELECT coalesce(sum(d.scans), 0) {of_scene} AND d.day >= :since), "
        f"recent_followed = (SELECT coalesce(sum(d.followed), 0) {of_scene} AND d.day >= :since), "
        "recent_since = :since"
    )
    op.execute(sums.bindparams(sa.bindparam("since", since, sa.Date())))


def _add_counts_of_items() -> None:
    for column in ("live_items", "draft_items"):
        op.add_column("brand_columns", sa.Column(column, sa.Integer(), nullable=False, server_default="0"))
    of_column = "SELECT count(*) FROM column_items AS i WHERE i.column_id = brand_columns.id AND i.state ="
    op.execute(
        f"UPDATE brand_columns SET live_items = ({of_column} 'live'), draft_items = ({of_column} 'draft')"
    )


def _add_letters() -> None:
    """What a search for words in entries and drafts is looked up in (`faq.letters`); SQLite reads every row."""
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute(_PLAIN)
    op.execute(_LETTERS)
    for table, words in _WORDS.items():
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN letters tsvector "
            f"GENERATED ALWAYS AS (letters_of({words})) STORED"
        )
        # Without fastupdate, or every search would read what was written since the last vacuum as a list.
        op.execute(f"CREATE INDEX ix_{table}_letters ON {table} USING gin (letters) WITH (fastupdate = off)")


def _drop_letters() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in _WORDS:
        op.execute(f"ALTER TABLE {table} DROP COLUMN letters")
    op.execute("DROP FUNCTION letters_of(text)")
    op.execute("DROP FUNCTION plain_json(json)")


def _add_table(name: str, id_type: sa.types.TypeEngine[int], *parts: sa.schema.SchemaItem) -> None:
    """A table of an account's."""
    op.create_table(
        name,
        sa.Column("id", id_type, nullable=False),
        *parts,
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f(f"fk_{name}_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )
    op.create_index(op.f(f"ix_{name}_account_id"), name, ["account_id"])
