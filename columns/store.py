"""Columns and items as the rest of the service sees them, and the queries that bring them."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, load_only

from core.errors import NotFound
from models.columns import Column, ColumnItem
from models.content import Entry

STAMP = "columns"
_ONE_FOLDER = "files of every organisation lie in one folder"
_EVERY_UNION = "the columns of every union, in memory for the chat"


@dataclass(frozen=True, slots=True)
class ItemView:
    """A live item without its body."""

    public_id: str
    organisation_id: int
    number: int
    kind: str
    title: str
    digest: str
    cover: str
    entry_code: str
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class ColumnView:
    """A column with its live items, the newest (highest number) first."""

    organisation_id: int
    code: str
    title: str
    description: str
    cover: str
    words: tuple[str, ...]
    position: int
    shown: bool
    items: tuple[ItemView, ...]


@dataclass(frozen=True, slots=True)
class EntryView:
    """The answer that an item tells of."""

    public_id: str
    question: str
    answer: str
    citations: tuple[str, ...]
    valid_from: date | None
    valid_until: date | None

    def valid_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day <= self.valid_until
        )


def list_all_columns(session: Session) -> dict[int, list[ColumnView]]:
    """Every organisation's columns, by its id."""
    every = {"all_tenants": _EVERY_UNION}
    items: dict[int, list[ItemView]] = defaultdict(list)
    fields = (
        ColumnItem.public_id,
        ColumnItem.organisation_id,
        ColumnItem.number,
        ColumnItem.kind,
        ColumnItem.title,
        ColumnItem.digest,
        ColumnItem.cover,
        ColumnItem.entry_code,
        ColumnItem.published_at,
    )
    live = select(ColumnItem.column_id, *fields).where(ColumnItem.state == "live")
    for column_id, *values in session.execute(
        live.order_by(ColumnItem.number.desc()).execution_options(**every)
    ):
        items[column_id].append(ItemView(*values))
    found: dict[int, list[ColumnView]] = defaultdict(list)
    for column in session.scalars(select(Column).order_by(Column.id).execution_options(**every)):
        found[column.organisation_id].append(
            ColumnView(
                column.organisation_id,
                column.code,
                column.title,
                column.description,
                column.cover,
                tuple(column.words),
                column.position,
                column.shown,
                tuple(items[column.id]),
            )
        )
    return found


def list_columns(session: Session, chain: Sequence[int]) -> list[Column]:
    """What stands at an organisation (`chain`: its id, then its parents'): a nearer one of the same code wins, hidden ones
    included."""
    found: dict[str, Column] = {}
    query = select(Column).where(Column.organisation_id.in_(chain)).order_by(Column.id)
    for column in sorted(session.scalars(query), key=lambda one: chain.index(one.organisation_id)):
        found.setdefault(column.code, column)
    return sorted(found.values(), key=lambda one: (one.position, one.id))


def get_column(session: Session, chain: Sequence[int], code: str) -> Column:
    """The nearest of that code. Raises NotFound."""
    query = select(Column).where(Column.organisation_id.in_(chain), Column.code == code)
    found = sorted(session.scalars(query), key=lambda one: chain.index(one.organisation_id))
    if not found:
        raise NotFound("no_column", "没有这个栏目，它可能已经被删除。")
    return found[0]


def get_own_column(session: Session, organisation_id: int, code: str) -> Column:
    """Raises NotFound for one that is inherited."""
    return get_column(session, [organisation_id], code)


def list_items(
    session: Session, column: Column, *, state: str = "", before: int | None = None, limit: int = 50
) -> list[ColumnItem]:
    """The newest items of a column without their bodies, those numbered below `before` (keyset paging)."""
    query = select(ColumnItem).where(
        ColumnItem.organisation_id == column.organisation_id, ColumnItem.column_id == column.id
    )
    if state:
        query = query.where(ColumnItem.state == state)
    if before is not None:
        query = query.where(ColumnItem.number < before)
    brief = load_only(
        ColumnItem.public_id,
        ColumnItem.number,
        ColumnItem.kind,
        ColumnItem.title,
        ColumnItem.cover,
        ColumnItem.state,
        ColumnItem.version,
        ColumnItem.published_at,
        ColumnItem.updated_at,
        ColumnItem.updated_by,
    )
    return list(session.scalars(query.options(brief).order_by(ColumnItem.number.desc()).limit(limit)))


def get_item(session: Session, column: Column, public_id: str) -> ColumnItem:
    """An item of that column, and of its union. Raises NotFound."""
    item = session.scalar(
        select(ColumnItem).where(
            ColumnItem.organisation_id == column.organisation_id,
            ColumnItem.column_id == column.id,
            ColumnItem.public_id == public_id,
        )
    )
    if item is None:
        raise NotFound("no_item", "没有这一期，它可能已经被删除。")
    return item


def get_live_item(session: Session, view: ItemView) -> ColumnItem:
    """The whole of an item that is live in memory. Raises NotFound when it was taken down a moment ago."""
    item = session.scalar(
        select(ColumnItem).where(
            ColumnItem.organisation_id == view.organisation_id,
            ColumnItem.public_id == view.public_id,
            ColumnItem.state == "live",
        )
    )
    if item is None:
        raise NotFound("no_item", "这一期已经下线，看看别的吧。")
    return item


def next_number(session: Session, column: Column) -> int:
    """One more than the highest."""
    highest = session.scalar(
        select(func.max(ColumnItem.number)).where(
            ColumnItem.organisation_id == column.organisation_id, ColumnItem.column_id == column.id
        )
    )
    return (highest or 0) + 1


def find_entry(session: Session, chain: Sequence[int], code: str) -> EntryView | None:
    """The answer of that code which the organisation has: its own, or the nearest inherited."""
    if not code:
        return None
    query = select(Entry).where(Entry.organisation_id.in_(chain), Entry.code == code)
    found = sorted(session.scalars(query), key=lambda one: chain.index(one.organisation_id))
    if not found:
        return None
    entry = found[0]
    return EntryView(
        entry.public_id,
        entry.question,
        entry.answer,
        tuple(entry.citations),
        entry.valid_from,
        entry.valid_until,
    )


def media_names(session: Session) -> Iterator[str]:
    """Files that columns and their items of all organisations refer to."""
    covers = select(Column.cover).execution_options(all_tenants=_ONE_FOLDER)
    yield from session.scalars(covers)
    items = select(ColumnItem).options(load_only(ColumnItem.cover, ColumnItem.media))
    for item in session.scalars(items.execution_options(all_tenants=_ONE_FOLDER, yield_per=1000)):
        yield item.cover
        yield from (one["name"] for one in item.media)
