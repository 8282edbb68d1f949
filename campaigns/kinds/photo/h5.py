"""作品征集 on the phone. All of its addresses stand here."""

from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from campaigns.kinds.photo import h5_uploads, h5_works
from campaigns.kinds.photo.config import settings_of
from campaigns.kinds.photo.tables import PhotoWork
from campaigns.kinds.photo.works import of_campaign, pictures_by_work
from campaigns.stage import Stage, on_stage, page_on, stage_pages
from house.current import parts

pages = stage_pages("photo", __name__)
pages.get("/photo/works")(h5_works.works)
pages.post("/photo/new")(h5_works.begin)
pages.get("/photo/works/<work_id>")(h5_works.compose)
pages.post("/photo/works/<work_id>")(h5_works.save)
pages.post("/photo/works/<work_id>/take-back")(h5_works.take_back_mine)
pages.post("/photo/works/<work_id>/take-up")(h5_works.take_up_mine)
pages.post("/photo/works/<work_id>/drop")(h5_works.drop_mine)
pages.post("/photo/works/<work_id>/pictures")(h5_uploads.add_pictures)
pages.post("/photo/works/<work_id>/order")(h5_uploads.put_in_order)
pages.post("/photo/works/<work_id>/take-out")(h5_uploads.take_out)
pages.post("/photo/works/<work_id>/video")(h5_uploads.put_film)
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
