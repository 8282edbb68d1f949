"""Files (素材): pictures inside articles, permanent material, temporary media (3 days).

Limits: picture 10 MB, voice 2 MB, video 10 MB, thumb 64 KB; inside an article jpg/png under 1 MB. Source: WeChat doc pages
上传图文消息内的图片, 永久素材, 临时素材.
"""

import json
from dataclasses import dataclass
from datetime import datetime

from core.errors import Invalid
from wechat.api.base import Answer, Download, Endpoints, Upload, as_int, as_rows, check_chars
from wechat.api.drafts import as_moment

_MB = 1024 * 1024
_LIMITS = {"image": 10 * _MB, "voice": 2 * _MB, "video": 10 * _MB, "thumb": 64 * 1024}
_LABELS = {"image": "图片", "voice": "语音", "video": "视频", "thumb": "缩略图"}
_ARTICLE_IMAGE_LIMIT = 1 * _MB
_ARTICLE_SUFFIXES = (".jpg", ".jpeg", ".png")


@dataclass(frozen=True, slots=True)
class Material:
    """Permanent. `url` for pictures only."""

    media_id: str
    url: str = ""
    name: str = ""
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class MaterialPage:
    total: int
    items: tuple[Material, ...]


@dataclass(frozen=True, slots=True)
class MaterialCounts:
    voice: int
    video: int
    image: int
    news: int


@dataclass(frozen=True, slots=True)
class TemporaryMedia:
    media_id: str
    created_at: datetime | None


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A video, which the platform only gives the address of."""

    url: str
    title: str = ""
    description: str = ""


class Files(Endpoints):
    """`api.files`. Uploads wait up to 30 s, and are sent whole again after a token error. All raise Invalid, WeChatError."""

    def upload_article_image(self, file: Upload) -> str:
        """A picture for the inside of an article; its address. jpg/png under 1 MB; does not count as material."""
        if not file.filename.lower().endswith(_ARTICLE_SUFFIXES):
            raise Invalid("bad_type", "正文图片只能是 jpg 或 png", field="file")
        _check_size(file, "正文图片", _ARTICLE_IMAGE_LIMIT - 1)
        return str(self._api.call("POST", "/cgi-bin/media/uploadimg", files={"media": file}).get("url", ""))

    def add_material(self, kind: str, file: Upload, *, title: str = "", introduction: str = "") -> Material:
        """Keep a file for good. `kind`: image, voice, video, thumb; a video needs a title and an introduction."""
        _check_kind(kind, file)
        form = None
        if kind == "video":
            check_chars("title", "视频标题", title, 64, required=True)
            check_chars("introduction", "视频简介", introduction, 300, required=True)
            form = {
                "description": json.dumps({"title": title, "introduction": introduction}, ensure_ascii=False)
            }
        answer = self._api.call(
            "POST", "/cgi-bin/material/add_material", params={"type": kind}, form=form, files={"media": file}
        )
        return Material(str(answer.get("media_id", "")), str(answer.get("url", "")))

    def get_material(self, media_id: str) -> Download | RemoteFile:
        """A permanent picture or voice with its bytes, a video with its address. Raises WeChatError 40007."""
        body = {"media_id": media_id}
        return _file(self._api.download("POST", "/cgi-bin/material/get_material", body=body), "down_url")

    def list_materials(self, kind: str, offset: int = 0, count: int = 20) -> MaterialPage:
        """`count` (1 to 20) of one kind from `offset`, newest first."""
        if kind not in ("image", "voice", "video") or offset < 0 or not 1 <= count <= 20:
            raise Invalid("bad_choice", "类型只能是 image、voice 或 video，每页 1 到 20 条", field="type")
        body = {"type": kind, "offset": offset, "count": count}
        answer = self._post("/cgi-bin/material/batchget_material", body)
        items = (
            Material(
                str(r.get("media_id", "")),
                str(r.get("url", "")),
                str(r.get("name", "")),
                as_moment(r.get("update_time")),
            )
            for r in as_rows(answer, "item")
        )
        return MaterialPage(as_int(answer.get("total_count")), tuple(items))

    def delete_material(self, media_id: str) -> None:
        self._post("/cgi-bin/material/del_material", {"media_id": media_id})

    def count_materials(self) -> MaterialCounts:
        answer = self._get("/cgi-bin/material/get_materialcount")
        return MaterialCounts(
            *(as_int(answer.get(f"{kind}_count")) for kind in ("voice", "video", "image", "news"))
        )

    def upload_temporary(self, kind: str, file: Upload) -> TemporaryMedia:
        """Keep a file for 3 days. `kind`: image, voice, video, thumb."""
        _check_kind(kind, file)
        answer = self._api.call("POST", "/cgi-bin/media/upload", params={"type": kind}, files={"media": file})
        media_id = answer.get("media_id") or answer.get("thumb_media_id") or ""
        return TemporaryMedia(str(media_id), as_moment(answer.get("created_at")))

    def get_temporary(self, media_id: str) -> Download | RemoteFile:
        """A file that a follower sent or we uploaded within 3 days. Raises WeChatError 40007 when it is gone."""
        return _file(
            self._api.download("GET", "/cgi-bin/media/get", params={"media_id": media_id}), "video_url"
        )

    def prepare_mass_video(self, media_id: str, title: str, description: str) -> str:
        """Turn an uploaded video into one that can be mass-sent; its media_id."""
        body = {"media_id": media_id, "title": title, "description": description}
        return str(self._post("/cgi-bin/media/uploadvideo", body).get("media_id", ""))


def _check_kind(kind: str, file: Upload) -> None:
    if kind not in _LIMITS:
        raise Invalid("bad_choice", "素材类型只能是 image、voice、video 或 thumb", field="type")
    _check_size(file, _LABELS[kind], _LIMITS[kind])


def _check_size(file: Upload, label: str, limit: int) -> None:
    size = len(file.content)
    if not size:
        raise Invalid("missing", f"{label}文件是空的", field="file")
    if size > limit:
        raise Invalid(
            "too_large",
            f"{label}最大 {limit / _MB:.2g} MB，现在是 {size / _MB:.2f} MB",
            field="file",
            limit=limit,
        )


def _file(got: Download | Answer, address: str) -> Download | RemoteFile:
    if isinstance(got, Download):
        return got
    return RemoteFile(str(got.get(address, "")), str(got.get("title", "")), str(got.get("description", "")))
