"""The unit of work: sessions over SQLite or PostgreSQL. Only `Database` begins, commits and rolls back."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from core.errors import ConfigError
from models import tenancy
from models.turns import Turns

BUSY_TIMEOUT_MS = 15_000
_BY_INDEX = "-c enable_seqscan=off"
"""What stands alone finds its rows by index. A plan that was made while a table was empty stays with its connection: it must not
be to read the whole table."""
T = TypeVar("T")


class Database:
    """One database. `work()` writes, `read()` reads, `alone()` writes by one statement; nothing else commits.

    On SQLite a write begins IMMEDIATE: a deferred transaction that reads first and writes later fails at once when
    another writer came between, whatever the busy timeout. And writers wait in a queue of ours (`models.turns`).
    """

    def __init__(self, url: str, *, pool_size: int = 10, echo: bool = False) -> None:
        """`url` is a SQLAlchemy URL; `postgresql://` means psycopg. The folder of a SQLite file is created.

        Raises ConfigError for a URL that can't be used, without its text, which may hold a password.
        """
        try:
            self.engine = self._make_engine(url, pool_size, echo)
        except (ArgumentError, ImportError):
            raise ConfigError(
                "bad_database_url",
                "DATABASE_URL 写得不对：应为 sqlite:////路径/文件.sqlite3 或 postgresql://用户:密码@主机/库名",
            ) from None
        writer = self.engine.execution_options(begins="BEGIN IMMEDIATE")
        self._turns: Turns | nullcontext[None] = nullcontext()
        if self.is_sqlite:
            _prepare_sqlite(self.engine)
            self._alone: Engine = self.engine.execution_options(begins=None)
            self._turns = Turns(self.engine.url.database, BUSY_TIMEOUT_MS / 1000)
        else:
            self._alone = self._make_engine(url, pool_size, echo, alone=True)
        self._writing = sessionmaker(writer, expire_on_commit=False)
        self._reading = sessionmaker(self.engine, expire_on_commit=False)
        tenancy.guard(self._writing)
        tenancy.guard(self._reading)

    @staticmethod
    def _make_engine(url: str, pool_size: int, echo: bool, *, alone: bool = False) -> Engine:
        parsed = make_url(url)
        if parsed.drivername in ("postgresql", "postgres"):
            parsed = parsed.set(drivername="postgresql+psycopg")
        # What people wrote must not come out in the text of an error.
        options: dict[str, Any] = {"echo": echo, "hide_parameters": True}
        if parsed.get_backend_name() == "sqlite":
            if parsed.database and parsed.database != ":memory:":
                Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        else:
            options |= {
                "pool_size": pool_size,
                "max_overflow": pool_size,
                "pool_timeout": 5,
                "pool_pre_ping": not alone,
                "connect_args": {"connect_timeout": 5, **({"options": _BY_INDEX} if alone else {})},
                # What commits itself leaves nothing to roll back.
                **({"isolation_level": "AUTOCOMMIT", "pool_reset_on_return": None} if alone else {}),
            }
        return create_engine(parsed, **options)

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def work(self) -> Iterator[Session]:
        """A unit of work that writes: committed at the end, rolled back on any exception."""
        with self._turns, self._writing() as session, session.begin():
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session for reading; whatever it changed is rolled back."""
        with self._reading() as session:
            yield session  # closing rolls back, and leaves what was read usable

    def alone(self, work: Callable[[Connection], T]) -> T:
        """Work whose one writing statement is committed by itself: no BEGIN, no COMMIT, no question whether the connection
        still lives. Where it does not, the work is done again on a new one: it must change nothing the second time.
        """
        try:
            return self._on_its_own(work)
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
        return self._on_its_own(work)

    def _on_its_own(self, work: Callable[[Connection], T]) -> T:
        with self._alone.connect() as connection:
            return work(connection)

    def close(self) -> None:
        if isinstance(self._turns, Turns):
            self._turns.close()
        self._alone.dispose()
        self.engine.dispose()


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def set_pragmas(connection: Any, _record: Any) -> None:
        # None hands BEGIN and COMMIT to us; the driver's own timing of them defeats IMMEDIATE.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "foreign_keys=ON",
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            "synchronous=NORMAL",
            "wal_autocheckpoint=4000",  # 16 MB: each one waits for the disk
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        statement = connection.get_execution_options().get("begins", "BEGIN")
        if statement is not None:
            connection.exec_driver_sql(statement)
