"""Pictures and films of the chat: the worker fetches them from the platform, which keeps them for three days.

Fetching one again changes nothing: a picture that is no longer awaited is left as it is. What can't be had is told to its author.
"""

import io
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from campaigns.kinds.photo.keeping import Keeper
from campaigns.kinds.photo.tables import PhotoPicture, PhotoWork
from campaigns.kinds.photo.works import Kept, fail_picture, fill_picture
from core.errors import Invalid
from house.parts import Parts
from jobs.outbox import CUSTOMER_MESSAGE, Courier, Parcel, post
from models.ledger import Person
from web.storage import LIMITS, MediaStore
from wechat.api.base import Download
from wechat.errors import WeChatError
from wechat.remote import read_remote
from wechat.replies import TextReply, to_custom_message

PHOTO_FETCH = "photo_fetch"
IMAGE, FILM = "image", "video"
_NOUNS = {IMAGE: "照片", FILM: "视频"}


@dataclass(frozen=True, slots=True)
class _Awaited:
    """What is to be fetched, and for whom."""

    id: int
    account_id: int
    public_id: str
    form: str
    media_id: str
    openid: str | None


def post_fetch(session: Session, picture: PhotoPicture, media_id: str, form: str, now: datetime) -> None:
    """Have what was sent fetched; once, however often it is asked for. `form`: IMAGE or FILM."""
    payload = {"picture": picture.id, "media_id": media_id, "form": form}
    post(session, picture.account_id, PHOTO_FETCH, f"photo:{picture.public_id}", payload, now)


def couriers(parts: Parts) -> dict[str, Courier]:
    """A `CampaignKind.couriers`."""
    return {PHOTO_FETCH: lambda parcel: _deliver(parts, parcel)}


def _deliver(parts: Parts, parcel: Parcel) -> None:
    """Raises WeChatError where another try may help."""
    with parts.db.read() as session:
        awaited = _find(session, parcel)
    if awaited is None:
        return
    try:
        data = _download(parts, awaited)
        if awaited.form == FILM:
            _fill_film(parts, awaited, MediaStore(parts.settings.var_dir / "media"), data)
        else:
            _fill(parts, awaited, Keeper.of(parts).keep(data))
    except WeChatError as error:
        if not error.permanent:
            raise
        fail(
            parts, awaited.account_id, awaited.id, f"微信里已经取不到这{_one(awaited.form)}了，请重新发一次。"
        )
    except Invalid as error:
        fail(parts, awaited.account_id, awaited.id, error.message)


def fail(parts: Parts, account_id: int, picture_id: int, problem: str) -> None:
    """A picture that can't be had: its author is told why, and what was handed in with nothing else waits for them again."""
    now = parts.clock()
    with parts.db.work() as session:
        if not fail_picture(session, account_id, picture_id, problem):
            return
        work, picture, openid = session.execute(
            select(PhotoWork, PhotoPicture, Person.openid)
            .join(PhotoPicture, PhotoPicture.work_id == PhotoWork.id)
            .join(Person, Person.id == PhotoWork.person_id)
            .where(
                PhotoWork.account_id == account_id,
                PhotoPicture.account_id == account_id,
                Person.account_id == account_id,
                PhotoPicture.id == picture_id,
            )
        ).one()
        empty = _give_back_empty(session, work, now)
        text = _told(work, problem, empty=empty)
        message = to_custom_message(TextReply(text), openid) if openid else None
        if message is not None:
            payload = {"openid": openid, "message": message}
            post(session, account_id, CUSTOMER_MESSAGE, f"photo-failed:{picture.public_id}", payload, now)


def _find(session: Session, parcel: Parcel) -> _Awaited | None:
    query = (
        select(PhotoPicture, Person.openid)
        .join(PhotoWork, PhotoWork.id == PhotoPicture.work_id)
        .join(Person, Person.id == PhotoWork.person_id)
        .where(
            PhotoPicture.account_id == parcel.account_id,
            PhotoWork.account_id == parcel.account_id,
            Person.account_id == parcel.account_id,
            PhotoPicture.id == int(parcel.payload["picture"]),
            PhotoPicture.state == "fetching",
        )
    )
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    payload = parcel.payload
    return _Awaited(
        row[0].id,
        parcel.account_id,
        row[0].public_id,
        str(payload["form"]),
        str(payload["media_id"]),
        row[1],
    )


def _download(parts: Parts, awaited: _Awaited) -> bytes:
    """Raises WeChatError, Invalid."""
    account = parts.directory.get_by_id(awaited.account_id)
    got = parts.platform.api(account).files.get_temporary(awaited.media_id)
    if isinstance(got, Download):
        return got.content
    if awaited.form != FILM:
        raise Invalid("no_picture", "微信说这不是图片，请重新发一次。")
    return read_remote(got.url, LIMITS["video"])


def _fill(parts: Parts, awaited: _Awaited, kept: Kept) -> None:
    with parts.db.work() as session:
        fill_picture(session, awaited.account_id, awaited.id, kept)


def _fill_film(parts: Parts, awaited: _Awaited, store: MediaStore, data: bytes) -> None:
    """The work's film; what held its place among the pictures goes. Raises Invalid for what is none."""
    name = store.keep("video", io.BytesIO(data))
    place = (
        PhotoPicture.account_id == awaited.account_id,
        PhotoPicture.id == awaited.id,
        PhotoPicture.state == "fetching",
    )
    with parts.db.work() as session:
        work_id = session.scalar(delete(PhotoPicture).where(*place).returning(PhotoPicture.work_id))
        if work_id is None:
            return
        where = (PhotoWork.account_id == awaited.account_id, PhotoWork.id == work_id)
        values = {"video": name, "version": PhotoWork.version + 1, "updated_at": parts.clock()}
        session.execute(update(PhotoWork).where(*where).values(values))


def _give_back_empty(session: Session, work: PhotoWork, now: datetime) -> bool:
    """Whether a work that waits has nothing left in it; then it is a draft again."""
    there = select(PhotoPicture.id).where(
        PhotoPicture.account_id == work.account_id,
        PhotoPicture.work_id == work.id,
        PhotoPicture.state != "failed",
    )
    if work.video or work.link or session.scalars(there.limit(1)).first() is not None:
        return False
    where = (PhotoWork.account_id == work.account_id, PhotoWork.id == work.id, PhotoWork.state == "waiting")
    values = {"state": "draft", "version": PhotoWork.version + 1, "updated_at": now}
    session.execute(update(PhotoWork).where(*where).values(values))
    return True


def _told(work: PhotoWork, problem: str, *, empty: bool) -> str:
    named = f"「{work.title}」里" if work.title else "您刚才发的"
    rest = "这件作品现在是空的，还没有交上。" if empty else "别的都收好了。"
    return f"{named}有一张没有收下：{problem}\n{rest}"


def _one(form: str) -> str:
    return f"{'段' if form == FILM else '张'}{_NOUNS[form]}"
