"""An open contest with people and works, on whatever database a test has."""

import io
import random
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from PIL import Image
from sqlalchemy import select

from accounts import audit
from accounts.service import add_account
from campaigns import service
from campaigns.console_form import draft_of
from campaigns.drafting import Host, draft_from
from campaigns.joining import join
from campaigns.kinds.photo.kind import KIND
from campaigns.kinds.photo.tables import PhotoPicture, PhotoWork
from campaigns.kinds.photo.works import (
    Kept,
    WorkDraft,
    add_picture,
    begin_work,
    change_work,
    get_mine,
    hand_in,
    of_campaign,
)
from campaigns.service import Organiser
from campaigns.store import get_campaign, get_row
from campaigns.view import CampaignView
from core.ids import public_id
from members import ledger
from models.db import Database
from models.ledger import Person
from tests.conftest import NOW, new_account

OPENS = NOW + timedelta(hours=1)
DURING = OPENS + timedelta(hours=2)
SIMPLE: dict[str, Any] = {"noun": "作品", "most_works": 2, "most_pictures": 3}


@dataclass
class Contest:
    """`now` is the time at which things are done."""

    db: Database
    account_id: int
    campaign: CampaignView
    now: datetime = DURING
    dice: random.Random = field(default_factory=lambda: random.Random(7))

    def person(self, openid: str) -> Person:
        with self.db.work() as session:
            return join(session, self.campaign, openid, self.now)

    def begin(self, openid: str, group: str = "") -> str:
        """A draft's public id."""
        person = self.person(openid)
        with self.db.work() as session:
            return begin_work(session, self.campaign, person, group, self.now).public_id

    def add(self, openid: str, work_id: str, key: str = "", kept: Kept | None = None) -> str:
        """A picture's public id; of a picture that is described, not drawn, unless `kept` is."""
        person = self.person(openid)
        with self.db.work() as session:
            work = get_mine(session, self.campaign, person.id, work_id)
            return add_picture(
                session, self.campaign, work, key or public_id(20), kept or self.kept(), self.now
            ).public_id

    def write(self, openid: str, work_id: str, **draft: str) -> None:
        person = self.person(openid)
        with self.db.work() as session:
            work = get_mine(session, self.campaign, person.id, work_id)
            change_work(session, self.campaign, work, work.version, WorkDraft(**draft), self.now)

    def hand_in(self, openid: str, work_id: str, *, agreed: bool = True) -> int:
        """The work's number."""
        person = self.person(openid)
        with self.db.work() as session:
            work = get_mine(session, self.campaign, person.id, work_id)
            return hand_in(session, self.campaign, work, agreed=agreed, now=self.now).number or 0

    def enter(self, openid: str, title: str = "夜班", pictures: int = 1, **draft: str) -> int:
        """A whole work, handed in; its number."""
        work_id = self.begin(openid, draft.get("group", ""))
        for _ in range(pictures):
            self.add(openid, work_id)
        self.write(openid, work_id, title=title, **draft)
        return self.hand_in(openid, work_id)

    def work(self, number: int) -> PhotoWork:
        with self.db.read() as session:
            query = select(PhotoWork).where(*of_campaign(self.campaign), PhotoWork.number == number)
            return session.scalars(query).one()

    def pictures(self, work_id: int) -> list[PhotoPicture]:
        with self.db.read() as session:
            query = select(PhotoPicture).where(
                PhotoPicture.account_id == self.account_id, PhotoPicture.work_id == work_id
            )
            return list(session.scalars(query.order_by(PhotoPicture.position)))

    def kept(self, **other: Any) -> Kept:
        facts: dict[str, Any] = {
            "name": public_id(24) + ".jpg",
            "original": public_id(24),
            "width": 1600,
            "height": 1200,
            "digest": f"{self.dice.getrandbits(256):064x}",
            "likeness": self.dice.getrandbits(63),
            "taken": "2026-11-01 08:00",
            "camera": "",
        }
        return Kept(**(facts | other))

    def refresh(self) -> None:
        with self.db.read() as session:
            self.campaign = get_campaign(session, self.account_id, self.campaign.public_id)


def by() -> Organiser:
    return Organiser("anna", NOW)


def make_contest(
    db: Database, settings: dict[str, Any] | None = None, account_id: int | None = None, **changes: Any
) -> Contest:
    """One that is open, without works."""
    ledger.use_key(b"a-ledger-key-for-tests")
    audit.use_key(b"an-audit-key-for-tests")
    with db.work() as session:
        account_id = account_id or add_account(session, new_account(), NOW).id
        made = service.begin(session, account_id, "photo", KIND.templates[0], OPENS, by())
        config = KIND.config.model_validate(settings or SIMPLE)
        row = get_row(session, account_id, made.public_id)
        rules = draft_from(session, replace(made, settings=config), Host("测试工会", "12351"))
        draft = replace(
            draft_of(row),
            settings=config.model_dump(mode="json"),
            rules=rules.model_dump(mode="json"),
            **({"title": "随手拍", "summary": "拍下您的工作瞬间"} | changes),
        )
        service.change(session, account_id, made.public_id, row.version, draft, by())
    for step in (service.approve, service.open_campaign):
        with db.work() as session:
            row = get_row(session, account_id, made.public_id)
            step(session, account_id, made.public_id, row.version, by())
    with db.read() as session:
        return Contest(db, account_id, get_campaign(session, account_id, made.public_id))


def a_picture(seed: int = 1, size: tuple[int, int] = (640, 480), kind: str = "JPEG") -> bytes:
    """A picture like no other: coarse spots of colour from `seed`."""
    dice = random.Random(seed)
    spots = Image.frombytes("RGB", (8, 6), dice.randbytes(8 * 6 * 3))
    out = io.BytesIO()
    spots.resize(size, Image.Resampling.BICUBIC).save(out, kind)
    return out.getvalue()
