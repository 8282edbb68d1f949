"""The platform's API for one official account: `WeChatAPI`. Used by the worker, the web and commands; thread-safe.

Everything that leaves for the platform goes through `WeChatAPI._patiently`: time limits, breaker, quota ledger, errors in
Chinese; with the shared token through `_send`. Own endpoints are namespaces of `wechat.api` (drafts, publishing, mass, custom, subscribe, files,
operations, figures); wechatpy's (menu, user, tag …) run on the same path, see `wechat.api.sdk`.
"""

import random
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, TypeVar

import requests

from core.breaker import Breaker
from core.clock import Clock, system_clock
from wechat.api import transport
from wechat.api.base import Answer, Download, Fields, Upload, as_int
from wechat.api.custom import CustomMessages
from wechat.api.drafts import Drafts
from wechat.api.figures import Figures
from wechat.api.files import Files
from wechat.api.mass import MassMessages
from wechat.api.operations import Operations
from wechat.api.publishing import Publishing
from wechat.api.sdk import Sdk
from wechat.api.subscribe import SubscribeMessages
from wechat.api.transport import PLATFORM, Call, Limits, Transport
from wechat.errors import MEANINGS, TOKEN_CODES, Unreachable, WeChatError, token_refused
from wechat.tokens import Fetched, TokenStore

T = TypeVar("T")

_BUSY = -1
_USED_UP = 45009
_TRIES = 3
_BACKOFF_S = 0.3
_STABLE_TOKEN = "/cgi-bin/stable_token"  # noqa: S105  # a path
_NO_LIMIT = ("/sns/", "/cgi-bin/showqrcode")
_FILENAME = re.compile(r'filename="?([^";]+)"?')


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who we are for the platform. `key` is our own short name of the account, for logs."""

    appid: str
    secret: str = field(repr=False)
    key: str = ""


class Ledger(Protocol):
    """Counts the calls of one account."""

    def spend(self, path: str) -> None:
        """Before each request that leaves, retries too. May raise DomainError for one that must not leave."""

    def used_up(self, path: str) -> None:
        """The platform said that no call of this endpoint is left today (45009)."""


class _Uncounted:
    def spend(self, path: str) -> None:
        pass

    def used_up(self, path: str) -> None:
        pass


class WeChatAPI:
    """One account's API.

    `ledger` is asked before every request. `breaker` should be shared by all accounts of a process: the neighbour is the
    platform. Methods raise `wechat.errors.WeChatError` (see `kind`, `permanent`), and `core.errors.Invalid` for arguments
    that the platform would refuse.
    """

    def __init__(
        self,
        credentials: Credentials,
        *,
        token_store: TokenStore,
        base_url: str = PLATFORM,
        limits: Limits = Limits(),  # noqa: B008  # frozen
        ledger: Ledger | None = None,
        breaker: Breaker | None = None,
        clock: Clock = system_clock,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.credentials = credentials
        self.clock = clock
        self._tokens = token_store
        self._transport = Transport(base_url, limits, breaker or Breaker("wechat"))
        self._ledger = ledger or _Uncounted()
        self._sleep = sleep
        self.drafts = Drafts(self)
        self.publishing = Publishing(self)
        self.mass = MassMessages(self)
        self.custom = CustomMessages(self)
        self.subscribe = SubscribeMessages(self)
        self.files = Files(self)
        self.operations = Operations(self)
        self.figures = Figures(self)
        self.sdk = Sdk(self)
        self.menu: Any = self.sdk.menu
        self.user: Any = self.sdk.user
        self.tag: Any = self.sdk.tag
        self.message: Any = self.sdk.message
        self.media: Any = self.sdk.media
        self.material: Any = self.sdk.material
        self.qrcode: Any = self.sdk.qrcode
        self.template: Any = self.sdk.template
        self.jsapi: Any = self.sdk.jsapi
        self.customservice: Any = self.sdk.customservice

    def __repr__(self) -> str:
        return f"<WeChatAPI {self.credentials.key or self.appid}>"

    @property
    def appid(self) -> str:
        return self.credentials.appid

    @property
    def base_url(self) -> str:
        return self._transport.base_url

    @property
    def http(self) -> requests.Session:
        """The session, for wechatpy; it redirects hard-coded hosts but adds no limits. Prefer `call`."""
        return self._transport.session

    def close(self) -> None:
        """Close the connections. The object can go on being used."""
        self._transport.session.close()

    def token(self) -> str:
        """The shared access token. A secret: never log it."""
        return self._tokens.get(self.appid, self._fetch_token)

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
    ) -> Answer:
        """One call with the account's token; the answer's JSON object.

        `timeout_s`: how long to wait for the answer, instead of the default of `limits`. `repeatable` False: not tried
        again on -1 (for what must not happen twice). Network failures are never tried again in here: the outbox decides.
        """
        call = Call(method, path, dict(params or {}), body, form, files, timeout_s)
        return self._send(call, transport.read_answer, repeatable)

    def download(
        self,
        method: str,
        path: str,
        *,
        params: Fields | None = None,
        body: Fields | None = None,
        timeout_s: float | None = None,
    ) -> Download | Answer:
        """One call that answers with a file, or with a JSON object that says where the file is."""
        return self._send(
            Call(method, path, dict(params or {}), body, timeout_s=timeout_s), _read_download, True
        )

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
    ) -> Any:
        """For wechatpy's namespaces: a dict, or the `requests.Response` where the answer is a file.

        `access_token: None` in `params` means: without a token. The path may be an absolute URL of the platform.
        """
        data = body.encode() if isinstance(body, str) else body
        call = Call(method, path, dict(params), data, form, files, timeout_s)

        def read(response: requests.Response, sent: Call) -> Any:
            if not may_be_file:
                return transport.read_answer(response, sent)
            answer = transport.read_file(response, sent)
            return response if answer is None else answer

        if "access_token" in params:
            return self._tokenless(call, read)
        return self._send(call, read, True)

    def call_with_secret(self, path: str, params: Fields) -> Answer:
        """A GET that identifies us by AppID and AppSecret instead of the token (web sign-in)."""
        params = {"appid": self.appid, "secret": self.credentials.secret, **params}
        secrets = (self.credentials.secret, str(params.get("code", "")))
        return self._tokenless(Call("GET", path, params, secrets=secrets), transport.read_answer)

    # --- the one way out

    def _send(self, call: Call, read: "Callable[[requests.Response, Call], T]", repeatable: bool) -> "T":
        """With token: -1 is tried again with backoff, a refused token once with another one."""
        token = self.token()
        self._transport.admit(call)
        try:
            return self._patiently(call, read, repeatable, token)
        except WeChatError as error:
            if error.errcode not in TOKEN_CODES:
                raise
        call = replace(call, secrets=(token,))
        token = self._tokens.invalidate(self.appid, token, self._fetch_token)
        try:
            return self._patiently(call, read, repeatable, token)
        except WeChatError as error:
            if error.errcode not in TOKEN_CODES:
                raise
            refused = token_refused(error.errcode or 40001, error.errmsg, endpoint=call.path)
        raise refused

    def _patiently(
        self, call: Call, read: "Callable[[requests.Response, Call], T]", repeatable: bool, token: str | None
    ) -> "T":
        sent = call if token is None else _with_token(call, token, self.credentials.secret)
        tries = _TRIES if repeatable else 1
        for nth in range(1, tries + 1):
            if _is_limited(call):
                self._ledger.spend(call.path)
            try:
                return read(self._transport.send(sent), sent)
            except WeChatError as error:
                if error.errcode == _USED_UP:
                    self._ledger.used_up(call.path)
                if error.errcode != _BUSY or nth == tries:
                    raise
            # Full jitter: what was busy for many must not be asked by all of them at the same moment.
            self._sleep(_BACKOFF_S * 2 ** (nth - 1) * (1 + random.random()))
        raise AssertionError("unreachable: the last try returns or raises")

    def _tokenless(self, call: Call, read: "Callable[[requests.Response, Call], T]") -> "T":
        self._transport.admit(call)
        return self._patiently(call, read, True, None)

    def _fetch_token(self, force: bool) -> Fetched:
        """Source: WeChat doc page 获取稳定版接口调用凭据."""
        secret = self.credentials.secret
        body = {
            "grant_type": "client_credential",
            "appid": self.appid,
            "secret": secret,
            "force_refresh": force,
        }
        call = Call("POST", _STABLE_TOKEN, {}, body, secrets=(secret,))
        try:
            answer = self._tokenless(call, transport.read_answer)
        except Unreachable as error:
            error.sent_maybe = False  # what the token was wanted for surely was not sent
            raise
        except WeChatError as error:
            if error.errcode not in TOKEN_CODES:
                raise
            wrong = error
        else:
            return _read_token(answer)
        raise _secret_refused(wrong)


def _is_limited(call: Call) -> bool:
    """Web sign-in and the pictures of scene codes have no daily limit."""
    return not call.path.startswith(_NO_LIMIT)


def _with_token(call: Call, token: str, secret: str) -> Call:
    return replace(
        call, params={**call.params, "access_token": token}, secrets=(*call.secrets, token, secret)
    )


def _read_token(answer: Answer) -> Fetched:
    token, expires_in = answer.get("access_token"), answer.get("expires_in")
    if not isinstance(token, str) or not token:
        raise Unreachable(
            "微信没有给出 access_token", endpoint=_STABLE_TOKEN, sent_maybe=False, reason="no access_token"
        )
    return Fetched(token, as_int(expires_in, 7200))


def _secret_refused(error: WeChatError) -> WeChatError:
    """Asked for a token, 40001 means the AppSecret: there is no token yet that could be wrong."""
    meaning = MEANINGS[40125]
    return WeChatError(
        error.errcode,
        error.errmsg,
        kind=meaning.kind,
        permanent=True,
        text="微信不接受 AppID 与 AppSecret",
        advice=meaning.remedy,
        endpoint=_STABLE_TOKEN,
    )


def _read_download(response: requests.Response, call: Call) -> Download | Answer:
    answer = transport.read_file(response, call)
    if answer is not None:
        return answer
    named = _FILENAME.search(response.headers.get("Content-Disposition", ""))
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip()
    return Download(response.content, kind or "application/octet-stream", named[1] if named else "")
