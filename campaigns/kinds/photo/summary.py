"""What the organiser sees of a contest's course."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaigns.ballots.totals import read_counts
from campaigns.kind import Figure, Series, Summary
from campaigns.kinds.photo.config import settings_of
from campaigns.kinds.photo.tables import PhotoPicture, PhotoWork
from campaigns.kinds.photo.works import of_campaign
from campaigns.view import CampaignView


def summarise(session: Session, campaign: CampaignView, now: datetime) -> Summary:
    """Works by state and group, pictures, likes."""
    states = select(PhotoWork.state, func.count()).where(*of_campaign(campaign)).group_by(PhotoWork.state)
    by_state = dict(session.execute(states).all())
    pictures = select(func.count()).where(
        PhotoPicture.account_id == campaign.account_id,
        PhotoPicture.campaign_id == campaign.id,
        PhotoPicture.state == "kept",
    )
    likes = sum(votes - struck for votes, struck in read_counts(session, campaign).values())
    figures = [
        Figure("已展示", by_state.get("shown", 0), "件"),
        Figure("等待审核", by_state.get("waiting", 0), "件"),
        Figure("没有通过", by_state.get("refused", 0), "件"),
        Figure("照片", session.scalar(pictures) or 0, "张"),
    ]
    if settings_of(campaign).likes:
        figures.append(Figure("点赞", likes, "个"))
    return Summary(figures, _by_group(session, campaign))


def _by_group(session: Session, campaign: CampaignView) -> tuple[Series, ...]:
    names = settings_of(campaign).group_names
    if not names:
        return ()
    query = (
        select(PhotoWork.group, func.count())
        .where(*of_campaign(campaign), PhotoWork.state.in_(("waiting", "shown")))
        .group_by(PhotoWork.group)
    )
    counts = dict(session.execute(query).all())
    return (Series("各组的作品", "bars", names, [counts.get(name, 0) for name in names]),)
