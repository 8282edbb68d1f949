"""What came of a contest, for everybody: the award list with its 公示, the exhibition, the works of the month."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from campaigns.ballots.open_pages import Look, kept, page_of
from campaigns.kinds.photo.awards import PUBLIC, list_awards
from campaigns.kinds.photo.config import settings_of
from campaigns.kinds.photo.months import list_months
from campaigns.kinds.photo.objections import objections_until
from campaigns.kinds.photo.tables import PhotoAward, PhotoPicture, PhotoWork
from campaigns.kinds.photo.works import pictures_by_work
from campaigns.share import Card, card_of, picture_url
from core.errors import NotFound
from house.current import parts


@dataclass(frozen=True, slots=True)
class Honoured:
    """A line of the award list with its work and the work's pictures; none where it was taken off."""

    award: PhotoAward
    work: PhotoWork
    pictures: Sequence[PhotoPicture]

    @property
    def shown(self) -> bool:
        return self.work.state == "shown"


@dataclass(frozen=True, slots=True)
class Level:
    """The awards of one level and group, in order of places; `group` is empty in a contest without groups."""

    title: str
    group: str
    lines: Sequence[Honoured]


def awards(look: Look) -> AnyResponse:
    """By level and group; withdrawn ones struck out with the reason. Before it is public it says so."""
    return kept(look, "", lambda: _awards(look))


def exhibition(look: Look) -> AnyResponse:
    """The awarded works, large. Raises NotFound before the list is public."""
    if look.campaign.state not in PUBLIC:
        raise NotFound("no_exhibition", "获奖名单公布以后，这里办展览。请先到作品墙看看。")
    return kept(look, "", lambda: _exhibition(look))


def months(look: Look) -> AnyResponse:
    """Works of the month, the latest first."""
    return kept(look, "", lambda: _months(look))


def read_levels(session: Session, look: Look) -> Sequence[Level]:
    """The whole list, level by level; empty before it is public."""
    if look.campaign.state not in PUBLIC:
        return []
    lines = list_awards(session, look.campaign)
    pictures = pictures_by_work(session, look.campaign, [one.work.id for one in lines])
    found: dict[tuple[str, str], list[Honoured]] = {}
    for award, work in lines:
        shown = pictures[work.id] if work.state == "shown" else []
        found.setdefault((award.level, award.group), []).append(Honoured(award, work, shown))
    return [Level(title, group, members) for (title, group), members in found.items()]


def _awards(look: Look) -> str:
    with parts().db.read() as session:
        levels = read_levels(session, look)
    until = objections_until(look.campaign)
    return page_of(
        look,
        "photo/awards.html",
        "获奖名单",
        look.url("awards"),
        settings=settings_of(look.campaign),
        levels=levels,
        public=look.campaign.state in PUBLIC,
        until=until,
        can_object=until is not None and look.now < until,
    )


def _exhibition(look: Look) -> str:
    with parts().db.read() as session:
        levels = read_levels(session, look)
    shown = [
        Level(
            one.title, one.group, [line for line in one.lines if line.shown and not line.award.withdrawn_why]
        )
        for one in levels
    ]
    halls = [one for one in shown if one.lines]
    return page_of(
        look,
        "photo/exhibition.html",
        f"{look.campaign.title} 作品展",
        look.url("exhibition"),
        card=_card(look, halls),
        settings=settings_of(look.campaign),
        halls=halls,
        count=sum(len(one.lines) for one in halls),
    )


def _card(look: Look, halls: Sequence[Level]) -> Card:
    """The exhibition is shared with its first picture."""
    whole = card_of(look.account, look.campaign)
    first = next((one.pictures[0].name for hall in halls for one in hall.lines if one.pictures), "")
    picture = picture_url(look.account, first) or whole.picture
    return Card(
        f"{look.campaign.title} 作品展", "获奖作品，请您来看。", f"{whole.link}/photo/exhibition", picture
    )


def _months(look: Look) -> str:
    with parts().db.read() as session:
        chosen = [one for one in list_months(session, look.campaign) if one.work.state == "shown"]
    return page_of(
        look,
        "photo/months.html",
        "每月之星",
        look.url("months"),
        settings=settings_of(look.campaign),
        chosen=chosen,
    )
