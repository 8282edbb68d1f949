"""The journal: what happened, written to a local file where it happened, and taken over into SQL in batches.

A request appends one line (about 3 µs, no neighbour involved) and is done; `Shipper.ship` in the worker moves lines to
SQL together with the offset it has reached, so each line arrives exactly once. It survives a flushed Redis, a stalled
database and a killed process. A segment is held by a shared lock while its writer lives; the shipper deletes it when it
is read to its end and nobody holds it.
"""

import fcntl
import json
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import delete, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from core.logs import get_logger
from models.db import Database
from models.jobs import JournalOffset

Record = dict[str, Any]
Sink = Callable[[Session, list[Record]], None]
"""Writes records to SQL within the given unit of work; taking the same record twice must change nothing."""

log = get_logger(__name__)


class JournalWriter:
    """Appends records. Thread-safe; one per process, opened at the first write (so it may be made before a fork)."""

    def __init__(self, folder: Path, segment_bytes: int = 4_000_000) -> None:
        self._folder = folder
        self._segment_bytes = segment_bytes
        self._lock = threading.Lock()
        self._descriptor = -1
        self._written = 0

    def write(self, record: Record) -> None:
        """Append one record (plain JSON values). A full disk is logged, and does not stop the answer."""
        line = _encode(record)
        try:
            with self._lock:
                if self._descriptor < 0 or self._written > self._segment_bytes:
                    self._open_segment()
                os.write(self._descriptor, line)
                self._written += len(line)
        except OSError as error:
            log.error("journal_not_written", error=error)

    def close(self) -> None:
        with self._lock:
            if self._descriptor >= 0:
                os.close(self._descriptor)
                self._descriptor = -1

    def _open_segment(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self._folder / f"{time.time_ns()}-{os.getpid()}.jsonl"
        unseen = path.with_suffix(".new")  # no shipper may find it, empty and finished, before it is locked
        self._descriptor = os.open(unseen, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
        fcntl.flock(self._descriptor, fcntl.LOCK_SH)
        unseen.rename(path)
        self._written = 0


class Shipper:
    """Takes the journal of this host over into SQL. One at a time per folder, held by a lock file."""

    def __init__(self, db: Database, folder: Path, sink: Sink, batch: int = 500) -> None:
        self._db = db
        self._folder = folder
        self._sink = sink
        self._batch = batch

    def ship(self) -> int:
        """Move everything that is there; returns the number of records. Raises what the database raises."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self._folder / "shipping.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return 0
            return sum(self._ship_segment(path) for path in sorted(self._folder.glob("*.jsonl")))

    def _ship_segment(self, path: Path) -> int:
        shipped = 0
        with path.open("rb") as segment:
            offset = self._offset(path.name)
            while True:
                segment.seek(offset)
                lines = segment.readlines(self._batch * 400)
                whole = [line for line in lines if line.endswith(b"\n")]
                if not whole:
                    break
                offset += sum(map(len, whole))
                self._take_over(path.name, whole, offset)
                shipped += len(whole)
            self._delete_if_finished(path, segment.fileno(), offset)
        return shipped

    def _offset(self, segment: str) -> int:
        with self._db.read() as session:
            return session.scalar(select(JournalOffset.offset).where(JournalOffset.segment == segment)) or 0

    def _take_over(self, segment: str, lines: list[bytes], offset: int) -> None:
        records = [record for line in lines if (record := _decode(line)) is not None]
        try:
            with self._db.work() as session:
                self._sink(session, records)
                session.merge(JournalOffset(segment=segment, offset=offset))
        except OperationalError:
            raise
        except Exception as error:
            log.error("journal_batch_failed", segment=segment, records=len(records), exc_info=error)
            self._one_by_one(segment, records, offset)

    def _one_by_one(self, segment: str, records: list[Record], offset: int) -> None:
        with self._db.work() as session:
            for record in records:
                try:
                    with session.begin_nested():
                        self._sink(session, [record])
                except OperationalError:
                    raise
                except Exception as error:
                    log.error("journal_record_rejected", segment=segment, error=error)
                    self._keep_aside(record)
            session.merge(JournalOffset(segment=segment, offset=offset))

    def _keep_aside(self, record: Record) -> None:
        path = self._folder / "rejected.txt"
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace") as file:
            file.write(json.dumps(record, ensure_ascii=False) + "\n")

    def _delete_if_finished(self, path: Path, descriptor: int, offset: int) -> None:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return  # its writer lives
        size = os.fstat(descriptor).st_size
        if size > offset and _has_whole_line(path, offset):
            return  # written between our last read and the lock
        if size > offset:
            log.warning("journal_torn_line", segment=path.name, bytes=size - offset)
        path.unlink()
        with self._db.work() as session:
            session.execute(delete(JournalOffset).where(JournalOffset.segment == path.name))


def _encode(record: Record) -> bytes:
    try:
        return orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE)
    except TypeError:  # half an emoji is no text to orjson; it is kept as a question mark
        return (json.dumps(record, ensure_ascii=False) + "\n").encode(errors="replace")


def _decode(line: bytes) -> Record | None:
    try:
        record = json.loads(line)
    except ValueError:
        log.error("journal_line_unreadable", bytes=len(line))
        return None
    return record if isinstance(record, dict) else None


def _has_whole_line(path: Path, offset: int) -> bool:
    with path.open("rb") as segment:
        segment.seek(offset)
        return b"\n" in segment.read()
