"""Open questions put together to gaps. The worker does it, as thousands take seconds; pages read what it kept (`lists`)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from faq.gaps import clusters
from faq.gaps.store import Asked, gap_code, list_grouped, list_open
from faq.spelling import Speller
from faq.synonyms import shipped_synonyms

LEAST = 2
"""Letters a question has at least; 「？」 and 「嗯」 tell nobody what is missing."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Questions that are alike and have no good answer. `texts`: the distinct masked ones, the central one first, then those
    that were asked most."""

    code: str
    texts: tuple[str, ...]
    asked: tuple[Asked, ...]

    @property
    def question(self) -> str:
        return self.texts[0]

    def since(self, moment: datetime) -> "Gap":
        """The same gap with only what was asked since."""
        return Gap(self.code, self.texts, tuple(one for one in self.asked if one.asked_at >= moment))

    def count(self, outcome: str) -> int:
        return sum(one.outcome == outcome for one in self.asked)


def group_open(session: Session, account_id: int) -> list[Gap]:
    """All gaps of an account, made of its open questions."""
    alike = _by_spelling(list_open(session, account_id))
    rows, counts = list(alike.values()), [len(same) for same in alike.values()]
    groups = clusters.group(list(alike), counts, clusters.feature_weights(Speller(shipped_synonyms())))
    return [_gap_of(account_id, [rows[position] for position in group.members]) for group in groups]


def grouped_gaps(session: Session, account_id: int) -> list[Gap]:
    """The gaps of an account as they were grouped last, without what was settled since."""
    asked: dict[str, list[Asked]] = defaultdict(list)
    for one in list_grouped(session, account_id):
        asked[one.gap].append(one)
    return [gap_made_of(account_id, code, rows) for code, rows in asked.items()]


def gap_made_of(account_id: int, code: str, asked: Sequence[Asked]) -> Gap:
    """`asked`: what was put to the gap `code`, one question at least."""
    spellings = list(_by_spelling(asked).values())
    spellings.sort(key=lambda same: gap_code(account_id, same[0].id) != code)
    return Gap(code, _texts(spellings), _by_time(spellings))


def by_size(gaps: Iterable[Gap], since: datetime) -> list[Gap]:
    """Those in which something was asked since, most asked first; counted since then."""
    asked = [gap for gap in (gap.since(since) for gap in gaps) if gap.asked]
    return sorted(asked, key=lambda gap: (-len(gap.asked), -gap.asked[-1].asked_at.timestamp(), gap.code))


def _by_spelling(asked: Iterable[Asked]) -> dict[str, list[Asked]]:
    speller = Speller(shipped_synonyms())
    alike: dict[str, list[Asked]] = defaultdict(list)
    for one in asked:
        if len(spelled := speller.spell(one.text)) >= LEAST and not spelled.isdigit():
            alike[spelled].append(one)
    return alike


def _gap_of(account_id: int, spellings: Sequence[Sequence[Asked]]) -> Gap:
    """`spellings`: the questions of each, the central one first."""
    return Gap(gap_code(account_id, spellings[0][0].id), _texts(spellings), _by_time(spellings))


def _texts(spellings: Sequence[Sequence[Asked]]) -> tuple[str, ...]:
    others = sorted(spellings[1:], key=lambda same: (-len(same), same[0].id))
    return tuple(dict.fromkeys(same[0].text for same in (spellings[0], *others)))


def _by_time(spellings: Iterable[Sequence[Asked]]) -> tuple[Asked, ...]:
    asked = (one for same in spellings for one in same)
    return tuple(sorted(asked, key=lambda one: (one.asked_at, one.id)))
