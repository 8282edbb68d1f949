"""What every kind of campaign keeps, walked for each that is there, for two unions on both databases.

A kind's tests hold `tests/campaigns/<kind>/sample.py`: SETTINGS, `prepare(session, campaign)` and
`play(session, campaign, person, now)`.
"""

import csv
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from accounts.service import add_account
from campaigns import joining, personal, service
from campaigns.console_form import draft_of
from campaigns.drafting import Host, draft_from
from campaigns.export import write_rows
from campaigns.kind import CampaignKind
from campaigns.registry import all_kinds
from campaigns.service import Organiser
from campaigns.store import get_campaign, get_row
from campaigns.view import CampaignView
from core.errors import Closed, Conflict
from members import ledger
from members.ledger import find_person
from models.db import Database
from tests.conftest import NOW, new_account

OPENS = NOW + timedelta(hours=1)
DURING = OPENS + timedelta(hours=2)
AFTER = OPENS + timedelta(days=40)
KINDS = sorted(all_kinds())
PEOPLE = ("o-anna", "o-bob")


@dataclass
class Walk:
    """A campaign of one kind at one account."""

    db: Database
    kind: CampaignKind
    account_id: int
    campaign_id: str = ""

    @property
    def sample(self) -> Any:
        return import_module(f"tests.campaigns.{self.kind.key}.sample")

    @property
    def campaign(self) -> CampaignView:
        with self.db.read() as session:
            return get_campaign(session, self.account_id, self.campaign_id)

    def create(self) -> None:
        with self.db.work() as session:
            template = self.kind.templates[0]
            made = service.begin(session, self.account_id, self.kind.key, template, OPENS, by())
            self.sample.prepare(session, made)
            self.campaign_id = made.public_id

    def change(self) -> None:
        with self.db.work() as session:
            row = get_row(session, self.account_id, self.campaign_id)
            rules = draft_from(session, self.campaign, Host("测试工会", "12351")).model_dump(mode="json")
            settings = self.kind.config.model_validate(self.sample.SETTINGS).model_dump(mode="json")
            draft = replace(draft_of(row), settings=settings, rules=rules, summary="一起来", title="测试活动")
            service.change(session, self.account_id, self.campaign_id, row.version, draft, by())

    def open(self) -> None:
        for step in (service.approve, service.open_campaign):
            with self.db.work() as session:
                step(session, self.account_id, self.campaign_id, self.campaign.version, by())

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


def by() -> Organiser:
    return Organiser("anna", NOW)


@pytest.fixture(params=KINDS)
def walks(request: pytest.FixtureRequest, db: Database) -> list[Walk]:
    """The same kind at two unions."""
    ledger.use_key(b"a-ledger-key-for-tests")
    kind = all_kinds()[request.param]
    with db.work() as session:
        ids = [add_account(session, new_account(key), NOW).id for key in ("ours", "theirs")]
    found = [Walk(db, kind, account_id) for account_id in ids]
    for walk in found:
        walk.create()
        walk.change()
        walk.open()
    return found


def test_from_the_draft_to_forgetting_somebody(walks: list[Walk], tmp_path: Path):
    ours, theirs = walks
    for walk in walks:
        for openid in PEOPLE:
            walk.play(openid)
    before = theirs.figures()
    assert before
    assert all(isinstance(value, int | float) for value in before.values())
    assert ours.close() is True
    assert ours.close() is False
    with pytest.raises(Closed):
        ours.play("o-carl", AFTER)
    rows = ours.export(tmp_path / "ours.csv")
    assert rows[0] == list(ours.kind.export_columns)
    assert len(rows) >= 1 + len(PEOPLE)
    assert not any(openid in cell for row in rows for cell in row for openid in PEOPLE)
    with ours.db.work() as session:
        told = personal.export(session, ours.account_id, PEOPLE[0])
        assert "测试活动" in str(told)
        personal.erase(session, ours.account_id, PEOPLE[0])
    with ours.db.read() as session:
        assert list(personal.export(session, ours.account_id, PEOPLE[0])) == []
        assert personal.export(session, ours.account_id, PEOPLE[1])
        assert personal.export(session, theirs.account_id, PEOPLE[0])
        forgotten = find_person(session, ours.account_id, ours.campaign.scope, PEOPLE[0])
        assert forgotten is not None
        assert forgotten.openid is None
    assert len(ours.export(tmp_path / "again.csv")) == len(rows)
    assert theirs.figures() == before


def test_joining_twice_is_one_person(walks: list[Walk]):
    walk = walks[0]
    with walk.db.work() as session:
        first = joining.join(session, walk.campaign, "o-anna", DURING)
    with walk.db.work() as session:
        assert joining.join(session, walk.campaign, "o-anna", DURING).id == first.id


def test_what_is_open_can_not_be_changed_any_more(walks: list[Walk]):
    with pytest.raises(Conflict):
        walks[0].change()


def test_one_union_s_campaign_is_not_found_at_another(walks: list[Walk]):
    ours, theirs = walks
    stray = Walk(ours.db, ours.kind, theirs.account_id, ours.campaign_id)
    with pytest.raises(Exception, match="没有这个活动"):
        _ = stray.campaign


def test_every_kind_tells_its_settings_in_sentences(walks: list[Walk]):
    facts = list(walks[0].kind.facts(walks[0].campaign))
    assert all(isinstance(one, str) and one.strip() for one in facts)


@pytest.mark.parametrize("key", KINDS)
def test_every_template_is_a_draft_that_can_be_begun(key: str, sqlite_db: Database):
    kind = all_kinds()[key]
    with sqlite_db.work() as session:
        account_id = add_account(session, new_account(), NOW).id
        for template in kind.templates:
            made = service.begin(session, account_id, key, template, OPENS, by())
            assert made.settings == kind.config.model_validate(dict(template.settings))
