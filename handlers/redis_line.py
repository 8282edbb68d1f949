"""A short line to Redis for the webhook: one connection a thread, packed and parsed by hiredis, scripts by their hash.

redis-py's client spends three quarters of a call on pooling, retries and instrumentation (35 µs of CPU against 8 µs
here). Connecting and signing in (passwords, TLS, unix sockets) remain its `Connection`'s. The time-out is the socket's own
(SO_RCVTIMEO): Python's costs a poll before every read and write.
"""

import hashlib
import socket
import struct
import threading
from collections.abc import Sequence
from typing import Any

import hiredis
from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError, ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError

_CHUNK = 16_384  # more than a reply; 64 KB would be fetched from the system each time


class Script:
    """A Lua script, called by its hash."""

    __slots__ = ("sha", "source")

    def __init__(self, source: str) -> None:
        self.source = source
        self.sha = hashlib.sha1(source.encode(), usedforsecurity=False).hexdigest()


class _Line:
    """One connection: sends a command, waits for its answer."""

    def __init__(self, redis: "Redis", timeout_s: float) -> None:
        pool = redis.connection_pool
        self._connection = pool.connection_class(**pool.connection_kwargs)
        self._connection.connect()
        self._socket: socket.socket = self._connection._sock
        self._socket.settimeout(None)
        limit = struct.pack("ll", int(timeout_s), int(timeout_s % 1 * 1_000_000))
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, limit)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, limit)
        self._reader = hiredis.Reader(protocolError=RedisConnectionError, replyError=ResponseError)

    def exchange(self, packed: bytes) -> Any:
        """The answer, which may be a ResponseError. Raises RedisTimeoutError or RedisConnectionError."""
        try:
            self._socket.sendall(packed)
            answer = self._reader.gets()
            while answer is False:
                received = self._socket.recv(_CHUNK)
                if not received:
                    raise RedisConnectionError("Redis closed the connection")
                self._reader.feed(received)
                answer = self._reader.gets()
        except BlockingIOError:
            raise RedisTimeoutError("Redis did not answer in time") from None
        except OSError as error:
            raise RedisConnectionError(str(error)) from None
        return answer

    def close(self) -> None:
        self._connection.disconnect()


class RedisLine:
    """Runs scripts. Thread-safe: each thread has a connection of its own."""

    def __init__(self, redis: "Redis") -> None:
        """Connections are made like those of `redis`: same address, credentials and time-out."""
        self._redis = redis
        self._timeout_s = float(redis.connection_pool.connection_kwargs.get("socket_timeout") or 5.0)
        self._local = threading.local()

    def run(self, script: Script, keys: Sequence[str], arguments: Sequence[str | bytes | int]) -> Any:
        """The script's result. Raises RedisError (time-outs included) when Redis does not answer."""
        tail = (len(keys), *keys, *arguments)
        answer = self._exchange(("EVALSHA", script.sha, *tail))
        if isinstance(answer, ResponseError) and str(answer).startswith("NOSCRIPT"):
            answer = self._exchange(("EVAL", script.source, *tail))
        if isinstance(answer, ResponseError):
            raise answer
        return answer

    def _exchange(self, command: tuple[str | bytes | int, ...]) -> Any:
        packed = hiredis.pack_command(command)  # type: ignore[arg-type]  # its stub knows tuples of one only
        line = getattr(self._local, "line", None)
        if line is not None:
            try:
                return line.exchange(packed)
            except RedisTimeoutError:
                # An answer that comes after its time must not be taken for the next one's.
                self._hang_up()
                raise
            except RedisConnectionError:
                self._hang_up()  # Redis was restarted: the old line is dead, a new one may not be
        self._local.line = _Line(self._redis, self._timeout_s)
        try:
            return self._local.line.exchange(packed)
        except RedisError:
            self._hang_up()
            raise

    def _hang_up(self) -> None:
        line, self._local.line = self._local.line, None
        line.close()
