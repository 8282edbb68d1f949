"""What is scarce in a contest: a person's places, and the numbers that works are called by."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaigns.kinds.photo.config import settings_of
from campaigns.kinds.photo.tables import PhotoWork
from campaigns.view import CampaignView
from core.errors import SoldOut
from models.campaigns import Campaign


def next_number(session: Session, campaign: CampaignView) -> int:
    """One at a time holds the campaign's row for that moment; nobody else's hand-in gets the same."""
    where = (Campaign.account_id == campaign.account_id, Campaign.id == campaign.id)
    session.execute(select(Campaign.id).where(*where).with_for_update(key_share=True))
    last = session.scalar(
        select(func.max(PhotoWork.number)).where(
            PhotoWork.account_id == campaign.account_id, PhotoWork.campaign_id == campaign.id
        )
    )
    return (last or 0) + 1


def free_slot(session: Session, campaign: CampaignView, work: PhotoWork) -> int:
    """For a refused work, or one that was taken back, that is to be handed in again. Raises SoldOut."""
    settings = settings_of(campaign)
    query = select(PhotoWork.slot).where(
        PhotoWork.account_id == campaign.account_id,
        PhotoWork.person_id == work.person_id,
        PhotoWork.slot.is_not(None),
    )
    taken = set(session.scalars(query))
    free = [slot for slot in range(1, settings.most_works + 1) if slot not in taken]
    if not free:
        raise SoldOut(
            "no_slot", f"每人最多交 {settings.most_works} 件，您的已经满了。请先撤回一件，再交这一件。"
        )
    return free[0]
