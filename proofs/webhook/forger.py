"""Makes requests that are no message: whatever is wrong about them, the rest is right and fresh."""

import random
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from proofs.webhook.sealing import Sealing, envelope, in_base64, signed_query
from simulator.messages import compose, new_msg_id, text
from simulator.wire import Credentials, new_nonce, render_xml

_FINE = Sealing()


@dataclass(frozen=True, slots=True)
class Case:
    """One request that has to be refused."""

    name: str
    query: dict[str, str]
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    chunked: bool = False


@dataclass(frozen=True, slots=True)
class Forger:
    """`chance` decides all that varies; `openid` is who seems to write."""

    credentials: Credentials
    chance: random.Random
    to: str
    openid: str

    # --- something right to begin with

    def message(self, **changes: Any) -> bytes:
        """The XML of a good text message, with fields replaced (None leaves one out)."""
        xml = {
            "ToUserName": self.to,
            "FromUserName": self.openid,
            "CreateTime": int(time.time()),
            "MsgType": "text",
            "Content": f"畸形{self.chance.getrandbits(32)}",
            "MsgId": new_msg_id(),
        }
        return render_xml({**xml, **changes}).encode()

    def good_message(self, words: str) -> bytes:
        return compose(
            text(words), to=self.to, sender=self.openid, at_s=int(time.time()), msg_id=new_msg_id()
        ).encode()

    # --- the layers: around the envelope, around the ciphertext, around the inside

    def unsealed(self, name: str, body: bytes, **options: Any) -> Case:
        """`body` as it is, under a query that somebody overheard."""
        query = signed_query(self.credentials, "overheard", str(int(time.time())), new_nonce())
        return Case(name, query, body, **options)

    def enveloped(self, name: str, encrypted: str) -> Case:
        """Any text as the ciphertext, rightly signed."""
        query = signed_query(self.credentials, encrypted, str(int(time.time())), new_nonce())
        return Case(name, query, envelope(encrypted, self.to))

    def sealed(self, name: str, inside: bytes, sealing: Sealing = _FINE) -> Case:
        """Any bytes as the inside, rightly encrypted (but for what `sealing` says) and signed."""
        return self.enveloped(name, in_base64(sealing.seal(self.credentials, inside)))

    # --- dice

    def noise(self, least: int, most: int) -> bytes:
        return self.chance.randbytes(self.chance.randint(least, most))

    def cut(self, data: bytes) -> bytes:
        """`data` without its end."""
        return data[: self.chance.randrange(1, len(data) - 1)]

    def spoilt(self, data: bytes, wrong: bytes) -> bytes:
        """`data` with `wrong` at some place between characters of its last tag or before."""
        at = self.chance.randrange(5, len(data))
        return data[:at] + wrong + data[at:]
