"""Access tokens: /cgi-bin/token and /cgi-bin/stable_token, isolated from each other as on the platform."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any, Literal

from ..accounts import Account
from ..world import World
from . import quotas
from .errors import ApiError

LIFETIME_S = 7200
OVERLAP_S = 300  # old and new token both hold for five minutes
FORCE_INTERVAL_S = 30
FORCE_A_DAY = 20

TokenKind = Literal["token", "stable"]


def count_event(world: World, name: str) -> None:
    """Adds one to a counter that /simulator/api/calls shows."""
    world.database.run(
        "INSERT INTO counters VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value=value+1", name
    )


def check_app(world: World, appid: object, secret: object) -> Account:
    """The account of an appid and its secret. Raises ApiError 41002 41004 40013 40125."""
    if not appid:
        raise ApiError(41002)
    if not secret:
        raise ApiError(41004)
    account = world.book.by_appid(str(appid))
    if account is None:
        raise ApiError(40013)
    if not secrets.compare_digest(account.secret.encode(), str(secret).encode()):
        raise ApiError(40125)
    return account


def account_of_token(world: World, token: str | None) -> Account:
    """Whose token this is. Raises ApiError 41001 (none), 40014 (no token's form), 40001 (unknown, replaced), 42001."""
    if not token:
        raise ApiError(41001)
    if len(token) < 16 or any(character.isspace() for character in token):
        raise ApiError(40014)
    row = world.database.one("SELECT * FROM tokens WHERE token=?", token)
    account = next(
        (found for found in world.book.all() if row is not None and found.key == row["account"]), None
    )
    if row is None or account is None:
        raise ApiError(40001)
    now = world.clock()
    if row["superseded_at"] is not None and now - row["superseded_at"] > OVERLAP_S:
        raise ApiError(40001)
    if row["expires_at"] <= now:
        raise ApiError(42001)
    return account


def issue_token(world: World, params: Mapping[str, str]) -> tuple[Account, dict[str, Any]]:
    """GET /cgi-bin/token: always a new token."""
    if params.get("grant_type") != "client_credential":
        raise ApiError(40002)
    account = check_app(world, params.get("appid"), params.get("secret"))
    quotas.spend(world, account, "/cgi-bin/token")
    token = _issue(world, account, "token")
    count_event(world, "token_fetches")
    return account, {"access_token": token, "expires_in": LIFETIME_S}


def issue_stable_token(world: World, body: Mapping[str, Any]) -> tuple[Account, dict[str, Any]]:
    """POST /cgi-bin/stable_token: the same token until five minutes before its end, or a new one when forced."""
    if body.get("grant_type") != "client_credential":
        raise ApiError(40002)
    account = check_app(world, body.get("appid"), body.get("secret"))
    quotas.spend(world, account, "/cgi-bin/stable_token")
    now = world.clock()
    with world.database.transaction():
        current = world.database.one(
            "SELECT * FROM tokens WHERE account=? AND kind='stable' AND superseded_at IS NULL", account.key
        )
        if body.get("force_refresh"):
            _check_force(world, account)
        if body.get("force_refresh") or current is None or current["expires_at"] - now <= OVERLAP_S:
            token, expires_at = _issue(world, account, "stable"), now + LIFETIME_S
        else:
            token, expires_at = current["token"], current["expires_at"]
    count_event(world, "token_fetches")
    return account, {"access_token": token, "expires_in": int(expires_at - now)}


def _check_force(world: World, account: Account) -> None:
    now = world.clock()
    last = world.database.value("SELECT value FROM kept WHERE name=?", f"force:{account.key}")
    if last is not None and now - float(last) < FORCE_INTERVAL_S:
        raise ApiError(45011)
    if quotas.count(world, account, "force_refresh", quotas.china_day(now)) > FORCE_A_DAY:
        raise ApiError(45009)
    world.database.run(
        "INSERT INTO kept VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value=excluded.value",
        f"force:{account.key}", str(now),
    )  # fmt: skip


def _issue(world: World, account: Account, kind: TokenKind) -> str:
    now, token = world.clock(), f"9{secrets.randbelow(9)}_{secrets.token_urlsafe(96)}"
    with world.database.transaction():
        world.database.run(
            "UPDATE tokens SET superseded_at=? WHERE account=? AND kind=? AND superseded_at IS NULL",
            now, account.key, kind,
        )  # fmt: skip
        world.database.run(
            "INSERT INTO tokens VALUES (?, ?, ?, ?, NULL, ?)", token, account.key, kind, now + LIFETIME_S, now
        )
        # A day later nobody asks for 42001 any more.
        world.database.run("DELETE FROM tokens WHERE expires_at < ?", now - 86400)
    count_event(world, "tokens_issued")
    return token
