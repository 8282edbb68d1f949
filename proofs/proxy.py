"""A TCP proxy that can be stalled: connections stay open and take bytes, but nothing goes through until it is released.

Stands between the app and one of its neighbours. What a client sent during a stall and then hung up on is dropped, so
such a request surely never happened; what a client still waits for is forwarded at the release. `hold_answers` is the
other half: requests go through and happen, and nobody hears of it.
"""

import asyncio
import threading
from collections.abc import Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any

Upstream = tuple[str, int] | Path
"""Host and port, or the path of a unix socket."""

_CHUNK = 65_536
_NOTICE_S = 0.05  # at a release, hang-ups that already happened are noticed first


class _Link:
    """One client's connection: what it sent and nobody took yet, and whether it hung up."""

    def __init__(self) -> None:
        self.inbox = bytearray()
        self.gone = False
        self.wake = asyncio.Event()


class StallProxy:
    """Listens on 127.0.0.1. All methods may be called from any thread; a stall is in force when `stall` returns."""

    def __init__(self, name: str, upstream: Upstream, port: int = 0) -> None:
        """`port` 0 takes a free one."""
        self.name = name
        self.port = port
        self.dropped_bytes = 0
        self.connections = 0
        self._upstream = upstream
        self._links: set[_Link] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name=f"proxy-{name}", daemon=True)
        self._passing = asyncio.Event()
        self._answering = asyncio.Event()
        self._server: asyncio.Server | None = None

    @property
    def stalled(self) -> bool:
        return not self._passing.is_set()

    def start(self) -> "StallProxy":
        self._thread.start()
        self._do(self._set(requests=True, answers=True))
        self._do(self._listen())
        return self

    def stall(self) -> None:
        """Let nothing through from now on."""
        self._do(self._set(requests=False, answers=False))

    def hold_answers(self) -> None:
        """Let requests through, but no answers, from now on."""
        self._do(self._set(requests=True, answers=False))

    def release(self) -> None:
        """Let everything through again, first what still waits. Does nothing when it was not stalled."""
        self._do(self._release())

    def close(self) -> None:
        """End all connections and the thread."""
        if not self._thread.is_alive():
            return
        self._do(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def __enter__(self) -> "StallProxy":
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.close()

    def _do(self, work: "Coroutine[Any, Any, None]") -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    # --- in the loop's thread from here on

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, backlog=512)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _set(self, *, requests: bool, answers: bool) -> None:
        for event, on in ((self._passing, requests), (self._answering, answers)):
            if on:
                event.set()
            else:
                event.clear()

    async def _release(self) -> None:
        if self.stalled:
            await asyncio.sleep(_NOTICE_S)
        await self._set(requests=True, answers=True)
        for link in self._links:
            link.wake.set()

    async def _end(self) -> None:
        await asyncio.sleep(0.01)  # who is just being let in has a task by then
        if self._server is not None:
            self._server.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.sleep(0.01)  # sockets are closed in the loop's next rounds

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # for the type checker: a coroutine of the server always runs in one
        self._tasks.add(task)
        link = _Link()
        self._links.add(link)
        self.connections += 1
        listener = asyncio.create_task(_listen_to(reader, link))
        try:
            await self._carry(link, writer)
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            listener.cancel()
            self._links.discard(link)
            self._tasks.discard(task)
            writer.close()

    async def _carry(self, link: _Link, client: asyncio.StreamWriter) -> None:
        """From the client to the neighbour, until the client is gone or the neighbour hangs up."""
        upstream: asyncio.StreamWriter | None = None
        answers: asyncio.Task[None] | None = None
        try:
            while await self._may_go_on(link):
                data, gone = bytes(link.inbox), link.gone
                link.inbox.clear()
                if data and upstream is None:
                    reader, upstream = await self._connect()
                    answers = asyncio.create_task(self._answer(reader, client, link))
                if data and upstream is not None:
                    upstream.write(data)
                    await upstream.drain()
                if gone:
                    return
        finally:
            if answers is not None:
                answers.cancel()
            if upstream is not None:
                upstream.close()

    async def _may_go_on(self, link: _Link) -> bool:
        """Wait until there is something to carry and it may pass; False when the client hung up during a stall."""
        while True:
            await link.wake.wait()
            link.wake.clear()
            if self._passing.is_set():
                return True
            if link.gone:
                self.dropped_bytes += len(link.inbox)
                return False

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if isinstance(self._upstream, Path):
            return await asyncio.open_unix_connection(str(self._upstream))
        return await asyncio.open_connection(*self._upstream)

    async def _answer(self, reader: asyncio.StreamReader, client: asyncio.StreamWriter, link: _Link) -> None:
        """From the neighbour to the client; also that the neighbour hung up is not told during a stall."""
        with suppress(OSError):
            while data := await reader.read(_CHUNK):
                await self._answering.wait()
                client.write(data)
                await client.drain()
        await self._answering.wait()
        link.gone = True
        link.wake.set()


async def _listen_to(reader: asyncio.StreamReader, link: _Link) -> None:
    with suppress(OSError):
        while data := await reader.read(_CHUNK):
            link.inbox += data
            link.wake.set()
    link.gone = True
    link.wake.set()
