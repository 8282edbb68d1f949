"""Campaigns of the tiny kind, made and brought on by service, for tests."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from campaigns import service
from campaigns.console_form import draft_of
from campaigns.drafting import Host, draft_from
from campaigns.kind import Template
from campaigns.service import Organiser
from campaigns.store import get_campaign, get_row
from campaigns.view import CampaignView
from models.db import Database
from prizes.rules import DrawDraft, PrizeDraft
from prizes.service import create_draw, open_draw
from tests.campaigns.tiny import KIND
from tests.conftest import NOW

ANNA = Organiser("anna", NOW)
HOST = Host("测试工会", "12351")
OPENS = NOW + timedelta(hours=1)
CREDIT = PrizeDraft("话费 10 元", "credit", 100, 1000, "0.1", how="自动充值")


@dataclass
class Campaigns:
    """Of one account."""

    db: Database
    account_id: int

    def begin(self, **settings: Any) -> CampaignView:
        with self.db.work() as session:
            template = Template("plain", "按一按", "最简单的", settings, days=7)
            return service.begin(session, self.account_id, KIND.key, template, OPENS, ANNA)

    def get(self, campaign_id: str) -> CampaignView:
        with self.db.read() as session:
            return get_campaign(session, self.account_id, campaign_id)

    def change(self, campaign_id: str, by: Organiser = ANNA, **changes: Any) -> CampaignView:
        with self.db.work() as session:
            row = get_row(session, self.account_id, campaign_id)
            draft = replace(draft_of(row), **changes)
            return service.change(session, self.account_id, campaign_id, row.version, draft, by)

    def with_rules(self, campaign_id: str, **changed: str) -> CampaignView:
        """The drafted rules, some sections otherwise."""
        with self.db.read() as session:
            drafted = draft_from(session, self.get(campaign_id), HOST)
        return self.change(campaign_id, rules={**drafted.model_dump(mode="json"), **changed})

    def ready(self, **changes: Any) -> CampaignView:
        """A draft in which nothing is to be mended."""
        made = self.begin()
        if changes:
            self.change(made.public_id, **changes)
        return self.with_rules(made.public_id)

    def checked(self, **changes: Any) -> CampaignView:
        made = self.ready(**changes)
        with self.db.work() as session:
            service.approve(session, self.account_id, made.public_id, made.version, ANNA)
        return self.get(made.public_id)

    def live(self, **changes: Any) -> CampaignView:
        made = self.checked(**changes)
        with self.db.work() as session:
            service.open_campaign(session, self.account_id, made.public_id, made.version, ANNA)
        return self.get(made.public_id)

    def draw(self, *prizes: PrizeDraft, days: int = 30, opened: bool = True) -> int:
        until = OPENS + timedelta(days=days)
        draft = DrawDraft("刮刮乐", "odds", "scratch", OPENS, until, prizes or (CREDIT,))
        with self.db.work() as session:
            draw = create_draw(session, self.account_id, draft, "anna", NOW)
            if opened:
                open_draw(session, self.account_id, draw.public_id, draw.version, "anna", NOW)
            return draw.id


def at(moment: datetime) -> Organiser:
    return Organiser("anna", moment)
