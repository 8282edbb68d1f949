"""Files that staff send: read, shown as what they would change, and taken over when somebody confirms. Called by the console."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.errors import Conflict, Invalid, NotFound
from core.ids import public_id
from faq.files import EntryRow, read_upload
from faq.history import Difference, differences
from faq.rows import as_json, as_upload, completed, from_json
from faq.service import FROM_FILE, Hand, Imported, differs, import_entries
from faq.store import view_of
from models.content import Entry
from models.faq import EntryDraft, EntryUpload
from models.upsert import count_rows, insert_missing

MAX_BYTES = 5_000_000
MOST_ROWS = 20_000
_KEPT = timedelta(days=1)
_LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class Change:
    """An entry that a file would change. `revived`: it is withdrawn now."""

    row: EntryRow
    differences: list[Difference]
    revived: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """What taking a file over would do."""

    added: list[EntryRow]
    changed: list[Change]
    unchanged: int
    basis: dict[str, int]
    """The live versions this holds for, by code."""


@dataclass(frozen=True, slots=True)
class Drafted:
    """How many drafts were made of a file, and the codes left out since they have a draft already."""

    drafted: int
    busy: list[str]


def keep_upload(
    session: Session, organisation_id: int, staff_id: int, name: str, data: bytes, now: datetime
) -> str:
    """Read a file and keep its rows for the preview. Returns the upload's public id. Raises Invalid."""
    if len(data) > MAX_BYTES:
        raise Invalid("too_large", f"文件有 {len(data) / 1e6:.1f} MB，最多 5 MB。请分成几个文件上传。")
    rows, errors = read_upload(name, data)
    if len(rows) > MOST_ROWS:
        raise Invalid("too_many", f"文件里有 {len(rows)} 条，一次最多 {MOST_ROWS} 条。请分成几个文件上传。")
    if not rows and not errors:
        raise Invalid("no_rows", f"{name} 里只有表头，没有问答。")
    session.execute(
        delete(EntryUpload).where(
            EntryUpload.organisation_id == organisation_id, EntryUpload.created_at < now - _KEPT
        )
    )
    upload = EntryUpload(
        organisation_id=organisation_id,
        public_id=public_id(),
        staff_id=staff_id,
        file_name=name[:_LONGEST_NAME],
        rows=[as_upload(row) for row in rows],
        problems=[str(error) for error in errors],
        basis=plan_import(session, organisation_id, rows).basis,
        created_at=now,
    )
    session.add(upload)
    return upload.public_id


def get_upload(session: Session, organisation_id: int, staff_id: int, public_id: str) -> EntryUpload:
    """Somebody's own. Raises NotFound."""
    found = session.scalar(
        select(EntryUpload).where(
            EntryUpload.organisation_id == organisation_id,
            EntryUpload.staff_id == staff_id,
            EntryUpload.public_id == public_id,
        )
    )
    if found is None:
        raise NotFound("no_upload", "这次上传已经处理过，或放得太久了。请重新上传文件。")
    return found


def rows_of(upload: EntryUpload) -> list[EntryRow]:
    return [from_json(row) for row in upload.rows]


def plan_import(session: Session, organisation_id: int, rows: Sequence[EntryRow]) -> Plan:
    """Compare a file's rows with what the organisation has."""
    known = {
        entry.code: entry
        for entry in session.scalars(select(Entry).where(Entry.organisation_id == organisation_id))
    }
    rows = [completed(row, known.get(row.code)) for row in rows]
    added = [row for row in rows if row.code not in known]
    changed = [
        Change(row, differences(_row_of(entry), row), entry.withdrawn_at is not None)
        for row in rows
        if (entry := known.get(row.code)) is not None and differs(entry, row)
    ]
    basis = {row.code: known[row.code].version for row in rows if row.code in known}
    return Plan(added, changed, len(rows) - len(added) - len(changed), basis)


def _row_of(entry: Entry) -> EntryRow:
    return from_json(as_json(view_of(entry)))


def import_upload(session: Session, upload: EntryUpload, hand: Hand) -> Imported:
    """Make the file's rows live. Raises Conflict when what it would change was changed since the preview, or when it was
    taken over already."""
    rows = _take(session, upload)
    return import_entries(session, upload.organisation_id, rows, hand.now, author=hand.author, note=FROM_FILE)


def draft_upload(session: Session, upload: EntryUpload, hand: Hand) -> Drafted:
    """Make drafts of what the file adds or changes; a draft that somebody is writing stays as it is. Raises Conflict."""
    rows = _take(session, upload)
    plan = plan_import(session, upload.organisation_id, rows)
    wanted = [*plan.added, *(change.row for change in plan.changed)]
    entries = select(Entry.code, Entry.public_id).where(Entry.organisation_id == upload.organisation_id)
    known = dict(session.execute(entries).all())
    busy = set(
        session.scalars(select(EntryDraft.code).where(EntryDraft.organisation_id == upload.organisation_id))
    )
    fresh = [
        _draft(upload.organisation_id, row, known.get(row.code), plan.basis.get(row.code, 0), hand)
        for row in wanted
        if row.code not in busy
    ]
    drafted = insert_missing(session, EntryDraft, fresh)
    return Drafted(drafted, [row.code for row in wanted if row.code in busy])


def _draft(
    organisation_id: int, row: EntryRow, known: str | None, base_version: int, hand: Hand
) -> dict[str, Any]:
    return {
        "organisation_id": organisation_id,
        "public_id": known or public_id(),
        "code": row.code,
        "question": row.question,
        "topic": row.topic,
        "row": as_json(row),
        "state": "draft",
        "version": 1,
        "base_version": base_version,
        "author": hand.author,
        "reviewer": "",
        "updated_at": hand.now,
    }


def _take(session: Session, upload: EntryUpload) -> list[EntryRow]:
    """The rows, once."""
    rows = rows_of(upload)
    gone = session.execute(
        delete(EntryUpload).where(
            EntryUpload.organisation_id == upload.organisation_id, EntryUpload.id == upload.id
        )
    )
    if not count_rows(gone):
        raise Conflict("taken", "这个文件刚刚已经导入过了，没有再导入一次。")
    if plan_import(session, upload.organisation_id, rows).basis != upload.basis:
        raise Conflict(
            "changed", "您看预览的时候，别人改动了其中的问答，没有导入任何内容。请看看新的预览再确认。"
        )
    return rows
