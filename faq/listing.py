"""The console's list of entries: own and inherited ones and drafts, newest first, by keyset; and how often they helped."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Text, and_, cast, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from faq.store import EntryView, view_of
from faq.upkeep import SOON_DAYS
from models.content import Entry
from models.faq import EntryDraft, EntryVersion
from models.gaps import AskedQuestion

_STAMP = "%Y%m%dT%H%M%S%f"
_DRAFT, _ENTRY = 0, 1
STATES = {
    "live": "线上",
    "draft": "有草稿",
    "reviewed": "已审核，待上线",
    "due": "需复核",
    "over": "已过期",
    "withdrawn": "已下线",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list shall hold. `ids`: only these entries (None: no matter which)."""

    words: str = ""
    topic: str = ""
    state: str = ""
    ids: tuple[int, ...] | None = None


class Place(NamedTuple):
    """Where a page of the list ended."""

    at: datetime
    kind: int
    id: int

    def __str__(self) -> str:
        return f"{self.at.astimezone(UTC).strftime(_STAMP)}_{self.kind}_{self.id}"

    def rank(self) -> tuple[float, int, int]:
        """Newest first."""
        return -self.at.timestamp(), self.kind, self.id


def parse_place(text: str) -> Place | None:
    """What `str(place)` wrote; None for anything else."""
    try:
        at, kind, id_ = text.split("_")
        return Place(datetime.strptime(at, _STAMP).replace(tzinfo=UTC), int(kind), int(id_))
    except (ValueError, OverflowError):
        return None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the list: an entry (own or inherited), or a draft of a new one; or an own entry with a draft."""

    place: Place
    public_id: str
    organisation_id: int
    code: str
    question: str
    topic: str
    entry: EntryView | None
    withdrawn: bool
    draft: str
    """The state of the own draft; empty for none."""


@dataclass(frozen=True, slots=True)
class Helped:
    """How an entry did: answers given, and what people thought of them."""

    hits: int = 0
    useful: int = 0
    useless: int = 0


@dataclass(frozen=True, slots=True)
class Page:
    lines: list[Line] = field(default_factory=list)
    more: Place | None = None


def list_lines(
    session: Session,
    chain: Sequence[int],
    wanted: Wanted,
    today: date,
    *,
    after: Place | None = None,
    limit: int = 50,
) -> Page:
    """A page of what the organisation (`chain`: its id, then its parents') has, newest change first."""
    lines = [*_entries(session, chain, wanted, today, after, limit + 1)]
    lines += _new_drafts(session, chain, wanted, after, limit + 1)
    lines.sort(key=lambda line: line.place.rank())
    return Page(lines[:limit], lines[limit - 1].place if len(lines) > limit else None)


def _entries(
    session: Session, chain: Sequence[int], wanted: Wanted, today: date, after: Place | None, limit: int
) -> list[Line]:
    own = chain[0]
    query = (
        select(Entry)
        .where(Entry.organisation_id.in_(chain), _in_force(chain), *_found(Entry, wanted))
        .order_by(Entry.updated_at.desc(), Entry.id)
        .limit(limit)
    )
    if wanted.state:
        query = query.where(_in_state(wanted.state, own, today))
    if wanted.ids is not None:
        query = query.where(Entry.id.in_(wanted.ids))
    if after is not None:
        query = query.where(_after(Entry, _ENTRY, after))
    entries = session.scalars(query).all()
    drafts = _draft_states(session, own, [entry.code for entry in entries])
    return [
        Line(
            place=Place(entry.updated_at, _ENTRY, entry.id),
            public_id=entry.public_id,
            organisation_id=entry.organisation_id,
            code=entry.code,
            question=entry.question,
            topic=entry.topic,
            entry=view_of(entry),
            withdrawn=entry.withdrawn_at is not None,
            draft=drafts.get(entry.code, ""),
        )
        for entry in entries
    ]


def _in_force(chain: Sequence[int]) -> ColumnElement[bool]:
    """Own entries, and live ones from above that no nearer live one stands before."""
    kinds: list[ColumnElement[bool]] = [Entry.organisation_id == chain[0]]
    for depth, organisation_id in enumerate(chain[1:], 1):
        near = aliased(Entry)
        nearer = exists().where(
            near.organisation_id.in_(chain[:depth]),
            near.code == Entry.code,
            near.withdrawn_at.is_(None),
        )
        kinds.append(and_(Entry.organisation_id == organisation_id, Entry.withdrawn_at.is_(None), ~nearer))
    return or_(*kinds)


def _in_state(state: str, own: int, today: date) -> ColumnElement[bool]:
    drafts = exists().where(EntryDraft.organisation_id == own, EntryDraft.code == Entry.code)
    live = Entry.withdrawn_at.is_(None)
    conditions: dict[str, ColumnElement[bool]] = {
        "live": and_(
            live,
            or_(Entry.valid_from.is_(None), Entry.valid_from <= today),
            or_(Entry.valid_until.is_(None), Entry.valid_until >= today),
        ),
        "draft": drafts,
        "reviewed": drafts.where(EntryDraft.state == "reviewed"),
        "over": and_(live, Entry.valid_until < today),
        "withdrawn": Entry.withdrawn_at.is_not(None),
    }
    return conditions.get(state, live)


def _new_drafts(
    session: Session, chain: Sequence[int], wanted: Wanted, after: Place | None, limit: int
) -> list[Line]:
    """Of what is live nowhere yet."""
    if wanted.state not in ("", "draft", "reviewed") or wanted.ids is not None:
        return []
    known = exists().where(
        Entry.organisation_id.in_(chain),
        Entry.code == EntryDraft.code,
        or_(Entry.withdrawn_at.is_(None), Entry.organisation_id == chain[0]),
    )
    query = (
        select(EntryDraft)
        .where(EntryDraft.organisation_id == chain[0], ~known, *_found(EntryDraft, wanted))
        .order_by(EntryDraft.updated_at.desc(), EntryDraft.id)
        .limit(limit)
    )
    if wanted.state == "reviewed":
        query = query.where(EntryDraft.state == "reviewed")
    if after is not None:
        query = query.where(_after(EntryDraft, _DRAFT, after))
    return [
        Line(
            place=Place(draft.updated_at, _DRAFT, draft.id),
            public_id=draft.public_id,
            organisation_id=draft.organisation_id,
            code=draft.code,
            question=draft.question,
            topic=draft.topic,
            entry=None,
            withdrawn=False,
            draft=draft.state,
        )
        for draft in session.scalars(query)
    ]


def _found(table: type[Entry] | type[EntryDraft], wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [table.topic == wanted.topic] if wanted.topic else []
    for word in wanted.words.split():
        texts: list[Any] = [table.question, table.code]
        stored: list[Any] = [EntryDraft.row]
        if table is Entry:
            texts.append(Entry.answer)
            stored = [Entry.alternates, Entry.citations]
        # JSON columns hold letters beyond ASCII as escapes.
        escaped = json.dumps(word)[1:-1]
        conditions.append(
            or_(
                *(text.icontains(word, autoescape=True) for text in texts),
                *(cast(column, Text).icontains(escaped, autoescape=True) for column in stored),
            )
        )
    return conditions


def _after(table: type[Entry] | type[EntryDraft], kind: int, place: Place) -> ColumnElement[bool]:
    same_moment = table.updated_at == place.at
    if kind == place.kind:
        return or_(table.updated_at < place.at, and_(same_moment, table.id > place.id))
    return or_(table.updated_at < place.at, same_moment) if kind > place.kind else table.updated_at < place.at


def _draft_states(session: Session, own: int, codes: Collection[str]) -> dict[str, str]:
    query = select(EntryDraft.code, EntryDraft.state).where(
        EntryDraft.organisation_id == own, EntryDraft.code.in_(codes)
    )
    return dict(session.execute(query).all())


def list_topics(session: Session, chain: Sequence[int]) -> list[str]:
    """Topics in use, by name."""
    query = select(Entry.topic).where(Entry.organisation_id.in_(chain), Entry.topic != "").distinct()
    return sorted(session.scalars(query))


def list_categories(session: Session, chain: Sequence[int]) -> list[str]:
    """Categories in use, by name."""
    query = select(Entry.category).where(Entry.organisation_id.in_(chain), Entry.category != "").distinct()
    return sorted(session.scalars(query))


def list_perishable(session: Session, chain: Sequence[int], today: date) -> list[EntryView]:
    """Live entries that may have to be looked at again: with citations, or with an end within thirty days or over."""
    query = select(Entry).where(
        Entry.organisation_id.in_(chain),
        _in_force(chain),
        Entry.withdrawn_at.is_(None),
        or_(
            cast(Entry.citations, Text) != "[]",
            Entry.valid_until <= today + timedelta(days=SOON_DAYS),
        ),
    )
    return [view_of(entry) for entry in session.scalars(query)]


def count_helped(
    session: Session, account_ids: Collection[int], codes: Collection[str], since: datetime
) -> dict[str, Helped]:
    """By code, over all these accounts since then."""
    query = (
        select(AskedQuestion.entry_code, AskedQuestion.outcome, func.count())
        .where(
            AskedQuestion.account_id.in_(account_ids),
            AskedQuestion.entry_code.in_(codes),
            AskedQuestion.asked_at >= since,
        )
        .group_by(AskedQuestion.entry_code, AskedQuestion.outcome)
    )
    counts: dict[str, dict[str, int]] = {}
    for code, outcome, number in session.execute(query):
        counts.setdefault(code, {})[outcome] = number
    return {
        code: Helped(found.get("answered", 0), found.get("useful", 0), found.get("useless", 0))
        for code, found in counts.items()
    }


def list_versions(session: Session, organisation_id: int, code: str) -> list[EntryVersion]:
    """All that was live under a code, newest first."""
    query = select(EntryVersion).where(
        EntryVersion.organisation_id == organisation_id, EntryVersion.code == code
    )
    return list(session.scalars(query.order_by(EntryVersion.number.desc())))
