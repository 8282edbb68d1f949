"""The works that people see, as the wall, the heart and the ledger know them."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from flask import url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaigns.ballots.listing import spread
from campaigns.ballots.part import BallotPart
from campaigns.ballots.roll import Roll, Votable
from campaigns.kinds.photo.config import PhotoConfig, settings_of
from campaigns.kinds.photo.tables import PhotoPicture, PhotoWork
from campaigns.kinds.photo.works import of_campaign
from campaigns.view import CampaignView
from core.text import comparable
from models.db import Database

_MOST_LISTS = 200
_MOST_WALLS = 20
_DICE = 2**64
_COLUMNS = (
    PhotoWork.id,
    PhotoWork.public_id,
    PhotoWork.number,
    PhotoWork.title,
    PhotoWork.author,
    PhotoWork.group,
    PhotoWork.category,
    PhotoWork.state,
    PhotoWork.video,
    PhotoWork.link,
)


@dataclass(frozen=True, slots=True)
class First:
    """A work's first picture in the media folder, and how many the work has."""

    name: str = ""
    width: int = 0
    height: int = 0
    count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Work(Votable):
    """As `PhotoWork` stood when it was read. `name` is its title, `unit` its author; one that is not shown says nothing."""

    category: str
    first: First
    video: str
    link: str
    die: int
    """Random, below 2**64: times a seed it gives a place in that seed's order, which others who come or go don't change."""
    words: str
    """What a search looks through, spelt as `comparable` does."""

    @property
    def author(self) -> str:
        return self.unit or "匿名"


@dataclass(frozen=True, eq=False)
class Wall(Roll[Work]):
    """All works that were ever handed in. Lists that were asked for are kept with it, so that no page sorts thousands."""

    _lists: dict[Hashable, Sequence[Work]] = field(default_factory=dict)

    def listed(self, group: str = "", category: str = "", seed: int = 0) -> Sequence[Work]:
        """Shown works of a group and category (empty: of all), the latest first, or in the random order that `seed` names."""
        wanted = (group, category, seed)
        found = self._lists.get(wanted)
        if found is None:
            found = self._select(group, category, seed)
            if len(self._lists) >= _MOST_LISTS:
                self._lists.clear()
            self._lists[wanted] = found
        return found

    def beside(self, number: int) -> tuple[Work | None, Work | None]:
        """The shown works around one: handed in later, and earlier."""
        shown = self.listed()
        at = next(at for at, one in enumerate(shown) if one.number == number)
        return shown[at - 1] if at else None, shown[at + 1] if at + 1 < len(shown) else None

    def _select(self, group: str, category: str, seed: int) -> Sequence[Work]:
        if not (group or category or seed):
            return self.shown(1)[::-1]
        found = [one for one in self.listed() if group in ("", one.group) and category in ("", one.category)]
        if not seed:
            return found
        times = spread(str(seed)) | 1
        return sorted(found, key=lambda one: one.die * times % _DICE)


_walls: dict[str, tuple[Hashable, Wall]] = {}
"""By campaign, each with the stamp it was read at: the ballots ask every two seconds, works change less often."""


def read_wall(session: Session, campaign: CampaignView) -> Wall:
    """All works by number: who was liked and taken off keeps the likes, and gets no new ones. Read again only when it changed."""
    stamp = _read_stamp(session, campaign)
    known = _walls.get(campaign.public_id)
    if known is not None and known[0] == stamp:
        return known[1]
    pictures = _first_pictures(session, campaign)
    query = select(*_COLUMNS).where(*of_campaign(campaign), PhotoWork.number.is_not(None))
    rows = session.execute(query.order_by(PhotoWork.number))
    likes = settings_of(campaign).likes
    wall = Wall(tuple(_work(row, pictures.get(row.id, First()), likes=likes) for row in rows))
    if len(_walls) >= _MOST_WALLS:
        _walls.clear()
    _walls[campaign.public_id] = (stamp, wall)
    return wall


def wall_of(db: Database, campaign: CampaignView) -> Wall:
    """At most two seconds old."""
    return cast(Wall, LIKES.roll(db, campaign))


def _read_stamp(session: Session, campaign: CampaignView) -> Hashable:
    """Another one whenever a work or its pictures changed: every change of a work raises its version."""
    works = select(func.count(), func.sum(PhotoWork.version)).where(*of_campaign(campaign))
    pictures = select(func.count()).where(*_kept(campaign))
    return (campaign.version, *session.execute(works).one(), session.scalar(pictures))


def _work(row: Any, first: First, *, likes: bool) -> Work:
    shown = row.state == "shown"
    title, author = (row.title, row.author) if shown else ("", "")
    return Work(
        public_id=row.public_id,
        number=row.number,
        name=title,
        group=row.group,
        unit=author,
        picture=first.name if shown else "",
        picture_text=title,
        state="withdrawn" if not shown else "standing" if likes else "frozen",
        category=row.category,
        first=first,
        video=row.video,
        link=row.link,
        die=int.from_bytes(row.public_id.encode()[-8:]),
        words=comparable(f"{title} {author}"),
    )


def _first_pictures(session: Session, campaign: CampaignView) -> Mapping[int, First]:
    """By work's row id."""
    columns = (PhotoPicture.work_id, PhotoPicture.name, PhotoPicture.width, PhotoPicture.height)
    query = select(*columns).where(*_kept(campaign))
    found: dict[int, First] = {}
    for work_id, name, width, height in session.execute(
        query.order_by(PhotoPicture.work_id, PhotoPicture.position, PhotoPicture.id)
    ):
        first = found.get(work_id)
        found[work_id] = (
            First(first.name, first.width, first.height, first.count + 1)
            if first
            else First(name, width, height, 1)
        )
    return found


def _kept(campaign: CampaignView) -> tuple[Any, ...]:
    return (
        PhotoPicture.account_id == campaign.account_id,
        PhotoPicture.campaign_id == campaign.id,
        PhotoPicture.state == "kept",
    )


def _desk(account_key: str, campaign: CampaignView, one: Work) -> str:
    return url_for(
        "photo_work.index", account_key=account_key, public_id=campaign.public_id, work_id=one.public_id
    )


def _has_likes(settings: PhotoConfig) -> bool:
    return settings.likes


LIKES = BallotPart(read=read_wall, desk=_desk, is_on=_has_likes)
