"""The parts of a running service, wired once in app.py and handed to features."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

from redis import Redis
from werkzeug.routing import Map

from accounts.api_ledger import ApiLedger
from accounts.directory import AccountDirectory, AccountView
from core.breaker import Breaker
from core.clock import Clock
from core.settings import Settings
from house.links import Targets
from models.db import Database
from wechat.api.transport import Limits
from wechat.client import Credentials, WeChatAPI
from wechat.jsapi import ticket_of
from wechat.tokens import TokenStore


class Platform:
    """The API clients of all accounts: made at first use, one per account and process."""

    def __init__(self, settings: Settings, redis: "Redis | None", db: Database, clock: Clock) -> None:
        self._settings = settings
        self._db = db
        self._clock = clock
        self._tokens = TokenStore(redis)
        self._tickets = TokenStore(redis, prefix="zhijia:jsapi")
        self._breaker = Breaker("wechat", rest_s=5.0)
        self._clients: dict[tuple[int, str, str], WeChatAPI] = {}
        self._lock = threading.Lock()

    def api(self, account: AccountView) -> WeChatAPI:
        """The client of `account`; a changed secret or kind gets a new one."""
        key = (account.id, account.secret, account.kind)
        with self._lock:
            if key not in self._clients:
                self._clients[key] = self._make(account)
            return self._clients[key]

    def ticket(self, account: AccountView) -> str:
        """The jsapi_ticket that pages of `account` are signed with. Raises WeChatError."""
        return ticket_of(self.api(account), self._tickets)

    def ledger(self, account: AccountView) -> ApiLedger:
        """Counts what leaves in the name of `account`; for a client that is made elsewhere."""
        return ApiLedger(self._db, account, self._clock)

    def _make(self, account: AccountView) -> WeChatAPI:
        wechat = self._settings.wechat
        return WeChatAPI(
            Credentials(account.appid, account.secret, account.key),
            token_store=self._tokens,
            base_url=wechat.api_url,
            limits=Limits(connect_s=wechat.connect_timeout_s, read_s=wechat.read_timeout_s),
            ledger=self.ledger(account),
            breaker=self._breaker,
        )


@dataclass(frozen=True)
class Parts:
    """What services and pages work with. `redis` is None in commands that do without it."""

    settings: Settings
    db: Database
    clock: Clock
    directory: AccountDirectory
    platform: Platform
    redis: "Redis | None" = field(repr=False)
    routes: Map = field(default_factory=Map, repr=False)
    """The addresses that the web serves: what leads to one of them can be checked in the worker too."""
    targets: Sequence[Targets] = ()
    """The features' pages that a menu can open."""
