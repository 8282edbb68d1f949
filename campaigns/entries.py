"""What was handed in to a campaign, as a jury looks at it, whatever it is: a kind tells of its entries in these shapes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from sqlalchemy.orm import Session

from campaigns.view import CampaignView


@dataclass(frozen=True, slots=True)
class Entry:
    """One work that may be judged. `number` names it in the campaign for ever."""

    number: int
    title: str
    group: str = ""
    person_id: int = 0
    """Whose it is, in the campaign's ledger; 0 for nobody's."""
    openid: str | None = None
    """Theirs, while they were not erased: a juror judges no work of their own."""
    unit: str = ""
    """Where they work, as they told it: nor one of their colleagues."""
    faults: Mapping[str, str] = field(default_factory=dict)
    """What rules could disqualify it for, with the reason in words, by the rule's key."""


class EntryPart(Protocol):
    """A kind's part whose campaigns have entries (`CampaignKind.entries`)."""

    @property
    def rules(self) -> Mapping[str, str]:
        """What it can disqualify for: titles by key, as `Entry.faults` has them."""

    def list(self, session: Session, campaign: CampaignView) -> Sequence[Entry]:
        """Those that may be judged now, by number."""

    def show(self, session: Session, campaign: CampaignView, number: int, *, blind: bool) -> str:
        """One as safe HTML for the juror's page; `blind`: without title, words and names. Raises NotFound."""
