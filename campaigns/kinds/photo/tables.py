"""The contest's own tables: works and their pictures, pictures of the chat that wait for a word, suspects, awards, objections, works of the month."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, OfAccount
from models.types import BigId, Sealed


class PhotoWork(OfAccount, Base):
    """Something somebody hands in. draft → waiting → shown ⇄ waiting; refused; withdrawn.

    `slot` holds the cap of works: a person's are numbered 1 to the most they may hand in, each once; a work that is refused or
    withdrawn gives its slot back (None).
    """

    __tablename__ = "photo_works"
    __table_args__ = (
        UniqueConstraint("campaign_id", "number"),
        UniqueConstraint("person_id", "slot"),
        CheckConstraint("state in ('draft', 'waiting', 'shown', 'refused', 'withdrawn')", name="state"),
        Index("ix_photo_works_state", "campaign_id", "state", "number"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(BigId)
    """In `models.ledger.Person`, of the campaign's scope."""
    slot: Mapped[int | None]
    number: Mapped[int | None]
    """What it is called in the campaign for ever, from 1; None until it was handed in."""
    state: Mapped[str] = mapped_column(String(10), default="draft")
    state_why: Mapped[str] = mapped_column(String(200), default="")
    """Why it was refused or taken off; the author reads it."""
    group: Mapped[str] = mapped_column(String(20), default="")
    category: Mapped[str] = mapped_column(String(20), default="")
    title: Mapped[str] = mapped_column(String(40), default="")
    about: Mapped[str] = mapped_column(Text, default="")
    author: Mapped[str] = mapped_column(String(20), default="")
    """As they want to be named beside the work; empty for 匿名. Emptied when they are erased."""
    place: Mapped[str] = mapped_column(String(40), default="")
    equipment: Mapped[str] = mapped_column(String(60), default="")
    video: Mapped[str] = mapped_column(String(40), default="")
    """A name in the media folder."""
    link: Mapped[str] = mapped_column(String(300), default="")
    """An https address: a video elsewhere, a page of H5."""
    channel: Mapped[str] = mapped_column(String(4), default="page")
    """Where it was begun: `page` or `chat`."""
    agreed_at: Mapped[datetime | None]
    """When its author said that it is theirs, who is on it agrees, and the union may show it."""
    handed_in_at: Mapped[datetime | None]
    handed_in_by: Mapped[str] = mapped_column(String(64), default="")
    """The key of the chat message that handed it in: the same message again is answered the same."""
    judged_at: Mapped[datetime | None]
    judged_by: Mapped[str] = mapped_column(String(40), default="")
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class PhotoDecision(OfAccount, Base):
    """A step that staff took with a work: its history, what 撤销 goes back to, and what its author is still to be told."""

    __tablename__ = "photo_decisions"
    __table_args__ = (
        UniqueConstraint("work_id", "version"),
        Index("ix_photo_decisions_untold", "told_at", "at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id", ondelete="CASCADE"))
    work_id: Mapped[int] = mapped_column(ForeignKey("photo_works.id", ondelete="CASCADE"))
    version: Mapped[int]
    """The work's, as this step left it."""
    was: Mapped[str] = mapped_column(String(10))
    """The work's state before …"""
    state: Mapped[str] = mapped_column(String(10))
    """… and after; the same where its words were mended."""
    why_was: Mapped[str] = mapped_column(String(200), default="")
    why: Mapped[str] = mapped_column(String(200), default="")
    undo: Mapped[bool] = mapped_column(default=False)
    """Did it take the step before back?"""
    before: Mapped[str] = mapped_column(Text, default="")
    """What mended words were before. Emptied when the author is erased."""
    by: Mapped[str] = mapped_column(String(40), default="")
    at: Mapped[datetime]
    told_at: Mapped[datetime | None]
    """When its author was told, or it was found that nobody need be."""


class PhotoPicture(OfAccount, Base):
    """One picture of a work. fetching (sent in the chat, on its way to us) → kept | failed.

    `slot` holds the cap of a work's pictures; `key` names the request or message that brought it, so none is kept twice.
    """

    __tablename__ = "photo_pictures"
    __table_args__ = (
        UniqueConstraint("work_id", "slot"),
        UniqueConstraint("work_id", "key"),
        CheckConstraint("state in ('fetching', 'kept', 'failed')", name="state"),
        Index("ix_photo_pictures_digest", "campaign_id", "digest"),
        Index("ix_photo_pictures_compared", "campaign_id", "compared", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id", ondelete="CASCADE"))
    work_id: Mapped[int] = mapped_column(ForeignKey("photo_works.id", ondelete="CASCADE"))
    slot: Mapped[int]
    position: Mapped[int]
    """Their order within the work."""
    key: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(8), default="kept")
    problem: Mapped[str] = mapped_column(String(200), default="")
    name: Mapped[str] = mapped_column(String(40), default="")
    """The public copy, in the media folder."""
    original: Mapped[str] = mapped_column(String(40), default="")
    """As it came, sealed (`pictures.vault`)."""
    width: Mapped[int] = mapped_column(default=0)
    height: Mapped[int] = mapped_column(default=0)
    digest: Mapped[str] = mapped_column(String(64), default="")
    """SHA-256 of the original, hex."""
    likeness: Mapped[int] = mapped_column(BigInteger, default=0)
    """`pictures.likeness`, as a column holds it."""
    compared: Mapped[bool] = mapped_column(default=False)
    """Was it compared with the others (`suspects`)?"""
    taken: Mapped[str] = mapped_column(String(20), default="")
    """When, as its camera says; empty where it does not."""
    camera: Mapped[str] = mapped_column(String(60), default="")
    created_at: Mapped[datetime]


class PhotoOffer(OfAccount, Base):
    """A picture (or film) of the chat that nobody has said yet which contest it is for; forgotten after a day.

    `mark` names its sender as the ledger does, who may never have taken part in anything: no openid stands here.
    """

    __tablename__ = "photo_offers"
    __table_args__ = (
        UniqueConstraint("account_id", "message_key"),
        CheckConstraint("form in ('image', 'video')", name="form"),
        Index("ix_photo_offers_mark", "account_id", "mark", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    mark: Mapped[str] = mapped_column(String(32))
    message_key: Mapped[str] = mapped_column(String(64))
    media_id: Mapped[str] = mapped_column(String(200))
    """What the platform calls it, for three days."""
    form: Mapped[str] = mapped_column(String(5))
    created_at: Mapped[datetime]


class PhotoSuspect(OfAccount, Base):
    """Two pictures of a campaign that look alike. open → cleared | alike."""

    __tablename__ = "photo_suspects"
    __table_args__ = (
        UniqueConstraint("picture_id", "other_id"),
        CheckConstraint("state in ('open', 'cleared', 'alike')", name="state"),
        Index("ix_photo_suspects_state", "campaign_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id", ondelete="CASCADE"))
    picture_id: Mapped[int] = mapped_column(ForeignKey("photo_pictures.id", ondelete="CASCADE"))
    """The later one."""
    other_id: Mapped[int] = mapped_column(ForeignKey("photo_pictures.id", ondelete="CASCADE"))
    bits: Mapped[int]
    """How many of 64 differ; 0 for the very same file, too."""
    state: Mapped[str] = mapped_column(String(8), default="open")
    judged_by: Mapped[str] = mapped_column(String(40), default="")
    judged_at: Mapped[datetime | None]


class PhotoAward(OfAccount, Base):
    """A line of the award list. It is public while the campaign is publicised or archived."""

    __tablename__ = "photo_awards"
    __table_args__ = (
        UniqueConstraint("work_id"),
        UniqueConstraint("campaign_id", "level", "group", "place"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    """Names its certificate."""
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id", ondelete="CASCADE"))
    work_id: Mapped[int] = mapped_column(ForeignKey("photo_works.id", ondelete="CASCADE"))
    level: Mapped[str] = mapped_column(String(20))
    """A title of the settings' awards."""
    group: Mapped[str] = mapped_column(String(20), default="")
    place: Mapped[int]
    """Within the level and the group, from 1; each is given once, which holds the number of awards."""
    withdrawn_why: Mapped[str] = mapped_column(String(200), default="")
    """Withdrawn while it was public: the line stays, struck out, with the reason."""
    withdrawn_by: Mapped[str] = mapped_column(String(40), default="")
    withdrawn_at: Mapped[datetime | None]
    given_by: Mapped[str] = mapped_column(String(40), default="")
    given_at: Mapped[datetime]


class PhotoObjection(OfAccount, Base):
    """Somebody says that a work should not have its award, or should not be shown. open → upheld | rejected."""

    __tablename__ = "photo_objections"
    __table_args__ = (
        UniqueConstraint("work_id", "person_id", "about"),
        CheckConstraint("about in ('award', 'work')", name="about"),
        CheckConstraint("state in ('open', 'upheld', 'rejected')", name="state"),
        Index("ix_photo_objections_state", "campaign_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id", ondelete="CASCADE"))
    work_id: Mapped[int] = mapped_column(ForeignKey("photo_works.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(BigId)
    about: Mapped[str] = mapped_column(String(5), default="award")
    """`award` (异议), or `work`: it should be taken off the wall (举报)."""
    reason: Mapped[str | None] = mapped_column(Sealed)
    """In their words; None once they were erased. So with `contact`."""
    contact: Mapped[str | None] = mapped_column(Sealed)
    state: Mapped[str] = mapped_column(String(8), default="open")
    answer: Mapped[str] = mapped_column(String(500), default="")
    answered_by: Mapped[str] = mapped_column(String(40), default="")
    answered_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class PhotoMonth(OfAccount, Base):
    """The work of a month (每月之星), as the jury chose it."""

    __tablename__ = "photo_months"
    __table_args__ = (UniqueConstraint("campaign_id", "month"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id", ondelete="CASCADE"))
    work_id: Mapped[int] = mapped_column(ForeignKey("photo_works.id", ondelete="CASCADE"))
    month: Mapped[str] = mapped_column(String(7))
    """`2026-11`."""
    words: Mapped[str] = mapped_column(String(200), default="")
    """Why, in the jury's words."""
    chosen_by: Mapped[str] = mapped_column(String(40), default="")
    chosen_at: Mapped[datetime]
