"""A private PostgreSQL for tests, proofs and benchmarks: own folder, own port, gone afterwards. Works as root or not."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_FALLBACK_USERS = ("postgres", "nobody")


class PostgresMissing(RuntimeError):
    """The server's programs are not installed."""


def find_program(name: str) -> str:
    """`initdb` or `postgres`, from the PATH or where Debian keeps them. Raises PostgresMissing."""
    found = shutil.which(name)
    if found:
        return found
    candidates = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)
    if candidates:
        return str(candidates[0])
    raise PostgresMissing("PostgreSQL 没有安装：apt-get install postgresql（或把 initdb 所在目录加入 PATH）")


def free_port() -> int:
    """A TCP port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Cluster:
    """A running server of our own, which may be killed and started again."""

    def __init__(self, user: str | None, folder: Path, *, durable: bool) -> None:
        self._user, self._folder, self._durable = user, folder, durable
        self._port = free_port()
        self._server = _start(user, folder, self._port, durable=durable)
        _wait(self._server, self._port)

    @property
    def url(self) -> str:
        """SQLAlchemy's, of an empty database."""
        return f"postgresql+psycopg://zhijia@127.0.0.1:{self._port}/postgres"

    def kill(self) -> None:
        """kill -9; its children end by themselves when they notice."""
        self._server.kill()
        self._server.wait()

    def restart(self) -> None:
        """Start it again after it was killed. Raises RuntimeError where it does not come up."""
        for _ in range(50):
            self._server = _start(self._user, self._folder, self._port, durable=self._durable)
            try:
                return _wait(self._server, self._port)
            except RuntimeError:  # what the children of the killed one share is not free yet
                time.sleep(0.1)
        raise RuntimeError("postgres did not start again")

    def stop(self) -> None:
        self._server.terminate()  # SIGTERM waits for clients; they are ours and closed
        try:
            self._server.wait(5)
        except subprocess.TimeoutExpired:
            self._server.kill()
            self._server.wait()


@contextmanager
def running_postgres(*, durable: bool = False) -> Iterator[str]:
    """Start a cluster; gives the SQLAlchemy URL of an empty database, and removes everything at the end. `durable`: it
    writes through to the disk, as a real one does.
    """
    with running_cluster(durable=durable) as cluster:
        yield cluster.url


@contextmanager
def running_cluster(*, durable: bool = False) -> Iterator[Cluster]:
    """As `running_postgres`, for whoever wants to kill it."""
    folder = Path(tempfile.mkdtemp(prefix="zhijia-pg-"))
    try:
        with kept_cluster(folder, durable=durable) as cluster:
            yield cluster
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def kept_cluster(folder: Path, *, durable: bool = False) -> Iterator[Cluster]:
    """The cluster in `folder`, made if it is not there; the folder stays, so that a long work can go on another time."""
    folder.mkdir(parents=True, exist_ok=True)
    user = _owner(folder)
    if not (folder / "data").exists():
        _make_cluster(user, folder)
    cluster = Cluster(user, folder, durable=durable)
    try:
        yield cluster
    finally:
        cluster.stop()


def _make_cluster(user: str | None, folder: Path) -> None:
    how = ("-U", "zhijia", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
    _as(user, [find_program("initdb"), "-D", str(folder / "data"), *how])


def _owner(folder: Path) -> str | None:
    """PostgreSQL refuses to run as root: then the folder is given to another user."""
    if os.geteuid() != 0:
        return None
    for name in _FALLBACK_USERS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        os.chown(folder, entry.pw_uid, entry.pw_gid)
        return name
    raise PostgresMissing("没有可用来运行 PostgreSQL 的普通用户")


def _as(user: str | None, command: list[str]) -> None:
    done = subprocess.run(command, user=user, capture_output=True, text=True, cwd="/", check=False)
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stderr[-500:]}")


def _start(user: str | None, folder: Path, port: int, *, durable: bool) -> "subprocess.Popen[bytes]":
    settings = (
        f"fsync={'on' if durable else 'off'}",
        f"full_page_writes={'on' if durable else 'off'}",
        "max_connections=200",
        "shared_buffers=64MB",
        "listen_addresses=127.0.0.1",
    )
    command = [find_program("postgres"), "-D", str(folder / "data"), "-p", str(port), "-k", str(folder)]
    for setting in settings:
        command += ["-c", setting]
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(command, user=user, stdout=log, stderr=log, cwd="/")


def _wait(server: "subprocess.Popen[bytes]", port: int) -> None:
    for _ in range(200):
        if server.poll() is not None:
            raise RuntimeError("postgres ended at once")
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("postgres did not come up in 10 s")
