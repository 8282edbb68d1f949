"""What is read at most every few seconds."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from core.fresh import Fresh


def test_a_value_is_read_again_only_when_it_is_too_old():
    now, reads = [0.0], []
    fresh: Fresh[str, int] = Fresh(2.0, ticks=lambda: now[0])

    def read() -> int:
        reads.append(now[0])
        return len(reads)

    assert [fresh.get("a", read), fresh.get("a", read)] == [1, 1]
    now[0] = 2.0
    assert fresh.get("a", read) == 2
    fresh.drop("a")
    assert fresh.get("a", read) == 3


def test_while_one_reads_anew_the_others_take_the_one_before():
    now, reading, go_on = [0.0], Event(), Event()
    fresh: Fresh[str, str] = Fresh(2.0, ticks=lambda: now[0])
    fresh.get("a", lambda: "old")
    now[0] = 3.0

    def slow() -> str:
        reading.set()
        go_on.wait(5)
        return "new"

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(fresh.get, "a", slow)
        assert reading.wait(5)
        assert fresh.get("a", lambda: "never asked") == "old"
        go_on.set()
        assert first.result(5) == "new"
    assert fresh.get("a", lambda: "never asked") == "new"


def test_what_fails_is_not_kept_and_many_are_forgotten():
    fresh: Fresh[int, int] = Fresh(60.0, most=3)
    with pytest.raises(ZeroDivisionError):
        fresh.get(0, lambda: 1 // 0)
    for key in range(4):
        assert fresh.get(key, lambda key=key: key) == key
    assert fresh.get(0, lambda: 7) == 7
