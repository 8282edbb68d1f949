"""Content in memory: loaded before the first request, and again within a second or so of any change, in every process."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from core.logs import get_logger
from models.db import Database
from models.stamps import read_stamps

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Shelf:
    """`load` reads a kind of content and swaps it in at once; it runs again when one of the stamps `kinds` was raised.

    A load that raises leaves the old content in place.
    """

    name: str
    kinds: frozenset[str]
    load: Callable[[Session], None]


class Shelves:
    """All shelves of a process. Order matters: a shelf may build on those before it."""

    def __init__(self, db: Database, shelves: Sequence[Shelf]) -> None:
        self._db = db
        self._shelves = tuple(shelves)
        self._seen: dict[str, int] = {}
        self._stop = threading.Event()

    def load_all(self) -> None:
        """Load everything; raises what a shelf raises."""
        with self._db.read() as session:
            seen = read_stamps(session)
            for shelf in self._shelves:
                shelf.load(session)
        self._seen = seen

    def refresh(self) -> list[str]:
        """Load again what changed; returns the names of those shelves. Raises what the database raises."""
        with self._db.read() as session:
            now = read_stamps(session)
            changed = {kind for kind, stamp in now.items() if self._seen.get(kind) != stamp}
            due = [shelf for shelf in self._shelves if shelf.kinds & changed]
            for shelf in due:
                shelf.load(session)
        self._seen = now
        return [shelf.name for shelf in due]

    def watch(self, every_s: float = 0.5) -> None:
        """Keep refreshing in a background thread until `close`."""
        threading.Thread(target=self._watch, args=(every_s,), name="shelves", daemon=True).start()

    def close(self) -> None:
        self._stop.set()

    def _watch(self, every_s: float) -> None:
        failing = False
        while not self._stop.wait(every_s):
            try:
                changed = self.refresh()
            except Exception as error:
                if not failing:
                    log.error("content_not_refreshed", error=error)
                failing = True
                continue
            failing = False
            if changed:
                log.info("content_refreshed", shelves=changed)
