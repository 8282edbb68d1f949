"""A kind with entries that exists in tests alone: pictures of nothing, with owners, units, groups and faults as a test wants them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from markupsafe import escape
from sqlalchemy.orm import Session

from campaigns.entries import Entry
from campaigns.view import CampaignView
from core.errors import NotFound
from tests.campaigns import tiny


@dataclass
class Works:
    """An `EntryPart` over a list that a test fills."""

    entries: list[Entry] = field(default_factory=list)
    rules: Mapping[str, str] = field(default_factory=lambda: {"small": "尺寸太小", "late": "交得太晚"})

    def fill(self, count: int, **of: object) -> None:
        """So many more, with the same columns."""
        first = len(self.entries) + 1
        self.entries += [
            replace(Entry(number, f"作品之{number}"), **of) for number in range(first, first + count)
        ]

    def change(self, number: int, **values: object) -> None:
        self.entries = [replace(one, **values) if one.number == number else one for one in self.entries]

    def list(self, session: Session, campaign: CampaignView) -> Sequence[Entry]:
        return self.entries

    def show(self, session: Session, campaign: CampaignView, number: int, *, blind: bool) -> str:
        found = next((one for one in self.entries if one.number == number), None)
        if found is None:
            raise NotFound("no_work", "没有这件作品。")
        title = "" if blind else f"<h2>{escape(found.title)}</h2><p>{escape(found.unit)}</p>"
        return f'{title}<p>画面 {number}</p><img src="data:," alt="第 {number} 件">'


WORKS = Works()
KIND = replace(tiny.KIND, entries=WORKS)
