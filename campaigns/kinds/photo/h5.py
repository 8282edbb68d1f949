"""作品征集 on the phone. All of its addresses stand here."""

from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from campaigns.kinds.photo.config import settings_of
from campaigns.kinds.photo.tables import PhotoWork
from campaigns.kinds.photo.works import of_campaign, pictures_by_work
from campaigns.stage import Stage, on_stage, page_on, stage_pages
from house.current import parts

pages = stage_pages("photo", __name__)
KIND = "photo"
_SHOWN = 30


@pages.get("/photo")
@on_stage(KIND)
def play(stage: Stage) -> AnyResponse:
    """The wall: works that were let through, the latest first."""
    campaign = stage.campaign
    with parts().db.read() as session:
        query = select(PhotoWork).where(*of_campaign(campaign), PhotoWork.state == "shown")
        works = session.scalars(query.order_by(PhotoWork.number.desc()).limit(_SHOWN)).all()
        pictures = pictures_by_work(session, campaign, [work.id for work in works])
    return page_on(
        stage,
        "photo/play.html",
        campaign.title,
        settings=settings_of(campaign),
        works=works,
        pictures=pictures,
    )
