"""The door of one account: who may come in (signature, age, AES), and how an answer goes out.

`handlers.webhook` asks it for every callback. It keeps nothing: replays are told apart by `handlers.memory`.
"""

import hashlib
from collections.abc import Mapping
from typing import NamedTuple

from wechat import reader, xml
from wechat.crypto import MessageCrypto, same, sign
from wechat.messages import Inbound
from wechat.xml import Malformed

_MAX_NONCE = 64


class Refused(Exception):
    """A callback that is not let in. `status` is the HTTP status (400 malformed, 403 not authentic), `reason` a
    short English word for logs and counters, never content."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class Callback(NamedTuple):
    """An authentic callback. `xml` is what the message was read from, `body_hash` tells a byte-identical retry from
    another body under the same nonce."""

    message: Inbound
    xml: bytes
    timestamp: str
    nonce: str
    body_hash: str
    sealed: bool


class Gate:
    """Checks and opens the callbacks of one account. Thread-safe."""

    __slots__ = ("_crypto", "_max_age_s", "_plaintext_allowed", "_token")

    def __init__(
        self,
        token: str,
        crypto: MessageCrypto | None,
        *,
        plaintext_allowed: bool = False,
        max_age_s: int = 300,
    ) -> None:
        """Plaintext (明文模式) signs only token, time and nonce, not the body: it has to be allowed explicitly."""
        if crypto is None and not plaintext_allowed:
            raise ValueError("an account needs an EncodingAESKey unless plaintext is allowed")
        self._token = token
        self._crypto = crypto
        self._plaintext_allowed = plaintext_allowed
        self._max_age_s = max_age_s

    def verify_url(self, args: Mapping[str, str], now_s: float) -> str:
        """The `echostr` to send back when the platform checks the URL; raises Refused."""
        timestamp, nonce = self._fresh(args, now_s)
        self._check_signature(args.get("signature", ""), timestamp, nonce)
        echo = args.get("echostr", "")
        if not echo or len(echo) > 256:
            raise Refused(400, "no_echostr")
        return echo

    def open(self, args: Mapping[str, str], body: bytes, now_s: float) -> Callback:
        """The message in an authentic callback. `now_s` in seconds since 1970.

        Raises Refused: 403 for a wrong signature, an old timestamp or plaintext that is not allowed; 400 for bytes
        that are no message.
        """
        timestamp, nonce = self._fresh(args, now_s)
        sealed = args.get("encrypt_type", "raw") == "aes"
        if sealed and self._crypto is not None:
            inner = self._unseal(self._crypto, args, timestamp, nonce, body)
        elif self._plaintext_allowed and not sealed:
            self._check_signature(args.get("signature", ""), timestamp, nonce)
            inner = body
        else:
            raise Refused(403, "plaintext_not_allowed")
        try:
            message = reader.read(xml.parse(inner), inner)
        except Malformed as error:
            raise Refused(400, error.reason) from None
        return Callback(message, inner, timestamp, nonce, _short_hash(body), sealed)

    def seal(self, reply: bytes, callback: Callback) -> bytes:
        """`reply` as the answer to `callback`: encrypted and signed when the callback was."""
        if not callback.sealed or self._crypto is None:
            return reply
        return self._crypto.seal_reply(reply, callback.timestamp, callback.nonce)

    def _fresh(self, args: Mapping[str, str], now_s: float) -> tuple[str, str]:
        timestamp, nonce = args.get("timestamp", ""), args.get("nonce", "")
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 11):
            raise Refused(403, "bad_timestamp")
        if not 0 < len(nonce) <= _MAX_NONCE:
            raise Refused(403, "bad_nonce")
        if abs(now_s - int(timestamp)) > self._max_age_s:
            raise Refused(403, "too_old")
        return timestamp, nonce

    def _check_signature(self, given: str, timestamp: str, nonce: str) -> None:
        if not same(given, sign(self._token, timestamp, nonce)):
            raise Refused(403, "bad_signature")

    def _unseal(
        self, crypto: MessageCrypto, args: Mapping[str, str], timestamp: str, nonce: str, body: bytes
    ) -> bytes:
        try:
            encrypted = xml.encrypted_part(body)
        except Malformed as error:
            raise Refused(400, error.reason) from None
        if not same(args.get("msg_signature", ""), crypto.signature(timestamp, nonce, encrypted)):
            raise Refused(403, "bad_signature")
        # msg_signature covers the body and is enough; a wrong `signature` beside it still means a tampered URL.
        if "signature" in args:
            self._check_signature(args["signature"], timestamp, nonce)
        try:
            return crypto.decrypt(encrypted)
        except Malformed as error:
            raise Refused(400, error.reason) from None


def _short_hash(body: bytes) -> str:
    return hashlib.blake2b(body, digest_size=12).hexdigest()
