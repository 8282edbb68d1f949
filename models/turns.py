"""Whose turn it is to write to a SQLite file.

SQLite lets one write at a time; who has to wait asks again after pauses that grow to a tenth of a second, and whoever has just
written is back first: eight threads got a tenth of the writes that one gets. So our writers wait in a queue: threads for a
lock, processes for a lock on a file beside the database, which they ask for every half millisecond.
"""

import fcntl
import os
import threading
import time
from typing import Self

_PAUSE_S = 0.0005


class Turns:
    """Held while one writes; the thread that holds it may take it again.

    A process that is stuck with it holds up the others for `patience_s`; then they go on to SQLite, which has the last word.
    """

    def __init__(self, database: str | None, patience_s: float) -> None:
        """`database`: the file; None or `:memory:` for one that only this process has."""
        self._threads = threading.RLock()
        self._path = f"{database}-turn" if database and database != ":memory:" else None
        self._patience_s = patience_s
        self._file: int | None = None
        self._depth = 0

    def __enter__(self) -> Self:
        self._threads.acquire()
        self._depth += 1
        if self._path is not None and self._depth == 1:
            self._wait_for_processes(self._path)
        return self

    def __exit__(self, *_: object) -> None:
        self._depth -= 1
        if self._file is not None and self._depth == 0:
            fcntl.flock(self._file, fcntl.LOCK_UN)
        self._threads.release()

    def close(self) -> None:
        """Let go of the file; a later turn opens it again."""
        with self._threads:
            if self._file is not None:
                os.close(self._file)
                self._file = None

    def _wait_for_processes(self, path: str) -> None:
        until = time.monotonic() + self._patience_s
        try:
            if self._file is None:
                self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            while not _is_ours(self._file) and time.monotonic() < until:
                time.sleep(_PAUSE_S)
        except OSError:
            return  # a folder nobody may write to: SQLite tells so itself


def _is_ours(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
