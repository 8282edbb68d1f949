"""The supervisor with small programs: their order, their restarts, and that none of them stays behind."""

import contextlib
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.settings import ROOT

PRELUDE = f"""
import os, signal, sys, time
from pathlib import Path
folder = Path(sys.argv[1])
sys.path.insert(0, {str(ROOT)!r})
from core.errors import DomainError
from serving import supervisor
from serving.supervisor import Program, Supervisor

def note(text):
    with (folder / "notes").open("a") as file:
        file.write(text + "\\n")

CHILD = '''
import os, signal, subprocess, sys, time
from pathlib import Path
folder, name, behaviour = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
def note(text):
    with (folder / "notes").open("a") as file:
        file.write(text + "\\\\n")
if behaviour == "fails":
    sys.exit(3)
if behaviour == "stubborn":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
else:
    signal.signal(signal.SIGTERM, lambda *_: (note(f"{{name}} stopped"), os._exit(0)))
if behaviour == "parent":
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    (folder / f"{{name}}.grandchild").write_text(str(child.pid))
note(f"{{name}} started")
(folder / f"{{name}}.pid").write_text(str(os.getpid()))
time.sleep(60)
'''

def program(name, behaviour="good", ready=None, **more):
    command = [sys.executable, "-c", CHILD, str(folder), name, behaviour]
    return Program(name, command, ready or (lambda: (folder / f"{{name}}.pid").exists()), **more)
"""

Start = Callable[[str], "subprocess.Popen[str]"]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Runs a script with a supervisor in a process of its own."""
    begun: list[subprocess.Popen[str]] = []

    def run(body: str) -> "subprocess.Popen[str]":
        script = PRELUDE + textwrap.dedent(body)
        process = subprocess.Popen(
            [sys.executable, "-c", script, str(tmp_path)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        begun.append(process)
        return process

    yield run
    for process in begun:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        process.communicate()


def notes(folder: Path) -> list[str]:
    path = folder / "notes"
    return path.read_text().splitlines() if path.exists() else []


def pid(folder: Path, name: str) -> int:
    return int((folder / name).read_text())


def alive(number: int) -> bool:
    try:
        state = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def wait_for(condition: Callable[[], object], seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it never happened"
        time.sleep(0.02)


def stop(process: "subprocess.Popen[str]", number: int = signal.SIGTERM) -> str:
    process.send_signal(number)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 0, err
    return out + err


TWO = """
    Supervisor([program("first"), program("second")]).run(lambda: note("ready"))
    note("over")
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_programs_start_in_order_and_stop_in_the_opposite_one(start: Start, tmp_path: Path, number: int):
    process = start(TWO)
    wait_for(lambda: "ready" in notes(tmp_path))
    children = [pid(tmp_path, "first.pid"), pid(tmp_path, "second.pid")]
    stop(process, number)
    assert notes(tmp_path) == [
        *("first started", "second started", "ready"),
        *("second stopped", "first stopped", "over"),
    ]
    assert not any(map(alive, children))


def test_the_next_program_waits_until_the_one_before_is_ready(start: Start, tmp_path: Path):
    process = start(
        """
        began = time.monotonic()
        slow = program("slow", ready=lambda: time.monotonic() > began + 0.6)
        Supervisor([slow, program("next")]).run(lambda: note("ready"))
        """
    )
    wait_for(lambda: "slow started" in notes(tmp_path))
    time.sleep(0.2)
    assert notes(tmp_path) == ["slow started"]
    wait_for(lambda: notes(tmp_path) == ["slow started", "next started", "ready"])
    stop(process)


def test_a_program_beside_the_next_is_not_waited_for_alone_but_before_all_is_ready(
    start: Start, tmp_path: Path
):
    process = start(
        """
        slow = program("slow", ready=lambda: (folder / "second.pid").exists(), beside_next=True)
        Supervisor([slow, program("second")]).run(lambda: note("ready"))
        """
    )
    wait_for(lambda: "ready" in notes(tmp_path))
    assert sorted(notes(tmp_path)[:2]) == ["second started", "slow started"]
    stop(process)


def test_a_killed_program_is_started_again_and_its_neighbour_left_alone(start: Start, tmp_path: Path):
    process = start(TWO)
    wait_for(lambda: "ready" in notes(tmp_path))
    first, second = pid(tmp_path, "first.pid"), pid(tmp_path, "second.pid")
    os.kill(second, signal.SIGKILL)
    wait_for(lambda: notes(tmp_path).count("second started") == 2)
    wait_for(lambda: pid(tmp_path, "second.pid") != second)
    assert pid(tmp_path, "first.pid") == first
    assert alive(first)
    again = pid(tmp_path, "second.pid")
    assert "program_died" in stop(process)
    assert not alive(again)


def test_what_a_killed_program_left_behind_is_ended_before_it_starts_again(start: Start, tmp_path: Path):
    process = start('Supervisor([program("one", "parent")]).run(lambda: note("ready"))')
    wait_for(lambda: "ready" in notes(tmp_path))
    orphan = pid(tmp_path, "one.grandchild")
    os.kill(pid(tmp_path, "one.pid"), signal.SIGKILL)
    wait_for(lambda: notes(tmp_path).count("one started") == 2)
    assert not alive(orphan)
    second = pid(tmp_path, "one.grandchild")
    stop(process)
    wait_for(lambda: not alive(second))


def test_a_program_that_will_not_stop_is_killed_with_its_children(start: Start, tmp_path: Path):
    process = start(
        """
        supervisor._GRACE_S = 0.3
        Supervisor([program("one", "stubborn")]).run(lambda: note("ready"))
        """
    )
    wait_for(lambda: "ready" in notes(tmp_path))
    child = pid(tmp_path, "one.pid")
    stop(process)
    assert not alive(child)


def test_when_the_supervisor_itself_is_killed_its_programs_end(start: Start, tmp_path: Path):
    process = start(TWO)
    wait_for(lambda: "ready" in notes(tmp_path))
    children = [pid(tmp_path, "first.pid"), pid(tmp_path, "second.pid")]
    process.kill()
    wait_for(lambda: not any(map(alive, children)))


def test_a_program_that_ends_at_once_is_told_and_the_others_are_stopped(start: Start, tmp_path: Path):
    process = start(
        """
        try:
            Supervisor([program("first"), program("broken", "fails")]).run(lambda: note("ready"))
        except DomainError as error:
            note(str(error))
        """
    )
    process.communicate(timeout=30)
    assert notes(tmp_path) == ["first started", "first stopped", "broken 没能启动，原因见上面的日志"]


def test_a_program_that_is_never_ready_is_told(start: Start, tmp_path: Path):
    process = start(
        """
        supervisor._READY_S = 0.5
        try:
            Supervisor([program("idle", ready=lambda: False)]).run(lambda: note("ready"))
        except DomainError as error:
            note(error.code)
        """
    )
    process.communicate(timeout=30)
    assert notes(tmp_path)[-1] == "not_ready"
    assert not alive(pid(tmp_path, "idle.pid"))


def test_stopped_while_it_starts_it_starts_nothing_more(start: Start, tmp_path: Path):
    process = start(
        """
        never = program("never-ready", ready=lambda: False)
        Supervisor([never, program("second")]).run(lambda: note("ready"))
        """
    )
    wait_for(lambda: "never-ready started" in notes(tmp_path))
    stop(process)
    assert notes(tmp_path) == ["never-ready started", "never-ready stopped"]


def test_a_program_gets_its_own_environment_beside_ours(start: Start, tmp_path: Path):
    process = start(
        """
        os.environ["OURS"] = "1"
        script = "import os, sys, time; open(sys.argv[1], 'w').write(os.environ['OURS'] + os.environ['OWN']); time.sleep(60)"
        path = folder / "environment"
        one = Program("one", [sys.executable, "-c", script, str(path)], lambda: path.exists(), {"OWN": "2"})
        Supervisor([one]).run(lambda: note("ready"))
        """
    )
    wait_for(lambda: "ready" in notes(tmp_path))
    wait_for(lambda: (tmp_path / "environment").read_text() == "12")
    stop(process)
