"""Load by wrk (in C, so that the client takes little of the two cores), with requests prepared beforehand."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_SCRIPT = Path(__file__).with_name("load.lua")


@dataclass(frozen=True, slots=True)
class Result:
    """One round: requests answered, seconds, latencies in milliseconds. `errors` counts answers that are not 2xx."""

    requests: int
    seconds: float
    errors: int
    p50_ms: float
    p99_ms: float

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds


def drive(
    port: int, requests: Iterable[tuple[str, ...]], seconds: int, connections: int = 16, pause_ms: int = 0
) -> Result:
    """Send (path, body) requests, or (path, JSON body, cookie), to 127.0.0.1:`port` for `seconds` over keep-alive connections,
    each of which waits `pause_ms` before a request.
    """
    wrk = shutil.which("wrk")
    if wrk is None:
        raise SystemExit("缺少 wrk：apt-get install wrk")
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
        file.writelines("\t".join(request) + "\x1e" for request in requests)
        file.flush()
        done = subprocess.run(
            [
                wrk,
                "-t1",
                f"-c{connections}",
                f"-d{seconds}s",
                "-s",
                str(_SCRIPT),
                f"http://127.0.0.1:{port}/",
                "--",
                file.name,
                str(pause_ms),
            ],
            capture_output=True,
            text=True,
            check=True,
        )
    line = next(line for line in done.stdout.splitlines() if line.startswith("RESULT "))
    total, micros, bad, broken, p50, p99, _max = map(int, line.split()[1:])
    return Result(total, micros / 1e6, bad + broken, p50 / 1000, p99 / 1000)
