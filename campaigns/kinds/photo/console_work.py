"""One work in the console: all of its pictures, whose it is, what was decided, its words put right, its sealed originals."""

from collections.abc import Iterator
from itertools import chain
from typing import cast, get_args

from flask import Response, request
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from campaigns.desk import BASE, said, sent, show
from campaigns.kinds.photo.console_place import photo_here
from campaigns.kinds.photo.console_works import ACTS, picked_here, reason_sent, to_work
from campaigns.kinds.photo.grid import STATES, tiles_of
from campaigns.kinds.photo.judging import (
    REASONS,
    Picked,
    Verdict,
    decide,
    get_work,
    list_decisions,
    mend,
    undo,
)
from campaigns.kinds.photo.keeping import Keeper
from campaigns.kinds.photo.suspects import list_pairs
from campaigns.kinds.photo.tables import PhotoPicture, PhotoWork
from campaigns.kinds.photo.works import list_pictures
from campaigns.view import CampaignView
from core.errors import Conflict, DomainError, Invalid, NotFound
from house.current import parts
from house.permissions import Permission
from models.ledger import Person
from prizes.rules import mask_name
from staff.guard import acting, console_pages, here, needs

_ONE = f"{BASE}/photo/works/<work_id>"
_SAID = {
    "judged": "已办好。作者会在两分钟后收到消息；没有打开对话的，在「我的作品」里看得到。",
    "undone": "已撤销。",
    "mended": "已改好，原来的写法在下面的经过里。",
    "same": "没有改动。",
}
_SUFFIXES = {b"\xff\xd8\xff": "jpg", b"\x89PN": "png", b"RIF": "webp"}
pages = console_pages("photo_work", __name__)


@pages.get(_ONE)
@needs(Permission.CAMPAIGNS)
def index(account_key: str, public_id: str, work_id: str) -> Response:
    return _page(photo_here(public_id), work_id)


@pages.post(f"{_ONE}/decide")
@needs(Permission.CAMPAIGNS)
def judge(account_key: str, public_id: str, work_id: str) -> AnyResponse:
    campaign, verdict, why = photo_here(public_id), cast(Verdict, sent("verdict")), reason_sent()
    by, now = here().staff.name, parts().clock()
    try:
        if verdict not in (*get_args(Verdict), "undo"):
            raise Invalid("bad_verdict", "请选通过或退回。")
        numbers: list[int] = []
        act = ACTS.get(verdict, "photo_undone")
        with acting(act, campaign.title, campaign=public_id, works=numbers, why=why) as session:
            if sent("verdict") == "undo":
                outcome = undo(session, campaign, picked_here(), by, now)
            else:
                outcome = decide(session, campaign, picked_here(), verdict, why, by, now)
            numbers += outcome.numbers
            if outcome.refused:
                raise Conflict("refused", outcome.refused[0][1])
    except DomainError as error:
        return _page(campaign, work_id, problem=error.message, status=error.status)
    return to_work(public_id, work_id, "undone" if sent("verdict") == "undo" else "judged")


@pages.post(f"{_ONE}/words")
@needs(Permission.CAMPAIGNS)
def put_words(account_key: str, public_id: str, work_id: str) -> AnyResponse:
    """Mistyped words of the author's; which were changed stands in the audit log, what they were beside the work."""
    campaign, by, now = photo_here(public_id), here().staff.name, parts().clock()
    words = {"title": sent("title", 100), "about": request.form.get("about", "")[:2000]}
    picked = Picked(work_id, request.form.get("version", 0, type=int))
    names: list[str] = []
    try:
        with parts().db.read() as session:
            number = get_work(session, campaign, work_id).number
        with acting("photo_mended", f"{number} 号", campaign=public_id, parts=names) as session:
            names += mend(session, campaign, picked, words, by, now)
            if not names:
                return to_work(public_id, work_id, "same")
    except NotFound:
        raise
    except DomainError as error:
        return _page(campaign, work_id, words=words, problem=error.message, status=error.status)
    return to_work(public_id, work_id, "mended")


@pages.get(f"{_ONE}/pictures/<picture_id>/original")
@needs(Permission.PERSONAL)
def original(account_key: str, public_id: str, work_id: str, picture_id: str) -> Response:
    """As it came, with what its camera wrote: opened for this download, which stands in the audit log."""
    campaign = photo_here(public_id)
    with parts().db.read() as session:
        work = get_work(session, campaign, work_id)
        picture = _picture(session, campaign, work, picture_id)
    pieces = Keeper.of(parts()).original(picture.original)
    first = next(pieces, b"")  # a damaged one is told before anything of it is given out
    with acting("photo_original_opened", f"{work.number} 号", campaign=public_id, code=picture_id):
        pass
    name = f"{work.number}-{picture.position}.{_SUFFIXES.get(first[:3], 'bin')}"
    return Response(
        cast(Iterator[bytes], chain([first], pieces)),
        mimetype="application/octet-stream",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )


def _picture(session: Session, campaign: CampaignView, work: PhotoWork, picture_id: str) -> PhotoPicture:
    for one in list_pictures(session, campaign, [work.id]):
        if one.public_id == picture_id and one.original:
            return one
    raise NotFound("no_picture", "没有这张照片的原片，作者可能已经换过。")


def _page(
    campaign: CampaignView,
    work_id: str,
    *,
    words: dict[str, str] | None = None,
    problem: str = "",
    status: int = 200,
) -> Response:
    with parts().db.read() as session:
        work = get_work(session, campaign, work_id)
        (tile,) = tiles_of(session, campaign, [work])
        decisions = list_decisions(session, work)
        pairs = list_pairs(session, campaign, work_id=work.id)
        person = session.scalar(
            select(Person).where(Person.account_id == campaign.account_id, Person.id == work.person_id)
        )
    last = decisions[0] if decisions else None
    return show(
        "photo/console_work.html",
        campaign,
        now_at="works",
        title=f"{work.number} 号 {work.title}",
        status=status,
        tile=tile,
        work=work,
        words=words or {"title": work.title, "about": work.about},
        person=person,
        name=_name(person),
        decisions=decisions,
        undoable=last is not None and last.version == work.version and last.was != last.state,
        pairs=pairs,
        states=STATES | {"draft": "作者正在改"},
        reasons=REASONS,
        problem=problem,
        said=said(_SAID),
    )


def _name(person: Person | None) -> str:
    """Whole for those who may see it."""
    if person is None or not person.name:
        return ""
    return person.name if here().may(Permission.PERSONAL) else mask_name(person.name)
