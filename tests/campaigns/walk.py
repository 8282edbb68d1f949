"""A campaign of any kind on its way from the draft to the end, as `tests/campaigns/<kind>/sample.py` says how it is played."""

import csv
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

from accounts.service import add_account
from campaigns import joining, service
from campaigns.console_form import draft_of
from campaigns.drafting import Host, draft_from
from campaigns.export import write_rows
from campaigns.kind import CampaignKind
from campaigns.service import Organiser
from campaigns.store import get_campaign, get_row
from campaigns.view import CampaignView
from members import ledger
from models.db import Database
from models.ledger import Person
from tests.conftest import NOW, new_account

OPENS = NOW + timedelta(hours=1)
DURING = OPENS + timedelta(hours=2)
AFTER = OPENS + timedelta(days=40)


@dataclass
class Walk:
    """A campaign of one kind at one account."""

    db: Database
    kind: CampaignKind
    account_id: int
    campaign_id: str = ""
    opens: datetime = OPENS

    @property
    def sample(self) -> Any:
        return import_module(f"tests.campaigns.{self.kind.key}.sample")

    @property
    def campaign(self) -> CampaignView:
        with self.db.read() as session:
            return get_campaign(session, self.account_id, self.campaign_id)

    @property
    def by(self) -> Organiser:
        """Who prepares it, an hour before it opens."""
        return Organiser("anna", self.opens - timedelta(hours=1))

    def create(self) -> None:
        with self.db.work() as session:
            template = self.kind.templates[0]
            made = service.begin(session, self.account_id, self.kind.key, template, self.opens, self.by)
            self.sample.prepare(session, made)
            self.campaign_id = made.public_id

    def change(self) -> None:
        with self.db.work() as session:
            row = get_row(session, self.account_id, self.campaign_id)
            rules = draft_from(session, self.campaign, Host("测试工会", "12351")).model_dump(mode="json")
            settings = self.kind.config.model_validate(self.sample.SETTINGS).model_dump(mode="json")
            draft = replace(draft_of(row), settings=settings, rules=rules, summary="一起来", title="测试活动")
            service.change(session, self.account_id, self.campaign_id, row.version, draft, self.by)

    def open(self) -> None:
        for step in (service.approve, service.open_campaign):
            with self.db.work() as session:
                step(session, self.account_id, self.campaign_id, self.campaign.version, self.by)

    def join(self, openid: str, now: datetime = DURING) -> Person:
        with self.db.work() as session:
            return joining.join(session, self.campaign, openid, now)

    def play(self, openid: str, now: datetime = DURING) -> None:
        campaign = self.campaign
        with self.db.work() as session:
            person = joining.join(session, campaign, openid, now)
            self.sample.play(session, campaign, person, now)

    def close(self) -> bool:
        campaign = self.campaign
        with self.db.work() as session:
            return service.close(session, campaign, AFTER)

    def export(self, path: Path) -> list[list[str]]:
        with self.db.read() as session:
            write_rows(session, self.campaign, path)
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.reader(file))

    def figures(self) -> dict[str, float]:
        with self.db.read() as session:
            summary = self.kind.summarise(session, self.campaign, AFTER)
        assert all(len(one.labels) == len(one.values) for one in summary.series)
        return {one.title: one.value for one in summary.figures}


def open_campaign(
    db: Database, kind: CampaignKind, account_id: int | None = None, opens: datetime = OPENS
) -> Walk:
    """One that people can take part in; at an account of its own if none is given."""
    walk = Walk(db, kind, account_id or _add_account(db), opens=opens)
    walk.create()
    walk.change()
    walk.open()
    return walk


def _add_account(db: Database) -> int:
    ledger.use_key(b"a-ledger-key-for-tests")
    with db.work() as session:
        return add_account(session, new_account(), NOW).id
