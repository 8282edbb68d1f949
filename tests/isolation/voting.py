"""Votes of a union: one that is on, with a search that broke, one that is over, and a draft into which a file is to be
brought; a follower of it who has cast ballots."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns import service
from campaigns.ballots import h5_ledger, open_pages, part
from campaigns.ballots.guard import rule_from
from campaigns.ballots.searching import ask_search
from campaigns.kinds.vote.kind import KIND
from campaigns.kinds.vote.tables import VoteCandidate
from campaigns.service import Organiser
from campaigns.store import get_row, view_of
from proofs.isolation.votes import Voting, open_vote, send_file

_PAGES = ("", "/1", "/3", "/ranking", "/result", "/ledger", "/ledger/1", "/ledger/1.txt", "/counts", "/mine")


@dataclass(frozen=True, slots=True)
class Votes:
    """Addresses below the account's, on phones and in the console."""

    live: Voting
    over: Voting
    broken: str
    """A search of the one that is on."""
    draft: str
    upload_id: str

    def paths(self) -> list[str]:
        return [path for one in (self.live, self.over) for path in _paths(one)]

    def desk_paths(self) -> list[str]:
        whole, id_ = self.live.address(), self.live.campaign.public_id
        candidate = f"{id_}/candidates/{whole['candidate_id']}"
        pages = [f"{id_}/{one}" for one in ("candidates", "files", "rounds", "jury", "votes", "guard")]
        searches = [f"{id_}/guard/searches/{one}" for one in (whole["search_id"], self.broken)]
        return [*pages, candidate, f"{self.draft}/files/{self.upload_id}", *searches]


def add_voting(session: Session, account_id: int, openid: str, staff_id: int, now: datetime) -> Votes:
    """To be called once. `staff_id` has sent a file."""
    live, over = (open_vote(session, account_id, "某某", openid, now) for _ in range(2))
    search = ask_search(session, live.campaign, rule_from("night"), "某某", now)
    search.state, search.problem = "failed", "没有查成，请再查一次。"
    row = get_row(session, account_id, over.campaign.public_id)
    row.settings = {**row.settings, "groups": "", "rounds": []}
    for one in session.scalars(_candidates(account_id, over)):
        one.group = ""
    session.flush()
    service.close(session, view_of(row), now)
    draft = service.begin(session, account_id, "vote", KIND.templates[1], now, Organiser("某某", now))
    upload_id = send_file(session, draft, "某某", staff_id, now)
    return Votes(live, over, search.public_id, draft.public_id, upload_id)


def forget_pages() -> None:
    """What this process made of the texts before."""
    for kept in (open_pages._pages, open_pages._rare, part._rolls, h5_ledger._digests):
        kept._known.clear()


def _candidates(account_id: int, voting: Voting):
    return select(VoteCandidate).where(
        VoteCandidate.account_id == account_id, VoteCandidate.campaign_id == voting.campaign.id
    )


def _paths(voting: Voting) -> Iterator[str]:
    vote = f"c/{voting.campaign.public_id}/vote"
    yield from (f"{vote}{page}" for page in _PAGES)
    yield from (f"{vote}?q=1", f"{vote}?q=x", f"{vote}/receipts", f"{vote}/receipts/{voting.receipt}")
