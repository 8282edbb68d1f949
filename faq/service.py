"""Verbs on entries: bring in a file's rows, and the life of one: draft → reviewed → live → withdrawn.

What is live changes by a conditional update on its version, and each version is kept (`models.faq.EntryVersion`). Called
by the commands and the console.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from core.errors import Conflict, NotFound
from core.ids import public_id
from faq.files import EntryRow
from faq.rows import as_json, completed, from_json, values_of
from faq.store import STAMP
from models.content import Entry
from models.faq import EntryDraft, EntryVersion
from models.stamps import raise_stamp
from models.upsert import count_rows, insert_missing

FROM_FILE = "从文件导入"
_BEFORE = "启用版本记录之前的内容"


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, in numbers of entries."""

    added: int
    changed: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class Seen:
    """The versions that somebody looked at when they decided; 0 for none."""

    draft: int
    live: int


@dataclass(frozen=True, slots=True)
class Hand:
    """Who acts, when, and how a version came where it was not written by hand."""

    author: str
    now: datetime
    note: str = ""


def import_entries(
    session: Session,
    organisation_id: int,
    rows: Sequence[EntryRow],
    now: datetime,
    *,
    author: str = "命令行",
    note: str = FROM_FILE,
) -> Imported:
    """Add new entries and change known ones (same `id` within the organisation), live at once; others stay as they are."""
    query = select(Entry).where(Entry.organisation_id == organisation_id).with_for_update()
    known = {entry.code: entry for entry in session.scalars(query)}
    hand = Hand(author, now, note)
    fresh: list[dict[str, Any]] = []
    kept: list[dict[str, Any]] = []
    changed = 0
    for given in rows:
        entry = known.get(given.code)
        row = completed(given, entry)
        if entry is None:
            fresh.append(
                {
                    **values_of(row),
                    "organisation_id": organisation_id,
                    "code": row.code,
                    "public_id": public_id(),
                    "updated_at": now,
                }
            )
            kept.append(_version(organisation_id, row, 1, hand))
        elif differs(entry, row):
            kept.append(_as_it_was(entry))
            _change(entry, row, now)
            kept.append(_version(organisation_id, row, entry.version, hand))
            changed += 1
    if fresh:
        session.execute(insert(Entry), fresh)
    if kept:
        session.flush()
        insert_missing(session, EntryVersion, kept)
        raise_stamp(session, STAMP)
    return Imported(len(fresh), changed, len(rows) - len(fresh) - changed)


def differs(entry: Entry, row: EntryRow) -> bool:
    """Would taking over `row` change what phones get?"""
    return entry.withdrawn_at is not None or values_of(entry) != values_of(row)


def _change(entry: Entry, row: EntryRow, now: datetime) -> None:
    for name, value in values_of(row).items():
        setattr(entry, name, value)
    entry.version += 1
    entry.withdrawn_at = None
    entry.updated_at = now


def get_entry(session: Session, organisation_id: int, code: str) -> Entry | None:
    """An organisation's own entry, live or withdrawn."""
    return session.scalar(select(Entry).where(Entry.organisation_id == organisation_id, Entry.code == code))


def get_draft(session: Session, organisation_id: int, code: str) -> EntryDraft | None:
    return session.scalar(
        select(EntryDraft).where(EntryDraft.organisation_id == organisation_id, EntryDraft.code == code)
    )


def save_draft(session: Session, organisation_id: int, row: EntryRow, seen: Seen, hand: Hand) -> str:
    """Keep `row` as the draft of its code; phones get what they got. Returns its public id.

    Raises Conflict when the draft or the live entry is not what was seen.
    """
    entry = get_entry(session, organisation_id, row.code)
    if seen.live != (entry.version if entry else 0):
        raise _changed()
    values = {
        "question": row.question,
        "topic": row.topic,
        "row": as_json(row),
        "state": "draft",
        "base_version": seen.live,
        "author": hand.author,
        "reviewer": "",
        "updated_at": hand.now,
    }
    if seen.draft:
        done = session.execute(
            update(EntryDraft)
            .where(
                EntryDraft.organisation_id == organisation_id,
                EntryDraft.code == row.code,
                EntryDraft.version == seen.draft,
            )
            .values(**values, version=seen.draft + 1)
        )
        saved = count_rows(done)
    else:
        fresh = {
            **values,
            "organisation_id": organisation_id,
            "code": row.code,
            "public_id": entry.public_id if entry else public_id(),
            "version": 1,
        }
        saved = insert_missing(session, EntryDraft, [fresh])
    if not saved:
        raise _changed()
    return session.execute(
        select(EntryDraft.public_id).where(
            EntryDraft.organisation_id == organisation_id, EntryDraft.code == row.code
        )
    ).scalar_one()


def review_draft(session: Session, organisation_id: int, code: str, version: int, hand: Hand) -> None:
    """Somebody has read the draft and found it right. Raises Conflict when it is not the one they read."""
    done = session.execute(
        update(EntryDraft)
        .where(
            EntryDraft.organisation_id == organisation_id,
            EntryDraft.code == code,
            EntryDraft.version == version,
            EntryDraft.state == "draft",
        )
        .values(state="reviewed", reviewer=hand.author)
    )
    if not count_rows(done):
        raise _changed()


def discard_draft(session: Session, organisation_id: int, code: str, version: int) -> None:
    """Raises Conflict when it is not the one that was seen."""
    done = session.execute(
        delete(EntryDraft).where(
            EntryDraft.organisation_id == organisation_id,
            EntryDraft.code == code,
            EntryDraft.version == version,
        )
    )
    if not count_rows(done):
        raise _changed()


def publish_draft(session: Session, organisation_id: int, code: str, version: int, hand: Hand) -> None:
    """Make a reviewed draft live. Raises Conflict (changed since, or not reviewed) or NotFound."""
    draft = get_draft(session, organisation_id, code)
    if draft is None:
        raise NotFound("no_draft", "这份草稿已经上线或被丢弃了。请回到列表看看现在的内容。")
    if draft.version != version:
        raise _changed()
    if draft.state != "reviewed":
        raise Conflict("not_reviewed", "这份草稿还没有审核。请先审核，再上线。")
    seen = Seen(draft.version, draft.base_version)
    publish(session, organisation_id, from_json(draft.row), seen, hand)


def publish(session: Session, organisation_id: int, row: EntryRow, seen: Seen, hand: Hand) -> str:
    """Make `row` live at once; a draft of its code is used up. Returns its public id.

    Raises Conflict when the draft or the live entry is not what was seen.
    """
    draft = get_draft(session, organisation_id, row.code)
    if seen.draft != (draft.version if draft else 0):
        raise _changed()
    if draft is not None:
        discard_draft(session, organisation_id, row.code, seen.draft)
    if seen.live:
        _change_live(session, organisation_id, row.code, seen.live, {**values_of(row), "withdrawn_at": None})
    else:
        fresh = {
            **values_of(row),
            "organisation_id": organisation_id,
            "code": row.code,
            "public_id": draft.public_id if draft else public_id(),
            "version": 1,
            "updated_at": hand.now,
        }
        if not insert_missing(session, Entry, [fresh]):
            raise _changed()
    return _keep(session, organisation_id, row.code, hand)


def withdraw(session: Session, organisation_id: int, code: str, version: int, hand: Hand) -> None:
    """Take a live entry off the phones. Raises Conflict when it changed since."""
    _change_live(session, organisation_id, code, version, {"withdrawn_at": hand.now})
    _keep(session, organisation_id, code, replace(hand, note="下线"))


def bring_back(session: Session, organisation_id: int, code: str, version: int, hand: Hand) -> None:
    """Show a withdrawn entry again. Raises Conflict when it changed since."""
    _change_live(session, organisation_id, code, version, {"withdrawn_at": None})
    _keep(session, organisation_id, code, replace(hand, note="恢复上线"))


def mark_checked(
    session: Session, organisation_id: int, code: str, version: int, today: date, hand: Hand
) -> None:
    """Somebody compared the entry with the statutes as they are. Raises Conflict when it changed since."""
    _change_live(session, organisation_id, code, version, {"checked_on": today})
    _keep(session, organisation_id, code, replace(hand, note="复核无误"))
    # A draft in work is no less up to date for it.
    session.execute(
        update(EntryDraft)
        .where(
            EntryDraft.organisation_id == organisation_id,
            EntryDraft.code == code,
            EntryDraft.base_version == version,
        )
        .values(base_version=version + 1)
    )


def roll_back(
    session: Session, organisation_id: int, code: str, number: int, version: int, hand: Hand
) -> None:
    """Make version `number` live again, as a new one. Raises Conflict (changed since) or NotFound."""
    row = get_version(session, organisation_id, code, number).row
    values = {**values_of(from_json(row)), "withdrawn_at": None}
    _change_live(session, organisation_id, code, version, values)
    _keep(session, organisation_id, code, replace(hand, note=f"恢复到第 {number} 版"))


def get_version(session: Session, organisation_id: int, code: str, number: int) -> EntryVersion:
    """Raises NotFound."""
    found = session.scalar(
        select(EntryVersion).where(
            EntryVersion.organisation_id == organisation_id,
            EntryVersion.code == code,
            EntryVersion.number == number,
        )
    )
    if found is None:
        raise NotFound("no_version", "没有这个版本。请回到历史记录里重新选择。")
    return found


def _change_live(
    session: Session, organisation_id: int, code: str, version: int, values: Mapping[str, Any]
) -> None:
    """From `version` to the next; what was live before is kept, if it is not yet. Raises Conflict."""
    entry = get_entry(session, organisation_id, code)
    if entry is None or entry.version != version:
        raise _changed()
    insert_missing(session, EntryVersion, [_as_it_was(entry)])
    done = session.execute(
        update(Entry)
        .where(Entry.organisation_id == organisation_id, Entry.code == code, Entry.version == version)
        .values(**values, version=version + 1)
    )
    if not count_rows(done):
        raise _changed()


def _keep(session: Session, organisation_id: int, code: str, hand: Hand) -> str:
    """Write down what is live now, and tell all processes. Returns the entry's public id."""
    entry = session.execute(
        select(Entry)
        .where(Entry.organisation_id == organisation_id, Entry.code == code)
        .execution_options(populate_existing=True)
    ).scalar_one()
    entry.updated_at = hand.now
    insert_missing(session, EntryVersion, [_version(organisation_id, entry, entry.version, hand)])
    raise_stamp(session, STAMP)
    return entry.public_id


def _version(organisation_id: int, row: EntryRow | Entry, number: int, hand: Hand) -> dict[str, Any]:
    return {
        "organisation_id": organisation_id,
        "code": row.code,
        "number": number,
        "row": as_json(row),
        "author": hand.author,
        "note": hand.note,
        "live_at": hand.now,
    }


def _as_it_was(entry: Entry) -> dict[str, Any]:
    """The version of an entry that was brought in before versions were kept; others are there already."""
    return _version(entry.organisation_id, entry, entry.version, Hand("", entry.updated_at, _BEFORE))


def _changed() -> Conflict:
    return Conflict("changed", "别人刚刚改动了这条问答，您的这次操作没有执行。请看看现在的内容再决定。")
