"""Draws, their prizes and codes, the chances people earned, every turn that was taken, and what became of what was won."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, OfAccount
from models.types import BigId, Sealed


class Draw(OfAccount, Base):
    """A draw (抽奖). draft → open → closed → revealed.

    Modes: `odds` decides each turn by chance, while stock lasts; `tape` gives each turn the next slot of a shuffled tape
    whose commitment was published before the start; `final` draws the winners from the list of chances at the end.
    `seed` is sealed and read by the draw alone; it is shown in `revealed_seed` once the draw is closed.
    """

    __tablename__ = "draws"
    __table_args__ = (
        CheckConstraint("mode in ('odds', 'tape', 'final')", name="mode"),
        CheckConstraint("face in ('scratch', 'wheel', 'envelope')", name="face"),
        CheckConstraint("state in ('draft', 'open', 'closed', 'revealed')", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    title: Mapped[str] = mapped_column(String(30))
    mode: Mapped[str] = mapped_column(String(8))
    face: Mapped[str] = mapped_column(String(10), default="scratch")
    state: Mapped[str] = mapped_column(String(10), default="draft")
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    claim_days: Mapped[int] = mapped_column(default=15)
    """Days from winning within which a prize is claimed; then it is forfeited."""
    turns_per_day: Mapped[int] = mapped_column(default=0)
    """Limits; 0 for none. `wins_per_phone` counts claims with one telephone number."""
    turns_per_person: Mapped[int] = mapped_column(default=0)
    wins_per_person: Mapped[int] = mapped_column(default=1)
    wins_per_phone: Mapped[int] = mapped_column(default=1)
    slots: Mapped[int] = mapped_column(default=0)
    """The length of the tape, blanks included."""
    next_slot: Mapped[int] = mapped_column(default=0)
    """How many turns were taken; those from `slots` on found the tape used up."""
    commitment: Mapped[str] = mapped_column(String(64), default="")
    """SHA-256 over seed, prizes and slots, hex; published before the start."""
    seed: Mapped[str | None] = mapped_column(Sealed)
    revealed_seed: Mapped[str] = mapped_column(String(64), default="")
    entropy_source: Mapped[str] = mapped_column(String(80), default="")
    """Of a `final` draw: which public number of a later day is mixed in; named before the start, empty for none."""
    entropy: Mapped[str] = mapped_column(String(80), default="")
    """That number, once it is known."""
    list_hash: Mapped[str] = mapped_column(String(64), default="")
    """Of a `final` draw: SHA-256 over the list of its chances, frozen as it closed."""
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime]
    updated_by: Mapped[str] = mapped_column(String(40), default="")


class DrawExclusion(OfAccount, Base):
    """Somebody who may not draw (staff, organisers, who tried it out), as the draw's ledger knows them."""

    __tablename__ = "draw_exclusions"
    __table_args__ = (UniqueConstraint("draw_id", "mark"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    draw_id: Mapped[int] = mapped_column(ForeignKey("draws.id", ondelete="CASCADE"))
    mark: Mapped[str] = mapped_column(String(32))
    """HMAC of the openid under the draw's key, hex."""
    note: Mapped[str] = mapped_column(String(40), default="")


class Prize(OfAccount, Base):
    """A prize of a draw. Kinds: `code` (from a pool), `credit` (telephone credit through a provider), `goods` (posted or
    picked up). Never more than `stock` are given: a constraint says so too."""

    __tablename__ = "prizes"
    __table_args__ = (
        UniqueConstraint("draw_id", "position"),
        CheckConstraint("kind in ('code', 'credit', 'goods')", name="kind"),
        CheckConstraint("delivery in ('post', 'pickup')", name="delivery"),
        CheckConstraint("given >= 0 and given <= stock", name="stock"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    draw_id: Mapped[int] = mapped_column(ForeignKey("draws.id", ondelete="CASCADE"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(30))
    kind: Mapped[str] = mapped_column(String(8))
    value_fen: Mapped[int] = mapped_column(default=0)
    """What it is worth, in 分."""
    stock: Mapped[int]
    given: Mapped[int] = mapped_column(default=0)
    odds: Mapped[str] = mapped_column(String(20), default="0")
    """The chance of a turn to win it, a decimal from 0 to 1, exact; used by `odds` draws."""
    delivery: Mapped[str] = mapped_column(String(8), default="post")
    """How goods are handed over."""
    picture: Mapped[str] = mapped_column(String(40), default="")
    """Its name in the media folder (`web.storage`); empty for none."""
    how: Mapped[str] = mapped_column(String(200), default="")
    """How it is handed over, as the winner reads it."""


class Chance(OfAccount, Base):
    """A chance to draw, earned once by `source` and spent once.

    No index holds `spent_at`: to spend one, PostgreSQL then writes no index (its page has room left, see the migration).
    """

    __tablename__ = "draw_chances"
    __table_args__ = (UniqueConstraint("draw_id", "source"), Index(None, "draw_id", "person_id"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    draw_id: Mapped[int] = mapped_column(ForeignKey("draws.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(BigId)
    """In `models.ledger.Person`, of the draw's scope."""
    source: Mapped[str] = mapped_column(String(64))
    """What earned it (`quiz:<attempt>`): the same thing earns once."""
    earned_at: Mapped[datetime]
    spent_at: Mapped[datetime | None]


class DrawTurn(OfAccount, Base):
    """A turn that was taken: the ledger of the draw, and what a request that comes again is answered from.

    On the hot path, so it has no foreign keys (their checks would lock the draw's row, which everybody wants) and no index
    that nobody needs: a turn is looked up by its person.
    """

    __tablename__ = "draw_turns"
    __table_args__ = (UniqueConstraint("draw_id", "slot"), UniqueConstraint("person_id", "key"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[int] = mapped_column()
    public_id: Mapped[str] = mapped_column(String(16))
    draw_id: Mapped[int]
    person_id: Mapped[int] = mapped_column(BigId)
    key: Mapped[str] = mapped_column(String(64))
    """The request's own: the same one is answered with the same turn."""
    chance_id: Mapped[int] = mapped_column(BigId)
    slot: Mapped[int | None]
    """On the tape, from 0; None where there is no tape, or it was used up."""
    prize_id: Mapped[int | None]
    """None for a blank, and on a tape until the win is kept (`prizes.turns_postgres`)."""
    at: Mapped[datetime]


class Win(OfAccount, Base):
    """What was won and what became of it.

    won → claimed → sent → confirmed; failed (goes back to claimed with another try), forfeited when the deadline passed.
    """

    __tablename__ = "wins"
    __table_args__ = (
        CheckConstraint(
            "state in ('won', 'claimed', 'sent', 'confirmed', 'failed', 'forfeited')", name="state"
        ),
        UniqueConstraint("turn_id"),
        Index("ix_wins_phone", "draw_id", "phone_mark"),
        Index("ix_wins_state_deadline", "state", "deadline"),
        Index("ix_wins_person", "draw_id", "person_id"),
        Index("ix_wins_listed", "account_id", "id"),
        Index("ix_wins_listed_state", "account_id", "state", "id"),
        Index("ix_wins_prize_state", "prize_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    draw_id: Mapped[int] = mapped_column(ForeignKey("draws.id", ondelete="CASCADE"))
    prize_id: Mapped[int] = mapped_column(ForeignKey("prizes.id", ondelete="CASCADE"))
    turn_id: Mapped[int] = mapped_column(BigId)
    """In `draw_turns`; for a final draw the turn is made with the win."""
    person_id: Mapped[int] = mapped_column(BigId)
    state: Mapped[str] = mapped_column(String(10), default="won")
    won_at: Mapped[datetime]
    deadline: Mapped[datetime]
    reminded_at: Mapped[datetime | None]
    claimed_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    name: Mapped[str | None] = mapped_column(Sealed)
    phone: Mapped[str | None] = mapped_column(Sealed)
    phone_mark: Mapped[str] = mapped_column(String(32), default="")
    """HMAC of the number under the draw's key, hex: how many wins go to one number."""
    address: Mapped[str | None] = mapped_column(Sealed)
    asked_at: Mapped[datetime | None]
    """When the claim (or the sight of it) was asked for by a page that came from a link; a code in the chat confirms it."""
    asked_by: Mapped[str] = mapped_column(String(32), default="")
    """HMAC of that browser's own cookie, hex; `keeper` once it is confirmed: it may see the code that was won."""
    keeper: Mapped[str] = mapped_column(String(32), default="")
    shown: Mapped[bool] = mapped_column(default=False)
    """They agreed to stand, masked, in the winners' list."""
    note: Mapped[str] = mapped_column(Text, default="")
    """What staff or the provider said last: a parcel's number, why it failed."""
    version: Mapped[int] = mapped_column(default=0)


class PrizeCode(OfAccount, Base):
    """A code of a pool (phone credit, coupon), encrypted; given to one win."""

    __tablename__ = "prize_codes"
    __table_args__ = (
        UniqueConstraint("prize_id", "mark"),
        UniqueConstraint("win_id"),
        Index("ix_prize_codes_free", "prize_id", "win_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    prize_id: Mapped[int] = mapped_column(ForeignKey("prizes.id", ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(Sealed)
    mark: Mapped[str] = mapped_column(String(32))
    """HMAC of the code, hex: the same code is loaded once."""
    win_id: Mapped[int | None] = mapped_column(BigId)
    given_at: Mapped[datetime | None]


class CreditOrder(OfAccount, Base):
    """An order with the provider of telephone credit; `order_no` was stored first, so asking twice orders once.

    pending → sent → confirmed | failed. Only after it failed for good may another attempt be made for the same win.
    """

    __tablename__ = "credit_orders"
    __table_args__ = (
        UniqueConstraint("win_id", "attempt"),
        CheckConstraint("state in ('pending', 'sent', 'confirmed', 'failed')", name="state"),
        Index("ix_credit_orders_state", "state", "asked_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    win_id: Mapped[int] = mapped_column(BigId)
    attempt: Mapped[int] = mapped_column(default=1)
    order_no: Mapped[str] = mapped_column(String(32), unique=True)
    state: Mapped[str] = mapped_column(String(10), default="pending")
    problem: Mapped[str] = mapped_column(String(200), default="")
    asked_at: Mapped[datetime | None]
    """When the provider was last asked how it stands."""
    done_at: Mapped[datetime | None]
