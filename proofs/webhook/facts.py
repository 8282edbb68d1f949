"""What is true after a while: rows in SQL, read around the proxies."""

from dataclasses import dataclass

from sqlalchemy import text

from proofs.stack import Stack

_LOG = "SELECT openid, kind, content FROM message_log"
_HELP = "SELECT openid, text, number FROM help_requests"
_OWED = "SELECT count(*) FROM pending_turns WHERE done_at IS NULL"
_UNDELIVERED = "SELECT count(*) FROM outbox_items WHERE state IN ('waiting', 'claimed')"
_DEAD = "SELECT count(*) FROM outbox_items WHERE state = 'dead'"
_COUNTED = ("message_log", "help_requests", "pending_turns", "outbox_items", "members")


@dataclass(frozen=True, slots=True)
class HelpRow:
    """A request for a person as it was stored."""

    openid: str
    text: str
    number: int


@dataclass(frozen=True, slots=True)
class Facts:
    """All rows of the run so far. `logged` has (openid, kind, content) per row; the rest are counts."""

    logged: list[tuple[str, str, str]]
    helped: list[HelpRow]
    owed: int
    undelivered: int
    dead: int


NO_FACTS = Facts([], [], 0, 0, 0)


def read_facts(stack: Stack) -> Facts:
    with stack.engine.connect() as connection:
        return Facts(
            [(row[0], row[1], row[2]) for row in connection.execute(text(_LOG))],
            [HelpRow(row[0], row[1], row[2]) for row in connection.execute(text(_HELP))],
            connection.execute(text(_OWED)).scalar_one(),
            connection.execute(text(_UNDELIVERED)).scalar_one(),
            connection.execute(text(_DEAD)).scalar_one(),
        )


def count_rows(stack: Stack) -> dict[str, int]:
    """Rows by table: what a refused or repeated message must not change."""
    with stack.engine.connect() as connection:
        return {
            table: connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
            for table in _COUNTED
        }
