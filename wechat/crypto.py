"""Signatures and AES of the platform's callbacks (安全模式), after 消息加解密说明.

Plaintext inside = 16 random bytes + 4-byte big-endian length + XML + AppID, PKCS#7 to 32, AES-256-CBC with IV = key[:16].
"""

import base64
import binascii
import hashlib
import hmac
import os
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from wechat.xml import Malformed

_BLOCK = 32
_HEAD = 20


def sign(*parts: str) -> str:
    """The platform's signature: SHA-1 over the parts, sorted and joined. Hex, 40 characters."""
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def same(given: str, expected: str) -> bool:
    """Compare two signatures in constant time; text of any kind is taken."""
    return hmac.compare_digest(given.encode(errors="replace"), expected.encode())


class MessageCrypto:
    """Seals and opens the callbacks of one account. Thread-safe."""

    __slots__ = ("_appid", "_cipher", "_token")

    def __init__(self, token: str, aes_key: str, appid: str) -> None:
        """`aes_key` is the EncodingAESKey of the platform's back end, 43 characters; raises ValueError if it isn't."""
        key = decode_aes_key(aes_key)
        self._token = token
        self._appid = appid.encode()
        self._cipher = Cipher(algorithms.AES(key), modes.CBC(key[:16]))

    def signature(self, timestamp: str, nonce: str, encrypted: str) -> str:
        return sign(self._token, timestamp, nonce, encrypted)

    def decrypt(self, encrypted: str) -> bytes:
        """The XML inside `encrypted` (base64). Raises Malformed: not base64, wrong length, padding or AppID.

        Call it only after the signature was found right, or it becomes a padding oracle.
        """
        try:
            sealed = binascii.a2b_base64(encrypted, strict_mode=True)
        except (binascii.Error, ValueError):
            raise Malformed("not_base64") from None
        if not sealed or len(sealed) % 16:
            raise Malformed("wrong_length")
        decryptor = self._cipher.decryptor()
        plain = decryptor.update(sealed) + decryptor.finalize()
        pad = plain[-1]
        if not 1 <= pad <= _BLOCK or plain[-pad:] != bytes((pad,)) * pad:
            raise Malformed("bad_padding")
        plain = plain[:-pad]
        if len(plain) < _HEAD:
            raise Malformed("wrong_length")
        (length,) = struct.unpack_from(">I", plain, 16)
        end = _HEAD + length
        if end > len(plain):
            raise Malformed("wrong_length")
        if plain[end:] != self._appid:
            raise Malformed("wrong_appid")
        return plain[_HEAD:end]

    def encrypt(self, xml: bytes) -> str:
        """`xml` sealed, as base64."""
        plain = os.urandom(16) + struct.pack(">I", len(xml)) + xml + self._appid
        pad = _BLOCK - len(plain) % _BLOCK
        encryptor = self._cipher.encryptor()
        sealed = encryptor.update(plain + bytes((pad,)) * pad) + encryptor.finalize()
        return base64.b64encode(sealed).decode()

    def seal_reply(self, xml: bytes, timestamp: str, nonce: str) -> bytes:
        """The body of an encrypted answer, signed."""
        encrypted = self.encrypt(xml)
        signature = self.signature(timestamp, nonce, encrypted)
        return (
            f"<xml><Encrypt><![CDATA[{encrypted}]]></Encrypt>"
            f"<MsgSignature><![CDATA[{signature}]]></MsgSignature>"
            f"<TimeStamp>{timestamp}</TimeStamp><Nonce><![CDATA[{nonce}]]></Nonce></xml>"
        ).encode()


def decode_aes_key(aes_key: str) -> bytes:
    """The 32 bytes of an EncodingAESKey; raises ValueError with a Chinese text when it is none."""
    try:
        # The platform's keys carry stray bits in their last character, so strict mode would refuse good ones.
        key = base64.b64decode(aes_key + "=", validate=True) if len(aes_key) == 43 else b""
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != 32:
        raise ValueError("EncodingAESKey 应为 43 位字母或数字，请从微信开发者平台的「消息推送配置」原样复制")
    return key
