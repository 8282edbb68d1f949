"""A ballot on its way: what is asked, where it came from, what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from campaigns.ballots.rules import rules_of
from campaigns.view import CampaignView
from core.ids import public_id
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


def values_of(asked: Asked) -> dict[str, Any]:
    """What the statements of all databases are given, apart from what each writes in its own way (`at`, `choice`)."""
    ballot = asked.ballot
    campaign, origin = ballot.campaign, ballot.origin
    return {
        "account": campaign.account_id,
        "campaign": campaign.id,
        "scope": campaign.scope,
        "mark": mark_of(campaign.scope, ballot.openid),
        "period": asked.period,
        "round": asked.round,
        "key": ballot.key,
        "channel": origin.channel,
        "address": origin.address,
        "range": origin.range,
        "agent": origin.agent,
        "worked": origin.worked,
        "wanted": len(asked.choice),
        "most": rules_of(campaign).votes,
    }


def joiner_of(asked: Asked) -> dict[str, Any]:
    """What those statements are given by which a person joins."""
    ballot = asked.ballot
    campaign = ballot.campaign
    return {
        "account": campaign.account_id,
        "campaign": campaign.id,
        "scope": campaign.scope,
        "mark": mark_of(campaign.scope, ballot.openid),
        "openid": ballot.openid,
        "person": public_id(),
    }


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
