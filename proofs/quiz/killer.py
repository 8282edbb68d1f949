"""Kills (-9) one part of the stack after the other and brings it back: a web worker, the web, the worker, Redis, PostgreSQL.
Linux (/proc): what was killed is started again by its own command line.
"""

import os
import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import text

from proofs.run import say
from proofs.stack import Stack, postgres_log
from serving import own_redis

_BACK_S = 60.0
_DEAD_S = (0.0, 0.6)
_PLAYED_S = (0.5, 2.5)


class Killer:
    """Ends at its exit what it started in place of what it killed."""

    def __init__(self, stack: Stack, dice: random.Random) -> None:
        self._stack = stack
        self._dice = dice
        self._started: list[subprocess.Popen[bytes]] = []
        self._parts: dict[str, Callable[[], None]] = {
            "web_worker": self._web_worker,
            "web": self._web,
            "worker": self._worker,
            "redis": self._redis,
            "database": self._database,
        }
        self.kills: Counter[str] = Counter()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self._started:
            process.terminate()
        for process in self._started:
            with suppress(subprocess.TimeoutExpired):
                process.wait(5)
            process.kill()
            process.wait()

    def kill(self, count: int) -> None:
        """`count` parts, each kind as often as the others, in random order at random moments. Raises RuntimeError where the
        service does not come back.
        """
        kinds = [name for _ in range(count) for name in self._parts][:count]
        self._dice.shuffle(kinds)
        for number, name in enumerate(kinds, 1):
            time.sleep(self._dice.uniform(*_PLAYED_S))
            self._parts[name]()
            self.kills[name] += 1
            self._wait_back(name)
            if number % 4 == 0 or number == count:
                say(f"  已杀 {number}/{count} 次")

    def _wait_back(self, name: str) -> None:
        until = time.monotonic() + _BACK_S
        while not self._stack.is_ready():
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
        pid = int(self._stack.redis.info("server")["process_id"])
        # It writes over its own command line, and works in a folder below its own.
        self._again(pid, own_redis.command(Path(f"/proc/{pid}/cwd").readlink().parent), Path(os.devnull))

    def _database(self) -> None:
        with self._stack.engine.connect() as connection:
            folder = Path(str(connection.scalar(text("SHOW data_directory"))))
        log = postgres_log(self._stack.engine) or Path(os.devnull)
        pid = int((folder / "postmaster.pid").read_text().split()[0])
        self._again(pid, Path(f"/proc/{pid}/cmdline").read_text().rstrip("\0").split("\0"), log)
        self._stack.engine.dispose()

    def _again(self, pid: int, command: Sequence[str], log: Path) -> None:
        """Kill a process of ours and start `command` in its place."""
        folder, user = Path(f"/proc/{pid}/cwd").readlink(), Path(f"/proc/{pid}").stat().st_uid
        os.kill(pid, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(pid, 0)  # PostgreSQL takes a dead child that nobody waited for to be alive
        self._rest()
        until = time.monotonic() + _BACK_S
        while time.monotonic() < until:
            with log.open("ab") as file:
                process = subprocess.Popen(command, cwd=folder, user=user, stdout=file, stderr=file)
            # PostgreSQL refuses as long as a process of the killed one still lives.
            with suppress(subprocess.TimeoutExpired):
                process.wait(1.0)
                continue
            self._started.append(process)
            return
        raise RuntimeError(f"{command[0]} did not start again")
