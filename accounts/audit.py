"""The audit log: what staff did, in a chain that shows an edit, a deletion and a swap.

Each row carries an HMAC over itself and the row before, under a key the database does not have. What a unit of work
notes is appended at its end, so the chain's lock is held for a moment only and the acts of a failed one leave no trace.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, event, select
from sqlalchemy.orm import Session

from models.audit import AuditEntry, AuditHead
from models.upsert import insert_missing

_HEAD = 1
_NOTED = "audit.noted"
_LONGEST = {"actor": 80, "action": 40, "target": 200, "address": 45}
_CHUNK = 1000
_keys: dict[str, bytes] = {}


def use_key(key: bytes) -> None:
    """Set the process's key (`core.settings` derives it from SECRET_KEY)."""
    _keys["chain"] = key


@dataclass(frozen=True, slots=True)
class Act:
    """Who did what. `facts` are plain values without secrets and personal data; `target` is what people call the thing."""

    actor: str
    action: str
    target: str = ""
    staff_id: int | None = None
    organisation_id: int | None = None
    address: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


def note(session: Session, act: Act, now: datetime) -> None:
    """Append `act` when (and only when) the unit of work commits."""
    if _NOTED not in session.info:
        session.info[_NOTED] = []
        event.listen(session, "before_commit", _append)
    session.info[_NOTED].append((act, now))


def _append(session: Session) -> None:
    noted: list[tuple[Act, datetime]] = session.info[_NOTED]
    if not noted or session.in_nested_transaction():  # a savepoint is no commit: it may still be undone
        return
    session.info[_NOTED] = []
    session.flush()
    insert_missing(session, AuditHead, [{"id": _HEAD, "number": 0, "chained": ""}])
    head = session.execute(select(AuditHead).where(AuditHead.id == _HEAD).with_for_update()).scalar_one()
    for act, at in noted:
        head.number += 1
        row = AuditEntry(
            number=head.number,
            at=at,
            actor=act.actor[: _LONGEST["actor"]],
            staff_id=act.staff_id,
            organisation_id=act.organisation_id,
            action=act.action[: _LONGEST["action"]],
            target=act.target[: _LONGEST["target"]],
            facts=act.facts,
            address=act.address[: _LONGEST["address"]],
            chained="",
        )
        row.chained = head.chained = _link(row, head.chained)
        session.add(row)
    session.flush()


def _link(row: AuditEntry, before: str) -> str:
    said = [
        row.number,
        row.at.timestamp(),
        row.actor,
        row.staff_id,
        row.organisation_id,
        row.action,
        row.target,
        row.facts,
        row.address,
        before,
    ]
    text = json.dumps(said, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hmac.new(_keys["chain"], text.encode(), hashlib.sha256).hexdigest()


def verify(session: Session) -> Iterator[str]:
    """What is wrong with the chain, in Chinese, a finding each; none where it is whole. To be called first in `session`."""
    if session.get_bind().dialect.name == "postgresql":
        # One picture of it all: what is added meanwhile must not look like a damaged end.
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    expected, before, last = 1, "", 0
    while rows := _rows_after(session, last):
        for row in rows:
            if row.number != expected:
                yield f"缺少第 {expected} 至 {row.number - 1} 条记录（被删除）"
            elif _link(row, before) != row.chained:
                yield f"第 {row.number} 条记录与签名不符（被改动或调换）：{row.at:%Y-%m-%d %H:%M} {row.actor} {row.action}"
            expected, before, last = row.number + 1, row.chained, row.number
    head = session.get(AuditHead, _HEAD)
    if head is None:
        if last:
            yield "记录链的末端不见了"
    elif (head.number, head.chained) != (last, before):
        yield f"末尾的记录被删除或改动：应有 {head.number} 条，现在到第 {last} 条"


def _rows_after(session: Session, number: int) -> list[AuditEntry]:
    query = select(AuditEntry).where(AuditEntry.number > number).order_by(AuditEntry.number).limit(_CHUNK)
    rows = list(session.scalars(query))
    session.expunge_all()
    return rows


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which acts of the log somebody looks for: of a person, of a sort, from a moment until before another."""

    staff_id: int | None = None
    action: str = ""
    since: datetime | None = None
    until: datetime | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = []
        if self.staff_id is not None:
            found.append(AuditEntry.staff_id == self.staff_id)
        if self.action:
            found.append(AuditEntry.action == self.action)
        if self.since is not None:
            found.append(AuditEntry.at >= self.since)
        if self.until is not None:
            found.append(AuditEntry.at < self.until)
        return found


_ANY = Wanted()


def list_acts(
    session: Session,
    organisation_ids: Sequence[int],
    *,
    wanted: Wanted = _ANY,
    before: int | None = None,
    limit: int = 50,
) -> list[AuditEntry]:
    """The newest acts at these organisations, those numbered below `before` (keyset paging)."""
    here = AuditEntry.organisation_id.in_(organisation_ids)
    return _newest(session, here, wanted, before, limit)


def list_personal_acts(
    session: Session, staff_id: int, *, before: int | None = None, limit: int = 50
) -> list[AuditEntry]:
    """What happened at the door and with somebody's own access: it belongs to no organisation."""
    nowhere = AuditEntry.organisation_id.is_(None)
    return _newest(session, nowhere, Wanted(staff_id=staff_id), before, limit)


def _newest(
    session: Session, where: ColumnElement[bool], wanted: Wanted, before: int | None, limit: int
) -> list[AuditEntry]:
    query = select(AuditEntry).where(where, *wanted.conditions())
    if before is not None:
        query = query.where(AuditEntry.number < before)
    return list(session.scalars(query.order_by(AuditEntry.number.desc()).limit(limit)))
