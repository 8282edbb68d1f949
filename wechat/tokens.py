"""One access token for all processes: `TokenStore` keeps it in Redis, refreshes it ahead of time and within the budget.

Used by `wechat.client`. The token comes from `stable_token`, never from `/token` (the two invalidate nothing of each other,
but `/token` allows 2000 calls a day and each kills the one before). Redis holds, under `{prefix}:token:{appid}`:

    (hash)   token, expires_at, refresh_at, fetched_at (epoch ms), fence
    :lock    random owner of the one fetch under way
    :fence   counter; a fetch takes a number when it starts, and a token never replaces one with a higher number
    :budget  (hash) day, count, last (epoch ms) of the forced refreshes

The token is a secret: it is kept as it is in Redis, and never logged. Without Redis (None, down, flushed) all of this works
within the process. Give the client short socket timeouts and `retry=Retry(NoBackoff(), 0)`: redis-py otherwise retries a
stalled server for many seconds before the breaker hears of it.
Source: WeChat doc page 获取稳定版接口调用凭据.
"""

import secrets
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import redis

from core.breaker import Breaker
from core.clock import SHANGHAI, Clock, system_clock
from core.logs import get_logger
from wechat.errors import REFUSED_FOR_S, Unreachable, WeChatError, token_refused

log = get_logger(__name__)

AHEAD_S = 300
"""Refresh so long before the expiry: from then on the platform hands out the next token, and both hold."""

FORCED_PER_DAY = 20
FORCED_GAP_S = 30
_CALM_AFTER, _CALM_GAP_S = 5, 600  # five forced refreshes a day helped nobody: leave some for later
_YOUNG_S = 600  # a token this young would come back unchanged, so only force helps against its refusal
_LOCK_S = 9  # as long as one fetch may take; one that takes longer loses its turn, and the fence sorts it out
_FAILURE_S = 2.0  # all who wait for a fetch share its failure, instead of failing one after another
_PAUSE_S = 30.0  # between failed attempts to refresh a token that still holds

# KEYS token lock fence · ARGV owner lock_ms now_ms bad → {token that may be used or "", its expires_at, its refresh_at,
# fence of the fetch that the caller shall make or 0, fetched_at of the stored one}
_TAKE = """
local t = redis.call('HMGET', KEYS[1], 'token', 'expires_at', 'refresh_at', 'fetched_at')
local now = tonumber(ARGV[3])
local usable = t[1] and t[1] ~= ARGV[4] and tonumber(t[2]) > now
local fence = 0
if not (usable and tonumber(t[3]) > now) and redis.call('SET', KEYS[2], ARGV[1], 'NX', 'PX', ARGV[2]) then
  fence = redis.call('INCR', KEYS[3])
end
if usable then return {t[1], t[2], t[3], fence, t[4]} end
return {'', 0, 0, fence, t[4] or 0}
"""
# KEYS token · ARGV token expires_at refresh_at fetched_at fence life_ms → {token, expires_at, refresh_at} that stands then
_STORE = """
local fence = redis.call('HGET', KEYS[1], 'fence')
if fence and tonumber(fence) > tonumber(ARGV[5]) then
  return redis.call('HMGET', KEYS[1], 'token', 'expires_at', 'refresh_at')
end
redis.call('HSET', KEYS[1], 'token', ARGV[1], 'expires_at', ARGV[2], 'refresh_at', ARGV[3],
  'fetched_at', ARGV[4], 'fence', ARGV[5])
redis.call('PEXPIRE', KEYS[1], ARGV[6])
return {ARGV[1], ARGV[2], ARGV[3]}
"""
# KEYS lock · ARGV owner
_RELEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"
# KEYS budget · ARGV day now_ms per_day gap_ms calm_after calm_gap_ms → ms to wait; 0: granted and counted; -1: used up
_FORCE = """
local b = redis.call('HMGET', KEYS[1], 'day', 'count', 'last')
local now, count = tonumber(ARGV[2]), b[1] == ARGV[1] and tonumber(b[2]) or 0
if count >= tonumber(ARGV[3]) then return -1 end
local gap = count >= tonumber(ARGV[5]) and tonumber(ARGV[6]) or tonumber(ARGV[4])
local since = b[3] and now - tonumber(b[3]) or gap
if since >= 0 and since < gap then return gap - since end
redis.call('HSET', KEYS[1], 'day', ARGV[1], 'count', count + 1, 'last', ARGV[2])
redis.call('EXPIRE', KEYS[1], 172800)
return 0
"""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What `stable_token` answered."""

    token: str = field(repr=False)
    expires_in_s: int


Fetch = Callable[[bool], Fetched]
"""Asks the platform for a token; True means `force_refresh`. Raises WeChatError."""


@dataclass(frozen=True, slots=True)
class _Held:
    """A token and until when it holds; times are epoch ms."""

    token: str = field(default="", repr=False)
    expires_at: int = 0
    refresh_at: int = 0


_NOTHING = _Held()


@dataclass(slots=True)
class _Slot:
    """One account's token in this process. `lock` lets one thread at a time look further than the cache."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    held: _Held = _NOTHING
    fetched_at: int = 0  # epoch ms
    trusted_until: float = 0.0  # monotonic: no look into Redis before
    paused_until: float = 0.0  # monotonic: no attempt to refresh ahead of time before
    failure: WeChatError | None = None
    failure_of: str = field(default="", repr=False)  # the refused token that was to be replaced
    failed_at: float = 0.0
    forced_day: str = ""
    forced_count: int = 0
    forced_last: int = 0


@dataclass(frozen=True, slots=True)
class _Turn:
    """Outcome of a look at the store: what may be used, and whether the caller shall fetch (else somebody else does)."""

    usable: _Held = _NOTHING
    may_fetch: bool = False
    owner: str = ""
    fence: int = 0
    fetched_at: int = 0


class TokenStore:
    """Access tokens of all accounts. Thread-safe; one per process, over one Redis for all processes."""

    def __init__(
        self,
        client: "redis.Redis | None" = None,
        *,
        prefix: str = "zhijia",
        clock: Clock = system_clock,
        breaker: Breaker | None = None,
        cache_s: float = 5.0,
        wait_s: float = 10.0,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`cache_s`: how long a token is used without asking Redis. `wait_s`: how long to wait for another's fetch."""
        self._redis = client
        self._prefix = prefix
        self._clock = clock
        self._breaker = breaker or Breaker("redis-token")
        self._cache_s = cache_s
        self._wait_s = wait_s
        self._sleep = sleep
        self._slots: dict[str, _Slot] = {}
        self._slots_lock = threading.Lock()
        self._scripts = (
            {}
            if client is None
            else {s: client.register_script(s) for s in (_TAKE, _STORE, _RELEASE, _FORCE)}
        )

    def get(self, appid: str, fetch: Fetch) -> str:
        """A token that holds. Raises WeChatError when none can be had."""
        slot = self._slot(appid)
        if held := self._trusted(slot):
            return held.token
        with _waiting(slot.lock, self._wait_s):
            held = self._trusted(slot) or self._obtain(appid, slot, "", fetch)
            return held.token

    def invalidate(self, appid: str, bad_token: str, fetch: Fetch) -> str:
        """Another token than `bad_token`, which the platform refused: the newer stored one, else one refresh.

        Raises WeChatError kind `token` when the refresh budget forbids it or the platform hands out the refused one again.
        """
        slot = self._slot(appid)
        with _waiting(slot.lock, self._wait_s):
            if slot.held.token == bad_token:
                slot.trusted_until = 0.0
            held = self._trusted(slot) or self._obtain(appid, slot, bad_token, fetch)
            return held.token

    def _slot(self, appid: str) -> _Slot:
        with self._slots_lock:
            return self._slots.setdefault(appid, _Slot())

    def _trusted(self, slot: _Slot) -> _Held | None:
        held = slot.held
        return held if time.monotonic() < slot.trusted_until and held.refresh_at > self._now() else None

    # --- one thread of the process at a time from here on

    def _obtain(self, appid: str, slot: _Slot, bad: str, fetch: Fetch) -> _Held:
        if slot.failure and slot.failure_of == bad and time.monotonic() - slot.failed_at < _FAILURE_S:
            raise slot.failure.again()
        stop_at = time.monotonic() + self._wait_s
        while True:
            turn = self._take(appid, slot, bad)
            if turn.may_fetch:
                return self._fetch_in_turn(appid, slot, bad, turn, fetch)
            if turn.usable.token:
                return self._keep(slot, turn.usable, self._cache_s)
            if time.monotonic() > stop_at:
                raise _waited()
            self._sleep(0.03 + secrets.randbelow(30) / 1000)

    def _fetch_in_turn(self, appid: str, slot: _Slot, bad: str, turn: _Turn, fetch: Fetch) -> _Held:
        if turn.usable.token:
            # Refreshing ahead of time: the other threads go on with what they have.
            self._keep(slot, turn.usable, self._wait_s)
        try:
            return self._fetch(appid, slot, bad, turn, fetch)
        except WeChatError as error:
            failure = error
        finally:
            if turn.owner:
                self._run(_RELEASE, [f"{self._key(appid)}:lock"], (turn.owner,))
        if turn.usable.token:
            slot.paused_until = time.monotonic() + _PAUSE_S
            log.warning("token_refresh_failed", appid=appid, error=str(failure))
            return self._keep(slot, turn.usable, self._cache_s)
        slot.failure, slot.failure_of, slot.failed_at = failure, bad, time.monotonic()
        raise failure

    def _fetch(self, appid: str, slot: _Slot, bad: str, turn: _Turn, fetch: Fetch) -> _Held:
        forced = bool(bad) and self._now() - turn.fetched_at < _YOUNG_S * 1000
        fetched = None if forced else fetch(False)
        if fetched and bad and fetched.token == bad:
            # Put it again: now it counts as young, and the next refusal does not ask for it once more.
            self._put(appid, slot, turn.fence, fetched)
            forced = True
        if fetched is None or forced:
            self._spend_force(appid, slot)
            fetched = fetch(True)
        if bad and fetched.token == bad:
            raise token_refused(40001, "stable_token returned the refused token again")
        log.info("token_fetched", appid=appid, forced=forced, expires_in_s=fetched.expires_in_s)
        return self._put(appid, slot, turn.fence, fetched)

    def _put(self, appid: str, slot: _Slot, fence: int, fetched: Fetched) -> _Held:
        now = self._now()
        life = max(1, fetched.expires_in_s) * 1000
        ahead = AHEAD_S * 1000 if fetched.expires_in_s > 2 * AHEAD_S else life // 10
        held = _Held(fetched.token, now + life, now + life - ahead)
        slot.fetched_at = now
        if fence:
            args = (held.token, held.expires_at, held.refresh_at, now, fence, life)
            stands = self._run(_STORE, [self._key(appid)], args)
            held = _held(stands) if stands else held
        return self._keep(slot, held, self._cache_s)

    def _keep(self, slot: _Slot, held: _Held, trust_s: float) -> _Held:
        if held.refresh_at <= self._now():
            # Due, but another process is at it or it failed just now: use it to the end, and look again soon.
            held = replace(held, refresh_at=held.expires_at)
        slot.held, slot.trusted_until = held, time.monotonic() + trust_s
        return held

    # --- Redis, or this process alone

    def _take(self, appid: str, slot: _Slot, bad: str) -> _Turn:
        now, owner, key = self._now(), secrets.token_hex(8), self._key(appid)
        holds = slot.held.token not in ("", bad) and slot.held.expires_at > now
        if holds and time.monotonic() < slot.paused_until:
            return _Turn(slot.held)
        got = self._run(_TAKE, [key, f"{key}:lock", f"{key}:fence"], (owner, _LOCK_S * 1000, now, bad))
        if got is None:
            fresh = holds and slot.held.refresh_at > now
            return _Turn(slot.held if holds else _NOTHING, may_fetch=not fresh, fetched_at=slot.fetched_at)
        fence = int(got[3])
        return _Turn(_held(got), bool(fence), owner if fence else "", fence, int(got[4]))

    def _spend_force(self, appid: str, slot: _Slot) -> None:
        """Count one forced refresh. Raises WeChatError (token, with `wait_s`) when the budget forbids it."""
        now, day = self._now(), self._clock().astimezone(SHANGHAI).date().isoformat()
        args = (day, now, FORCED_PER_DAY, FORCED_GAP_S * 1000, _CALM_AFTER, _CALM_GAP_S * 1000)
        got = self._run(_FORCE, [f"{self._key(appid)}:budget"], args)
        local = 0 if got else _local_force(slot, day, now)  # counted here as well, should Redis go away
        wait_ms = local if got is None else int(got)
        if wait_ms:
            wait_s = REFUSED_FOR_S if wait_ms < 0 else -(-wait_ms // 1000)
            raise token_refused(40001, "forced refresh not allowed now", wait_s=wait_s)

    def _run(self, script: str, keys: Sequence[str], args: Sequence[Any]) -> Any:
        """The script's result; None when there is no Redis to ask."""
        if self._redis is None or not self._breaker.allow():
            return None
        try:
            result = self._scripts[script](keys=list(keys), args=list(args))
        except redis.RedisError as error:
            self._breaker.failure()
            log.warning("token_redis_down", error=type(error).__name__)
            return None
        self._breaker.success()
        return result

    def _key(self, appid: str) -> str:
        return f"{self._prefix}:token:{appid}"

    def _now(self) -> int:
        return int(self._clock().timestamp() * 1000)


@contextmanager
def _waiting(lock: threading.Lock, wait_s: float) -> Iterator[None]:
    """The lock, or `Unreachable` after `wait_s`: a web thread must not hang behind a stuck fetch."""
    if not lock.acquire(timeout=wait_s):
        raise _waited()
    try:
        yield
    finally:
        lock.release()


def _waited() -> Unreachable:
    return Unreachable("等待 access_token 超时", sent_maybe=False, reason="another fetch is under way")


def _local_force(slot: _Slot, day: str, now: int) -> int:
    """The same decision as `_FORCE`, for this process alone."""
    count = slot.forced_count if slot.forced_day == day else 0
    if count >= FORCED_PER_DAY:
        return -1
    gap = (_CALM_GAP_S if count >= _CALM_AFTER else FORCED_GAP_S) * 1000
    since = now - slot.forced_last if slot.forced_last else gap
    if 0 <= since < gap:
        return gap - since
    slot.forced_day, slot.forced_count, slot.forced_last = day, count + 1, now
    return 0


def _held(row: Sequence[Any]) -> _Held:
    return _Held(_text(row[0]), int(row[1]), int(row[2]))


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
