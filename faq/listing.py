"""The console's list of entries: own and inherited ones and drafts, newest first, by keyset; and how often they helped."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, Text, and_, cast, exists, func, literal_column, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from faq.letters import may_hold
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
    """What the list shall hold. `news`: the day of the last change of a statute; entries that were checked before it may
    be due (state "due"; `faq.upkeep` tells which of them are)."""

    words: str = ""
    topic: str = ""
    state: str = ""
    news: date = date.min


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
    found: list[Entry] = []
    # One query for each union, so that its index gives the newest in order: over several at once all would be sorted.
    # What is withdrawn is not inherited.
    for depth in range(1 if wanted.state == "withdrawn" else len(chain)):
        found += session.scalars(_page_of(session, chain, depth, wanted, today, after).limit(limit))
    found.sort(key=lambda entry: (-entry.updated_at.timestamp(), entry.id))
    entries = found[:limit]
    drafts = _draft_states(session, chain[0], [entry.code for entry in entries])
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


def _page_of(
    session: Session, chain: Sequence[int], depth: int, wanted: Wanted, today: date, after: Place | None
) -> Select[Entry]:
    """The entries of one union of the chain, newest first, those behind `after`."""
    query = select(Entry).where(*_in_force(chain, depth), *_found(session, Entry, wanted))
    if wanted.state:
        query = query.where(_in_state(wanted, chain[0], today))
    if after is not None:
        query = query.where(_after(Entry, _ENTRY, after))
    return query.order_by(Entry.updated_at.desc(), Entry.id)


def _in_force(chain: Sequence[int], depth: int) -> list[ColumnElement[bool]]:
    """Own entries (of depth 0), or live ones from above that no nearer live one stands before."""
    own = Entry.organisation_id == chain[depth]
    if depth == 0:
        return [own]
    near = aliased(Entry)
    nearer = exists().where(
        near.organisation_id.in_(chain[:depth]),
        near.code == Entry.code,
        near.withdrawn_at.is_(None),
    )
    return [own, Entry.withdrawn_at.is_(None), ~nearer]


def _in_state(wanted: Wanted, own: int, today: date) -> ColumnElement[bool]:
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
        "due": and_(live, _may_be_due(wanted.news, today)),
        "over": and_(live, Entry.valid_until < today),
        "withdrawn": Entry.withdrawn_at.is_not(None),
    }
    return conditions.get(wanted.state, live)


def _may_be_due(news: date, today: date) -> ColumnElement[bool]:
    """Both halves have an index of their own (`models.content`)."""
    cited = cast(Entry.citations, Text) != literal_column("'[]'")
    unchecked = or_(Entry.checked_on.is_(None), Entry.checked_on < news)
    return or_(Entry.valid_until <= today + timedelta(days=SOON_DAYS), and_(cited, unchecked))


def _new_drafts(
    session: Session, chain: Sequence[int], wanted: Wanted, after: Place | None, limit: int
) -> list[Line]:
    """Of what is live nowhere yet."""
    if wanted.state not in ("", "draft", "reviewed"):
        return []
    known = exists().where(
        Entry.organisation_id.in_(chain),
        Entry.code == EntryDraft.code,
        or_(Entry.withdrawn_at.is_(None), Entry.organisation_id == chain[0]),
    )
    query = (
        select(EntryDraft)
        .where(EntryDraft.organisation_id == chain[0], ~known, *_found(session, EntryDraft, wanted))
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


def _found(
    session: Session, table: type[Entry] | type[EntryDraft], wanted: Wanted
) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [table.topic == wanted.topic] if wanted.topic else []
    has_letters = session.get_bind().dialect.name == "postgresql"
    for word in wanted.words.split():
        if has_letters and (may_hold_it := may_hold(table.__tablename__, word)) is not None:
            conditions.append(may_hold_it)
        texts: list[Any] = [table.question, table.code]
        stored: list[Any] = [EntryDraft.row]
        if table is Entry:
            texts.append(Entry.answer)
            stored = [Entry.alternates, Entry.citations]
        # JSON columns hold letters beyond ASCII as escapes.
        escaped = json.dumps(word)[1:-1]
        # To compare letters of either case takes a database twice as long: not for words without such.
        cased = word.lower() != word.upper()
        conditions.append(
            or_(
                *(_holds(text, word, cased=cased) for text in texts),
                *(_holds(cast(column, Text), escaped, cased=cased) for column in stored),
            )
        )
    return conditions


def _holds(column: ColumnElement[str], word: str, *, cased: bool) -> ColumnElement[bool]:
    return column.icontains(word, autoescape=True) if cased else column.contains(word, autoescape=True)


def _after(table: type[Entry] | type[EntryDraft], kind: int, place: Place) -> ColumnElement[bool]:
    not_newer = table.updated_at <= place.at
    if kind == place.kind:
        # The first condition says nothing new, but lets the index begin there.
        return and_(not_newer, or_(table.updated_at < place.at, table.id > place.id))
    return not_newer if kind > place.kind else table.updated_at < place.at


def _draft_states(session: Session, own: int, codes: Collection[str]) -> dict[str, str]:
    query = select(EntryDraft.code, EntryDraft.state).where(
        EntryDraft.organisation_id == own, EntryDraft.code.in_(codes)
    )
    return dict(session.execute(query).all())


def list_topics(session: Session, chain: Sequence[int]) -> list[str]:
    """Topics in use, by name."""
    return _in_use(session, chain, Entry.topic)


def list_categories(session: Session, chain: Sequence[int]) -> list[str]:
    """Categories in use, by name."""
    return _in_use(session, chain, Entry.category)


def _in_use(session: Session, chain: Sequence[int], column: InstrumentedAttribute[str]) -> list[str]:
    """The distinct values: from each the index leads to the next, however many entries share one."""
    found: set[str] = set()
    for organisation_id in chain:
        first = select(func.min(column)).where(Entry.organisation_id == organisation_id, column > "")
        steps = first.scalar_subquery().label("value")
        walk = select(steps).cte("walk", recursive=True)
        after = (
            select(func.min(column))
            .where(Entry.organisation_id == organisation_id, column > walk.c.value)
            .scalar_subquery()
        )
        walk = walk.union_all(select(after).where(walk.c.value.is_not(None)))
        values: Sequence[str | None] = session.scalars(select(walk.c.value)).all()
        found |= {value for value in values if value is not None}
    return sorted(found)


def list_perishable(
    session: Session, chain: Sequence[int], news: date, today: date, limit: int
) -> list[EntryView]:
    """Some live entries that may have to be looked at again: with citations not checked since `news`, or with an end within
    thirty days or over."""
    found: list[EntryView] = []
    for depth in range(len(chain)):
        query = select(Entry).where(
            *_in_force(chain, depth), Entry.withdrawn_at.is_(None), _may_be_due(news, today)
        )
        found += map(view_of, session.scalars(query.limit(limit - len(found))))
    return found


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
