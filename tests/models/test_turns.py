"""Writers of a SQLite file in a queue: threads, processes, and one that is stuck."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from models.turns import Turns
from tests.neighbours import together

_HOLD = """
import sys, time
from models.turns import Turns
with Turns(sys.argv[1], 5):
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""


@contextmanager
def holder(database: Path, seconds: float) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the turn, killed at the end."""
    command = [sys.executable, "-c", _HOLD, str(database), str(seconds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.kill()


def test_one_thread_at_a_time(tmp_path: Path):
    turns, inside, most = Turns(str(tmp_path / "x.sqlite3"), 5), [0], [0]

    def write(_number: int) -> None:
        with turns:
            inside[0] += 1
            most[0] = max(most[0], inside[0])
            time.sleep(0.001)
            inside[0] -= 1

    together(16, write)
    assert most == [1]


def test_the_thread_that_holds_it_may_take_it_again(tmp_path: Path):
    turns = Turns(str(tmp_path / "x.sqlite3"), 5)
    with turns, turns:
        pass
    other = Turns(str(tmp_path / "x.sqlite3"), 0)
    began = time.monotonic()
    with other:  # nobody has it any more
        pass
    assert time.monotonic() - began < 1


def test_another_process_waits_for_its_turn(tmp_path: Path):
    with holder(tmp_path / "x.sqlite3", 0.4):
        began = time.monotonic()
        with Turns(str(tmp_path / "x.sqlite3"), 10):
            waited = time.monotonic() - began
    assert 0.2 < waited < 5


def test_a_process_that_is_stuck_is_not_waited_for_longer_than_patience_lasts(tmp_path: Path):
    with holder(tmp_path / "x.sqlite3", 30):
        began = time.monotonic()
        with Turns(str(tmp_path / "x.sqlite3"), 0.3):
            waited = time.monotonic() - began
    assert 0.3 <= waited < 5


def test_a_killed_process_leaves_its_turn(tmp_path: Path):
    with holder(tmp_path / "x.sqlite3", 30):
        pass
    began = time.monotonic()
    with Turns(str(tmp_path / "x.sqlite3"), 10):
        pass
    assert time.monotonic() - began < 5


def test_a_folder_nobody_may_write_to_stops_no_one(tmp_path: Path):
    done = threading.Event()
    with Turns(str(tmp_path / "no" / "such" / "x.sqlite3"), 5):
        done.set()
    with Turns(":memory:", 5), Turns(None, 5):
        assert done.is_set()
