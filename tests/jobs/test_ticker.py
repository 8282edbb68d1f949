"""The ticker: jobs go on whatever happens to one of them, and all end cleanly."""

import threading
import time
from collections.abc import Callable

from jobs.ticker import Job, run_jobs


def wait_for(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < until, "it never happened"
        time.sleep(0.01)


def running(*jobs: Job) -> tuple[threading.Event, threading.Thread]:
    stop = threading.Event()
    thread = threading.Thread(target=run_jobs, args=(jobs, stop))
    thread.start()
    return stop, thread


def test_a_job_that_fails_is_run_again_and_stops_no_other():
    bad: list[int] = []
    good: list[int] = []

    def fail_thrice() -> int:
        bad.append(1)
        if len(bad) <= 3:
            raise RuntimeError("not today")
        return 1

    def work() -> int:
        good.append(1)
        return 0

    stop, thread = running(Job("bad", 0.02, fail_thrice), Job("good", 0.02, work))
    wait_for(lambda: len(bad) > 5 and len(good) > 5)
    stop.set()
    thread.join(5)
    assert not thread.is_alive()


def test_nothing_runs_after_the_stop_and_what_ran_was_waited_for():
    begun, ended = threading.Event(), []

    def slow() -> int:
        begun.set()
        time.sleep(0.3)
        ended.append(1)
        return 1

    stop, thread = running(Job("slow", 0.02, slow))
    begun.wait(5)
    stop.set()
    thread.join(5)
    assert not thread.is_alive()
    done = len(ended)
    assert done >= 1
    time.sleep(0.1)
    assert len(ended) == done


def test_a_job_is_never_run_twice_at_a_time_and_a_slow_one_does_not_delay_the_quick():
    at_once, most, quick = [0], [0], []
    lock = threading.Lock()

    def slow() -> int:
        with lock:
            at_once[0] += 1
            most[0] = max(most[0], at_once[0])
        time.sleep(0.15)
        with lock:
            at_once[0] -= 1
        return 0

    stop, thread = running(Job("slow", 0.02, slow), Job("quick", 0.02, lambda: len(quick.append(1) or quick)))
    wait_for(lambda: len(quick) > 12)
    stop.set()
    thread.join(5)
    assert most == [1]


def test_no_thread_stays_behind():
    before = threading.active_count()
    stop, thread = running(Job("idle", 0.02, lambda: 0))
    time.sleep(0.1)
    stop.set()
    thread.join(5)
    wait_for(lambda: threading.active_count() == before)
