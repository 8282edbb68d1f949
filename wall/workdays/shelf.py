"""The calendars of all organisations in memory, for whoever counts deadlines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from wall.workdays.calendar import Calendar, Year
from wall.workdays.store import all_own_years, layered


@dataclass(frozen=True, slots=True)
class _Kept:
    own: Mapping[int, Sequence[Year]]
    made: dict[tuple[int, ...], Calendar] = field(default_factory=dict)


class WorkdayShelf:
    """`load` reads what organisations keep themselves and swaps it in at once; calendars are made when first asked for."""

    def __init__(self) -> None:
        self._kept = _Kept({})

    def load(self, session: Session) -> None:
        self._kept = _Kept(all_own_years(session))

    def of(self, chain: Sequence[int]) -> Calendar:
        """What holds at the organisation `chain` begins with (`AccountView.organisation_ids`)."""
        kept = self._kept
        # Organisations without days of their own share the calendar of the one above.
        having = tuple(id_ for id_ in chain if id_ in kept.own)
        if having not in kept.made:
            kept.made[having] = layered(kept.own, having)
        return kept.made[having]
