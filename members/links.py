"""One-use links from the chat to pages, for accounts without web sign-in.

The link's token lives in Redis for ten minutes. Looking (GET) says whose it is and consumes nothing, since crawlers fetch
links; only the exchange takes it, once.
"""

import secrets
from dataclasses import dataclass

from redis import Redis

LIFETIME_S = 600


@dataclass(frozen=True, slots=True)
class OneUseLinks:
    """Tokens of all accounts. Raises RedisError while Redis is away."""

    redis: "Redis"

    def make(self, account_id: int, openid: str) -> str:
        """A new token for a follower."""
        token = secrets.token_urlsafe(24)
        self.redis.set(self._key(account_id, token), openid, ex=LIFETIME_S)
        return token

    def look(self, account_id: int, token: str) -> str | None:
        """Whose token it is; None when it was used or is too old."""
        openid = self.redis.get(self._key(account_id, token))
        return openid.decode() if isinstance(openid, bytes) else None

    def take(self, account_id: int, token: str) -> str | None:
        """Whose token it was, and it is used up; None when somebody took it before."""
        openid = self.redis.getdel(self._key(account_id, token))
        return openid.decode() if isinstance(openid, bytes) else None

    def _key(self, account_id: int, token: str) -> str:
        return f"zj:link:{account_id}:{token}"
