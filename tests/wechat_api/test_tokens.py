"""One token for all: fetched once, never backwards, within the budget, and without Redis if need be."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import redis

from core.breaker import Breaker
from wechat.errors import ErrorKind, Unreachable, WeChatError, error_from
from wechat.tokens import Fetched, TokenStore

from .conftest import RedisServer
from .fake import APPID, FakePlatform

ROOT = Path(__file__).parents[2]


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 4, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class Source:
    """Stands in for `stable_token`; `force` gives a new token, without it the present one comes again."""

    def __init__(self, expires_in_s: int = 7200) -> None:
        self.asked: list[bool] = []
        self.number = 0
        self.expires_in_s = expires_in_s
        self.fails: WeChatError | None = None
        self.renews = True

    def __call__(self, force: bool) -> Fetched:
        self.asked.append(force)
        if self.fails:
            raise self.fails
        if (force and self.renews) or not self.number:
            self.number += 1
        return Fetched(f"T{self.number}", self.expires_in_s)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def source() -> Source:
    return Source()


def in_processes(
    redis_server: RedisServer, platform: FakePlatform, processes: int, threads: int
) -> list[str]:
    start = time.time() + 2.0  # all have imported by then
    env = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"}
    command = [
        sys.executable,
        "-m",
        "wechat_api.stampede",
        redis_server.socket,
        platform.url,
        str(start),
        str(threads),
    ]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, env=env, cwd=ROOT) for _ in range(processes)]
    outcomes: list[str] = []
    for process in started:
        out, _ = process.communicate(timeout=60)
        assert process.returncode == 0
        outcomes += json.loads(out.splitlines()[-1])
    return outcomes


def test_four_processes_with_25_cold_threads_fetch_once(redis_server, platform):
    platform.token_delay_s = 0.3
    outcomes = in_processes(redis_server, platform, 4, 25)
    assert outcomes == ["ok"] * 100
    assert platform.fetches == 1


def test_a_permanent_40001_in_four_processes_fetches_at_most_twice_and_says_so(redis_server, platform):
    platform.rejects_all = True
    outcomes = in_processes(redis_server, platform, 4, 25)
    assert platform.fetches <= 2
    assert len(outcomes) == 100
    assert all(
        outcome.startswith("token: 微信不接受 access_token") and "AppSecret" in outcome
        for outcome in outcomes
    )


def test_25_cold_threads_without_redis_fetch_once(source):
    store = TokenStore()
    gate = threading.Barrier(25)
    tokens: list[str] = []

    def slow(force: bool) -> Fetched:
        time.sleep(0.1)
        return source(force)

    def get() -> None:
        gate.wait()
        tokens.append(store.get(APPID, slow))

    threads = [threading.Thread(target=get) for _ in range(25)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert tokens == ["T1"] * 25
    assert source.asked == [False]


def test_a_second_process_takes_the_stored_token(redis_client, source):
    assert TokenStore(redis_client).get(APPID, source) == "T1"
    assert TokenStore(redis_client).get(APPID, source) == "T1"
    assert source.asked == [False]


def test_the_cache_saves_redis_and_still_notices_a_newer_token(redis_client, source):
    mine, other = TokenStore(redis_client, cache_s=0.2), TokenStore(redis_client)
    mine.get(APPID, source)
    before = redis_client.info("stats")["total_commands_processed"]
    for _ in range(50):
        mine.get(APPID, source)
    assert redis_client.info("stats")["total_commands_processed"] - before <= 2
    assert other.invalidate(APPID, "T1", source) == "T2"
    assert mine.get(APPID, source) == "T1"
    time.sleep(0.25)
    assert mine.get(APPID, source) == "T2"


def test_a_refused_token_is_replaced_by_the_newer_stored_one_without_a_fetch(redis_client, source):
    mine, other = TokenStore(redis_client), TokenStore(redis_client)
    mine.get(APPID, source)
    other.invalidate(APPID, "T1", source)
    asked = len(source.asked)
    assert mine.invalidate(APPID, "T1", source) == "T2"
    assert len(source.asked) == asked


def test_it_is_refreshed_five_minutes_ahead(redis_client, source, clock):
    store = TokenStore(redis_client, clock=clock, cache_s=0)
    store.get(APPID, source)
    clock.pass_(7200 - 301)
    store.get(APPID, source)
    assert len(source.asked) == 1
    clock.pass_(2)
    source.number = 2
    assert store.get(APPID, source) == "T2"
    assert source.asked == [False, False]


def test_a_failed_refresh_ahead_goes_on_with_the_old_token_and_pauses(redis_client, source, clock):
    store = TokenStore(redis_client, clock=clock, cache_s=0)
    store.get(APPID, source)
    clock.pass_(7200 - 200)
    source.fails = Unreachable("连不上微信接口", sent_maybe=False)
    for _ in range(20):
        assert store.get(APPID, source) == "T1"
    assert len(source.asked) == 2
    assert TokenStore(redis_client, clock=clock).get(APPID, source) == "T1"  # a fresh process as well


def test_others_use_the_old_token_while_one_refreshes_ahead(redis_client, source, clock):
    store = TokenStore(redis_client, clock=clock, cache_s=0)
    store.get(APPID, source)
    clock.pass_(7200 - 200)
    fetching, go_on = threading.Event(), threading.Event()

    def slow(force: bool) -> Fetched:
        fetching.set()
        assert go_on.wait(5)
        return Fetched("T9", 7200)

    thread = threading.Thread(target=store.get, args=(APPID, slow))
    thread.start()
    assert fetching.wait(5)
    started = time.monotonic()
    assert store.get(APPID, source) == "T1"
    assert TokenStore(redis_client, clock=clock).get(APPID, source) == "T1"
    assert time.monotonic() - started < 0.5
    go_on.set()
    thread.join()
    assert TokenStore(redis_client, clock=clock).get(APPID, source) == "T9"


def test_an_expired_token_is_never_handed_out(redis_client, source, clock):
    store = TokenStore(redis_client, clock=clock)
    store.get(APPID, source)
    clock.pass_(7201)
    source.number = 2
    assert store.get(APPID, source) == "T2"


def test_a_late_fetch_never_replaces_a_newer_token(redis_client, source):
    slow_store, quick_store = TokenStore(redis_client), TokenStore(redis_client)

    def overtaken(force: bool) -> Fetched:
        redis_client.delete(f"zhijia:token:{APPID}:lock")  # as if the lock had run out meanwhile
        source.number = 7
        assert quick_store.get(APPID, source) == "T7"
        return Fetched("OLD", 7200)

    assert slow_store.get(APPID, overtaken) == "T7"
    assert redis_client.hget(f"zhijia:token:{APPID}", "token") == b"T7"


def test_the_lock_of_another_is_not_released(redis_client, source):
    def overtaken(force: bool) -> Fetched:
        redis_client.set(f"zhijia:token:{APPID}:lock", "somebody else")
        return Fetched("T1", 7200)

    TokenStore(redis_client).get(APPID, overtaken)
    assert redis_client.get(f"zhijia:token:{APPID}:lock") == b"somebody else"


def test_a_dead_holder_of_the_lock_blocks_only_for_a_while(redis_client, source):
    redis_client.set(f"zhijia:token:{APPID}:lock", "dead", px=300)
    assert TokenStore(redis_client).get(APPID, source) == "T1"


def test_waiting_for_another_process_ends(redis_client, source):
    redis_client.set(f"zhijia:token:{APPID}:lock", "stuck", px=60_000)
    started = time.monotonic()
    with pytest.raises(Unreachable) as caught:
        TokenStore(redis_client, wait_s=0.3).get(APPID, source)
    assert time.monotonic() - started < 1
    assert not caught.value.permanent
    assert not caught.value.sent_maybe
    assert not source.asked


@pytest.mark.parametrize("with_redis", [True, False])
def test_a_token_refused_when_young_is_forced_once_and_then_no_more(redis_client, source, clock, with_redis):
    store = TokenStore(redis_client if with_redis else None, clock=clock)
    assert store.get(APPID, source) == "T1"
    assert store.invalidate(APPID, "T1", source) == "T2"
    assert source.asked == [False, True]
    for _ in range(5):
        with pytest.raises(WeChatError) as caught:
            store.invalidate(APPID, store.get(APPID, source), source)
        assert caught.value.kind is ErrorKind.TOKEN
        assert caught.value.wait_s == 30
        assert not caught.value.permanent
    assert source.asked == [False, True]


def test_a_token_refused_when_old_is_asked_for_again_before_force(redis_client, source, clock):
    store = TokenStore(redis_client, clock=clock)
    store.get(APPID, source)
    clock.pass_(3600)
    source.number = 5  # another system has refreshed meanwhile
    assert store.invalidate(APPID, "T1", source) == "T5"
    clock.pass_(3600)
    source.number = 5
    assert store.invalidate(APPID, "T5", source) == "T6"
    assert source.asked == [False, False, False, True]


def test_the_platform_giving_the_refused_token_again_is_a_clear_error(redis_client, source, clock):
    source.renews = False
    store = TokenStore(redis_client, clock=clock)
    store.get(APPID, source)
    with pytest.raises(WeChatError, match="刷新一次后仍然无效") as caught:
        store.invalidate(APPID, "T1", source)
    assert caught.value.permanent


@pytest.mark.parametrize("with_redis", [True, False])
def test_forced_refreshes_are_20_a_day_and_30_seconds_apart(redis_client, source, clock, with_redis):
    store = TokenStore(redis_client if with_redis else None, clock=clock)
    store.get(APPID, source)
    day_ends = clock.now + timedelta(hours=11)  # the clock starts at noon in China
    tries = 0
    while clock.now < day_ends:
        tries += 1
        if tries % 7 == 0:  # stays young, so that only force can help
            store = TokenStore(redis_client, clock=clock) if with_redis else store
        try:
            store.invalidate(APPID, store.get(APPID, source), source)
        except WeChatError as error:
            assert error.kind is ErrorKind.TOKEN
        store._slots[APPID].failed_at = 0.0
        clock.pass_(29)
    assert source.asked.count(True) == 20
    with pytest.raises(WeChatError, match="强制刷新次数已用完"):
        store.invalidate(APPID, store.get(APPID, source), source)
    clock.pass_(3600 * 2)  # the next day in China
    store._slots[APPID].failed_at = 0.0
    store.invalidate(APPID, store.get(APPID, source), source)
    assert source.asked.count(True) in (20, 21)


def test_waiting_threads_share_one_failure(source):
    store = TokenStore()
    source.fails = error_from(40164, "invalid ip 1.2.3.4, not in whitelist")
    gate = threading.Barrier(25)
    errors: list[WeChatError] = []

    def slow(force: bool) -> Fetched:
        time.sleep(0.1)
        return source(force)

    def get() -> None:
        gate.wait()
        try:
            store.get(APPID, slow)
        except WeChatError as error:
            errors.append(error)

    threads = [threading.Thread(target=get) for _ in range(25)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(source.asked) == 1
    assert {str(error) for error in errors} == {str(source.fails)}
    assert len(errors) == 25


def test_redis_killed_in_between_and_back_again(redis_server, source, clock):
    client = redis_server.client()
    store = TokenStore(client, clock=clock, cache_s=0, breaker=Breaker("redis", rest_s=0.05))
    assert store.get(APPID, source) == "T1"
    redis_server.stop()
    assert store.get(APPID, source) == "T1"
    assert source.asked == [False]
    assert store.invalidate(APPID, "T1", source) == "T2"
    cold = TokenStore(client, clock=clock)
    assert cold.get(APPID, source) == "T2"
    redis_server.start()
    time.sleep(0.1)
    assert store.get(APPID, source) == "T2"
    assert client.hget(f"zhijia:token:{APPID}", "token") == b"T2"
    client.close()


def test_a_flushed_redis_costs_one_fetch(redis_client, source):
    store = TokenStore(redis_client, cache_s=0)
    store.get(APPID, source)
    redis_client.flushall()
    redis_client.script_flush()
    assert store.get(APPID, source) == "T1"
    assert store.get(APPID, source) == "T1"
    assert source.asked == [False, False]


def test_a_stalled_redis_is_left_alone_after_the_first_timeouts(redis_server, source):
    client = redis_server.client()
    store = TokenStore(client, cache_s=0)
    store.get(APPID, source)
    redis_server.process.send_signal(signal.SIGSTOP)
    started = time.monotonic()
    for _ in range(50):
        assert store.get(APPID, source) == "T1"
    assert time.monotonic() - started < 2
    redis_server.process.send_signal(signal.SIGCONT)
    client.close()


def test_a_client_that_decodes_works_too(redis_server, source):
    client = redis_server.client(decode_responses=True)
    assert TokenStore(client).get(APPID, source) == "T1"
    assert TokenStore(client).get(APPID, source) == "T1"
    client.close()


def test_accounts_do_not_share_tokens(redis_client, source):
    store = TokenStore(redis_client)
    assert store.get("wx1", source) == "T1"
    source.number = 4
    assert store.get("wx2", source) == "T4"
    assert store.get("wx1", source) == "T1"


def test_redis_errors_that_are_not_down_do_not_crash(redis_client, source):
    redis_client.set(f"zhijia:token:{APPID}", "not a hash")
    assert TokenStore(redis_client).get(APPID, source) == "T1"
    with pytest.raises(redis.ResponseError):
        redis_client.hget(f"zhijia:token:{APPID}", "token")
