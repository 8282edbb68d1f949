"""A ballot on its way: what is asked, where it came from, what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from campaigns.view import CampaignView
from members.ledger import mark_of

_MARK = 16


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a ballot came from, as keyed hashes that mean nothing outside its campaign; empty in the chat."""

    channel: str
    address: str = ""
    range: str = ""
    agent: str = ""
    worked: bool = False


CHAT = Origin("chat")


@dataclass(frozen=True, slots=True)
class Ballot:
    """What somebody wants to cast. `standing`: whom one can vote for now; `key` names the request when it comes again."""

    campaign: CampaignView
    openid: str
    choice: Sequence[int]
    standing: frozenset[int]
    key: str
    origin: Origin
    now: datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """A ballot with what it counts for: candidates' numbers in order, round, period."""

    ballot: Ballot
    choice: tuple[int, ...]
    round: int
    period: int


class Taken(NamedTuple):
    """A ballot as the ledger took it, and the person's votes in the period with it."""

    ballot_id: int
    used: int


@dataclass(frozen=True, slots=True)
class Cast:
    """A ballot that stands in the ledger; `again`: it stood there before this request."""

    ballot_id: int
    receipt: str
    choice: tuple[int, ...]
    left: int
    """Votes left in the period."""
    again: bool = False


def hashed(campaign: CampaignView, what: str, value: str) -> str:
    """An address or a browser as this campaign's ledger knows it; empty for none."""
    return mark_of(campaign.scope, f"{what} {value}")[:_MARK] if value else ""
