"""Every citation fits: the entry says something of what the article says.

How near is near enough, the knowledge itself tells: most citations given to entries about something else have to stay
below the bar. The few true ones that stay below it too are read by a person and listed in `read.csv`.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np

from proofs.answers.book import Reference, read_reference
from proofs.answers.likeness import likeness
from proofs.answers.sources import Placed, Sources
from proofs.findings import Findings
from proofs.run import Run

LINE = "fit"
_BELOW = 0.82
"""The share of mismatches that the bar is set to catch, and what it must catch of others."""

_CAUGHT = 0.8
_MISMATCHES = 15_000
"""So many are looked at, however few citations there are."""

_READ = Path(__file__).with_name("read.csv")

Article = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Cited:
    """Entry number `entry` cites an article whose text is at hand."""

    entry: int
    citation: str
    article: Article


class Fit:
    """How near each entry of `sources` is to each article whose text is at hand."""

    def __init__(self, sources: Sources) -> None:
        articles = sources.book.articles
        # The names of chapters say what an article is about.
        texts = [f"{article.chapter}\n{article.text}" for article in articles.values()]
        self._near = likeness([entry.words for entry in sources.entries], texts)
        self._column = {article: number for number, article in enumerate(articles)}

    def of(self, cited: Iterable[Cited]) -> list[float]:
        """As `likeness` measures it, for one citation after the other."""
        return [float(self._near[one.entry, self._column[one.article]]) for one in cited]


def prove(
    run: Run, findings: Findings, sources: Sources, read: frozenset[tuple[str, str]] | None = None
) -> None:
    """`read` holds (entry, citation) that were read and found right; by default those of `read.csv`."""
    cited = _cited(sources)
    topics = [entry.row.topic for entry in sources.entries]
    example = _mismatches(cited, topics, Random("bar"))
    if not example:
        return
    fit = Fit(sources)
    bar = float(np.quantile(fit.of(example), _BELOW, method="higher"))
    _prove_power(findings, bar, fit.of(_mismatches(cited, topics, run.chance("power"))))
    if run.control:
        cited = shuffled(cited, topics, run.chance("shuffle"))
    known = read_list() if read is None else read
    waived = 0
    for one, near in zip(cited, fit.of(cited), strict=True):
        findings.attempted(LINE)
        entry = sources.entries[one.entry]
        if near <= bar and (entry.row.code, one.citation) in known:
            waived += 1
        elif near <= bar:
            findings.violated(LINE, "unlike", _unlike(entry, one))
    findings.figure(LINE, read_by_a_person=waived)


def _prove_power(findings: Findings, bar: float, near: Sequence[float]) -> None:
    """A line that finds no mismatch proves nothing: of those that it was not set by, it has to catch four in five."""
    caught = sum(one <= bar for one in near) / len(near)
    findings.figure(LINE, caught=round(caught, 3))
    if caught < _CAUGHT:
        findings.violated(LINE, "blind", f"错配的引用只发现了 {caught:.0%}，应不少于 {_CAUGHT:.0%}")


def _mismatches(cited: Sequence[Cited], topics: Sequence[str], chance: Random) -> list[Cited]:
    times = _MISMATCHES // max(len(cited), 1) + 1
    return [one for _ in range(times) for one in shuffled(cited, topics, chance)]


def shuffled(cited: Sequence[Cited], topics: Sequence[str], chance: Random) -> list[Cited]:
    """Each citation given to an entry of a topic that never cites the article; left out where there is none."""
    cites: dict[str, set[Article]] = defaultdict(set)
    for one in cited:
        cites[topics[one.entry]].add(one.article)
    found: list[Cited] = []
    for one in cited:
        others = [number for number, topic in enumerate(topics) if one.article not in cites[topic]]
        if others:
            found.append(Cited(chance.choice(others), one.citation, one.article))
    return found


def read_list(path: Path = _READ) -> frozenset[tuple[str, str]]:
    """Columns entry and citation."""
    with path.open(encoding="utf-8", newline="") as file:
        return frozenset((row["entry"], row["citation"]) for row in csv.DictReader(file))


def _cited(sources: Sources) -> list[Cited]:
    return [
        Cited(number, citation, place.article)
        for number, entry in enumerate(sources.entries)
        for citation, place in _places(entry.row.citations)
        if place.article in sources.book.articles
    ]


def _places(citations: Iterable[str]) -> list[tuple[str, Reference]]:
    places = ((citation, read_reference(citation)) for citation in citations)
    return [(citation, place) for citation, place in places if place is not None]


def _unlike(entry: Placed, one: Cited) -> str:
    return (
        f"{entry.name}「{entry.row.question}」与{one.citation}没有多少共同的话。引错了请改；"
        f"读过条文、确实没错的，记在 proofs/answers/{_READ.name}"
    )
