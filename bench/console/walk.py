"""Asks two servers for the same lists in turns, over real HTTP, and compares how long they take."""

import http.client
import re
import statistics
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bench.console.fill import COUNTY, PROVINCE, Person
from bench.console.pages import LISTS, List
from bench.console.web import HEADER

_ROW = re.compile(rb'<tr[ >]|<article[ >]|class="list-group-item|<h3[ >]')
_WARMING = 3
_LIKE = 0.9
"""A list has the same page in both where it has as many rows, give or take a few."""


@dataclass(frozen=True, slots=True)
class Site:
    """A server: its port, who is signed in there, what stands in addresses for `{names}`, and what it took to load."""

    port: int
    people: tuple[Person, ...]
    names: Mapping[str, str]
    loading: Mapping[str, float]


@dataclass(slots=True)
class Took:
    """What one list took at one site."""

    times_ms: list[float] = field(default_factory=list)
    statements: int = 0
    rows: int = 0
    length: int = 0

    def at(self, percent: int) -> float:
        taken = sorted(self.times_ms)
        return taken[min(len(taken) - 1, len(taken) * percent // 100)]


@dataclass(frozen=True, slots=True)
class Walked:
    """A list as somebody saw it, at full size and at the hundredth part."""

    name: str
    whole: Took
    part: Took

    @property
    def ratio(self) -> float:
        """p95 at the hundredth part ÷ p95 at full size: 1 where size costs nothing."""
        return self.part.at(95) / self.whole.at(95)


class _Visitor:
    """One person's browser at one server: a connection that is kept."""

    def __init__(self, site: Site, person: Person) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
        self._headers = {"Cookie": f"zj_staff={person.token}"}
        self._names = site.names

    def look(self, address: str, took: Took) -> None:
        """Raises SystemExit for anything but a page."""
        for name, value in self._names.items():
            address = address.replace(f"{{{name}}}", value).replace(f"%7B{name}%7D", value)
        began = time.perf_counter()
        self._connection.request("GET", address, headers=self._headers)
        answer = self._connection.getresponse()
        body = answer.read()
        took.times_ms.append((time.perf_counter() - began) * 1000)
        if answer.status != 200:
            raise SystemExit(f"{address}: {answer.status}\n{body.decode()[-1500:]}")
        took.statements = int(answer.headers[HEADER])
        took.rows, took.length = len(_ROW.findall(body)), len(body)

    def close(self) -> None:
        self._connection.close()


def walk(whole: Site, part: Site, requests: int, only: str = "") -> list[Walked]:
    """Every list as the province's administrator, and those of a county as its editor."""
    found: list[Walked] = []
    for number, place in enumerate((PROVINCE, COUNTY)):
        pairs = [_Visitor(site, site.people[number]) for site in (whole, part)]
        lists = [one for one in LISTS if (one.county or place == PROVINCE) and only in one.name]
        for one in lists:
            found.append(_compare(one, place, pairs, requests))
            print(_line(found[-1]), file=sys.stderr)
        for visitor in pairs:
            visitor.close()
    return found


def _compare(one: List, place: str, pairs: Sequence[_Visitor], requests: int) -> Walked:
    """In turns, so that what else the machine does falls on both."""
    address, took = one.address(place), (Took(), Took())
    for _ in range(_WARMING + requests):
        for visitor, mine in zip(pairs, took, strict=True):
            visitor.look(address, mine)
    for mine in took:
        del mine.times_ms[:_WARMING]
    name = one.name if place == PROVINCE else f"{one.name}（县）"
    return Walked(name, *took)


def _line(one: Walked) -> str:
    whole, part = one.whole, one.part
    return (
        f"{one.ratio:5.2f}  {whole.at(50):7.1f} {whole.at(95):7.1f} ms {whole.statements:3d} SQL | "
        f"{part.at(50):7.1f} {part.at(95):7.1f} ms {part.statements:3d} SQL | {whole.rows:3d} {part.rows:3d}  {one.name}"
    )


def figures(walked: Sequence[Walked]) -> dict[str, object]:
    """For the last line: the worst list, all of them, and which had less to show at the hundredth part (and so say
    nothing)."""
    worst = min(walked, key=lambda one: one.ratio)
    return {
        "worst_page": worst.name,
        "worst_ratio": round(worst.ratio, 3),
        "median_ratio": round(statistics.median(one.ratio for one in walked), 3),
        "within": sum(one.ratio >= 1 / 1.5 for one in walked),
        "walked": len(walked),
        "shorter": [one.name for one in walked if one.part.rows < one.whole.rows * _LIKE],
        "pages": {one.name: _figures(one) for one in walked},
    }


def _figures(one: Walked) -> dict[str, object]:
    return {
        "ratio": round(one.ratio, 3),
        "p50_ms": [round(took.at(50), 1) for took in (one.whole, one.part)],
        "p95_ms": [round(took.at(95), 1) for took in (one.whole, one.part)],
        "statements": [took.statements for took in (one.whole, one.part)],
    }
