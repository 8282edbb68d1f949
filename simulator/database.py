"""The simulator's own SQLite file: one connection, one lock, short transactions."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

VERSION = 1


class Database:
    """Thread-safe access to the file. One connection is enough: every statement here takes microseconds."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._depth = 0
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=10)
        self._connection.row_factory = sqlite3.Row
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=10000"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._prepare()

    def _prepare(self) -> None:
        # Throw-away state: a file of another version is emptied, not migrated.
        if self._connection.execute("PRAGMA user_version").fetchone()[0] != VERSION:
            self._drop_tables()
            self._connection.execute(f"PRAGMA user_version={VERSION}")
        schema = Path(__file__).with_name("schema.sql").read_text(encoding="utf-8")
        self._connection.executescript(f"BEGIN IMMEDIATE;\n{schema}\nCOMMIT;")

    def _tables(self) -> list[str]:
        found = self._connection.execute(
            "SELECT name FROM sqlite_master WHERE type='table' AND name NOT LIKE 'sqlite_%'"
        )
        return [row["name"] for row in found]

    def _drop_tables(self) -> None:
        for table in self._tables():
            self._connection.execute(f'DROP TABLE "{table}"')

    def clear(self) -> None:
        """Empties every table."""
        with self.transaction():
            for table in self._tables():
                self._connection.execute(f'DELETE FROM "{table}"')  # noqa: S608  names come from the schema

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All statements inside happen together or not at all; may be nested."""
        with self._lock:
            if self._depth:
                yield
                return
            self._connection.execute("BEGIN IMMEDIATE")
            self._depth = 1
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            else:
                self._connection.execute("COMMIT")
            finally:
                self._depth = 0

    def all(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        """Every row of a query."""
        with self._lock:
            return self._connection.execute(sql, values).fetchall()

    def one(self, sql: str, *values: Any) -> sqlite3.Row | None:
        """The first row of a query."""
        with self._lock:
            row: sqlite3.Row | None = self._connection.execute(sql, values).fetchone()
            return row

    def value(self, sql: str, *values: Any) -> Any:
        """The first column of the first row, or None."""
        row = self.one(sql, *values)
        return None if row is None else row[0]

    def run(self, sql: str, *values: Any) -> int:
        """Changes something; returns how many rows it touched."""
        with self._lock:
            return self._connection.execute(sql, values).rowcount

    def insert(self, sql: str, *values: Any) -> int:
        """Adds a row; returns its rowid."""
        with self._lock:
            return self._connection.execute(sql, values).lastrowid or 0

    def close(self) -> None:
        """Closes the file."""
        with self._lock:
            self._connection.close()
