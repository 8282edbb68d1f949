"""作品征集 on the phone. All of its addresses stand here."""

from campaigns.ballots.h5 import mount_ballots
from campaigns.ballots.open_pages import looking
from campaigns.kinds.photo import (
    h5_awards,
    h5_certificate,
    h5_objecting,
    h5_uploads,
    h5_wall,
    h5_works,
)
from campaigns.stage import stage_pages

pages = stage_pages("photo", __name__)
mount_ballots(pages)
look_at = looking("photo")

pages.get("/photo")(look_at(h5_wall.play))
pages.get("/photo/<int(max=999999999):number>")(look_at(h5_wall.candidate))
pages.get("/photo/awards")(look_at(h5_awards.awards))
pages.get("/photo/exhibition")(look_at(h5_awards.exhibition))
pages.get("/photo/months")(look_at(h5_awards.months))
pages.get("/photo/<int(max=999999999):number>/objection")(h5_objecting.object_form)
pages.post("/photo/<int(max=999999999):number>/objection")(h5_objecting.object_now)
pages.get("/photo/<int(max=999999999):number>/report")(h5_objecting.report_form)
pages.post("/photo/<int(max=999999999):number>/report")(h5_objecting.report_now)
pages.get("/photo/certificates/<award_id>")(h5_certificate.show)
pages.get("/photo/certificates/<award_id>.png")(h5_certificate.draw)
pages.get("/photo/verify/<award_id>")(h5_certificate.verify)

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
