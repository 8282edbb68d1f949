"""`/wechat/<account>`: the platform's door. Bytes in, bytes out; everything in between is the desk's."""

from typing import Any, cast
from urllib.parse import parse_qsl

from flask import Blueprint, Response, current_app, request

from core.logs import Throttle, get_logger
from handlers.desk import Desk
from house.current import parts
from web.lean import BytesResponse
from wechat.gate import Refused

DESK = "zhijia.desk"
_MAX_ARGUMENTS = 20
_XML = "application/xml; charset=utf-8"
pages = Blueprint("webhook", __name__)
_worth_a_line = Throttle(per_minute=20)
"""Whoever floods us with forged callbacks must not fill the disk with our log of them."""
log = get_logger(__name__)


@pages.get("/wechat/<account_key>")
def verify(account_key: str) -> Response:
    """The platform checks that the URL is ours: echo what it sent, when the signature is right."""
    account = parts().directory.find(account_key)
    if account is None:
        return _refuse(account_key, Refused(404, "no_account"))
    try:
        echo = account.gate.verify_url(_arguments(request.environ), parts().clock().timestamp())
    except Refused as refused:
        return _refuse(account_key, refused)
    return Response(echo, content_type="text/plain; charset=utf-8")


@pages.post("/wechat/<account_key>")
def receive(account_key: str) -> Response:
    """A message or event. What is not authentic or no message gets an empty 4xx and has no effect."""
    house = parts()
    account = house.directory.find(account_key)
    if account is None:
        return _refuse(account_key, Refused(404, "no_account"))
    desk = cast(Desk, current_app.extensions[DESK])
    environ = request.environ
    try:
        body = _read_body(environ, house.settings.webhook.max_body_bytes)
        answer = desk.answer(account, _arguments(environ), body)
    except Refused as refused:
        return _refuse(account_key, refused)
    return BytesResponse(answer, _XML)


def _read_body(environ: dict[str, Any], limit: int) -> bytes:
    """At most `limit` bytes; refuses longer ones, whether or not they announce their length."""
    announced = environ.get("CONTENT_LENGTH") or ""
    if announced and not (announced.isascii() and announced.isdigit()):
        raise Refused(400, "bad_length")
    # Longer numbers than any length has: int() refuses those of thousands of digits with an error of its own.
    if len(announced) > 18 or (announced and int(announced) > limit):
        raise Refused(413, "too_large")
    # Flask's own server does not end the input after the body: reading more than announced would wait for ever.
    body = cast(bytes, environ["wsgi.input"].read(int(announced) if announced else limit + 1))
    if len(body) > limit:
        raise Refused(413, "too_large")
    return body


def _arguments(environ: dict[str, Any]) -> dict[str, str]:
    """The query's parameters; of one that is given twice, the last."""
    query = environ.get("QUERY_STRING", "")
    try:
        if "%" in query or "+" in query:
            return dict(parse_qsl(query, keep_blank_values=True, max_num_fields=_MAX_ARGUMENTS))
    except ValueError:
        raise Refused(400, "bad_query") from None
    pairs = query.split("&", _MAX_ARGUMENTS)
    if len(pairs) > _MAX_ARGUMENTS:
        raise Refused(400, "bad_query")
    return {name: value for name, _, value in (pair.partition("=") for pair in pairs)}


def _refuse(account_key: str, refused: Refused) -> Response:
    if _worth_a_line.allow(refused.reason):
        log.warning(
            "callback_refused", account=account_key[:64], status=refused.status, reason=refused.reason
        )
    return Response(b"", status=refused.status)
