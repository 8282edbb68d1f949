"""The works that people see, as the wall, the heart and the ledger know them."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.ballots.part import BallotPart
from campaigns.ballots.roll import Roll, Votable
from campaigns.kinds.photo.config import settings_of
from campaigns.kinds.photo.tables import PhotoPicture, PhotoWork
from campaigns.kinds.photo.works import of_campaign
from campaigns.view import CampaignView



@dataclass(frozen=True, slots=True, kw_only=True)
class Work(Votable):
    """As `PhotoWork` stood when it was read, with its first picture. `name` is its title, `unit` its author."""

    category: str
    width: int
    height: int
    """Of the first picture; 0 where there is none."""
    pictures: int
    video: str
    link: str

    @property
    def author(self) -> str:
        return self.unit or "匿名"


def read_roll(session: Session, campaign: CampaignView) -> Roll[Work]:
    """All that were ever handed in, by number: who was liked and taken off keeps the likes, and gets no new ones."""
    pictures = _first_pictures(session, campaign)
    columns = (
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
    query = select(*columns).where(*of_campaign(campaign), PhotoWork.number.is_not(None))
    likes = settings_of(campaign).likes
    found = []
    for row in session.execute(query.order_by(PhotoWork.number)):
        name, width, height, count = pictures.get(row.id, ("", 0, 0, 0))
        shown = row.state == "shown"
        found.append(
            Work(
                public_id=row.public_id,
                number=row.number or 0,
                name=row.title if shown else "",
                group=row.group,
                unit=row.author if shown else "",
                picture=name if shown else "",
                picture_text=row.title if shown else "",
                state=("standing" if likes else "frozen") if shown else "withdrawn",
                category=row.category,
                width=width,
                height=height,
                pictures=count,
                video=row.video,
                link=row.link,
            )
        )
    return Roll(tuple(found))


def _first_pictures(session: Session, campaign: CampaignView) -> dict[int, tuple[str, int, int, int]]:
    """Name, width, height of the first, and how many there are, by work's row id."""
    of = (
        PhotoPicture.account_id == campaign.account_id,
        PhotoPicture.campaign_id == campaign.id,
        PhotoPicture.state == "kept",
    )
    columns = (PhotoPicture.work_id, PhotoPicture.name, PhotoPicture.width, PhotoPicture.height)
    rows = session.execute(
        select(*columns).where(*of).order_by(PhotoPicture.work_id, PhotoPicture.position, PhotoPicture.id)
    )
    found: dict[int, tuple[str, int, int, int]] = {}
    for work_id, name, width, height in rows:
        first = found.get(work_id)
        found[work_id] = (*first[:3], first[3] + 1) if first else (name, width, height, 1)
    return found


LIKES = BallotPart(read=read_roll)
