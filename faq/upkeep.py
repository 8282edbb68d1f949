"""Which entries have to be looked at again, and why: their statute changed, or their time runs out. Pure decisions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from core.text import comparable
from faq.statutes.changes import CHANGES
from faq.statutes.names import known_name, name_key
from faq.statutes.reading import Articles, read
from faq.statutes.shelf import Library
from faq.store import EntryView

SOON_DAYS = 30


@dataclass(frozen=True, slots=True)
class Due:
    """Why an entry has to be looked at again. `over`: phones do not show it any more; `unchecked`: it is done with when
    somebody compares it with the statutes (its time is not: that has to be changed)."""

    reasons: tuple[str, ...]
    over: bool = False
    unchecked: bool = False


def due(entry: EntryView, library: Library, today: date) -> Due | None:
    """None where nothing is to be done."""
    reasons = [*_statutes(entry.citations, entry.checked_on, library)]
    unchecked, over = bool(reasons), False
    if entry.valid_until is not None:
        left = (entry.valid_until - today).days
        over = left < 0
        if over:
            reasons.append(f"有效期到 {entry.valid_until} 为止，手机上已经不显示")
        elif left <= SOON_DAYS:
            reasons.append(f"有效期还剩 {left} 天（到 {entry.valid_until}）")
    return Due(tuple(reasons), over, unchecked) if reasons else None


def last_change(library: Library) -> date:
    """The day of the newest text or known change of any statute: what was checked since is not due for it."""
    versions = [change.version for change in CHANGES]
    return max([*versions, *(volume.statute.version for volume in library.volumes)])


def _statutes(citations: Sequence[str], checked_on: date | None, library: Library) -> list[str]:
    if citations and checked_on is None:
        return ["法律依据还没有核对过"]
    found: list[str] = []
    for citation in citations:
        named = _named(citation)
        if named is not None and checked_on is not None:
            found += _news(*named, checked_on, library)
    return list(dict.fromkeys(found))


def _news(law: str, articles: tuple[int, ...], checked_on: date, library: Library) -> list[str]:
    """What happened to these articles of a statute after the day they were checked."""
    volume = library.find(law)
    name = volume.name if volume is not None else known_name(name_key(law)) or law
    news = [
        f"《{name}》有变动：{change.note}"
        for change in CHANGES
        if change.statute == name
        and checked_on < change.version
        and (change.article is None or change.article in articles)
    ]
    if volume is not None and checked_on < volume.statute.version:
        news.append(f"《{name}》在 {volume.statute.version} 有了新版本，晚于核对日 {checked_on}")
    return news


@lru_cache(maxsize=16_384)
def _named(citation: str) -> tuple[str, tuple[int, ...]] | None:
    """The statute and the articles that a citation names; None where it names none."""
    reading = read(comparable(citation))
    if not isinstance(reading, Articles):
        return None
    return reading.law, tuple(number for number, _ in reading.keys)
