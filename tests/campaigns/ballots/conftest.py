"""A campaign in which works are liked, open, behind the web's pages; no kind that is shipped is there."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from accounts import audit
from campaigns import chat, console, places, registry, service
from campaigns.ballots import h5_ledger, open_pages, part
from campaigns.ballots.sealing import seal_all
from campaigns.console_form import draft_of
from campaigns.drafting import Host, draft_from
from campaigns.kind import CampaignKind
from campaigns.service import Organiser
from campaigns.store import STAMP, get_campaign, get_row
from campaigns.view import CampaignView
from members import ledger
from models.stamps import raise_stamp
from tests.campaigns.ballots.likes import make_kind
from tests.campaigns.houses import two_accounts
from tests.conftest import NOW, Home
from tests.staff.desk import Watch, set_watch

OPENS = NOW + timedelta(hours=1)
DURING = OPENS + timedelta(hours=2)
ANNA = Organiser("anna", NOW)


@dataclass
class Liked:
    """One campaign of the account `ours`, as phones in front of it need it (`tests.campaigns.vote.phones.Phone`)."""

    home: Home
    campaign: CampaignView
    watch: Watch
    key: str = "ours"

    @property
    def base(self) -> str:
        return f"/h5/{self.key}/c/{self.campaign.public_id}"

    def seal(self) -> int:
        with self.home.parts.db.work() as session:
            return seal_all(session, self.campaign, self.watch.now)

    def refresh(self) -> None:
        """What was changed is seen at once."""
        for kept in (open_pages._pages, open_pages._rare, part._rolls, h5_ledger._digests):
            kept._known.clear()

    def close(self) -> None:
        self.watch.now = self.campaign.closes_at + timedelta(minutes=1)
        with self.home.parts.db.work() as session:
            service.close(session, self.campaign, self.watch.now)
        refresh_shelves(self.home)
        self.refresh()


@pytest.fixture
def kind(monkeypatch: pytest.MonkeyPatch) -> CampaignKind:
    made = make_kind()
    kinds = MappingProxyType({made.key: made})
    for module in (registry, chat, console, places):
        monkeypatch.setattr(module, "all_kinds", lambda: kinds)
    return made


@pytest.fixture
def house(
    tmp_path: Path, valkey_url: str, redis: object, sqlite_template: Path, kind: CampaignKind
) -> Iterator[Home]:
    """The web with the accounts `ours` and `others`."""
    with two_accounts(tmp_path, valkey_url, sqlite_template) as home:
        home.app.register_blueprint(kind.h5)
        yield home


@pytest.fixture
def liked(house: Home) -> Liked:
    return make_liked(house)


def make_liked(house: Home, **settings: Any) -> Liked:
    ledger.use_key(b"a-ledger-key-for-tests")
    audit.use_key(b"an-audit-key-for-tests")
    refresh_shelves(house)
    db, account_id = house.parts.db, house.parts.directory.get("ours").id
    kind = registry.kind_of("likes")
    with db.work() as session:
        made = service.begin(session, account_id, kind.key, kind.templates[0], OPENS, ANNA)
        row = get_row(session, account_id, made.public_id)
        config = kind.config.model_validate(settings)
        rules = draft_from(session, replace(made, settings=config), Host("测试工会", "12351"))
        stored = {"settings": config.model_dump(mode="json"), "rules": rules.model_dump(mode="json")}
        draft = replace(draft_of(row), title="最美瞬间", summary="晒出来", **stored)
        service.change(session, account_id, made.public_id, row.version, draft, ANNA)
    for step in (service.approve, service.open_campaign):
        with db.work() as session:
            row = get_row(session, account_id, made.public_id)
            step(session, account_id, made.public_id, row.version, ANNA)
            raise_stamp(session, STAMP)
    refresh_shelves(house)
    with db.read() as session:
        found = Liked(house, get_campaign(session, account_id, made.public_id), set_watch(house))
    found.watch.now = DURING
    found.refresh()
    return found


def refresh_shelves(house: Home) -> None:
    house.app.extensions["zhijia.runtime"].shelves.refresh()
