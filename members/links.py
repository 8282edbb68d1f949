"""One-use links from the chat to pages, for accounts without web sign-in.

The link's token lives in Redis for ten minutes. Looking (GET) says whose it is and consumes nothing, since crawlers fetch
links; only the exchange takes it, once.
"""

import secrets
from dataclasses import dataclass
from typing import NamedTuple

from redis import Redis

LIFETIME_S = 600


class Led(NamedTuple):
    """Whose a link is, and where it leads: a path of the account's own pages, empty for 「我的」."""

    openid: str
    to: str


@dataclass(frozen=True, slots=True)
class OneUseLinks:
    """Tokens of all accounts. Raises RedisError while Redis is away."""

    redis: "Redis"

    def make(self, account_id: int, openid: str, to: str = "") -> str:
        """A new token for a follower."""
        token = secrets.token_urlsafe(24)
        self.redis.set(self._key(account_id, token), f"{openid}\n{to}", ex=LIFETIME_S)
        return token

    def look(self, account_id: int, token: str) -> Led | None:
        """Whose token it is; None when it was used or is too old."""
        return _led(self.redis.get(self._key(account_id, token)))

    def take(self, account_id: int, token: str) -> Led | None:
        """Whose token it was, and it is used up; None when somebody took it before."""
        return _led(self.redis.getdel(self._key(account_id, token)))

    def _key(self, account_id: int, token: str) -> str:
        return f"zj:link:{account_id}:{token}"


def _led(stored: object) -> Led | None:
    return Led(*stored.decode().partition("\n")[::2]) if isinstance(stored, bytes) else None
