"""Four processes of sixteen clients each that draw at once: they start together, at a barrier."""

import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.queues import SimpleQueue
from multiprocessing.synchronize import Barrier
from types import TracebackType
from typing import NamedTuple, Self

from core.clock import system_clock
from members.ledger import use_key
from models.db import Database
from models.types import Sealed
from prizes.store import get_view
from prizes.turns import take_turn
from prizes.view import DrawView
from proofs.prizes.control import remove_guard

PROCESSES, EACH = 4, 16
CLIENTS = PROCESSES * EACH
_WAIT_S = 60


class _Task(NamedTuple):
    account_id: int
    draw_id: str
    people: int


def use_keys() -> None:
    """The proof's own keys, the same in every process."""
    use_key(b"the proof's own key, for nobody.")
    Sealed.use_key(b"0123456789abcdef0123456789abcdef0123456789A=")


class Crowd:
    """Everybody, waiting for a draw."""

    def __init__(self, url: str, *, control: bool) -> None:
        context = multiprocessing.get_context("spawn")
        self._tasks: list[SimpleQueue[_Task | None]] = [context.SimpleQueue() for _ in range(PROCESSES)]
        self._done: SimpleQueue[int] = context.SimpleQueue()
        self._gate = context.Barrier(CLIENTS)  # kept: who drops it takes it from the processes too
        self._processes = [
            context.Process(
                target=_serve, args=(url, number, tasks, self._done, self._gate, control), daemon=True
            )
            for number, tasks in enumerate(self._tasks)
        ]

    def __enter__(self) -> Self:
        for process in self._processes:
            process.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for tasks in self._tasks:
            tasks.put(None)
        for process in self._processes:
            process.join(_WAIT_S)

    def draw(self, account_id: int, draw_id: str, people: int) -> int:
        """Person 0 … people - 1 take a turn each; returns how many of them got no answer."""
        for tasks in self._tasks:
            tasks.put(_Task(account_id, draw_id, people))
        return sum(self._done.get() for _ in self._processes)


def _serve(
    url: str,
    number: int,
    tasks: "SimpleQueue[_Task | None]",
    done: "SimpleQueue[int]",
    gate: Barrier,
    control: bool,
) -> None:
    use_keys()
    if control:
        remove_guard()
    db = Database(url, pool_size=EACH)
    while (task := tasks.get()) is not None:
        with db.read() as session:
            draw = get_view(session, task.account_id, task.draw_id)
        with ThreadPoolExecutor(EACH) as pool:
            clients = range(number * EACH, (number + 1) * EACH)
            works = [pool.submit(_client, db, draw, client, task.people, gate) for client in clients]
            done.put(sum(work.result() for work in works))
    db.close()


def _client(db: Database, draw: DrawView, client: int, people: int, gate: Barrier) -> int:
    failed = 0
    gate.wait(_WAIT_S)
    for person in range(client, people, CLIENTS):
        try:
            take_turn(db, draw, f"o{person}", system_clock(), f"key-{person:08}")
        except Exception:
            failed += 1
    return failed
