"""The arithmetic of draws that anybody can do again: the commitment, the shuffled tape, the order of a final draw. Pure.

Before the start we publish `commitment`, SHA-256 over the text that `published` makes of the draw (its name, mode, slots and
exact prizes) and over a secret seed. After the end the seed is shown. With it, in 20 lines:

    import hashlib, hmac, pathlib

    text = pathlib.Path("published.txt").read_text("utf-8")                 # from the fairness page
    seed = "…"                                                              # the same
    assert hashlib.sha256(f"{text}\n{seed}".encode()).hexdigest() == "…"    # the commitment

    lines = text.split("\n")
    slots, prizes = int(lines[3]), [line.split("\t") for line in lines[5:]]
    items = [prize[0] for prize in prizes for _ in range(int(prize[3]))]    # each prize as often as there is of it
    items += [""] * (slots - len(items))                                    # then the blanks

    def word(index):                                                        # 64 bits for each slot
        block = hmac.digest(bytes.fromhex(seed), (index // 4).to_bytes(8, "big"), "sha256")
        return int.from_bytes(block[index % 4 * 8 :][:8], "big")

    tape = [items[index] for index in sorted(range(slots), key=lambda index: (word(index), index))]

`tape[n]` is what turn number n + 1 won. Sorting by random words is a uniform shuffle (two equal words among a million have a
chance of 3 in 100 million, and are then taken in order).
"""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

MOST_SLOTS = 1_000_000
MOST_PRIZES = 20
_PER_BLOCK = 4


class PrizeLine(NamedTuple):
    """What of a prize is committed to."""

    name: str
    kind: str
    value_fen: int
    stock: int
    odds: str


class Ticket(NamedTuple):
    """A chance in a final draw: its number, and whose it is, both without a person's name."""

    number: str
    holder: str


def new_seed() -> str:
    """256 random bits, hex."""
    return secrets.token_hex(32)


def published(public_id: str, mode: str, slots: int, entropy_source: str, prizes: Sequence[PrizeLine]) -> str:
    """What is fixed before the start, as the text that is committed to: lines, no newline at the end."""
    lines = ["zhijia-draw-1", public_id, mode, str(slots), entropy_source]
    return "\n".join([*lines, *("\t".join(map(str, prize)) for prize in prizes)])


def commit(text: str, seed: str) -> str:
    """The commitment to `text` (of `published`) and `seed` (empty for draws by odds): 64 hex digits."""
    return hashlib.sha256(f"{text}\n{seed}".encode()).hexdigest()


def shuffle(seed: str, stocks: Sequence[int], slots: int) -> bytes:
    """The tape: a byte a slot, 0 for a blank, else which prize, counted from 1. A million slots take half a second."""
    key = bytes.fromhex(seed)
    blocks = (hmac.digest(key, n.to_bytes(8, "big"), "sha256") for n in range(-(-slots // _PER_BLOCK)))
    words = np.frombuffer(b"".join(blocks), ">u8")[:slots].astype("u8")
    items = np.zeros(slots, "u1")
    items[: sum(stocks)] = np.repeat(np.arange(1, len(stocks) + 1, dtype="u1"), stocks)
    return items[np.argsort(words, kind="stable")].tobytes()


def hash_of_list(tickets: Sequence[Ticket]) -> str:
    """The fingerprint of the frozen list of a final draw: 64 hex digits."""
    return hashlib.sha256("\n".join("\t".join(one) for one in tickets).encode()).hexdigest()


def rank(seed: str, entropy: str, list_hash: str, tickets: Sequence[Ticket]) -> list[Ticket]:
    """The tickets in the order in which they win: by HMAC-SHA256(seed, entropy, list and number)."""
    key = bytes.fromhex(seed)

    def score(ticket: Ticket) -> tuple[bytes, str]:
        said = f"{entropy}\n{list_hash}\n{ticket.number}".encode()
        return hmac.digest(key, said, "sha256"), ticket.number

    return sorted(tickets, key=score)


def choose(ranked: Sequence[Ticket], stocks: Sequence[int], per_person: int) -> list[tuple[Ticket, int]]:
    """Winners in order with their prize (counted from 0); nobody wins more than `per_person` (0: no limit)."""
    prizes = [number for number, stock in enumerate(stocks) for _ in range(stock)]
    won: dict[str, int] = {}
    chosen: list[tuple[Ticket, int]] = []
    for ticket in ranked:
        if len(chosen) == len(prizes):
            break
        if per_person and won.get(ticket.holder, 0) >= per_person:
            continue
        won[ticket.holder] = won.get(ticket.holder, 0) + 1
        chosen.append((ticket, prizes[len(chosen)]))
    return chosen
