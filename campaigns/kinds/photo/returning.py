"""A work that its author takes up again, or throws away: after it was handed in, refused, taken back, or never finished."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from campaigns.kinds.photo.slots import free_slot
from campaigns.kinds.photo.tables import PhotoPicture, PhotoWork
from campaigns.kinds.photo.works import save
from campaigns.view import CampaignView
from core.errors import Conflict


def take_up(session: Session, campaign: CampaignView, work: PhotoWork, now: datetime) -> None:
    """waiting, refused or withdrawn → draft, in a free place of the author's. A draft stays one. Raises SoldOut, Conflict."""
    if work.state == "draft":
        return
    values = {"state": "draft", "slot": work.slot or free_slot(session, campaign, work)}
    try:
        with session.begin_nested():
            save(session, work, work.version, ("waiting", "refused", "withdrawn"), values, now)
    except IntegrityError:
        raise Conflict("changed", "您刚刚在别处也占了一个名额，请再点一次。") from None


def drop_draft(session: Session, work: PhotoWork) -> None:
    """Forget a draft that was never handed in; its files go with the daily cleaning. Raises Conflict for any other."""
    if work.state != "draft" or work.number is not None:
        raise Conflict("not_a_draft", "这件作品交过稿，不能直接删掉；不想要了，请点「撤回」。")
    pictures = (PhotoPicture.account_id == work.account_id, PhotoPicture.work_id == work.id)
    session.execute(delete(PhotoPicture).where(*pictures))
    session.execute(delete(PhotoWork).where(PhotoWork.account_id == work.account_id, PhotoWork.id == work.id))
