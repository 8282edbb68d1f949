"""Counts an account's calls as they leave for the platform: what `house.parts.Platform` gives each client."""

from sqlalchemy.exc import SQLAlchemyError

from accounts.api_uses import count_call, mark_used_up
from accounts.apis import api_of, limit_of
from accounts.directory import AccountView
from accounts.renewal import next_day
from core.clock import Clock
from core.logs import get_logger
from models.db import Database
from wechat.errors import calls_used_up

log = get_logger(__name__)


class ApiLedger:
    """Of one account: a `wechat.client.Ledger`.

    Each count is a unit of work of its own, so callers hold none while they speak to the platform. A database that is
    away stops no call; what was not counted then shows when the platform is asked for its own figures.
    """

    def __init__(self, db: Database, account: AccountView, clock: Clock) -> None:
        self._db = db
        self._account = account
        self._clock = clock

    def spend(self, path: str) -> None:
        """Count a call that is about to leave. Raises WeChatError (quota) for one that must go without."""
        api, now = api_of(path), self._clock()
        limit = limit_of(api, self._account)
        try:
            with self._db.work() as session:
                counted = count_call(session, self._account.id, api, limit, now)
        except SQLAlchemyError as error:
            self._not_counted(path, error)
            return
        if counted is None:
            raise calls_used_up(path, api.title, (next_day(now) - now).total_seconds())
        if counted.used_up or (limit is not None and counted.used > limit):
            log.warning("api_call_above_limit", account=self._account.key, path=path, used=counted.used)

    def used_up(self, path: str) -> None:
        """The platform said that none is left; so it is until midnight in China."""
        log.warning("api_calls_used_up", account=self._account.key, path=path)
        try:
            with self._db.work() as session:
                mark_used_up(session, self._account.id, path, self._clock())
        except SQLAlchemyError as error:
            self._not_counted(path, error)

    def _not_counted(self, path: str, error: SQLAlchemyError) -> None:
        log.warning("api_call_not_counted", account=self._account.key, path=path, error=type(error).__name__)
