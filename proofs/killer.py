"""Kills (-9) one part of the stack after the other and brings it back: a web worker, the web, the worker, Redis, PostgreSQL."""

import os
import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress

from proofs.run import say
from proofs.stack import Stack

_BACK_S = 60.0
_DEAD_S = (0.0, 0.6)
_PLAYED_S = (0.5, 2.5)


class Killer:
    """Of one stack."""

    def __init__(self, stack: Stack, dice: random.Random) -> None:
        self._stack = stack
        self._dice = dice
        self._parts: dict[str, Callable[[], None]] = {
            "web_worker": self._web_worker,
            "web": self._web,
            "worker": self._worker,
            "redis": self._redis,
            "database": self._database,
        }
        self.kills: Counter[str] = Counter()
        self.slowest_back_s = 0.0
        """The longest it took from a kill until all was well again."""

    def kill(self, count: int) -> None:
        """`count` parts, each kind as often as the others, in random order at random moments. Raises RuntimeError where the
        service does not come back.
        """
        kinds = [name for _ in range(count) for name in self._parts][:count]
        self._dice.shuffle(kinds)
        for number, name in enumerate(kinds, 1):
            time.sleep(self._dice.uniform(*_PLAYED_S))
            killed_at = time.monotonic()
            self._parts[name]()
            self.kills[name] += 1
            self._wait_back(name)
            self.slowest_back_s = max(self.slowest_back_s, round(time.monotonic() - killed_at, 1))
            if number % 4 == 0 or number == count:
                say(f"  已杀 {number}/{count} 次")

    def _wait_back(self, name: str) -> None:
        until = time.monotonic() + _BACK_S
        while not self._stack.is_ready():
            with suppress(subprocess.TimeoutExpired):
                self._stack.web.wait(0)  # it gave up, as its workers died one after the other:
                self._stack.web.restart()  # then the supervisor starts it again
            if time.monotonic() > until:
                raise RuntimeError(f"the service did not come back after {name} was killed")
            time.sleep(0.1)

    def _rest(self) -> None:
        time.sleep(self._dice.uniform(*_DEAD_S))

    def _web_worker(self) -> None:
        # The one that has been there longest: granian gives up when the same one dies twice within seconds.
        os.kill(self._stack.web_workers()[0], signal.SIGKILL)  # a child of our own granian

    def _web(self) -> None:
        self._stack.web.kill()
        self._rest()
        self._stack.web.restart()

    def _worker(self) -> None:
        self._stack.worker.kill()
        self._rest()
        self._stack.worker.restart()

    def _redis(self) -> None:
        self._stack.redis_server.kill()
        self._rest()
        self._stack.redis_server.restart()

    def _database(self) -> None:
        self._stack.database.kill()
        self._rest()
        self._stack.database.restart()
        self._stack.engine.dispose()
