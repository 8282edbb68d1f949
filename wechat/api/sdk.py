"""wechatpy's namespaces (menu, user, tag, message, media, material, qrcode …) on our request path.

`wechat.client` exposes them. What wechatpy gets wrong there is either mended (menu.get, qrcode) or refused with the name of
our own method, so that it fails in development and never before a follower.
"""

from collections.abc import Callable, Mapping
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlencode, urlsplit

import requests
from wechatpy.client import WeChatClient
from wechatpy.client.api import WeChatMenu, WeChatMessage, WeChatQRCode

from wechat.api.base import Upload
from wechat.api.transport import PAGES, PLATFORM
from wechat.errors import WeChatError

_OURS_INSTEAD = {
    "/cgi-bin/token": "the token store",
    "/cgi-bin/media/uploadnews": "api.drafts.add (uploadnews is dead)",
    "/cgi-bin/material/add_news": "api.drafts.add (add_news is dead)",
    "/cgi-bin/material/update_news": "api.drafts.update (update_news is dead)",
    "/cgi-bin/message/mass/send": "api.mass.send",
    "/cgi-bin/message/mass/sendall": "api.mass.send_to_tag or send_to_all (wechatpy sends the dead group_id)",
    "/cgi-bin/message/mass/preview": "api.mass.preview",
}

_FILES = frozenset({"/cgi-bin/media/get", "/cgi-bin/media/get/jssdk", "/cgi-bin/material/get_material"})
"""Calls that may answer with a file."""


class Wire(Protocol):
    """The part of `WeChatAPI` that wechatpy's namespaces speak through."""

    @property
    def appid(self) -> str: ...

    @property
    def base_url(self) -> str: ...

    @property
    def http(self) -> requests.Session: ...

    def token(self) -> str: ...

    def raw(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any],
        body: Any,
        form: Mapping[str, str] | None,
        files: Mapping[str, Upload] | None,
        timeout_s: float | None,
        may_be_file: bool,
    ) -> Any: ...


class _Menu(WeChatMenu):  # type: ignore[misc]
    def get(self) -> Any:
        """The menu; None when there is none (46003), as wechatpy promises."""
        try:
            return self._get("menu/get")
        except WeChatError as error:
            if error.errcode != 46003:
                raise
        return None


class _Message(WeChatMessage):  # type: ignore[misc]
    def _send_mass_message(self, *_: Any, **__: Any) -> Any:
        raise NotImplementedError("use api.mass: wechatpy sends the dead group_id and no checked clientmsgid")


class _QRCode(WeChatQRCode):  # type: ignore[misc]
    def show(self, ticket: Any) -> Any:
        """The picture as a `requests.Response`; wechatpy asks without time limit and past our session."""
        return self._client.page("/cgi-bin/showqrcode", {"ticket": _ticket(ticket)})

    def get_url(self, ticket: Any) -> str:
        """Address of the picture, for browsers."""
        return f"{self._client.pages_url}/cgi-bin/showqrcode?{urlencode({'ticket': _ticket(ticket)})}"


def _ticket(ticket: Any) -> str:
    return str(ticket["ticket"] if isinstance(ticket, Mapping) else ticket)


class Sdk(WeChatClient):  # type: ignore[misc]
    """wechatpy's client with our request path under it. It never sees the secret and never retries."""

    menu = _Menu()
    message = _Message()
    qrcode = _QRCode()

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        super().__init__(wire.appid, "", auto_retry=False)
        self._http = wire.http

    @property
    def access_token(self) -> str:
        """The shared token; wechatpy's own cache is not used."""
        return self._wire.token()

    @property
    def pages_url(self) -> str:
        return PAGES if self._wire.base_url == PLATFORM else self._wire.base_url

    def fetch_access_token(self) -> Any:
        raise NotImplementedError("the token store fetches tokens")

    def page(self, path: str, params: Mapping[str, Any]) -> Any:
        """A file from the platform's page host, which takes no token."""
        params = {**params, "access_token": None}
        return self._wire.raw(
            "GET", f"{self.pages_url}{path}", params=params, body=None, form=None, files=None, timeout_s=None,
            may_be_file=True,
        )  # fmt: skip

    def _request(self, method: str, url_or_endpoint: str, **options: Any) -> Any:
        # The signature is wechatpy's: everything its namespaces do ends here.
        base = options.pop("api_base_url", self.API_BASE_URL)
        url = url_or_endpoint if url_or_endpoint.startswith("http") else f"{base}{url_or_endpoint}"
        parts = urlsplit(url)
        if f"{parts.scheme}://{parts.netloc}" != PLATFORM:
            raise ValueError(f"not an address of the platform: {parts.netloc}")
        if parts.path in _OURS_INSTEAD:
            raise NotImplementedError(f"use {_OURS_INSTEAD[parts.path]}")
        params = {**dict(parse_qsl(parts.query)), **(options.get("params") or {})}
        params.pop("access_token", None)
        files = {name: as_upload(file) for name, file in (options.get("files") or {}).items()}
        data = options.get("data")
        answer = self._wire.raw(
            method.upper(),
            parts.path,
            params=params,
            body=None if files else data,
            form={k: str(v) for k, v in data.items()} if files and isinstance(data, Mapping) else None,
            files=files or None,
            timeout_s=options.get("timeout"),
            may_be_file=parts.path in _FILES or parts.path.startswith("/wxa/getwxacode"),
        )
        process: Callable[[Any], Any] | None = options.get("result_processor")
        return process(answer) if process and isinstance(answer, dict) else answer


def as_upload(file: Any) -> Upload:
    """What `requests` takes as a file (an open file, bytes, or a tuple with its name first) as an `Upload`.

    The bytes are read here, once, from where the file stands, so that a retry sends all of them again.
    """
    name, content, kind = "", file, ""
    if isinstance(file, (tuple, list)):
        name, content, kind = [*file, "", ""][0], file[1], file[2] if len(file) > 2 else ""
    data = content.read() if hasattr(content, "read") else content
    if not name:
        name = str(getattr(content, "name", "") or "file").rsplit("/", 1)[-1]
    raw = data.encode() if isinstance(data, str) else bytes(data)
    return Upload(str(name), raw, kind or "application/octet-stream")
