"""The stall proxies in a process of their own, so that they are never slowed down by what the proof does beside.

`python -m proofs.proxy_host NAME=UPSTREAM …` answers with one line of JSON (ports by name), then takes commands, one a
line (`stall NAME`, `hold_answers NAME`, `release NAME`, `dropped NAME`), and ends when its input does.
"""

import json
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from core.settings import ROOT
from proofs.proxy import StallProxy, Upstream


class ProxyHost:
    """The proof's end: starts the process and gives it commands. Thread-safe."""

    def __init__(self, upstreams: Mapping[str, Upstream]) -> None:
        wanted = [f"{name}={_as_text(upstream)}" for name, upstream in upstreams.items()]
        self._lock = threading.Lock()
        self._popen = subprocess.Popen(
            (sys.executable, "-m", "proofs.proxy_host", *wanted),
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is ours: the proxies go last
            text=True,
        )
        self.ports: dict[str, int] = json.loads(self._answer())

    def tell(self, command: str, name: str) -> int:
        """Do it; returns a number, which means something for `dropped` only."""
        with self._lock:
            assert self._popen.stdin is not None  # for the type checker: it is a pipe
            self._popen.stdin.write(f"{command} {name}\n")
            self._popen.stdin.flush()
            return int(self._answer())

    def close(self) -> None:
        """End the process and with it all connections."""
        with self._popen:  # closes the pipes, which ends it, and waits
            if self._popen.stdin is not None:
                self._popen.stdin.close()
            try:
                self._popen.wait(10)
            except subprocess.TimeoutExpired:
                self._popen.kill()

    def _answer(self) -> str:
        assert self._popen.stdout is not None
        line = self._popen.stdout.readline()
        if not line:
            raise RuntimeError("the process of the proxies ended")
        return line


class RemoteProxy:
    """One proxy in that process."""

    def __init__(self, host: ProxyHost, name: str) -> None:
        self._host = host
        self.name = name
        self.port = host.ports[name]

    def stall(self) -> None:
        """Let nothing through from now on."""
        self._host.tell("stall", self.name)

    def hold_answers(self) -> None:
        """Let requests through, but no answers, from now on."""
        self._host.tell("hold_answers", self.name)

    def release(self) -> None:
        """Let everything through again."""
        self._host.tell("release", self.name)

    def dropped_bytes(self) -> int:
        """What was dropped so far because its sender hung up during a stall."""
        return self._host.tell("dropped", self.name)


def _as_text(upstream: Upstream) -> str:
    return str(upstream) if isinstance(upstream, Path) else f"{upstream[0]}:{upstream[1]}"


def _from_text(text: str) -> Upstream:
    host, _, port = text.rpartition(":")
    return Path(text) if text.startswith("/") else (host, int(port))


def main(arguments: Sequence[str]) -> None:
    """The process: serves until its input ends."""
    with ExitStack() as stack:
        proxies: dict[str, StallProxy] = {}
        for argument in arguments:
            name, _, upstream = argument.partition("=")
            proxies[name] = stack.enter_context(StallProxy(name, _from_text(upstream)))
        print(json.dumps({name: proxy.port for name, proxy in proxies.items()}), flush=True)
        for line in sys.stdin:
            command, name = line.split()
            print(_obey(proxies[name], command), flush=True)


def _obey(proxy: StallProxy, command: str) -> int:
    if command == "stall":
        proxy.stall()
    elif command == "hold_answers":
        proxy.hold_answers()
    elif command == "release":
        proxy.release()
    return proxy.dropped_bytes


if __name__ == "__main__":
    main(sys.argv[1:])
