"""The session of a worker's page: the openid WeChat vouched for, in a signed cookie that belongs to one account."""

import hashlib
from dataclasses import dataclass

from flask import Response, request
from itsdangerous import BadData, TimestampSigner
from itsdangerous.encoding import base64_decode, base64_encode

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
        """`key` is for sessions alone, so it is used as it is."""
        # Without JSON and zlib, which cost more than the signature; Base64, so that no tool shows the openid in passing.
        self._signer = TimestampSigner(key, key_derivation="none", digest_method=hashlib.sha256)
        self._secure = secure

    def read(self, account_key: str) -> Visitor | None:
        """The visitor of the current request; None without a valid cookie of this account."""
        raw = request.cookies.get(COOKIE)
        if not raw:
            return None
        try:
            said = base64_decode(self._signer.unsign(raw, max_age=_MAX_AGE_S)).decode()
            account, openid, snapshot, by_link = said.split("|")
        except (BadData, ValueError):
            return None
        return Visitor(openid, snapshot == "1", by_link == "1") if account == account_key else None

    def sign(self, account_key: str, visitor: Visitor) -> str:
        """The cookie's value, signed now."""
        said = f"{account_key}|{visitor.openid}|{visitor.snapshot:d}|{visitor.by_link:d}"
        return self._signer.sign(base64_encode(said)).decode()

    def write(self, response: Response, account_key: str, visitor: Visitor) -> None:
        response.set_cookie(
            COOKIE,
            self.sign(account_key, visitor),
            max_age=_SNAPSHOT_AGE_S if visitor.snapshot else _MAX_AGE_S,
            path=f"/h5/{account_key}/",
            httponly=True,
            secure=self._secure,
            samesite="Lax",
        )

    def clear(self, response: Response, account_key: str) -> None:
        response.delete_cookie(COOKIE, path=f"/h5/{account_key}/")
