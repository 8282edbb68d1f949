"""The journal: what was written arrives in SQL exactly once, whatever dies in between.

The sink of these tests counts up, so that a record taken twice is seen.
"""

import fcntl
import json
import multiprocessing
import os
import signal
import stat
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from jobs.journal import JournalWriter, Record, Shipper
from models import JournalOffset
from models.db import Database
from models.stamps import raise_stamp, read_stamps


def count(session: Session, records: list[Record]) -> None:
    for record in records:
        if record["kind"] == "poison":
            raise ValueError("nobody can read this")
        raise_stamp(session, record["kind"])


def counted(db: Database) -> dict[str, int]:
    with db.read() as session:
        return read_stamps(session)


def offsets(db: Database) -> list[str]:
    with db.read() as session:
        return list(session.scalars(select(JournalOffset.segment)))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "journal"


@pytest.fixture
def writer(folder: Path) -> Iterator[JournalWriter]:
    writer = JournalWriter(folder)
    yield writer
    writer.close()


def segments(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.jsonl"))


def test_records_arrive_once_however_often_the_shipper_runs(
    db: Database, folder: Path, writer: JournalWriter
):
    for _ in range(3):
        writer.write({"kind": "text"})
    shipper = Shipper(db, folder, count)
    assert [shipper.ship(), shipper.ship()] == [3, 0]
    writer.write({"kind": "voice"})
    assert Shipper(db, folder, count).ship() == 1
    assert counted(db) == {"text": 3, "voice": 1}


def test_nothing_written_is_nothing_to_ship(sqlite_db: Database, folder: Path):
    assert Shipper(sqlite_db, folder, count).ship() == 0


def test_any_text_survives_the_way(sqlite_db: Database, folder: Path, writer: JournalWriter):
    words = ["静静：\n问题", "\u2028\u2029\x85", '引号"\\', "😀", "\x00\x1f", "lone \ud800 surrogate"]
    taken: list[Record] = []
    for said in words:
        writer.write({"kind": "text", "said": said})
    Shipper(sqlite_db, folder, lambda _session, records: taken.extend(records)).ship()
    assert [record["said"] for record in taken[:-1]] == words[:-1]
    assert taken[-1]["said"] == "lone ? surrogate"


def test_a_segment_is_deleted_only_when_it_was_read_and_its_writer_is_gone(
    sqlite_db: Database, folder: Path, writer: JournalWriter
):
    shipper = Shipper(sqlite_db, folder, count)
    writer.write({"kind": "text"})
    shipper.ship()
    assert len(segments(folder)) == len(offsets(sqlite_db)) == 1
    writer.close()
    assert shipper.ship() == 0
    assert segments(folder) == offsets(sqlite_db) == []
    assert counted(sqlite_db) == {"text": 1}


def test_a_full_segment_is_followed_by_another(sqlite_db: Database, folder: Path):
    writer = JournalWriter(folder, segment_bytes=30)
    for _ in range(10):
        writer.write({"kind": "text"})
    assert len(segments(folder)) > 2
    assert Shipper(sqlite_db, folder, count).ship() == 10
    assert len(segments(folder)) == 1
    writer.close()


def test_journals_are_for_nobody_else_to_read(folder: Path, writer: JournalWriter):
    writer.write({"kind": "text"})
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(segments(folder)[0].stat().st_mode) == 0o600


def test_a_torn_last_line_waits_for_its_end_while_the_writer_lives(sqlite_db: Database, folder: Path):
    folder.mkdir()
    path = folder / "1-1.jsonl"
    with path.open("ab", buffering=0) as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        file.write(b'{"kind":"text"}\n{"kind":')
        shipper = Shipper(sqlite_db, folder, count)
        assert shipper.ship() == 1
        file.write(b'"voice"}\n')
        assert shipper.ship() == 1
    assert counted(sqlite_db) == {"text": 1, "voice": 1}


def test_a_torn_last_line_of_a_dead_writer_is_given_up_and_the_rest_is_not(sqlite_db: Database, folder: Path):
    folder.mkdir()
    (folder / "1-1.jsonl").write_bytes(b'{"kind":"text"}\n{"kind":"vo')
    assert Shipper(sqlite_db, folder, count).ship() == 1
    assert counted(sqlite_db) == {"text": 1}
    assert segments(folder) == offsets(sqlite_db) == []


def test_lines_that_are_no_records_do_not_stop_those_around_them(sqlite_db: Database, folder: Path):
    folder.mkdir()
    lines = [b'{"kind":"text"}', b"\xff\xfe", b"[1]", b"", b"nonsense", b'{"kind":"text"}']
    (folder / "1-1.jsonl").write_bytes(b"\n".join(lines) + b"\n")
    Shipper(sqlite_db, folder, count).ship()
    assert counted(sqlite_db) == {"text": 2}


def test_a_poison_record_is_kept_aside_and_those_around_it_arrive(
    db: Database, folder: Path, writer: JournalWriter
):
    for kind in ("text", "poison", "text"):
        writer.write({"kind": kind, "said": "喂"})
    shipper = Shipper(db, folder, count)
    assert [shipper.ship(), shipper.ship()] == [3, 0]
    assert counted(db) == {"text": 2}
    aside = folder / "rejected.txt"
    assert [json.loads(line) for line in aside.read_text("utf-8").splitlines()] == [
        {"kind": "poison", "said": "喂"}
    ]
    assert stat.S_IMODE(aside.stat().st_mode) == 0o600


def test_a_record_the_database_refuses_is_poison_too(db: Database, folder: Path, writer: JournalWriter):
    def insert(session: Session, records: list[Record]) -> None:
        for record in records:
            session.execute(text("INSERT INTO organisations (key, name) VALUES (:k, :k)"), {"k": record["k"]})

    for key in ("a", "b", "a", "c"):
        writer.write({"k": key})
    Shipper(db, folder, insert).ship()
    with db.read() as session:
        assert list(session.scalars(text("SELECT key FROM organisations ORDER BY key"))) == ["a", "b", "c"]
    assert (folder / "rejected.txt").read_text("utf-8").count("\n") == 1


def test_a_database_that_goes_down_in_between_loses_and_doubles_nothing(
    postgres_db: Database, folder: Path, writer: JournalWriter
):
    for _ in range(20):
        writer.write({"kind": "text"})
    cut = threading.Event()

    def cut_the_line_once(session: Session, records: list[Record]) -> None:
        count(session, records)
        if not cut.is_set():
            cut.set()
            pid = session.scalar(text("SELECT pg_backend_pid()"))
            with postgres_db.engine.connect() as other:
                other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
            session.execute(text("SELECT 1"))

    shipper = Shipper(postgres_db, folder, cut_the_line_once)
    with pytest.raises(OperationalError):
        shipper.ship()
    assert counted(postgres_db) == {}
    assert shipper.ship() == 20
    assert counted(postgres_db) == {"text": 20}
    assert not (folder / "rejected.txt").exists()


def test_two_shippers_at_once_take_each_record_once(db: Database, folder: Path, writer: JournalWriter):
    stop = threading.Event()

    def keep_shipping() -> None:
        while not stop.is_set():
            Shipper(db, folder, count, batch=1).ship()

    threads = [threading.Thread(target=keep_shipping) for _ in range(2)]
    for thread in threads:
        thread.start()
    for _ in range(300):
        writer.write({"kind": "text"})
    until = time.monotonic() + 20
    while counted(db).get("text") != 300 and time.monotonic() < until:
        time.sleep(0.02)
    stop.set()
    for thread in threads:
        thread.join()
    assert counted(db) == {"text": 300}


def test_a_segment_is_not_taken_for_finished_while_it_is_being_opened(
    sqlite_db: Database, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    """The shipper comes by in the very moment between making the file and locking it."""
    lock = fcntl.flock

    def late_lock(file: int, how: int) -> None:
        if how == fcntl.LOCK_SH:
            Shipper(sqlite_db, folder, count).ship()
        lock(file, how)

    monkeypatch.setattr(fcntl, "flock", late_lock)
    writer = JournalWriter(folder)
    writer.write({"kind": "text"})
    writer.close()
    Shipper(sqlite_db, folder, count).ship()
    assert counted(sqlite_db) == {"text": 1}
    assert list(folder.glob("*.new")) == []


def _ship_slowly(url: str, folder: Path) -> None:
    def sink(session: Session, records: list[Record]) -> None:
        count(session, records)
        time.sleep(0.002)

    Shipper(Database(url), folder, sink, batch=1).ship()


def test_a_shipper_killed_at_any_moment_is_continued_exactly(
    sqlite_db: Database, folder: Path, writer: JournalWriter
):
    total = 1500
    for _ in range(total):
        writer.write({"kind": "text"})
    writer.close()
    url = sqlite_db.engine.url.render_as_string()
    forked = multiprocessing.get_context("fork")
    sqlite_db.close()
    for _ in range(3):
        before = counted(sqlite_db).get("text", 0)
        sqlite_db.close()  # a connection must not go through a fork
        child = forked.Process(target=_ship_slowly, args=(url, folder))
        child.start()
        until = time.monotonic() + 20
        while counted(sqlite_db).get("text", 0) < before + 150 and time.monotonic() < until:
            time.sleep(0.003)
        os.kill(child.pid, signal.SIGKILL)
        child.join()
        assert child.exitcode == -signal.SIGKILL
    assert 0 < counted(sqlite_db)["text"] < total
    Shipper(sqlite_db, folder, count).ship()
    assert counted(sqlite_db) == {"text": total}
    assert segments(folder) == []


def test_killed_between_the_commit_and_the_deletion_nothing_comes_twice(
    sqlite_db: Database, folder: Path, writer: JournalWriter
):
    class Killed(Exception):
        pass

    class Mortal(Shipper):
        def _delete_if_finished(self, path: Path, descriptor: int, offset: int) -> None:
            raise Killed

    writer.write({"kind": "text"})
    writer.close()
    with pytest.raises(Killed):
        Mortal(sqlite_db, folder, count).ship()
    assert counted(sqlite_db) == {"text": 1}
    assert Shipper(sqlite_db, folder, count).ship() == 0
    assert counted(sqlite_db) == {"text": 1}
    assert segments(folder) == []


def test_killed_between_the_deletion_and_its_note_the_note_harms_nobody(sqlite_db: Database, folder: Path):
    with sqlite_db.work() as session:
        session.add(JournalOffset(segment="1-1.jsonl", offset=99))
    writer = JournalWriter(folder)
    writer.write({"kind": "text"})
    writer.close()
    Shipper(sqlite_db, folder, count).ship()
    assert counted(sqlite_db) == {"text": 1}


def test_a_writer_of_many_threads_tears_no_line(sqlite_db: Database, folder: Path, writer: JournalWriter):
    def write() -> None:
        for _ in range(100):
            writer.write({"kind": "text", "said": "字" * 300})

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    Shipper(sqlite_db, folder, count).ship()
    assert counted(sqlite_db) == {"text": 800}


def test_a_folder_that_cannot_be_written_does_not_stop_the_answer(tmp_path: Path):
    (tmp_path / "file").write_text("in the way")
    JournalWriter(tmp_path / "file").write({"kind": "text"})
