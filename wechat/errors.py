"""Errors of the WeChat platform, told apart by what can be done about them.

Raised by everything that speaks to the platform. `permanent` alone decides whether the outbox tries again; `kind` decides who
is told. `str(error)` is Chinese for a person: what happened and the remedy. Nothing in here ever holds a secret or a token:
texts are masked on the way in, and whoever translates a `requests` exception raises outside its `except` block, so that
neither `__cause__` nor `__context__` leads to a URL.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Self

from core.errors import DomainError
from core.masking import mask_text
from wechat.api.codes import MEANINGS, TOKEN_CODES, ErrorKind, Meaning

__all__ = [
    "MEANINGS",
    "REFUSED_FOR_S",
    "TOKEN_CODES",
    "ErrorKind",
    "Meaning",
    "Unreachable",
    "WeChatError",
    "calls_used_up",
    "error_from",
    "scrub",
    "token_refused",
]

_IP = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])")
_RID = re.compile(r"rid:\s*([0-9a-f]{6,}(?:-[0-9a-f]+)+)", re.IGNORECASE)
_DETAILS = ("msg_id", "msg_data_id")
_ERRMSG_CHARS = 300

REFUSED_FOR_S = 3600
"""How long to leave an account alone whose forced refreshes of the day are used up."""


class WeChatError(DomainError):
    """The platform refused, or could not be asked.

    errcode    the platform's code; None when no usable answer came
    errmsg     the platform's own words, masked
    kind       who has to act, see `ErrorKind`
    permanent  the same request will fail again: do not retry
    advice     Chinese, what a person should do
    text       Chinese, what happened
    endpoint   path of the call, without its query
    sent_maybe the platform may have carried the request out all the same
    wait_s     seconds after which another try makes sense (0: no opinion)
    detail     `msg_id`, `msg_data_id` of the answer where it had them (45065)
    rid        the platform's id of this failure, for `api.operations.get_rid`
    """

    status = 502

    def __init__(
        self,
        errcode: int | None,
        errmsg: str,
        *,
        kind: ErrorKind,
        permanent: bool,
        advice: str,
        text: str,
        endpoint: str = "",
        sent_maybe: bool = False,
        wait_s: int = 0,
        detail: Mapping[str, int] | None = None,
    ) -> None:
        errmsg = scrub(errmsg)
        tail = "" if errcode is None else f"（微信错误码 {errcode}）"
        rid = _RID.search(errmsg)
        self.errcode = errcode
        self.errmsg = errmsg
        self.kind = kind
        self.permanent = permanent
        self.advice = advice
        self.text = text
        self.endpoint = endpoint
        self.sent_maybe = sent_maybe
        self.wait_s = wait_s
        self.detail = dict(detail or {})
        self.rid = rid[1] if rid else None
        super().__init__(
            f"wechat_{kind}",
            f"{text}。{advice}{tail}",
            errcode=errcode,
            kind=str(kind),
            endpoint=endpoint,
            rid=self.rid,
        )

    def again(self) -> Self:
        """A copy to raise in another thread: a traceback belongs to one."""
        copy = self.__class__.__new__(self.__class__)
        copy.__dict__.update(self.__dict__)
        copy.args = self.args
        return copy


class Unreachable(WeChatError):
    """No usable answer: refused, timed out, HTTP 5xx, a web page instead of JSON, or the breaker is open.

    Always kind `busy` and not permanent. `sent_maybe` False: the request surely was not carried out (no connection);
    True: it may have been (no answer in time, a broken one), so a repeat may double its effect.
    (Not to be confused with `ErrorKind.UNREACHABLE`: there the platform answers, and the *follower* can't be reached.)
    """

    def __init__(
        self, text: str, *, endpoint: str = "", sent_maybe: bool, reason: str = "", wait_s: int = 2
    ) -> None:
        super().__init__(
            None,
            reason,
            kind=ErrorKind.BUSY,
            permanent=False,
            text=text,
            advice="系统会自动重试；如持续出现，请检查服务器的网络",
            endpoint=endpoint,
            sent_maybe=sent_maybe,
            wait_s=wait_s,
        )


def scrub(text: str, secrets: Iterable[str] = ()) -> str:
    """The beginning of `text` without the given secret values, wherever they stand, and what `mask_text` knows."""
    for secret in secrets:
        if secret:
            text = text.replace(secret, "***")
    # Cut before masking, whose cost grows with the square of a long word; the values above are gone already.
    return mask_text(text[:_ERRMSG_CHARS])


def error_from(
    errcode: int,
    errmsg: str,
    *,
    endpoint: str = "",
    secrets: Iterable[str] = (),
    answer: Mapping[str, object] | None = None,
) -> WeChatError:
    """The error for a platform answer `{errcode, errmsg}`; a code that is not in the table becomes kind `unknown`.

    Unknown codes are permanent: repeating what nobody understands helps nobody, and the text shows the platform's words.
    """
    errmsg = scrub(str(errmsg), secrets)
    meaning = MEANINGS.get(errcode) or Meaning(
        ErrorKind.UNKNOWN,
        f"微信返回了未知的错误：{errmsg}",
        "请把错误码告诉技术人员",
        permanent=True,
    )
    found = _IP.search(errmsg)
    text = meaning.text.replace("{ip} ", f"{found[0]} " if found else "")
    return WeChatError(
        errcode,
        errmsg,
        kind=meaning.kind,
        permanent=meaning.permanent,
        text=text,
        advice=meaning.remedy,
        endpoint=endpoint,
        wait_s=meaning.wait_s,
        detail=_detail(answer or {}),
    )


def token_refused(errcode: int, errmsg: str, *, endpoint: str = "", wait_s: int = 0) -> WeChatError:
    """The platform refuses our access token and another one can't be had now.

    `wait_s` > 0: the refresh budget forbids another one for so long (not permanent); 0: a fresh token was refused as well.
    """
    why = f"刚刚刷新过，{wait_s} 秒内不能再刷新" if wait_s else "刷新一次后仍然无效"
    if wait_s >= REFUSED_FOR_S:
        why = "今天的强制刷新次数已用完"
    meaning = MEANINGS[40001]
    return WeChatError(
        errcode,
        errmsg,
        kind=ErrorKind.TOKEN,
        permanent=not wait_s,
        text=f"微信不接受 access_token，{why}",
        advice=meaning.remedy,
        endpoint=endpoint,
        wait_s=wait_s,
    )


def calls_used_up(endpoint: str, title: str, wait_s: float) -> WeChatError:
    """Our own ledger lets no more calls of this endpoint out today; nothing was sent. `wait_s`: until midnight in China."""
    return WeChatError(
        None,
        "",
        kind=ErrorKind.QUOTA,
        permanent=False,
        text=f"微信每天给「{title}」的次数今天已用完，这次没有再请求",
        advice="明天 0 点（北京时间）自动恢复；等不及，可请管理员到「额度」页面清零（每月 10 次）",
        endpoint=endpoint,
        wait_s=max(1, round(wait_s)),
    )


def _detail(answer: Mapping[str, object]) -> dict[str, int]:
    found: dict[str, int] = {}
    for name in _DETAILS:
        value = answer.get(name)
        if isinstance(value, (int, str)) and str(value).isdigit():
            found[name] = int(value)
    return found
