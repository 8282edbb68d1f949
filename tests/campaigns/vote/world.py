"""An open vote with candidates and people, on whatever database a test has."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from accounts import audit
from accounts.service import add_account
from campaigns import service
from campaigns.ballots.ballot import CHAT, Ballot, Cast, Origin
from campaigns.ballots.casting import cast_ballot
from campaigns.ballots.rules import round_at
from campaigns.ballots.sealing import seal_all
from campaigns.console_form import draft_of
from campaigns.drafting import Host, draft_from
from campaigns.kinds.vote.candidates import CandidateDraft, add_candidates
from campaigns.kinds.vote.kind import KIND
from campaigns.kinds.vote.roll import read_roll
from campaigns.service import Organiser
from campaigns.store import get_campaign, get_row
from campaigns.view import CampaignView
from core.ids import public_id
from members import ledger
from models.db import Database
from tests.conftest import NOW, new_account

OPENS = NOW + timedelta(hours=1)
DURING = OPENS + timedelta(hours=2)
SIMPLE: dict[str, Any] = {"choose_most": 3, "votes": 5}
PEOPLE = ("林一", "陈二", "黄三", "何四", "罗五", "梁六")


@dataclass
class Vote:
    """`now` is the time at which things are done."""

    db: Database
    account_id: int
    campaign: CampaignView
    now: datetime = DURING
    receipts: list[str] = field(default_factory=list)

    def cast(
        self, openid: str, *choice: int, key: str = "", now: datetime | None = None, origin: Origin = CHAT
    ) -> Cast:
        at = now or self.now
        with self.db.read() as session:
            standing = read_roll(session, self.campaign).standing(round_at(self.campaign, at))
        ballot = Ballot(self.campaign, openid, choice, standing, key or public_id(20), origin, at)
        done = cast_ballot(self.db, ballot)
        self.receipts.append(done.receipt)
        return done

    def seal(self) -> int:
        with self.db.work() as session:
            return seal_all(session, self.campaign, self.now)

    def refresh(self) -> None:
        with self.db.read() as session:
            self.campaign = get_campaign(session, self.account_id, self.campaign.public_id)


def by() -> Organiser:
    return Organiser("anna", NOW)


def furnish(session: Any, campaign: CampaignView, names: Sequence[str] = PEOPLE) -> None:
    drafts = [CandidateDraft(name, about="爱岗敬业") for name in names]
    add_candidates(session, campaign, drafts, "anna", NOW)


def make_vote(
    db: Database,
    settings: dict[str, Any] | None = None,
    account_id: int | None = None,
    names: Sequence[str] = PEOPLE,
    **changes: Any,
) -> Vote:
    """One that is open, with people to vote for."""
    ledger.use_key(b"a-ledger-key-for-tests")
    audit.use_key(b"an-audit-key-for-tests")
    with db.work() as session:
        account_id = account_id or add_account(session, new_account(), NOW).id
        made = service.begin(session, account_id, "vote", KIND.templates[0], OPENS, by())
        config = KIND.config.model_validate(settings or SIMPLE)
        row = get_row(session, account_id, made.public_id)
        rules = draft_from(session, replace(made, settings=config), Host("测试工会", "12351"))
        draft = replace(
            draft_of(row),
            title="测试投票",
            summary="选出身边的工匠",
            settings=config.model_dump(mode="json"),
            rules=rules.model_dump(mode="json"),
            **changes,
        )
        service.change(session, account_id, made.public_id, row.version, draft, by())
        furnish(session, get_campaign(session, account_id, made.public_id), names)
    for step in (service.approve, service.open_campaign):
        with db.work() as session:
            row = get_row(session, account_id, made.public_id)
            step(session, account_id, made.public_id, row.version, by())
    with db.read() as session:
        return Vote(db, account_id, get_campaign(session, account_id, made.public_id))
