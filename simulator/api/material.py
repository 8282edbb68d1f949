"""media/* and material/*: temporary and permanent files, and pictures inside articles."""

from __future__ import annotations

import json
from urllib.parse import quote

from flask import Response

from ..media_store import Life, Media, sniff
from .errors import ApiError
from .gate import Call, Endpoint, Json, Right

MB = 1024 * 1024
MAX_BYTES = {"image": 10 * MB, "voice": 2 * MB, "video": 10 * MB, "thumb": 64 * 1024}
SUFFIXES = {
    "image": {"jpg", "png", "gif", "bmp"},
    "voice": {"amr", "mp3"},
    "video": {"mp4"},
    "thumb": {"jpg"},
}
INLINE_BYTES = MB
BATCH = 20


def _upload(call: Call, kind: str, life: Life, *, title: str = "", introduction: str = "") -> Media:
    if kind not in MAX_BYTES:
        raise ApiError(40004)
    file = call.files.get("media") or next(iter(call.files.values()), None)
    data = file.read() if file else b""
    if not file or not data:
        raise ApiError(41005)
    if len(data) > MAX_BYTES[kind]:
        raise ApiError(40006)
    if sniff(data)[0] not in SUFFIXES[kind]:
        raise ApiError(40005)
    return call.world.media.add(
        call.account.key,
        kind,
        life,
        data,
        filename=file.filename or "",
        title=title,
        introduction=introduction,
    )


def _media_upload(call: Call) -> Json:
    kind = call.params.get("type") or call.form.get("type") or ""
    media = _upload(call, kind, "temporary")
    name = "thumb_media_id" if kind == "thumb" else "media_id"
    return {"type": kind, name: media.media_id, "created_at": int(media.created_at)}


def _bytes(media: Media) -> Response:
    response = Response(media.data, content_type=media.content_type)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(media.filename)}"
    return response


def _absolute(call: Call, media: Media) -> str:
    return call.world.settings.base_url + media.path


def _media_get(call: Call) -> Json | Response:
    media_id = call.params.get("media_id") or str(call.body.get("media_id") or "")
    if not media_id:
        raise ApiError(41006)
    media = call.world.media.get(call.account.key, media_id, life="temporary")
    if media is None:
        raise ApiError(40007)
    return {"video_url": _absolute(call, media)} if media.type == "video" else _bytes(media)


def _upload_image(call: Call) -> Json:
    file = call.files.get("media") or next(iter(call.files.values()), None)
    data = file.read() if file else b""
    if not data:
        raise ApiError(41005)
    if len(data) > INLINE_BYTES:
        raise ApiError(40009)
    if sniff(data)[0] not in ("jpg", "png"):
        raise ApiError(40005)
    return {"url": _absolute(call, call.world.media.add(call.account.key, "image", "inline", data))}


def _add_material(call: Call) -> Json:
    kind = call.params.get("type") or call.form.get("type") or ""
    words: Json = {}
    if kind == "video":
        try:
            words = json.loads(call.form.get("description") or call.params.get("description") or "")
        except ValueError as error:
            raise ApiError(40035, "description") from error
        if not isinstance(words, dict) or not words.get("title"):
            raise ApiError(40035, "description.title")
    title, introduction = str(words.get("title") or ""), str(words.get("introduction") or "")
    media = _upload(call, kind, "permanent", title=title, introduction=introduction)
    return {
        "media_id": media.media_id,
        **({"url": _absolute(call, media)} if kind in ("image", "thumb") else {}),
    }


def _material(call: Call) -> Media:
    media = call.world.media.get(call.account.key, call.words("media_id", errcode=41006), life="permanent")
    if media is None:
        raise ApiError(40007)
    return media


def _get_material(call: Call) -> Json | Response:
    media = _material(call)
    if media.type == "video":
        words = {"title": media.title, "description": media.introduction}
        return {**words, "down_url": _absolute(call, media)}
    return _bytes(media)


def _delete_material(call: Call) -> Json:
    call.world.media.delete(_material(call).media_id)
    return {"errcode": 0, "errmsg": "ok"}


def _count_material(call: Call) -> Json:
    count = call.world.media.count_permanent
    kinds = {f"{kind}_count": count(call.account.key, kind) for kind in ("voice", "video", "image")}
    return {**kinds, "news_count": 0}


def _batch_material(call: Call) -> Json:
    kind = str(call.body.get("type") or "")
    offset, count = call.number("offset", 0), call.number("count", BATCH)
    if not 1 <= count <= BATCH or offset < 0:
        raise ApiError(40035, "count is 1 to 20")
    if kind == "news":  # lives in the draft box since 2022
        return {"total_count": 0, "item_count": 0, "item": []}
    if kind not in ("image", "video", "voice"):
        raise ApiError(40004)
    found = call.world.media.list_permanent(call.account.key, kind, offset, count)
    items = [
        {
            "media_id": media.media_id,
            "name": media.title or media.filename,
            "update_time": int(media.created_at),
            "url": _absolute(call, media),
        }
        for media in found
    ]
    total = call.world.media.count_permanent(call.account.key, kind)
    return {"item": items, "total_count": total, "item_count": len(items)}


ENDPOINTS = (
    Endpoint("/cgi-bin/media/upload", _media_upload, "POST", Right.VERIFIED),
    Endpoint("/cgi-bin/media/get", _media_get, "ANY", Right.VERIFIED),
    Endpoint("/cgi-bin/media/uploadimg", _upload_image, "POST", Right.VERIFIED),
    Endpoint("/cgi-bin/material/add_material", _add_material, "POST", Right.VERIFIED),
    Endpoint("/cgi-bin/material/get_material", _get_material, "POST", Right.VERIFIED),
    Endpoint("/cgi-bin/material/del_material", _delete_material, "POST", Right.VERIFIED),
    Endpoint("/cgi-bin/material/get_materialcount", _count_material, "ANY", Right.VERIFIED),
    Endpoint("/cgi-bin/material/batchget_material", _batch_material, "POST", Right.VERIFIED),
)
