"""What every endpoint family stands on: the caller it speaks through, uploads, and checks at the edge."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from core.clock import Clock
from core.errors import Invalid

Answer = Mapping[str, Any]
"""A JSON object of the platform, checked to be one and free of `errcode`."""

Fields = Mapping[str, Any]
"""A JSON object for the platform."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file for the platform: name with its suffix (the platform looks at it), bytes, media type."""

    filename: str
    content: bytes = field(repr=False)
    content_type: str = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Download:
    """A file from the platform. `filename` is "" when the platform did not say."""

    content: bytes = field(repr=False)
    content_type: str
    filename: str = ""


class Caller(Protocol):
    """The part of `WeChatAPI` that endpoints use."""

    @property
    def appid(self) -> str: ...

    @property
    def clock(self) -> Clock: ...

    def call(
        self,
        method: str,
        path: str,
        *,
        params: Fields | None = None,
        body: Fields | None = None,
        form: Mapping[str, str] | None = None,
        files: Mapping[str, Upload] | None = None,
        timeout_s: float | None = None,
        repeatable: bool = True,
    ) -> Answer: ...

    def download(
        self,
        method: str,
        path: str,
        *,
        params: Fields | None = None,
        body: Fields | None = None,
        timeout_s: float | None = None,
    ) -> Download | Answer: ...


class Endpoints:
    """A family of endpoints."""

    def __init__(self, api: Caller) -> None:
        self._api = api

    def _get(self, path: str, **params: Any) -> Answer:
        return self._api.call("GET", path, params=params)

    def _post(self, path: str, body: Fields, *, repeatable: bool = True) -> Answer:
        return self._api.call("POST", path, body=body, repeatable=repeatable)


def check_chars(name: str, label: str, text: str, limit: int, *, required: bool = False) -> str:
    """`text`, at most `limit` characters. Raises Invalid that names the field."""
    if required and not text.strip():
        raise Invalid("missing", f"请填写{label}", field=name)
    if len(text) > limit:
        raise Invalid("too_long", f"{label}最多 {limit} 个字，现在是 {len(text)} 个", field=name, limit=limit)
    return text


def check_bytes(name: str, label: str, text: str, limit: int, *, required: bool = False) -> str:
    """`text`, at most `limit` bytes of UTF-8. Raises Invalid that names the field."""
    if required and not text.strip():
        raise Invalid("missing", f"请填写{label}", field=name)
    size = len(text.encode(errors="replace"))
    if size > limit:
        raise Invalid("too_long", f"{label}最多 {limit} 字节，现在是 {size} 字节", field=name, limit=limit)
    return text


def check_count(name: str, label: str, items: Sequence[object], least: int, most: int) -> None:
    """Between `least` and `most` items. Raises Invalid that names the field."""
    if not least <= len(items) <= most:
        raise Invalid("wrong_count", f"{label}应为 {least} 到 {most} 个，现在是 {len(items)} 个", field=name)


def check_range(name: str, label: str, value: int, least: int, most: int) -> int:
    """`value` between `least` and `most`. Raises Invalid that names the field."""
    if not least <= value <= most:
        raise Invalid("out_of_range", f"{label}应在 {least} 到 {most} 之间，现在是 {value}", field=name)
    return value


def as_int(value: object, default: int = 0) -> int:
    """The platform writes numbers now as 1, now as "1"."""
    try:
        return int(value)  # type: ignore[call-overload, no-any-return]
    except (TypeError, ValueError):
        return default


def as_rows(answer: Answer, key: str) -> list[Answer]:
    """The list of objects under `key`; whatever else stands there counts as empty."""
    rows = answer.get(key)
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
