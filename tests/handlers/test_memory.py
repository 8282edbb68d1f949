"""What the webhook remembers: one contract for Redis and for a process alone, and what happens when Redis goes away."""

import os
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from redis import Redis
from redis.exceptions import RedisError

from chat.answer import Talk
from core.breaker import Breaker
from handlers import memory as memory_module
from handlers.memory import (
    FailoverMemory,
    Lifetimes,
    LocalMemory,
    MessageId,
    New,
    RedisMemory,
    Replayed,
    Seen,
)
from models.messages import MessageLog
from models.wall import HelpRequest
from serving import own_redis
from tests.handlers.conftest import ANNA, BERT, Platform

TTL = Lifetimes(nonce=600, reply=900, talk=600, claim=6)
ID = MessageId(1, "k1", ANNA, "1700000000", "n1", "h1")
REPLY = "<xml>您好😀</xml>".encode()
TALK = Talk("faq_choice", {"ids": [1, 2, 3], "词": "😀"})


def retry(number=2):
    """The same message under another nonce."""
    return replace(ID, nonce=f"n{number}", body_hash=f"h{number}")


def another(key, **changes):
    return replace(ID, key=key, nonce=f"n-{key}", body_hash=f"h-{key}", **changes)


class Valkey:
    """A server of a test's own, which may die, hang and come back."""

    def __init__(self, folder):
        self.folder = folder
        self.url = own_redis.url_of(folder)
        self.process = None

    def start(self):
        self.process = subprocess.Popen(
            own_redis.command(self.folder), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        with Redis.from_url(self.url) as client:
            for _ in range(200):
                try:
                    client.ping()
                except RedisError:
                    time.sleep(0.01)
                else:
                    return self
        raise AssertionError("the server did not start")

    def hang(self):
        os.kill(self.process.pid, signal.SIGSTOP)

    def go_on(self):
        os.kill(self.process.pid, signal.SIGCONT)

    def stop(self):
        if self.process is not None:
            self.go_on()
            self.process.terminate()
            self.process.wait(10)
            self.process = None


@pytest.fixture
def valkey(tmp_path):
    server = Valkey(tmp_path / "own")
    server.folder.mkdir()
    yield server.start()
    server.stop()


@pytest.fixture(params=["redis", "local", "failover", "failed over"])
def memory(request, redis):
    local = LocalMemory(TTL)
    match request.param:
        case "redis":
            yield RedisMemory(redis, TTL)
        case "local":
            yield local
        case "failover":
            yield FailoverMemory(RedisMemory(redis, TTL), local, Breaker("redis", threshold=1))
        case "failed over":
            dead = Redis.from_url("unix:///nowhere/redis.sock", socket_timeout=0.3)
            yield FailoverMemory(RedisMemory(dead, TTL), local, Breaker("redis", threshold=1))


def test_a_new_message_is_answered_with_what_was_offered(memory):
    assert memory.offer(ID, REPLY, None) == New()
    assert memory.offer(ID, b"something else", None) == Seen(REPLY)
    assert memory.offer(retry(), None, None) == Seen(REPLY)


def test_silence_is_remembered_as_silence(memory):
    assert memory.offer(ID, b"", None) == New()
    assert memory.offer(ID, REPLY, None) == Seen(b"")


def test_a_used_nonce_with_another_body_is_a_replay_for_any_message(memory):
    memory.offer(ID, REPLY, None)
    assert memory.offer(replace(ID, body_hash="h2"), REPLY, None) == Replayed()
    assert memory.offer(replace(ID, key="k2", body_hash="h2"), None, None) == Replayed()
    assert memory.offer(replace(ID, key="k3", account_id=2, body_hash="h2"), REPLY, None) == New()


def test_a_refused_replay_does_not_take_its_message(memory):
    memory.offer(ID, REPLY, None)
    memory.offer(replace(ID, key="k2", body_hash="h2"), REPLY, None)
    assert memory.offer(another("k2"), REPLY, None) == New()


def test_a_claimed_message_is_at_work_until_it_is_settled(memory):
    assert memory.offer(ID, None, None) == New()
    assert memory.offer(ID, None, None) == Seen(None)
    assert memory.offer(retry(), REPLY, None) == Seen(None)
    memory.settle(ID, REPLY, None)
    assert memory.offer(retry(3), None, None) == Seen(REPLY)


def test_a_conversation_comes_back_with_the_next_message_of_the_same_follower(memory):
    assert memory.offer(ID, REPLY, TALK) == New()
    assert memory.offer(another("k2", openid=BERT), REPLY, None) == New()
    assert memory.offer(another("k3", account_id=2), REPLY, None) == New()
    assert memory.offer(another("k4"), REPLY, None) == New(TALK)
    assert memory.offer(another("k5"), None, None) == New(TALK)


def test_what_was_offered_without_knowing_of_the_conversation_is_not_kept(memory):
    memory.offer(ID, REPLY, TALK)
    assert memory.offer(another("k2"), b"too early", None) == New(TALK)
    assert memory.offer(another("k2"), None, None) == Seen(None)
    memory.settle(another("k2"), b"right", TALK)
    assert memory.offer(another("k2"), None, None) == Seen(b"right")


def test_settling_without_a_conversation_forgets_it(memory):
    memory.offer(ID, REPLY, TALK)
    memory.settle(another("k2"), REPLY, None)
    assert memory.offer(another("k3"), REPLY, None) == New()


def test_a_retry_does_not_bring_an_old_conversation_back(memory):
    memory.offer(ID, REPLY, TALK)
    memory.settle(another("k2"), REPLY, None)
    assert memory.offer(retry(), REPLY, TALK) == Seen(REPLY)
    assert memory.offer(another("k3"), REPLY, None) == New()


def test_who_does_not_look_for_a_conversation_ends_it_by_answering(memory):
    memory.offer(ID, REPLY, TALK)
    assert memory.offer(another("k2"), REPLY, None, topics=()) == New()
    assert memory.offer(another("k2"), None, None) == Seen(REPLY)
    assert memory.offer(another("k3"), REPLY, None) == New()


def test_who_does_not_look_for_a_conversation_may_open_another(memory):
    memory.offer(ID, REPLY, TALK)
    memory.offer(another("k2"), REPLY, Talk("other"), topics=())
    assert memory.offer(another("k3"), REPLY, None) == New(Talk("other"))


def test_silence_leaves_a_conversation_open(memory):
    memory.offer(ID, REPLY, TALK)
    assert memory.offer(another("k2"), b"", None, topics=()) == New()
    assert memory.offer(another("k3"), REPLY, None) == New(TALK)


def test_a_retry_that_does_not_look_changes_no_conversation(memory):
    memory.offer(ID, REPLY, None)
    memory.offer(another("k2"), REPLY, TALK)
    assert memory.offer(retry(), REPLY, None, topics=()) == Seen(REPLY)
    assert memory.offer(another("k3"), None, None) == New(TALK)


@pytest.mark.parametrize("reply", [None, REPLY], ids=["claimed", "offered"])
def test_of_many_at_once_one_is_new(memory, reply):
    with ThreadPoolExecutor(16) as pool:
        for round_ in range(5):
            ids = [replace(another(f"k{round_}"), nonce=f"{round_}-{n}", body_hash=str(n)) for n in range(16)]
            verdicts = list(pool.map(lambda message: memory.offer(message, reply, None), ids))
            assert sorted(map(repr, verdicts)) == sorted(map(repr, [New(), *[Seen(reply)] * 15]))


def test_redis_forgets_in_time(redis):
    memory = RedisMemory(redis, TTL)
    memory.offer(ID, None, None)
    assert 590 < redis.ttl("zj:n:1:1700000000:n1") <= 600
    assert 0 < redis.ttl("zj:m:1:k1") <= 6
    memory.settle(ID, REPLY, TALK)
    assert 890 < redis.ttl("zj:m:1:k1") <= 900
    assert 590 < redis.ttl(f"zj:t:1:{ANNA}") <= 600
    memory.offer(another("k2"), REPLY, None)
    assert 0 < redis.ttl("zj:m:1:k2") <= 6  # claimed, since a conversation is open
    assert all(redis.ttl(key) > 0 for key in redis.keys("*"))


def test_a_process_alone_forgets_in_time(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(memory_module.time, "monotonic", lambda: now[0])
    memory = LocalMemory(TTL)
    memory.offer(ID, None, None)
    now[0] += 5.9
    assert memory.offer(ID, None, None) == Seen(None)
    now[0] += 0.2
    assert memory.offer(ID, None, None) == New()  # whoever claimed it is dead
    memory.settle(ID, REPLY, TALK)
    now[0] += 599
    assert memory.offer(another("k2"), REPLY, None) == New(TALK)
    now[0] += 2
    assert memory.offer(another("k3"), REPLY, None) == New()
    assert memory.offer(ID, None, None) == Seen(REPLY)
    now[0] += 400
    assert memory.offer(ID, REPLY, None) == New()


def test_a_process_alone_keeps_no_more_than_its_capacity():
    memory = LocalMemory(TTL, capacity=100)
    for n in range(1000):
        memory.offer(another(f"k{n}", openid=f"o{n}"), REPLY, TALK)
    assert len(memory._values) == 100
    assert memory.offer(another("k999"), REPLY, None) == Seen(REPLY)


def test_forgotten_scripts_are_loaded_again(redis):
    memory = RedisMemory(redis, TTL)
    memory.offer(ID, REPLY, TALK)
    redis.script_flush()
    assert memory.offer(ID, REPLY, None) == Seen(REPLY)
    redis.script_flush()
    memory.settle(another("k2"), REPLY, None)
    assert redis.get(f"zj:t:1:{ANNA}") is None


def test_a_damaged_value_is_no_answer_but_an_error_that_fails_over(redis):
    memory = FailoverMemory(RedisMemory(redis, TTL), LocalMemory(TTL), Breaker("redis", threshold=1))
    redis.lpush("zj:m:1:k1", "a list")
    assert memory.offer(ID, REPLY, None) == New()


# Redis comes and goes.


def test_a_restarted_redis_is_found_again_without_an_error(valkey):
    client = Redis.from_url(valkey.url, socket_timeout=1)
    memory = RedisMemory(client, TTL)
    memory.offer(ID, REPLY, None)
    for n in range(2):
        valkey.stop()
        valkey.start()
        assert memory.offer(another(f"again{n}"), REPLY, None) == New()
    assert memory.offer(ID, REPLY, None) == Seen(REPLY)  # it has its log on disk
    client.close()


def test_a_dead_redis_is_left_alone_and_tried_again_now_and_then(valkey):
    now = [0.0]
    client = Redis.from_url(valkey.url, socket_timeout=0.2, socket_connect_timeout=0.2)
    breaker = Breaker("redis", threshold=1, rest_s=2.0, monotonic=lambda: now[0])
    tries = []

    class Counting(RedisMemory):
        def offer(self, message, reply, talk, *, topics=None):
            tries.append(message.key)
            return super().offer(message, reply, talk, topics=topics)

    memory = FailoverMemory(Counting(client, TTL), LocalMemory(TTL), breaker)
    memory.offer(another("before"), REPLY, None)
    valkey.stop()
    for n in range(20):
        assert memory.offer(another(f"k{n}"), REPLY, None) == New()
    assert tries == ["before", "k0"]
    assert breaker.is_open
    now[0] += 2.1
    memory.offer(another("probe"), REPLY, None)
    memory.offer(another("no probe"), REPLY, None)
    assert tries[2:] == ["probe"]
    valkey.start()
    now[0] += 2.1
    assert memory.offer(another("back"), REPLY, None) == New()
    assert not breaker.is_open
    assert memory.offer(another("before"), REPLY, None) == Seen(REPLY)
    client.close()


def test_a_hanging_redis_costs_one_time_out_and_no_wrong_answer(valkey):
    client = Redis.from_url(valkey.url, socket_timeout=0.2, socket_connect_timeout=0.2)
    breaker = Breaker("redis", threshold=1)
    memory = FailoverMemory(RedisMemory(client, TTL), LocalMemory(TTL), breaker)
    memory.offer(ID, REPLY, None)
    valkey.hang()
    started = time.perf_counter()
    assert memory.offer(another("k2"), b"second", None) == New()
    assert 0.15 < time.perf_counter() - started < 0.6
    started = time.perf_counter()
    for n in range(100):
        memory.offer(another(f"m{n}"), REPLY, None)
    assert time.perf_counter() - started < 0.2
    valkey.go_on()
    breaker._retry_at = 0.0
    # The answers to what was asked while it hung must not be taken for answers to what is asked now.
    assert memory.offer(ID, None, None) == Seen(REPLY)
    assert memory.offer(another("k2"), None, None) == Seen(b"second")
    assert memory.offer(another("k3"), b"third", None) == New()
    client.close()


def test_a_full_redis_that_refuses_to_write_is_away_too(valkey):
    client = Redis.from_url(valkey.url, socket_timeout=0.5)
    memory = FailoverMemory(RedisMemory(client, TTL), LocalMemory(TTL), Breaker("redis", threshold=1))
    client.config_set("maxmemory", "1")
    assert memory.offer(ID, REPLY, None) == New()
    assert memory.offer(ID, REPLY, None) == Seen(REPLY)
    client.close()


# The same through the whole application.


def test_without_redis_the_account_answers_remembers_and_doubles_nothing(make_web, valkey):
    web = make_web(valkey.url)
    ours = Platform(web)
    valkey.stop()
    started = time.perf_counter()
    callback = ours.sealed(ours.text("人工 帮我"))
    first = ours.open(web.post(callback))
    assert first["content"].startswith("已为您登记，编号 1")
    assert ours.open(web.post(callback)) == first
    assert ours.say("试用期").startswith("您是想问")
    assert ours.say("1").startswith("【静静有问题】")
    assert (
        web.post(
            ours.sealed(ours.text("你好"), timestamp=callback["timestamp"], nonce=callback["nonce"])
        ).status_code
        == 403
    )
    assert ours.say("我的") == "现在打不开这个页面，请过一两分钟再试。"
    assert time.perf_counter() - started < 3
    assert web.ship() == 4
    assert len(web.rows(HelpRequest)) == 1
    valkey.start()
    web.desk._memory._breaker._retry_at = 0.0
    assert ours.say("你好").startswith("您好")
    assert web.redis.keys("zj:m:*")


def test_redis_gone_between_two_tries_doubles_nothing_in_sql(make_web, valkey):
    web = make_web(valkey.url)
    ours = Platform(web)
    xml = ours.text("人工")
    first = ours.deliver(xml)
    valkey.stop()
    assert ours.deliver(xml) == first
    web.ship()
    assert len(web.rows(HelpRequest)) == 1
    assert len(web.rows(MessageLog)) == 1
    valkey.start()


def test_redis_flushed_while_a_message_is_at_work(make_web, valkey):
    """The claim is lost in the middle; the settled reply is there afterwards."""
    web = make_web(valkey.url)
    ours = Platform(web)
    real = web.desk._memory.offer
    web.desk._memory.offer = lambda *args, **options: (real(*args, **options), web.redis.flushall())[0]
    xml = ours.text("人工")
    first = ours.deliver(xml)
    web.desk._memory.offer = real
    assert ours.deliver(xml) == first
    assert len(web.rows(HelpRequest)) == 1


def test_redis_gone_while_a_message_is_at_work(make_web, valkey):
    web = make_web(valkey.url)
    ours = Platform(web)
    real = web.desk._memory.offer
    web.desk._memory.offer = lambda *args, **options: (real(*args, **options), valkey.stop())[0]
    xml = ours.text("人工")
    first = ours.deliver(xml)
    web.desk._memory.offer = real
    assert first["content"].startswith("已为您登记")
    assert ours.deliver(xml) == first
    assert len(web.rows(HelpRequest)) == 1
    valkey.start()
