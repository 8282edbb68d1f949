"""Followers (粉丝/职工) of an account: what is known of them, their tags, the scene codes that brought them, their consents."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, OfAccount
from models.types import BigId, Sealed

_BLOCKED = text("blocked_at IS NOT NULL")
_RECOUNT = text("recount")


class Member(OfAccount, Base):
    """One follower. The platform gives no name and no picture; the openid differs per account.

    Each index serves one view of the followers' list, in its order.
    """

    __tablename__ = "members"
    __table_args__ = (
        UniqueConstraint("account_id", "openid"),
        Index("ix_members_seen", "account_id", "last_seen_at", "id"),
        Index("ix_members_following_seen", "account_id", "following", "last_seen_at", "id"),
        Index("ix_members_scene_seen", "account_id", "scene", "last_seen_at", "id"),
        Index("ix_members_followed", "account_id", "followed_at", "id"),
        Index("ix_members_asked", "account_id", "asked_at", "id"),
        Index("ix_members_often", "account_id", "asked_count", "id"),
        Index(
            "ix_members_blocked",
            "account_id",
            "blocked_at",
            "id",
            postgresql_where=_BLOCKED,
            sqlite_where=_BLOCKED,
        ),
        Index("ix_members_recount", "id", postgresql_where=_RECOUNT, sqlite_where=_RECOUNT),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    openid: Mapped[str] = mapped_column(String(64))
    following: Mapped[bool] = mapped_column(default=True)
    scene: Mapped[str] = mapped_column(String(64), default="")
    """The scene code by which the follower came; empty when none."""
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    followed_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]
    asked_at: Mapped[datetime | None]
    """When they last wrote or spoke."""
    asked_count: Mapped[int] = mapped_column(default=0, server_default="0")
    """How often, as counted in the message log by the worker."""
    recount: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    """They wrote since they were counted."""
    remark: Mapped[str | None] = mapped_column(Sealed)
    """What staff note about them; it may hold a name."""
    version: Mapped[int] = mapped_column(default=0, server_default="0")
    """Raised with each change of the remark by staff."""
    blocked_at: Mapped[datetime | None]
    block_problem: Mapped[str] = mapped_column(Text, default="", server_default="")
    """Why the platform did not take the blacklisting (or its end)."""


class Tag(OfAccount, Base):
    """A tag of an account. `platform_id` is None while the platform does not know it yet.

    States: creating | renaming | deleting (the outbox has the change) → live.
    """

    __tablename__ = "tags"
    __table_args__ = (
        UniqueConstraint("account_id", "name"),
        UniqueConstraint("account_id", "platform_id"),
        CheckConstraint("state in ('creating', 'renaming', 'deleting', 'live')", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    name: Mapped[str] = mapped_column(String(40))
    platform_id: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(10), default="live")
    problem: Mapped[str] = mapped_column(Text, default="")
    """Why the platform refused the last change."""
    version: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime]
    followers: Mapped[int] = mapped_column(default=0)
    """How many carry it, as the platform said last."""
    pulled_at: Mapped[datetime | None]
    """When the platform's list of those who carry it was last taken over."""
    fill_group: Mapped[str] = mapped_column(String(20), default="")
    """The group of followers that is being given this tag; empty for none."""
    fill_after: Mapped[str] = mapped_column(String(40), default="")
    """How far the group's list has been gone through (`members.rules.Cursor`)."""
    fill_at: Mapped[datetime | None]
    """The moment as of which the group is meant."""
    filled: Mapped[int] = mapped_column(default=0)


class MemberTag(OfAccount, Base):
    """A tag on a follower. States: adding, removing (the outbox has the change), on (both have it), local (only we)."""

    __tablename__ = "member_tags"
    __table_args__ = (
        UniqueConstraint("account_id", "tag_id", "member_id"),
        CheckConstraint("state in ('adding', 'removing', 'on', 'local')", name="state"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    tag_id: Mapped[int] = mapped_column(ForeignKey("tags.id", ondelete="CASCADE"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(String(8))
    changed_at: Mapped[datetime]


class TagSync(OfAccount, Base):
    """When an account's tags are next compared with the platform's, and how it went."""

    __tablename__ = "tag_syncs"
    __table_args__ = (UniqueConstraint("account_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    due_at: Mapped[datetime] = mapped_column(index=True)
    synced_at: Mapped[datetime | None]
    problem: Mapped[str] = mapped_column(Text, default="")


class Scene(OfAccount, Base):
    """A scene code (场景二维码): what a poster shows, and where it hangs. A permanent one has no `expires_at`."""

    __tablename__ = "scenes"
    __table_args__ = (UniqueConstraint("account_id", "scene"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    scene: Mapped[str] = mapped_column(String(64))
    label: Mapped[str] = mapped_column(String(40))
    district: Mapped[str] = mapped_column(String(20), default="")
    url: Mapped[str] = mapped_column(String(255))
    """What the picture encodes."""
    expires_at: Mapped[datetime | None]
    scans: Mapped[int] = mapped_column(default=0, server_default="0")
    """Of all its days (`SceneDay`), like `followed`."""
    followed: Mapped[int] = mapped_column(default=0, server_default="0")
    recent_scans: Mapped[int] = mapped_column(default=0, server_default="0")
    """Of its days from `recent_since` on, like `recent_followed`."""
    recent_followed: Mapped[int] = mapped_column(default=0, server_default="0")
    recent_since: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]


class SceneScan(OfAccount, Base):
    """A scan was counted: the same event again is not. Says nobody's name."""

    __tablename__ = "scene_scans"
    __table_args__ = (UniqueConstraint("account_id", "message_key"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    message_key: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime] = mapped_column(index=True)


class SceneDay(OfAccount, Base):
    """Scans of one scene on one day in China, and how many of them followed by it."""

    __tablename__ = "scene_days"
    __table_args__ = (UniqueConstraint("account_id", "scene", "day"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    scene: Mapped[str] = mapped_column(String(64))
    day: Mapped[date]
    scans: Mapped[int] = mapped_column(default=0)
    followed: Mapped[int] = mapped_column(default=0)


class Consent(OfAccount, Base):
    """What a follower agreed to, by purpose, and when they took it back (个人信息保护法 第十四、十五条)."""

    __tablename__ = "consents"
    __table_args__ = (UniqueConstraint("account_id", "openid", "purpose"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    openid: Mapped[str] = mapped_column(String(64))
    purpose: Mapped[str] = mapped_column(String(20))
    given_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]


class StaffLink(OfAccount, Base):
    """That a person of the console is a certain follower: shown by a code of the console's that came in the chat.

    A code was made (`mark` is None) → linked → ended. What was linked once stays, so that ending it is no way round.
    """

    __tablename__ = "staff_links"
    __table_args__ = (
        UniqueConstraint("account_id", "code_hash"),
        Index("ix_staff_links_mark", "account_id", "mark"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    code_hash: Mapped[str] = mapped_column(String(32))
    """HMAC of the digits, hex."""
    code_until: Mapped[datetime]
    mark: Mapped[str | None] = mapped_column(String(32))
    """HMAC of the openid under the account's own key, hex; the openid is not kept."""
    linked_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
