"""A contest's works as a jury sees them (`campaigns.entries`)."""

from collections.abc import Mapping, Sequence

from flask import render_template
from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from campaigns.entries import Entry
from campaigns.kinds.photo.config import settings_of
from campaigns.kinds.photo.tables import PhotoPicture, PhotoSuspect, PhotoWork
from campaigns.kinds.photo.works import of_campaign, pictures_by_work
from campaigns.view import CampaignView
from core.errors import NotFound
from models.ledger import Person

RULES = {
    "alike": "照片和别的作品一样",
    "small": "照片太小，放大看不清",
    "no_words": "没有文字说明",
}
_SMALL_EDGE = 800
"""Pixels of the longer side; below it a print of any size is blurred."""


class PhotoEntries:
    """The kind's `EntryPart`."""

    @property
    def rules(self) -> Mapping[str, str]:
        return RULES

    def list(self, session: Session, campaign: CampaignView) -> Sequence[Entry]:
        """Works that people can see now."""
        alike, small = _alike(session, campaign), _small(session, campaign)
        query = (
            select(PhotoWork, Person.openid, Person.unit)
            .join(Person, Person.id == PhotoWork.person_id)
            .where(
                *of_campaign(campaign), Person.account_id == campaign.account_id, PhotoWork.state == "shown"
            )
            .order_by(PhotoWork.number)
        )
        return [
            Entry(
                number=work.number or 0,
                title=work.title,
                group=work.group,
                person_id=work.person_id,
                openid=openid,
                unit=unit,
                faults=_faults(work, alike, small),
            )
            for work, openid, unit in session.execute(query).all()
        ]

    def show(self, session: Session, campaign: CampaignView, number: int, *, blind: bool) -> str:
        query = select(PhotoWork).where(
            *of_campaign(campaign), PhotoWork.number == number, PhotoWork.state == "shown"
        )
        work = session.scalar(query)
        if work is None:
            raise NotFound("no_work", f"没有 {number} 号{settings_of(campaign).noun}，可能已经撤下。")
        pictures = pictures_by_work(session, campaign, [work.id])[work.id]
        return render_template(
            "photo/entry.html", work=work, pictures=pictures, blind=blind, settings=settings_of(campaign)
        )


def _faults(work: PhotoWork, alike: set[int], small: set[int]) -> Mapping[str, str]:
    found = {}
    if work.id in alike:
        found["alike"] = "审核时认定：有照片和别的作品一样"
    if work.id in small:
        found["small"] = f"最大的一张照片，长边不到 {_SMALL_EDGE} 像素"
    if not work.about.strip():
        found["no_words"] = "作者没有写文字说明"
    return found


def _alike(session: Session, campaign: CampaignView) -> set[int]:
    """Works with a picture that staff found to be another work's, which was there before."""
    query = (
        select(PhotoPicture.work_id)
        .join(PhotoSuspect, PhotoSuspect.picture_id == PhotoPicture.id)
        .where(
            PhotoPicture.account_id == campaign.account_id,
            PhotoSuspect.account_id == campaign.account_id,
            PhotoSuspect.campaign_id == campaign.id,
            PhotoSuspect.state == "alike",
        )
    )
    return set(session.scalars(query))


def _small(session: Session, campaign: CampaignView) -> set[int]:
    """Works none of whose pictures is large."""
    longer = case((PhotoPicture.width > PhotoPicture.height, PhotoPicture.width), else_=PhotoPicture.height)
    query = (
        select(PhotoPicture.work_id)
        .where(
            PhotoPicture.account_id == campaign.account_id,
            PhotoPicture.campaign_id == campaign.id,
            PhotoPicture.state == "kept",
        )
        .group_by(PhotoPicture.work_id)
        .having(func.max(longer) < _SMALL_EDGE)
    )
    return set(session.scalars(query))
