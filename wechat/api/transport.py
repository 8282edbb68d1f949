"""One HTTP exchange with the platform: always with time limits, checked, and silent about secrets.

Used by `wechat.client`, and through it by everything else. What goes wrong leaves as `WeChatError` or `Unreachable`; a
`requests` exception never does, because its text and its request carry `access_token=` and `secret=`.
"""

import io
import json
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from typing import Any, cast
from urllib.parse import urlencode, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    MaxRetryError,
    NewConnectionError,
    ReadTimeoutError,
)

from core.breaker import Breaker
from core.errors import ConfigError
from core.masking import mask_text
from core.text import clean
from wechat.api.base import Answer, Fields, Upload
from wechat.errors import ErrorKind, Unreachable, WeChatError, error_from, scrub

PLATFORM = "https://api.weixin.qq.com"
"""Where the platform's API lives."""

PAGES = "https://mp.weixin.qq.com"
"""Where `showqrcode` lives."""

_HARD_CODED = (PLATFORM, PAGES)
_MAX_ANSWER = 64 * 1024 * 1024
_CHUNK = 64 * 1024
_JSON = "application/json; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds: to connect, to wait for an answer, and to wait for the answer to an upload."""

    connect_s: float = 3.0
    read_s: float = 5.0
    upload_s: float = 30.0


@dataclass(frozen=True, slots=True)
class Call:
    """One request. `url` is a path, or an absolute URL on one of the platform's hosts. `secrets` are masked everywhere."""

    method: str
    url: str
    params: Fields = field(repr=False)
    body: Fields | bytes | None = field(default=None, repr=False)
    form: Mapping[str, str] | None = field(default=None, repr=False)
    files: Mapping[str, Upload] | None = None
    timeout_s: float | None = None
    secrets: tuple[str, ...] = field(default=(), repr=False)

    @property
    def path(self) -> str:
        """For errors and ledgers: no host, no query."""
        return urlsplit(self.url).path


class _MaskQuery(logging.Filter):
    """urllib3 writes the whole query at DEBUG; the token is in it because the platform wants it there."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = mask_text(record.getMessage()), ()
        return True


_MASK_QUERY = _MaskQuery()


class _Redirected(HTTPAdapter):
    """Sends what is addressed to the platform's hard-coded hosts to another address (the simulator)."""

    def __init__(self, base_url: str, **options: Any) -> None:
        self._base_url = base_url
        super().__init__(**options)

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        parts = urlsplit(cast(str, request.url))
        if f"{parts.scheme}://{parts.netloc}" in _HARD_CODED:
            request.url = f"{self._base_url}{parts.path}" + (f"?{parts.query}" if parts.query else "")
            request.headers.pop("Host", None)
        return super().send(request, *args, **options)


class Transport:
    """Connections to one address of the platform. Thread-safe; one per account and process."""

    def __init__(self, base_url: str, limits: Limits, breaker: Breaker) -> None:
        base_url = base_url.rstrip("/")
        if urlsplit(base_url).scheme not in ("http", "https") or not urlsplit(base_url).netloc:
            raise ConfigError("bad_base_url", "微信接口地址应以 http:// 或 https:// 开头", setting="base_url")
        self.base_url = base_url
        self._limits = limits
        self._breaker = breaker
        self.session = _new_session(base_url)

    def admit(self, call: Call) -> None:
        """Raises Unreachable while the breaker rests; its own step, so that a refused call spends no quota."""
        if not self._breaker.allow():
            raise Unreachable(
                "微信接口刚刚连续失败，暂停了几秒",
                endpoint=call.path,
                sent_maybe=False,
                reason="breaker open",
            )

    def send(self, call: Call) -> requests.Response:
        """The answer, whole, with HTTP status 200. Ask `admit` first, once for all tries of a call.

        Raises Unreachable; WeChatError (configuration) on HTTP 3xx and 4xx, which the platform itself never sends.
        """
        failure, response = self._exchange(call)
        if response is not None and response.status_code >= 500:
            failure = self._unreachable(
                call, f"HTTP {response.status_code}", "微信服务器出错", sent_maybe=True
            )
        if failure is not None:
            self._breaker.failure()
            raise failure
        self._breaker.success()
        assert response is not None  # noqa: S101  # for the type checker: there is one or the other
        if response.status_code != 200:
            raise _misdirected(call, response.status_code)
        return response

    def _exchange(self, call: Call) -> tuple[Unreachable | None, requests.Response | None]:
        # The failure is returned, not raised: raised in here it would carry the requests exception as __context__.
        read_s = call.timeout_s or (self._limits.upload_s if call.files else self._limits.read_s)
        try:
            response = self.session.send(
                self._prepare(call),
                timeout=(self._limits.connect_s, read_s),
                stream=True,
                allow_redirects=False,
            )
            try:
                # A server that drips bytes never lets the socket's own limit run out.
                response._content = _read_body(response, time.monotonic() + read_s)
            finally:
                response.close()
        except requests.ConnectTimeout as error:
            return self._unreachable(call, error, "连接微信接口超时", sent_maybe=False), None
        except (requests.Timeout, ReadTimeoutError, TimeoutError) as error:
            return self._unreachable(call, error, "等待微信接口的回答超时", sent_maybe=True), None
        except requests.ConnectionError as error:
            sent = not _failed_before_sending(error)
            text = "与微信接口的连接中断" if sent else "连不上微信接口"
            return self._unreachable(call, error, text, sent_maybe=sent), None
        except (requests.RequestException, HTTPError, OSError) as error:
            return self._unreachable(call, error, "没有收到微信接口的完整回答", sent_maybe=True), None
        return None, response

    def _unreachable(self, call: Call, why: Exception | str, text: str, *, sent_maybe: bool) -> Unreachable:
        reason = why if isinstance(why, str) else f"{type(why).__name__}: {why}"
        return Unreachable(
            text, endpoint=call.path, sent_maybe=sent_maybe, reason=scrub(reason, call.secrets)
        )

    def _prepare(self, call: Call) -> requests.PreparedRequest:
        url = call.url if call.url.startswith("http") else f"{self.base_url}{call.url}"
        if call.params:
            url = f"{url}?{urlencode({k: v for k, v in call.params.items() if v is not None})}"
        files = {n: (f.filename, f.content, f.content_type) for n, f in (call.files or {}).items()}
        headers, data = {}, cast(Any, call.form)
        if call.body is not None:
            headers, data = (
                {"Content-Type": _JSON},
                call.body if isinstance(call.body, bytes) else dump_json(call.body),
            )
        request = requests.Request(call.method, url, headers=headers, data=data, files=files or None)
        prepared = self.session.prepare_request(request)
        if files:
            # In blocks: http.client sends bytes in one go under the *connect* limit, too short for 10 MB on a slow line.
            prepared.body = cast(Any, io.BytesIO(cast(bytes, prepared.body)))
        return prepared


def _new_session(base_url: str) -> requests.Session:
    session = requests.Session()
    session.trust_env = False  # no proxy and no .netrc of the machine sees our tokens
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    pool = {"pool_connections": 4, "pool_maxsize": 32, "max_retries": 0}
    session.mount("http://", HTTPAdapter(**pool))  # type: ignore[arg-type]
    session.mount("https://", HTTPAdapter(**pool))  # type: ignore[arg-type]
    if base_url != PLATFORM:
        for host in _HARD_CODED:
            session.mount(f"{host}/", _Redirected(base_url, **pool))
    logging.getLogger("urllib3.connectionpool").addFilter(_MASK_QUERY)
    return session


def _read_body(response: requests.Response, stop_at: float) -> bytes:
    """The whole body. Raises TimeoutError, and OSError when it is larger than any answer may be."""
    parts: list[bytes] = []
    size = 0
    while part := response.raw.read1(_CHUNK, decode_content=True):
        parts.append(part)
        size += len(part)
        if size > _MAX_ANSWER:
            raise OSError("answer too large")
        if time.monotonic() > stop_at:
            raise TimeoutError("answer too slow")
    return b"".join(parts)


def _failed_before_sending(error: requests.ConnectionError) -> bool:
    """Refused, unresolved or not trusted: the request surely was not sent. When in doubt: False."""
    failed = error.args[0] if error.args else None
    reason = failed.reason if isinstance(failed, MaxRetryError) else None
    untrusted = isinstance(error, requests.exceptions.SSLError) and "CERTIFICATE_VERIFY_FAILED" in str(error)
    return isinstance(reason, (NewConnectionError, ConnectTimeoutError)) or untrusted


def _misdirected(call: Call, status: int) -> WeChatError:
    return WeChatError(
        None,
        f"HTTP {status}",
        kind=ErrorKind.CONFIGURATION,
        permanent=True,
        text=f"微信接口地址返回了 HTTP {status}",
        advice="请检查微信接口地址的设置，以及中间是否有代理或防火墙",
        endpoint=call.path,
    )


def dump_json(body: Fields) -> bytes:
    """`body` as the platform wants it: UTF-8, never \\u escapes (it shows them to followers), no control characters."""
    return json.dumps(_cleaned(body), ensure_ascii=False, separators=(",", ":")).encode()


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Mapping):
        return {key: _cleaned(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_cleaned(item) for item in value]
    return value


def read_answer(response: requests.Response, call: Call) -> Answer:
    """The JSON object of an answer that reports success.

    Raises WeChatError for an `errcode`, Unreachable for HTML, broken JSON or anything that is not an object.
    """
    answer = _parse(response.content)
    if answer is None:
        raise _unreadable(response, call)
    if isinstance(answer.get("base_resp"), dict):  # the shape of the device family
        answer |= answer.pop("base_resp")
    try:
        errcode = int(answer.get("errcode") or 0)
    except (TypeError, ValueError):
        raise _unreadable(response, call) from None
    if errcode:
        errmsg = str(answer.get("errmsg", ""))
        raise error_from(errcode, errmsg, endpoint=call.path, secrets=call.secrets, answer=answer)
    return answer


def read_file(response: requests.Response, call: Call) -> Answer | None:
    """None when the answer is a file; its JSON object when it is one. Raises like `read_answer`."""
    kind = response.headers.get("Content-Type", "").lower()
    textual = not kind or kind.startswith(("text/", "application/json"))
    if "html" in kind or (textual and _parse(response.content) is not None):
        return read_answer(response, call)
    return None


def _parse(content: bytes) -> dict[str, Any] | None:
    try:
        # strict=False: the platform lets raw line breaks through in nicknames and remarks.
        answer = json.loads(content.decode("utf-8", "replace"), strict=False)
    except (ValueError, RecursionError):
        return None
    return answer if isinstance(answer, dict) else None


def _unreadable(response: requests.Response, call: Call) -> Unreachable:
    html = "html" in response.headers.get("Content-Type", "").lower() or response.content.lstrip()[:1] == b"<"
    what = "网页" if html else "看不懂的内容"
    return Unreachable(
        f"微信接口返回的是{what}，不是数据", endpoint=call.path, sent_maybe=True, reason="no JSON object"
    )
