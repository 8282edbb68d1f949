"""Child processes of a proof: started with a log file each, killed by their own id, always ended. Linux (/proc)."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_GRACE_S = 8.0


class NotStarted(RuntimeError):
    """A process ended or stayed silent at its start; the message has the end of its log."""


@dataclass(frozen=True, slots=True)
class Program:
    """What to run and where. `log` is appended to over restarts."""

    name: str
    command: Sequence[str]
    env: Mapping[str, str]
    folder: Path
    log: Path


class Process:
    """One running program, in a process group of its own so that its children end with it."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._popen = self._start()

    @property
    def pid(self) -> int:
        return self._popen.pid

    def _start(self) -> "subprocess.Popen[bytes]":
        with self.program.log.open("ab") as log:
            return subprocess.Popen(
                self.program.command,
                env=dict(self.program.env),
                cwd=self.program.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait_ready(self, ready: Callable[[], bool], limit_s: float = 60.0) -> None:
        """Raises NotStarted when `ready` does not say yes in time or the process ends before."""
        until = time.monotonic() + limit_s
        while not ready():
            if self._popen.poll() is not None or time.monotonic() > until:
                raise NotStarted(f"{self.program.name} 没能启动：\n{self.log_end()}")
            time.sleep(0.05)

    def log_end(self) -> str:
        return self.program.log.read_text("utf-8", errors="replace")[-2000:]

    def kill(self) -> None:
        """kill -9 of the process itself."""
        self._popen.kill()
        self._popen.wait()

    def restart(self) -> None:
        """Start it again after it ended."""
        self.stop()
        self._popen = self._start()

    def wait(self, limit_s: float) -> int:
        """Its exit code once it ended. Raises subprocess.TimeoutExpired."""
        return self._popen.wait(limit_s)

    def stop(self) -> None:
        """End it and whatever it started."""
        if self._popen.poll() is None:
            self._popen.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._popen.wait(_GRACE_S)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._popen.pid, signal.SIGKILL)
        self._popen.wait()

    def children(self) -> list[int]:
        """Ids of the processes it started directly."""
        path = Path(f"/proc/{self.pid}/task/{self.pid}/children")
        return [int(pid) for pid in path.read_text().split()]


def run_once(program: Program) -> None:
    """Run a command to its end. Raises NotStarted when it fails."""
    process = Process(program)
    try:
        code = process.wait(120)
    finally:
        process.stop()
    if code:
        raise NotStarted(f"{program.name} 失败（{code}）：\n{process.log_end()}")


def resident_kb(pid: int) -> int:
    """Resident memory of a process; 0 when it is gone."""
    try:
        text = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    found = next((line for line in text.splitlines() if line.startswith("VmRSS:")), "VmRSS: 0")
    return int(found.split()[1])


def is_listening(pid: int, port: int) -> bool:
    """Does this very process accept connections on `port` (of IPv4), not only one of its brothers?"""
    try:
        links = {str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir()}
        rows = [line.split() for line in Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]]
    except OSError:
        return False
    listening = (row[9] for row in rows if row[3] == "0A" and row[1].endswith(f":{port:04X}"))
    return any(f"socket:[{inode}]" in links for inode in listening)
