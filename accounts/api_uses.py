"""Calls of the platform's API, by account, endpoint and day in China: counting them, and what is left.

`accounts.api_ledger` counts as calls leave; pages, the doctor and the worker ask here.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, func, select, update
from sqlalchemy.orm import Session

from accounts.apis import Api, api_of, limit_of
from accounts.directory import AccountView
from accounts.renewal import china_day
from models.quotas import ApiQuota, ApiUse
from models.upsert import count_rows, insert_for
from wechat.api.operations import Quota as PlatformQuota

NEAR = 0.8
"""From this share on people are warned."""
KEPT = timedelta(days=400)
"""How long the figures of a day are kept."""
_NO_LIMIT = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Counted:
    """How many calls of the day this one makes; `used_up`: the platform said before that none is left."""

    used: int
    used_up: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """One endpoint today. `limit` None: nobody names one. `theirs`: calls by the platform's count, asked at `asked_at`
    today; None where it was not asked today."""

    api: Api
    used: int
    limit: int | None
    used_up: bool = False
    theirs: int | None = None
    asked_at: datetime | None = None

    @property
    def counted(self) -> int:
        """The larger of both counts: other systems may spend from the same quota."""
        return max(self.used, self.theirs or 0)

    @property
    def left(self) -> int | None:
        if self.used_up:
            return 0
        return None if self.limit is None else max(0, self.limit - self.counted)

    @property
    def share(self) -> float:
        """What is used, from 0 to 1."""
        if self.left == 0:
            return 1.0
        return self.counted / self.limit if self.limit else 0.0

    @property
    def near(self) -> bool:
        return self.share >= NEAR

    @property
    def told(self) -> str:
        """「今天已用 12 次，还可用 988 次」."""
        if self.left == 0:
            return "今天的次数已用完，明天 0 点（北京时间）恢复"
        rest = "" if self.left is None else f"，还可用 {self.left:,} 次"
        return f"今天已用 {self.counted:,} 次{rest}"


def count_call(
    session: Session, account_id: int, api: Api, limit: int | None, now: datetime
) -> Counted | None:
    """Count one call that is about to leave; None for one that must go without, since none is left.

    One statement counts and decides, so that no crowd gets more than there is. What the platform said of the limit goes
    before `limit`.
    """
    row = {"account_id": account_id, "path": api.path, "day": china_day(now), "used": 1}
    said = select(ApiQuota.daily_limit).where(
        ApiQuota.account_id == account_id, ApiQuota.path == api.path, ApiQuota.daily_limit > 0
    )
    room = func.coalesce(said.scalar_subquery(), _NO_LIMIT if limit is None else limit)
    counted = session.execute(
        insert_for(session, ApiUse)
        .values(row)
        .on_conflict_do_update(
            index_elements=["account_id", "day", "path"],
            set_={"used": ApiUse.used + 1},
            where=None if api.essential else and_(ApiUse.used_up_at.is_(None), ApiUse.used < room),
        )
        .returning(ApiUse.used, ApiUse.used_up_at)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    return None if counted is None else Counted(counted.used, counted.used_up_at is not None)


def mark_used_up(session: Session, account_id: int, path: str, now: datetime) -> None:
    """The platform said that no call of this endpoint is left today."""
    row = {"account_id": account_id, "path": path, "day": china_day(now), "used": 0, "used_up_at": now}
    session.execute(
        insert_for(session, ApiUse)
        .values(row)
        .on_conflict_do_update(index_elements=["account_id", "day", "path"], set_={"used_up_at": now})
        .execution_options(synchronize_session=False)
    )


def note_platform(session: Session, account_id: int, path: str, said: PlatformQuota, now: datetime) -> None:
    """Keep the platform's own figures; its limit holds from now on."""
    values = {"daily_limit": said.daily_limit, "used": said.used, "asked_at": now}
    session.execute(
        insert_for(session, ApiQuota)
        .values({"account_id": account_id, "path": path, **values})
        .on_conflict_do_update(index_elements=["account_id", "path"], set_=values)
        .execution_options(synchronize_session=False)
    )
    if said.daily_limit > 0 and said.remain == 0:
        mark_used_up(session, account_id, path, now)


def forget_day(session: Session, account_id: int, now: datetime) -> None:
    """The platform set the calls of the day back to none."""
    today = china_day(now)
    _run(
        session,
        update(ApiUse)
        .where(ApiUse.account_id == account_id, ApiUse.day == today)
        .values(used=0, used_up_at=None),
    )
    _run(session, update(ApiQuota).where(ApiQuota.account_id == account_id).values(used=0))


def forget_old(session: Session, now: datetime) -> int:
    """Drop the figures of days long ago; returns how many."""
    old = delete(ApiUse).where(ApiUse.day < china_day(now - KEPT))
    return _run(session, old, all_tenants="old figures of every account go")


def list_standings(
    session: Session, account: AccountView, now: datetime, always: Collection[str] = ()
) -> list[Standing]:
    """What an account called today and the endpoints of `always`; what is nearest its end first."""
    found = standings_of(session, [account], now, always)[account.id]
    return sorted(found, key=lambda one: (-one.share, -one.counted, one.api.title))


def get_standing(session: Session, account: AccountView, path: str, now: datetime) -> Standing:
    """One endpoint today."""
    found = standings_of(session, [account], now, [path])[account.id]
    return next(one for one in found if one.api.path == path)


def list_near(
    session: Session, accounts: Sequence[AccountView], now: datetime
) -> list[tuple[AccountView, Standing]]:
    """Endpoints of which an account has used most of today's calls, the nearest first."""
    found = standings_of(session, accounts, now)
    near = [(account, one) for account in accounts for one in found[account.id] if one.near]
    return sorted(near, key=lambda pair: (-pair[1].share, pair[0].name))


def standings_of(
    session: Session, accounts: Iterable[AccountView], now: datetime, always: Collection[str] = ()
) -> dict[int, list[Standing]]:
    """By account: what was called today, and the endpoints of `always`."""
    accounts = list(accounts)
    ids, today = [account.id for account in accounts], china_day(now)
    uses = {
        (row.account_id, row.path): row
        for row in session.scalars(select(ApiUse).where(ApiUse.account_id.in_(ids), ApiUse.day == today))
    }
    said = {
        (row.account_id, row.path): row
        for row in session.scalars(select(ApiQuota).where(ApiQuota.account_id.in_(ids)))
    }
    return {
        account.id: [
            _standing(account, path, uses.get((account.id, path)), said.get((account.id, path)), now)
            for path in _paths(account.id, [*uses, *said], always)
        ]
        for account in accounts
    }


def _paths(account_id: int, known: Iterable[tuple[int, str]], always: Collection[str]) -> list[str]:
    return list(dict.fromkeys([*always, *(path for owner, path in known if owner == account_id)]))


def _standing(
    account: AccountView, path: str, use: ApiUse | None, said: ApiQuota | None, now: datetime
) -> Standing:
    api = api_of(path)
    fresh = said if said is not None and china_day(said.asked_at) == china_day(now) else None
    return Standing(
        api,
        used=use.used if use else 0,
        limit=(said.daily_limit if said else 0) or limit_of(api, account),
        used_up=use is not None and use.used_up_at is not None,
        theirs=fresh.used if fresh else None,
        asked_at=fresh.asked_at if fresh else None,
    )


def _run(session: Session, statement: Any, **options: Any) -> int:
    return count_rows(session.execute(statement.execution_options(synchronize_session=False, **options)))
