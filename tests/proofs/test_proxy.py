"""The stall proxy: nothing passes while stalled, nothing of a client that hung up ever does."""

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from proofs.proxy import StallProxy
from proofs.proxy_host import ProxyHost, RemoteProxy


class EchoServer:
    """Answers every line with itself, and remembers what it heard."""

    def __init__(self, listener: socket.socket) -> None:
        self.heard: list[bytes] = []
        self.listener = listener
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client:
            while data := client.recv(1000):
                self.heard.append(data)
                client.sendall(data)


@pytest.fixture
def neighbour() -> Iterator[EchoServer]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield EchoServer(listener)


@pytest.fixture
def proxy(neighbour: EchoServer) -> Iterator[StallProxy]:
    with StallProxy("test", neighbour.listener.getsockname()) as proxy:
        yield proxy


def connect(proxy: StallProxy, timeout_s: float = 3.0) -> socket.socket:
    return socket.create_connection(("127.0.0.1", proxy.port), timeout_s)


def is_silent(client: socket.socket) -> bool:
    client.settimeout(0.15)
    try:
        client.recv(10)
    except TimeoutError:
        return True
    finally:
        client.settimeout(3)
    return False


def heard_after(neighbour: EchoServer, seconds: float = 0.2) -> bytes:
    time.sleep(seconds)
    return b"".join(neighbour.heard)


def test_bytes_go_both_ways(proxy: StallProxy) -> None:
    with connect(proxy) as client:
        client.sendall(b"one")
        assert client.recv(10) == b"one"
        client.sendall(b"two")
        assert client.recv(10) == b"two"


def test_a_stalled_proxy_takes_connections_and_bytes_but_passes_nothing(
    proxy: StallProxy, neighbour: EchoServer
) -> None:
    with connect(proxy) as known:
        known.sendall(b"before")
        assert known.recv(10) == b"before"
        proxy.stall()
        known.sendall(b"during")
        with connect(proxy) as fresh:
            fresh.sendall(b"fresh")
            assert is_silent(fresh)
            assert is_silent(known)
    assert heard_after(neighbour) == b"before"


def test_what_a_client_still_waits_for_happens_at_the_release(proxy: StallProxy) -> None:
    proxy.stall()
    with connect(proxy) as client:
        client.sendall(b"patient")
        assert is_silent(client)
        proxy.release()
        assert client.recv(10) == b"patient"


def test_what_a_client_sent_before_it_hung_up_never_happens(proxy: StallProxy, neighbour: EchoServer) -> None:
    with connect(proxy) as client:
        client.sendall(b"first")
        assert client.recv(10) == b"first"
        proxy.stall()
        client.sendall(b"given up")
    proxy.release()
    assert heard_after(neighbour) == b"first"
    assert proxy.dropped_bytes == len(b"given up")


def test_held_answers_come_at_the_release_and_the_requests_happened(
    proxy: StallProxy, neighbour: EchoServer
) -> None:
    proxy.hold_answers()
    with connect(proxy) as client:
        client.sendall(b"done")
        assert heard_after(neighbour) == b"done"
        assert is_silent(client)
        proxy.release()
        assert client.recv(10) == b"done"


def test_a_neighbour_on_a_unix_socket_is_reached_too(tmp_path: Path) -> None:
    path = tmp_path / "socket"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()
        EchoServer(listener)
        with StallProxy("unix", path) as proxy, connect(proxy) as client:
            client.sendall(b"hello")
            assert client.recv(10) == b"hello"


def test_a_neighbour_that_is_away_ends_the_connection(tmp_path: Path) -> None:
    with StallProxy("away", tmp_path / "nobody") as proxy, connect(proxy) as client:
        client.sendall(b"hello")
        assert client.recv(10) == b""


def test_closing_while_stalled_ends_all_connections(neighbour: EchoServer) -> None:
    proxy = StallProxy("test", neighbour.listener.getsockname()).start()
    proxy.stall()
    with connect(proxy) as client:
        client.sendall(b"hello")
        proxy.close()
        assert client.recv(10) == b""


def test_a_proxy_in_a_process_of_its_own_obeys(neighbour: EchoServer) -> None:
    host = ProxyHost({"test": neighbour.listener.getsockname()})
    try:
        proxy = RemoteProxy(host, "test")
        proxy.stall()
        with socket.create_connection(("127.0.0.1", proxy.port), 3) as client:
            client.sendall(b"hello")
            assert is_silent(client)
            proxy.release()
            assert client.recv(10) == b"hello"
        assert proxy.dropped_bytes() == 0
    finally:
        host.close()
