"""The way in of every platform API call: faults, token, rights, quota, arguments; then the endpoint; then the record.

Like the platform, everything is answered with HTTP 200 and an `errcode` — except where a tester asked for worse.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Literal

from flask import Response, request
from werkzeug.datastructures import FileStorage

from ..accounts import Account
from ..world import World
from . import quotas
from .errors import ApiError
from .tokens import account_of_token

Json = dict[str, Any]
Method = Literal["GET", "POST", "ANY"]

KEPT_CALLS = 2000
TOKEN_PATHS = ("/cgi-bin/token", "/cgi-bin/stable_token")


class Right(Enum):
    """Which accounts may call an endpoint."""

    ANY = "any"
    VERIFIED = "verified"
    VERIFIED_SERVICE = "verified service"


@dataclass(frozen=True, slots=True)
class Call:
    """One authorised call. `params` are those of the URL without the token; `body` is the JSON object or `{}`."""

    world: World
    account: Account
    path: str
    params: Mapping[str, str]
    body: Json
    files: Mapping[str, FileStorage]
    form: Mapping[str, str]

    def words(self, name: str, *, errcode: int = 40035) -> str:
        """A non-empty string of the body. Raises ApiError."""
        value = self.body.get(name)
        if not isinstance(value, str) or not value:
            raise ApiError(errcode, f"{name} missing")
        return value

    def number(self, name: str, default: int | None = None, *, errcode: int = 40035) -> int:
        """A whole number of the body (the platform takes "2" for 2). Raises ApiError."""
        value = self.body.get(name, default)
        try:
            return int(value)  # type: ignore[arg-type]
        except (TypeError, ValueError) as error:
            raise ApiError(errcode, f"{name} is not a number") from error


Handler = Callable[[Call], Json | Response]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One address of the platform API."""

    path: str
    handler: Handler
    method: Method = "ANY"
    right: Right = Right.ANY


def respond(payload: Json) -> Response:
    """JSON as the platform sends it."""
    return Response(json.dumps(payload, ensure_ascii=False), content_type="application/json; encoding=utf-8")


def refuse(error: ApiError, rid: str) -> Response:
    """The JSON of a refusal, with a request id as on the platform."""
    return respond({"errcode": error.errcode, "errmsg": f"{error.message} rid: {rid}", **error.extra})


def new_rid() -> str:
    """A request id in the platform's form."""
    return f"{int(time.time()):x}-{secrets.token_hex(4)}-{secrets.token_hex(4)}"


Answerer = Callable[[], tuple[Account | None, Response]]


def guarded(world: World, answer: Answerer) -> Response:
    """Runs one call under the faults of the moment and records it. `answer` may raise ApiError."""
    started, path, rid = time.perf_counter(), request.path, new_rid()
    faults = world.faults.current
    if faults.delay_ms:
        time.sleep(faults.delay_ms / 1000)
    if faults.down:
        _record(world, None, path, 503, started, rid)
        return Response("<html><body>503 Service Temporarily Unavailable</body></html>", 503)
    account: Account | None = None
    errcode = 0
    try:
        _raise_fault(world, path)
        account, response = answer()
    except ApiError as error:
        errcode, response = error.errcode, refuse(error, rid)
    _record(world, account, path, errcode, started, rid)
    if _loses(world, path):
        return _lost()
    return response


def _raise_fault(world: World, path: str) -> None:
    # "*" leaves the token endpoints alone: a permanent 40001 must meet a client that can still fetch tokens.
    if path in TOKEN_PATHS and world.faults.current.errcode_for == "*":
        return
    errcode = world.faults.take_errcode(path)
    if errcode is not None:
        raise ApiError(errcode)


def _loses(world: World, path: str) -> bool:
    if request.method != "POST" or path in TOKEN_PATHS:
        return False
    return world.faults.loses_reply(path, request.get_data())


def _lost() -> Response:
    """A connection that breaks off in the middle of the answer: the caller can't know that its call had its effect."""

    def broken() -> Iterator[bytes]:
        yield b"{"
        raise ConnectionAbortedError("the reply is lost on purpose (fault lost_reply)")

    return Response(broken(), content_type="application/json", headers={"Content-Length": "64"})


def dispatch(world: World, endpoint: Endpoint) -> Response:
    """Answers one call of an endpoint that needs a token."""

    def answer() -> tuple[Account | None, Response]:
        account = account_of_token(world, request.args.get("access_token"))
        _check_method(endpoint)
        _check_right(world, account, endpoint)
        quotas.spend(world, account, endpoint.path)
        result = endpoint.handler(_call(world, account))
        return account, result if isinstance(result, Response) else respond(result)

    return guarded(world, answer)


def _check_method(endpoint: Endpoint) -> None:
    if endpoint.method == "POST" and request.method != "POST":
        raise ApiError(43002)
    if endpoint.method == "GET" and request.method != "GET":
        raise ApiError(43001)


def _check_right(world: World, account: Account, endpoint: Endpoint) -> None:
    verified = account.verified and not world.faults.current.unverified
    if endpoint.right is not Right.ANY and not verified:
        raise ApiError(48001)
    if endpoint.right is Right.VERIFIED_SERVICE and account.kind != "service":
        raise ApiError(48001)


def _call(world: World, account: Account) -> Call:
    params = {name: value for name, value in request.args.items() if name != "access_token"}
    return Call(world, account, request.path, params, json_body(), request.files, request.form)


def json_body() -> Json:
    """The JSON object of the request whatever its content type says; `{}` for GET and uploads. Raises ApiError."""
    if request.method == "GET" or request.mimetype == "multipart/form-data":
        return {}
    raw = request.get_data()
    if not raw.strip():
        return {}
    try:
        body = json.loads(raw)
    except ValueError as error:
        raise ApiError(47001, "hint: the body is not JSON") from error
    if not isinstance(body, dict):
        raise ApiError(47001)
    return body


def _record(world: World, account: Account | None, path: str, errcode: int, started: float, rid: str) -> None:
    took_ms = round((time.perf_counter() - started) * 1000, 1)
    rowid = world.database.insert(
        "INSERT INTO calls (account, method, path, errcode, took_ms, rid, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        account.key if account else None, request.method, path, errcode, took_ms, rid, world.clock(),
    )  # fmt: skip
    if rowid % 200 == 0:
        world.database.run("DELETE FROM calls WHERE id <= ?", rowid - KEPT_CALLS)
