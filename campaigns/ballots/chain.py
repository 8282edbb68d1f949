"""The ledger's chain: how a ballot becomes a line, lines a block's hash, and blocks a chain. Pure.

An outsider can compute the same with SHA-256 alone. A line is

    id|person|period|number|used|round|key|at|channel|address|range|agent|worked|candidates

with `at` in microseconds since 1970, `worked` 0 or 1, candidates' numbers in order, parted by commas. A block's hash is the
SHA-256 of

    the hash of the block before (64 zeros for the first), the campaign's id, the block's number, and the SHA-256 of each of its
    lines in order, each in hex, each with a line feed at its end.
"""

import hashlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

FIRST = "0" * 64
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Line(NamedTuple):
    """A ballot as it is chained."""

    id: int
    person_id: int
    period: int
    number: int
    used: int
    round: int
    key: str
    at: datetime
    channel: str
    address: str
    range: str
    agent: str
    worked: bool
    candidates: Sequence[int]

    def text(self) -> str:
        """As it is hashed."""
        at = (self.at - _EPOCH) // _MICROSECOND
        chosen = ",".join(map(str, self.candidates))
        return (
            f"{self.id}|{self.person_id}|{self.period}|{self.number}|{self.used}|{self.round}|{self.key}|{at}|"
            f"{self.channel}|{self.address}|{self.range}|{self.agent}|{int(self.worked)}|{chosen}"
        )

    def digest(self) -> str:
        """SHA-256 of its text, hex."""
        return hashlib.sha256(self.text().encode()).hexdigest()


def hash_block(before: str, campaign_id: str, number: int, digests: Iterable[str]) -> str:
    """The block's hash, hex; `campaign_id` is the public one."""
    whole = hashlib.sha256(f"{before}\n{campaign_id}\n{number}\n".encode())
    for digest in digests:
        whole.update(f"{digest}\n".encode())
    return whole.hexdigest()


class Runs:
    """Ids in runs, asked one by one."""

    def __init__(self, texts: Iterable[str]) -> None:
        """Of texts that `gaps` or `write_runs` wrote. Raises ValueError for others."""
        runs = [_run(part) for text in texts if text for part in text.split(",")]
        self._runs = sorted(runs)
        self._firsts = [first for first, _ in self._runs]

    def __contains__(self, one: int) -> bool:
        at = bisect_right(self._firsts, one) - 1
        return at >= 0 and one <= self._runs[at][1]

    def __iter__(self) -> Iterator[int]:
        for first, last in self._runs:
            yield from range(first, last + 1)


def gaps(after: int, last: int, ids: Iterable[int]) -> str:
    """What of the ids above `after` up to `last` is not among the ascending `ids`, as text."""
    missing: list[str] = []
    for one in (*ids, last + 1):
        if one > after + 1:
            missing.append(str(after + 1) if one == after + 2 else f"{after + 1}-{one - 1}")
        after = one
    return ",".join(missing)


def write_runs(ids: Iterable[int]) -> str:
    """Ascending ids as text: `5,8-12`."""
    runs: list[list[int]] = []
    for one in ids:
        if runs and runs[-1][1] == one - 1:
            runs[-1][1] = one
        else:
            runs.append([one, one])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)


def _run(part: str) -> tuple[int, int]:
    first, _, last = part.partition("-")
    return int(first), int(last or first)
