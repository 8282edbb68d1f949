"""Daily call quotas, their use, and clearing them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from ..accounts import Account
from ..world import World
from .errors import ApiError

CHINA = timezone(timedelta(hours=8))
CLEARS_A_MONTH = 10
DEFAULT_LIMIT = 100_000

# Calls a day by path, as the platform's quota page lists them for an account with few followers.
LIMITS: dict[str, int] = {
    "/cgi-bin/token": 2000,
    "/cgi-bin/stable_token": 500_000,
    "/cgi-bin/menu/create": 1000,
    "/cgi-bin/menu/get": 10_000,
    "/cgi-bin/menu/delete": 1000,
    "/cgi-bin/menu/addconditional": 2000,
    "/cgi-bin/menu/delconditional": 2000,
    "/cgi-bin/menu/trymatch": 20_000,
    "/cgi-bin/tags/create": 1000,
    "/cgi-bin/user/get": 500,
    "/cgi-bin/user/info": 5_000_000,
    "/cgi-bin/message/custom/send": 500_000,
    "/cgi-bin/message/mass/sendall": 100,
    "/cgi-bin/message/mass/send": 100,
    "/cgi-bin/message/mass/preview": 100,
    "/cgi-bin/message/mass/delete": 10,
    "/cgi-bin/message/template/send": 100_000,
    "/cgi-bin/media/upload": 100_000,
    "/cgi-bin/media/get": 200_000,
    "/cgi-bin/material/add_material": 1000,
    "/cgi-bin/draft/add": 1000,
    "/cgi-bin/freepublish/submit": 100,
    "/cgi-bin/freepublish/get": 100,
    "/cgi-bin/ticket/getticket": 1_000_000,
}


def china_day(at: float) -> str:
    """The calendar day in China of a Unix time, `2025-03-01`."""
    return datetime.fromtimestamp(at, UTC).astimezone(CHINA).date().isoformat()


def used(world: World, account: Account, name: str, day: str) -> int:
    """How often something was used on a day (or in a month: `2025-03`)."""
    found = world.database.value(
        "SELECT used FROM quotas WHERE account=? AND name=? AND day=?", account.key, name, day
    )
    return int(found or 0)


def count(world: World, account: Account, name: str, day: str) -> int:
    """Adds one use; returns how many there are now."""
    with world.database.transaction():
        world.database.run(
            "INSERT INTO quotas VALUES (?, ?, ?, 1) ON CONFLICT (account, name, day) DO UPDATE SET used=used+1",
            account.key, name, day,
        )  # fmt: skip
        return used(world, account, name, day)


def spend(world: World, account: Account, path: str) -> None:
    """Takes one call from the day's quota. Raises ApiError 45009 when there is none left."""
    if world.faults.current.quota_used_up and not path.startswith(
        ("/cgi-bin/clear_quota", "/cgi-bin/openapi/")
    ):
        raise ApiError(45009)
    if count(world, account, path, china_day(world.clock())) > LIMITS.get(path, DEFAULT_LIMIT):
        raise ApiError(45009)


def clear(world: World, account: Account) -> None:
    """Forgets the day's use. Raises ApiError 48006 after ten times a month."""
    day = china_day(world.clock())
    if count(world, account, "clear_quota", day[:7]) > CLEARS_A_MONTH:
        raise ApiError(48006)
    world.database.run("DELETE FROM quotas WHERE account=? AND day=? AND name LIKE '/%'", account.key, day)
    if world.faults.current.quota_used_up:
        world.faults.update({"quota_used_up": False})
