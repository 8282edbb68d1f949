"""What the webhook remembers for minutes: replies already given, nonces already used, and what a conversation is about.

Redis holds it for all processes: one script call decides a message. While Redis is away, each process remembers for
itself; a lost memory doubles nothing, because effects are unique by message key in SQL.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import orjson
from redis import Redis
from redis.exceptions import RedisError

from chat.answer import Talk
from core.breaker import Breaker
from core.logs import get_logger
from handlers.redis_line import RedisLine, Script

log = get_logger(__name__)

_PENDING = b"P"
_DONE = b"R"

_ANY = "*"

_OFFER = Script("""
-- KEYS: nonce, message, talk. ARGV: body hash, reply ("P" claims, "R…" answers, "R" alone is silence), talk or "",
--       nonce ttl, reply ttl, talk ttl, claim ttl, the topics of conversations to look for ("" none, "*" any, "|a|b|").
local known = redis.call('SET', KEYS[1], ARGV[1], 'NX', 'GET', 'EX', ARGV[4])
if known and known ~= ARGV[1] then return {'replay'} end
local claim = ARGV[2] == 'P'
local seen = redis.call('SET', KEYS[2], ARGV[2], 'NX', 'GET', 'EX', claim and ARGV[7] or ARGV[5])
if seen then return {'seen', seen} end
local open = true
if ARGV[8] ~= '' then
  open = redis.call('GET', KEYS[3])
  if open then
    local topic = string.match(open, '^%["([^"]*)"') or ''
    if ARGV[8] == '*' or string.find(ARGV[8], '|' .. topic .. '|', 1, true) then
      if not claim then redis.call('SET', KEYS[2], 'P', 'EX', ARGV[7]) end
      return {'talk', open}
    end
  end
end
if ARGV[3] ~= '' then
  redis.call('SET', KEYS[3], ARGV[3], 'EX', ARGV[6])
elseif open and not claim and ARGV[2] ~= 'R' then
  redis.call('DEL', KEYS[3])
end
return {'new'}
""")

_SETTLE = Script("""
-- KEYS: message, talk. ARGV: "R…", talk or "", reply ttl, talk ttl.
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[3])
if ARGV[2] == '' then redis.call('DEL', KEYS[2]) else redis.call('SET', KEYS[2], ARGV[2], 'EX', ARGV[4]) end
return 1
""")


@dataclass(frozen=True, slots=True)
class MessageId:
    """What names a message in the memory."""

    account_id: int
    key: str
    openid: str
    timestamp: str
    nonce: str
    body_hash: str


@dataclass(frozen=True, slots=True)
class New:
    """Not seen before; it is now claimed, or answered with what was offered. `talk` is what was remembered."""

    talk: Talk | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """Seen before: `reply` is the XML given then (empty: silence), None while the first try is still at work."""

    reply: bytes | None


@dataclass(frozen=True, slots=True)
class Replayed:
    """The nonce was used before with another body."""


Verdict = New | Seen | Replayed


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """Seconds."""

    nonce: int
    reply: int
    talk: int
    claim: int


Topics = Sequence[str] | None
"""Of conversations that a message could go on with; None: any."""


class Memory(Protocol):
    """The memory's two steps.

    `offer` with a reply answers at once; but where a conversation on one of `topics` is open, the message is only claimed
    (New with its talk). Without a reply it claims. An answer replaces what the conversation was about; silence keeps it.
    `settle` stores the reply of a claimed message.
    """

    def offer(
        self, message: MessageId, reply: bytes | None, talk: Talk | None, *, topics: Topics = None
    ) -> Verdict: ...

    def settle(self, message: MessageId, reply: bytes, talk: Talk | None) -> None: ...


def _pack(talk: Talk | None) -> bytes:
    if talk is None:
        return b""
    return orjson.dumps([talk.topic, talk.data])


def _unpack(raw: bytes) -> Talk | None:
    try:
        topic, data = orjson.loads(raw)
        return Talk(str(topic), dict(data))
    except (ValueError, TypeError):
        return None


class RedisMemory:
    """The memory all processes share. Raises RedisError when Redis does not answer."""

    def __init__(self, redis: "Redis", lifetimes: Lifetimes, prefix: str = "zj") -> None:
        self._line = RedisLine(redis)
        self._ttl = lifetimes
        self._prefix = prefix

    def offer(
        self, message: MessageId, reply: bytes | None, talk: Talk | None, *, topics: Topics = None
    ) -> Verdict:
        nonce = f"{self._prefix}:n:{message.account_id}:{message.timestamp}:{message.nonce}"
        ttl = self._ttl
        result = self._line.run(
            _OFFER,
            [nonce, self._message_key(message), self._talk_key(message)],
            [
                message.body_hash,
                _PENDING if reply is None else _DONE + reply,
                _pack(talk) if reply is not None else b"",
                ttl.nonce,
                ttl.reply,
                ttl.talk,
                ttl.claim,
                _ANY if topics is None else f"|{'|'.join(topics)}|" if topics else "",
            ],
        )
        match result[0]:
            case b"new":
                return New()
            case b"talk":
                return New(_unpack(result[1]))
            case b"seen":
                return Seen(None if result[1] == _PENDING else result[1][1:])
            case _:
                return Replayed()

    def settle(self, message: MessageId, reply: bytes, talk: Talk | None) -> None:
        keys = [self._message_key(message), self._talk_key(message)]
        self._line.run(_SETTLE, keys, [_DONE + reply, _pack(talk), self._ttl.reply, self._ttl.talk])

    def _message_key(self, message: MessageId) -> str:
        return f"{self._prefix}:m:{message.account_id}:{message.key}"

    def _talk_key(self, message: MessageId) -> str:
        return f"{self._prefix}:t:{message.account_id}:{message.openid}"


class LocalMemory:
    """The same for one process: bounded, forgetful, and enough while Redis is away."""

    def __init__(self, lifetimes: Lifetimes, capacity: int = 20_000) -> None:
        self._ttl = lifetimes
        self._capacity = capacity
        self._lock = threading.Lock()
        self._values: OrderedDict[str, tuple[float, bytes]] = OrderedDict()

    def offer(
        self, message: MessageId, reply: bytes | None, talk: Talk | None, *, topics: Topics = None
    ) -> Verdict:
        with self._lock:
            nonce = f"n:{message.account_id}:{message.timestamp}:{message.nonce}"
            known = self._get(nonce)
            if known is not None and known != message.body_hash.encode():
                return Replayed()
            self._put(nonce, message.body_hash.encode(), self._ttl.nonce)
            seen = self._get(f"m:{message.account_id}:{message.key}")
            if seen is not None:
                return Seen(None if seen == _PENDING else seen[1:])
            remembered = self._get(f"t:{message.account_id}:{message.openid}")
            open_talk = _unpack(remembered) if remembered is not None else None
            goes_on = open_talk is not None and (topics is None or open_talk.topic in topics)
            if reply is None or goes_on:
                self._put(f"m:{message.account_id}:{message.key}", _PENDING, self._ttl.claim)
                return New(open_talk)
            self._store(message, reply, talk if reply else open_talk)
            return New()

    def settle(self, message: MessageId, reply: bytes, talk: Talk | None) -> None:
        with self._lock:
            self._store(message, reply, talk)

    def _store(self, message: MessageId, reply: bytes, talk: Talk | None) -> None:
        self._put(f"m:{message.account_id}:{message.key}", _DONE + reply, self._ttl.reply)
        talk_key = f"t:{message.account_id}:{message.openid}"
        if talk is None:
            self._values.pop(talk_key, None)
        else:
            self._put(talk_key, _pack(talk), self._ttl.talk)

    def _get(self, key: str) -> bytes | None:
        expires, value = self._values.get(key, (0.0, b""))
        return value if expires > time.monotonic() else None

    def _put(self, key: str, value: bytes, ttl_s: int) -> None:
        self._values[key] = (time.monotonic() + ttl_s, value)
        self._values.move_to_end(key)
        while len(self._values) > self._capacity:
            self._values.popitem(last=False)


class FailoverMemory:
    """Redis while it answers, this process's own memory while it does not."""

    def __init__(self, shared: Memory, local: Memory, breaker: Breaker) -> None:
        self._shared = shared
        self._local = local
        self._breaker = breaker

    def offer(
        self, message: MessageId, reply: bytes | None, talk: Talk | None, *, topics: Topics = None
    ) -> Verdict:
        if self._breaker.allow():
            try:
                verdict = self._shared.offer(message, reply, talk, topics=topics)
            except RedisError as error:
                self._failed(error)
            else:
                self._breaker.success()
                return verdict
        return self._local.offer(message, reply, talk, topics=topics)

    def settle(self, message: MessageId, reply: bytes, talk: Talk | None) -> None:
        if self._breaker.allow():
            try:
                self._shared.settle(message, reply, talk)
            except RedisError as error:
                self._failed(error)
            else:
                self._breaker.success()
                return
        self._local.settle(message, reply, talk)

    def _failed(self, error: RedisError) -> None:
        if self._breaker.failure():
            log.error("redis_away", error=error)
