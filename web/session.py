"""The session of a worker's page: the openid WeChat vouched for, in a signed cookie that belongs to one account."""

from dataclasses import dataclass

from flask import Response, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

COOKIE = "zj_h5"
_MAX_AGE_S = 7 * 24 * 3600
_SNAPSHOT_AGE_S = 3600


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is looking. A `snapshot` visitor is WeChat's virtual one: may look, never write."""

    openid: str
    snapshot: bool = False
    by_link: bool = False
    """Came by a one-use link from the chat, which somebody else may have opened: a prize asks for more."""


class Sessions:
    """Reads and writes the cookie. One cookie per account (path), since openids differ per account."""

    def __init__(self, key: bytes, *, secure: bool) -> None:
        self._serializer = URLSafeTimedSerializer(key, salt="h5-session")
        self._secure = secure

    def read(self, account_key: str) -> Visitor | None:
        """The visitor of the current request; None without a valid cookie of this account."""
        raw = request.cookies.get(COOKIE)
        if not raw:
            return None
        try:
            account, openid, snapshot, by_link = self._serializer.loads(raw, max_age=_MAX_AGE_S)
        except (BadSignature, ValueError, TypeError):
            return None
        return Visitor(str(openid), bool(snapshot), bool(by_link)) if account == account_key else None

    def write(self, response: Response, account_key: str, visitor: Visitor) -> None:
        response.set_cookie(
            COOKIE,
            self._serializer.dumps([account_key, visitor.openid, visitor.snapshot, visitor.by_link]),
            max_age=_SNAPSHOT_AGE_S if visitor.snapshot else _MAX_AGE_S,
            path=f"/h5/{account_key}/",
            httponly=True,
            secure=self._secure,
            samesite="Lax",
        )

    def clear(self, response: Response, account_key: str) -> None:
        response.delete_cookie(COOKIE, path=f"/h5/{account_key}/")
