"""Pictures and films of a work, from the phone. What is acknowledged is on the disk and in the database."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import jsonify, redirect, request
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as AnyResponse

from campaigns.asking import Asking
from campaigns.kinds.photo.composing import (
    Problem,
    ask_again,
    get_own,
    read_draft,
    save_written,
    take_own,
    url_of,
)
from campaigns.kinds.photo.config import settings_of
from campaigns.kinds.photo.h5_works import KIND
from campaigns.kinds.photo.keeping import Keeper
from campaigns.kinds.photo.tables import PhotoPicture
from campaigns.kinds.photo.works import (
    add_picture,
    list_pictures,
    order_pictures,
    put_video,
    remove_picture,
    require_room,
)
from campaigns.rules import require_on
from campaigns.stage import Stage, on_stage, wants_json
from core.errors import Closed, DomainError, Invalid
from house.current import parts
from pictures.reading import MOST_BYTES
from web.storage import LIMITS, MB, media_store

_AT_ONCE = 3
"""So many pictures are held in memory by one process; others wait on the disk, where the server has put them."""
_PATIENCE_S = 5.0
_held = threading.BoundedSemaphore(_AT_ONCE)


class TooLarge(Invalid):
    """The request is larger than what it may carry; it was not read."""

    status = 413


class Busy(Closed):
    """Too much at once; the same request again will do."""

    status = 503


@on_stage(KIND)
def add_pictures(stage: Stage, work_id: str) -> AnyResponse:
    """Keep what is sent as `picture`, under `key`. JSON is answered with the picture; a form may send several at once."""
    asking, sent = _sent("picture", MOST_BYTES)
    key = asking.key()
    if wants_json():
        if len(sent) != 1:
            raise Invalid("no_picture", "没有收到照片，请重新选择。")
        return _told(stage, work_id, _keep(stage, work_id, key, sent[0]))
    try:
        _save_texts(stage, work_id, asking)
    except DomainError as error:
        return ask_again(stage, work_id, Problem(error, read_draft(asking)))
    bad: list[tuple[str, DomainError]] = []
    for number, file in enumerate(sent, 1):
        try:
            _keep(stage, work_id, f"{key[:60]}-{number}", file)
        except DomainError as error:
            bad.append((file.filename or f"第 {number} 张", error))
    if not sent:
        bad.append(("照片", Invalid("no_picture", "请先选择照片，再点上传。")))
    if bad:
        told = tuple(f"{name[:40]}：{error.message}" for name, error in bad)
        return ask_again(stage, work_id, Problem(bad[0][1], None, told))
    return redirect(url_of(stage, "compose", work_id=work_id), 303)


@on_stage(KIND)
def put_in_order(stage: Stage, work_id: str) -> AnyResponse:
    """`order`: all ids in their new order; or from a form `move`: one picture's id, and `left` or `right`."""
    asking = Asking.sent()
    with parts().db.work() as session:
        work = take_own(session, stage, work_id)
        save_written(session, stage, work, asking)
        wanted = asking.fields.get("order") or _moved(
            [row.public_id for row in list_pictures(session, stage.campaign, [work.id])], asking.text("move")
        )
        order_pictures(session, stage.campaign, work, wanted, stage.now)
        version = work.version
    return _done(stage, work_id, version)


@on_stage(KIND)
def take_out(stage: Stage, work_id: str) -> AnyResponse:
    """Take one picture out (`picture`)."""
    asking = Asking.sent()
    with parts().db.work() as session:
        work = take_own(session, stage, work_id)
        save_written(session, stage, work, asking)
        remove_picture(session, stage.campaign, work, asking.text("picture"), stage.now)
        version = work.version
    return _done(stage, work_id, version)


@on_stage(KIND)
def put_film(stage: Stage, work_id: str) -> AnyResponse:
    """Keep what is sent as `video`; with `out` take it away."""
    asking, sent = _sent("video", LIMITS["video"])
    try:
        _save_texts(stage, work_id, asking)
        if not sent and not asking.text("out"):
            raise Invalid("no_video", "请先选择视频，再点上传。", field="video")
        name = media_store().keep("video", sent[0].stream) if sent else ""
        with parts().db.work() as session:
            work = take_own(session, stage, work_id)
            put_video(session, work, name, stage.now)
            version = work.version
    except DomainError as error:
        if wants_json():
            raise
        return ask_again(stage, work_id, Problem(error, read_draft(asking)))
    return _done(stage, work_id, version)


def _sent(field: str, most_bytes: int) -> tuple[Asking, list[FileStorage]]:
    """What was asked, and the files of a field. Raises TooLarge, Invalid."""
    request.max_content_length = most_bytes + MB
    try:
        asking = Asking.sent()
        return asking, [one for one in request.files.getlist(field) if one.filename]
    except RequestEntityTooLarge:
        raise TooLarge(
            "too_large", f"文件太大了，每个最大 {most_bytes // MB} MB。请压缩后再传，或换一个。"
        ) from None


def _save_texts(stage: Stage, work_id: str, asking: Asking) -> None:
    with parts().db.work() as session:
        save_written(session, stage, take_own(session, stage, work_id), asking)


def _keep(stage: Stage, work_id: str, key: str, file: FileStorage) -> str:
    """Its public id. What came before under this key is not read again. Raises Invalid, SoldOut, Conflict, Busy."""
    require_on(stage.campaign, stage.now)
    with parts().db.read() as session:
        known = require_room(session, stage.campaign, get_own(session, stage, work_id), key)
    if known is not None:
        return known.public_id
    with _place():
        kept = Keeper.of(parts()).keep(file.stream.read(MOST_BYTES + 1), file.filename or "")
    with parts().db.work() as session:
        work = take_own(session, stage, work_id)
        return add_picture(session, stage.campaign, work, key, kept, stage.now).public_id


@contextmanager
def _place() -> Iterator[None]:
    if not _held.acquire(timeout=_PATIENCE_S):
        raise Busy("busy", "这会儿传照片的人多，请过几秒再传；您已经传好的都在。")
    try:
        yield
    finally:
        _held.release()


def _told(stage: Stage, work_id: str, picture_id: str) -> AnyResponse:
    with parts().db.read() as session:
        work = get_own(session, stage, work_id)
        rows = list_pictures(session, stage.campaign, [work.id])
        version = work.version
    row = next(one for one in rows if one.public_id == picture_id)
    left = settings_of(stage.campaign).most_pictures - len(rows)
    return jsonify(version=version, left=left, **_facts(row))


def _facts(row: PhotoPicture) -> dict[str, str | int]:
    return {
        "id": row.public_id,
        "small": f"/media/small/{row.name}",
        "width": row.width,
        "height": row.height,
    }


def _moved(ids: list[str], move: str) -> list[str]:
    """Raises Invalid."""
    picture_id, _, way = move.partition(":")
    if picture_id not in ids or way not in ("left", "right"):
        raise Invalid("bad_move", "这张照片已经不在了，请刷新页面看看。")
    at = ids.index(picture_id)
    to = min(max(at + (1 if way == "right" else -1), 0), len(ids) - 1)
    ids.insert(to, ids.pop(at))
    return ids


def _done(stage: Stage, work_id: str, version: int) -> AnyResponse:
    if wants_json():
        return jsonify(version=version)
    return redirect(url_of(stage, "compose", work_id=work_id), 303)
