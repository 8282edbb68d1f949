"""Which counts people may see now, as the settings say: live, as of the latest daily root, or after the end. For pages and chat."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from campaigns.ballots.roots import HOUR, counts_of, find_last_root
from campaigns.ballots.rules import AFTERWARDS, DAILY, LIVE, rules_of
from campaigns.ballots.totals import Counts, read_counts, valid_votes
from campaigns.view import CampaignView
from core.clock import local_text

_ENDED = frozenset({"over", "publicised", "archived"})


@dataclass(frozen=True, slots=True)
class Shown:
    """Votes by round and candidate; None while they are hidden. `words`: as of when, or when they will be there."""

    counts: Counts | None
    words: str

    def valid(self, round_: int, number: int) -> int | None:
        """A candidate's votes that count; None while they are hidden."""
        return None if self.counts is None else valid_votes(self.counts, round_, number)


def is_ended(campaign: CampaignView, now: datetime) -> bool:
    """Is the voting over? The last ballots may still be on their way into the ledger until `closed_at` is there."""
    return campaign.phase(now) in _ENDED


def is_live(campaign: CampaignView, now: datetime) -> bool:
    """Do counts change while one looks, and may everybody see that?"""
    return rules_of(campaign).show == LIVE and campaign.phase(now) == "on"


def read_shown(
    session: Session, campaign: CampaignView, now: datetime, numbers: Collection[int] | None = None
) -> Shown:
    """What may be seen at `now`; `numbers`: theirs are enough."""
    vote = f"{rules_of(campaign).words.vote}数"
    if is_ended(campaign, now):
        closed = campaign.closed_at is not None
        return Shown(
            read_counts(session, campaign, numbers),
            f"最终{vote}。" if closed else f"正在封存最后的{vote}，稍后公布最终{vote}。",
        )
    show = rules_of(campaign).show
    if show == AFTERWARDS:
        return Shown(None, f"{rules_of(campaign).words.act}期间不公布{vote}，结束后公布。")
    if show == DAILY:
        root = find_last_root(session, campaign)
        if root is None:
            return Shown(None, f"{vote}每天 {HOUR} 点公布，第一次还没到。")
        return Shown(counts_of(root), f"{vote}截至 {local_text(root.made_at)}，每天 {HOUR} 点更新。")
    return Shown(read_counts(session, campaign, numbers), f"{vote}实时更新，可能晚一两秒。")
