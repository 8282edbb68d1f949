"""A small supervisor: starts a handful of processes in order, restarts what dies, and stops all cleanly.

Used by `flask serve`. In a bigger installation systemd or Kubernetes does this instead (docs/operations.md).
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from core.errors import DomainError
from core.logs import get_logger

_GRACE_S = 10.0
_READY_S = 60.0
_PR_SET_PDEATHSIG = 1
log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Program:
    """A process to keep running. `ready` is asked until it says yes, before the next program is started; with
    `beside_next` the next one is started at once, and both are awaited."""

    name: str
    command: Sequence[str]
    ready: Callable[[], bool]
    env: Mapping[str, str] = field(default_factory=dict)
    beside_next: bool = False


class Supervisor:
    """Runs programs until told to stop. They are stopped in the opposite order of their start."""

    def __init__(self, programs: Sequence[Program]) -> None:
        self._programs = tuple(programs)
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._died_at: dict[str, list[float]] = {}
        self._stop = threading.Event()

    def run(self, on_ready: Callable[[], None]) -> None:
        """Start all, call `on_ready`, and watch until SIGINT or SIGTERM. Raises DomainError when one does not start."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: self._stop.set())
        try:
            started: list[Program] = []
            for program in self._programs:
                if self._stop.is_set():
                    break
                self._start(program)
                started.append(program)
                if not program.beside_next:
                    self._wait_ready(started)
            self._wait_ready(started)
            if not self._stop.is_set():
                on_ready()
            while not self._stop.wait(0.5):
                self._restart_dead()
        finally:
            self._stop_all()

    def _start(self, program: Program) -> None:
        self._running[program.name] = subprocess.Popen(
            program.command,
            env={**os.environ, **program.env},
            start_new_session=True,  # Ctrl-C is ours: we stop them in order
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 - we run no threads yet
        )

    def _wait_ready(self, programs: list[Program]) -> None:
        """Until every one of `programs` is ready; takes them off the list."""
        until = time.monotonic() + _READY_S
        while programs and not self._stop.is_set():
            for program in programs:
                if self._running[program.name].poll() is not None:
                    raise DomainError("not_started", f"{program.name} 没能启动，原因见上面的日志")
            if programs[0].ready():
                programs.pop(0)
                continue
            if time.monotonic() > until:
                raise DomainError("not_ready", f"{programs[0].name} 启动超过 {_READY_S:.0f} 秒仍未就绪")
            time.sleep(0.05)

    def _restart_dead(self) -> None:
        for program in self._programs:
            process = self._running[program.name]
            if process.poll() is None:
                continue
            now = time.monotonic()
            recent = [at for at in self._died_at.get(program.name, []) if now - at < 60]
            pause_s = min(30.0, 0.5 * 2 ** len(recent)) if recent else 0.0
            if recent and now - recent[-1] < pause_s:
                continue
            log.error("program_died", program=program.name, code=process.returncode)
            self._died_at[program.name] = [*recent, now]
            _sweep(process)
            self._start(program)

    def _stop_all(self) -> None:
        for program in reversed(self._programs):
            process = self._running.get(program.name)
            if process is None:
                continue
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(_GRACE_S)
                except subprocess.TimeoutExpired:
                    log.error("program_killed", program=program.name)
            _sweep(process)


def _sweep(process: "subprocess.Popen[bytes]") -> None:
    """End what a program left behind: its children are of its session, and would keep its port."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _die_with_parent() -> None:
    """If the supervisor itself is killed, nothing of it stays behind."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
