"""Callbacks that the platform would never send: sealed and signed rightly around something wrong, or wrongly signed."""

import base64
import os
import struct
from dataclasses import dataclass
from urllib.parse import urlencode

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from simulator.wire import BLOCK, Credentials, sign


@dataclass(frozen=True, slots=True)
class Sealing:
    """What may be wrong about the inside: AppID, the length field, the padding; None where it is right."""

    appid: str | None = None
    length: int | None = None
    padding: bytes | None = None

    def seal(self, credentials: Credentials, xml: bytes) -> bytes:
        """The ciphertext, not in base64."""
        length = len(xml) if self.length is None else self.length
        appid = credentials.appid if self.appid is None else self.appid
        plain = os.urandom(16) + struct.pack(">I", length) + xml + appid.encode()
        pad = BLOCK - len(plain) % BLOCK
        return encrypt(credentials, plain + (bytes([pad]) * pad if self.padding is None else self.padding))


def encrypt(credentials: Credentials, plain: bytes) -> bytes:
    """AES-CBC of the platform over whole blocks; what is missing to one is filled with zeros."""
    key = credentials.key
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return encryptor.update(plain + bytes(-len(plain) % 16)) + encryptor.finalize()


def signed_query(credentials: Credentials, encrypted: str, timestamp: str, nonce: str) -> dict[str, str]:
    """The arguments of a callback that carries `encrypted`."""
    return {
        "signature": sign(credentials.token, timestamp, nonce),
        "timestamp": timestamp,
        "nonce": nonce,
        "encrypt_type": "aes",
        "msg_signature": sign(credentials.token, timestamp, nonce, encrypted),
    }


def envelope(encrypted: str, to: str = "gh_proof") -> bytes:
    """The outer XML."""
    return f"<xml><ToUserName><![CDATA[{to}]]></ToUserName><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>".encode()


def in_base64(sealed: bytes) -> str:
    return base64.b64encode(sealed).decode()


def with_query(url: str, query: dict[str, str]) -> str:
    return f"{url}?{urlencode(query)}"
