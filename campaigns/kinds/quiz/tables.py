"""The quiz's own tables: the bank, what was frozen of it, attempts, answers, standings."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, OfAccount, OfOrganisation
from models.types import BigId, Json


def _once(name: str, column: str) -> Index:
    """A chat message does a thing once; rows that came from pages cost this index nothing."""
    given = text(f"{column} is not null")
    return Index(name, "account_id", column, unique=True, sqlite_where=given, postgresql_where=given)


class QuizQuestion(OfOrganisation, Base):
    """A question of the bank; a nearer organisation's own one of the same code stands before it."""

    __tablename__ = "quiz_questions"
    __table_args__ = (
        UniqueConstraint("organisation_id", "code"),
        CheckConstraint("kind in ('single', 'multiple', 'judge', 'blank')", name="kind"),
        Index("ix_quiz_questions_listed", "organisation_id", "updated_at", "id"),
        Index("ix_quiz_questions_subject", "organisation_id", "subject", "level"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    code: Mapped[str] = mapped_column(String(80))
    subject: Mapped[str] = mapped_column(String(20))
    level: Mapped[int]
    """1 everyday, 2 needs thought, 3 hard."""
    kind: Mapped[str] = mapped_column(String(8))
    question: Mapped[str] = mapped_column(Text)
    options: Mapped[list[str]] = mapped_column(Json)
    answer: Mapped[str] = mapped_column(String(200))
    """Letters in order, 对 or 错, or accepted wordings parted by bars."""
    explanation: Mapped[str] = mapped_column(Text, default="")
    citations: Mapped[list[str]] = mapped_column(Json)
    entry: Mapped[str] = mapped_column(String(80), default="")
    """The code of the entry to read after a wrong answer."""
    picture: Mapped[str] = mapped_column(String(40), default="")
    """A name in the media folder."""
    picture_text: Mapped[str] = mapped_column(String(120), default="")
    """What the picture shows, for who can't see it."""
    reviewed_by: Mapped[str] = mapped_column(String(40), default="")
    """Empty until somebody checked it; a change empties it."""
    deleted_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime]
    updated_by: Mapped[str] = mapped_column(String(40), default="")


class QuizUpload(OfOrganisation, Base):
    """The questions of a file whose preview somebody is looking at; gone when they confirm, or the next day."""

    __tablename__ = "quiz_uploads"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    staff_id: Mapped[int]
    file_name: Mapped[str] = mapped_column(String(120))
    questions: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    problems: Mapped[list[str]] = mapped_column(Json)
    created_at: Mapped[datetime]


class QuizSet(OfAccount, Base):
    """The questions of one campaign as they stood when it opened."""

    __tablename__ = "quiz_sets"

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id", ondelete="CASCADE"), unique=True)
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the content, hex."""
    content: Mapped[dict[str, Any]] = mapped_column(Json)
    made_at: Mapped[datetime]


class QuizAttempt(OfAccount, Base):
    """One try of one person at one level. open → scored."""

    __tablename__ = "quiz_attempts"
    __table_args__ = (
        CheckConstraint("state in ('open', 'scored')", name="state"),
        Index(
            "uq_quiz_attempts_open",
            "campaign_id",
            "person_id",
            "gate",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_quiz_attempts_person", "campaign_id", "person_id", "gate"),
        Index("ix_quiz_attempts_due", "state", "due_at"),
        _once("uq_quiz_attempts_began_by", "began_by"),
        _once("uq_quiz_attempts_ended_by", "ended_by"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(BigId)
    """In `models.ledger.Person`, of the campaign's scope."""
    gate: Mapped[int] = mapped_column(default=0)
    seed: Mapped[str] = mapped_column(String(32))
    """What the questions and their order are drawn from."""
    total: Mapped[int]
    state: Mapped[str] = mapped_column(String(8), default="open")
    started_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    """By the server's clock; None without a limit."""
    ended_at: Mapped[datetime | None]
    used_ms: Mapped[int] = mapped_column(BigId, default=0)
    right: Mapped[int] = mapped_column(default=0)
    points: Mapped[int] = mapped_column(default=0)
    passed: Mapped[bool] = mapped_column(default=False)
    timed_out: Mapped[bool] = mapped_column(default=False)
    began_by: Mapped[str | None] = mapped_column(String(32))
    """The chat message that began it. So with `ended_by`."""
    ended_by: Mapped[str | None] = mapped_column(String(32))


class QuizAnswer(OfAccount, Base):
    """An answer as given. One row for a position; no index but the key, since saving it is the hot path."""

    __tablename__ = "quiz_answers"
    __table_args__ = (_once("uq_quiz_answers_message_key", "message_key"),)

    attempt_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("quiz_attempts.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    question: Mapped[int]
    """Its index in the frozen set."""
    given: Mapped[str] = mapped_column(String(60))
    """Letters of the options as the set has them, 对 or 错, or what was typed."""
    right: Mapped[bool]
    at: Mapped[datetime]
    message_key: Mapped[str | None] = mapped_column(String(32))
    """The chat message that gave it."""


class QuizStanding(OfAccount, Base):
    """How somebody stands: the best of each level, added up. District, organisation and industry as they named them."""

    __tablename__ = "quiz_standings"
    __table_args__ = (
        Index("ix_quiz_standings_rank", "campaign_id", "points", "used_ms", "reached_at", "person_id"),
        Index("ix_quiz_standings_region", "campaign_id", "region", "points"),
        Index("ix_quiz_standings_unit", "campaign_id", "unit", "points"),
        Index("ix_quiz_standings_trade", "campaign_id", "trade", "points"),
    )

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    """The number of the certificate."""
    points: Mapped[int] = mapped_column(default=0)
    used_ms: Mapped[int] = mapped_column(BigId, default=0)
    reached_at: Mapped[datetime]
    gates: Mapped[int] = mapped_column(default=0)
    """How many levels were passed."""
    region: Mapped[str] = mapped_column(String(20), default="")
    unit: Mapped[str] = mapped_column(String(40), default="")
    trade: Mapped[str] = mapped_column(String(20), default="")
