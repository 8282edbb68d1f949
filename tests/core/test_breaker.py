"""The breaker: open after failures in a row, one probe a rest, closed by a success."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from core.breaker import Breaker


@pytest.fixture
def now():
    return [100.0]


@pytest.fixture
def breaker(now):
    return Breaker("neighbour", threshold=2, rest_s=2.0, monotonic=lambda: now[0])


def test_it_opens_at_the_threshold_and_says_so_once(breaker):
    assert [breaker.failure() for _ in range(4)] == [False, True, False, False]
    assert breaker.is_open


def test_a_success_in_between_counts_from_the_start(breaker):
    breaker.failure()
    breaker.success()
    assert breaker.failure() is False
    assert breaker.allow()


def test_open_it_allows_one_probe_a_rest(breaker, now):
    breaker.failure(), breaker.failure()
    assert not breaker.allow()
    now[0] += 1.9
    assert not breaker.allow()
    now[0] += 0.2
    assert [breaker.allow() for _ in range(3)] == [True, False, False]
    now[0] += 2.1
    assert breaker.allow()
    breaker.success()
    assert not breaker.is_open
    assert all(breaker.allow() for _ in range(10))


def test_a_probe_that_fails_starts_the_rest_anew(breaker, now):
    breaker.failure(), breaker.failure()
    now[0] += 2.1
    assert breaker.allow()
    now[0] += 1.0
    assert breaker.failure() is False
    now[0] += 1.5
    assert not breaker.allow()
    now[0] += 0.6
    assert breaker.allow()


def test_of_many_threads_one_probes(breaker, now):
    breaker.failure(), breaker.failure()
    now[0] += 3
    with ThreadPoolExecutor(16) as pool:
        allowed = list(pool.map(lambda _: breaker.allow(), range(200)))
    assert sum(allowed) == 1
