"""What travels between the platform and a webhook: signatures, encryption, XML, callbacks and passive replies.

An independent implementation of the platform's message format (安全模式 and 明文模式), used by the simulator, its
traffic generator, tests and proofs. Source: 开放平台「消息加解密」 and the official-account 「接收消息」「被动回复」 pages.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import re
import secrets
import struct
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlencode, urlsplit
from xml.parsers import expat

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

Mode = Literal["aes", "plain"]
Fields = Mapping[str, Any]
"""XML fields in order: text becomes CDATA, numbers stay bare, a mapping nests, a list repeats its tag."""

BLOCK = 32  # PKCS#7 block of the platform: 32 bytes, not AES's 16
MAX_DEPTH = 12
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class WireError(Exception):
    """What arrived is not what the platform's format allows; the message says what is wrong, in Chinese."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What both sides share about one account. `aes_key` is the 43-character EncodingAESKey."""

    appid: str
    token: str
    aes_key: str
    mode: Mode = "aes"

    @property
    def key(self) -> bytes:
        """The 32 AES key bytes. Raises WireError when the EncodingAESKey is not 43 characters of base64."""
        try:
            key = base64.b64decode(self.aes_key + "=", validate=True)
        except (binascii.Error, ValueError) as error:
            raise WireError("EncodingAESKey 不是 base64") from error
        if len(key) != 32:
            raise WireError("EncodingAESKey 应是 43 个字符（解码后 32 字节）")
        return key


@dataclass(frozen=True, slots=True)
class Callback:
    """One HTTP request of the platform to a webhook: POST `body` (bytes of XML) to `url`."""

    url: str
    body: bytes
    timestamp: str
    nonce: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A webhook's answer, understood. `reply` is None for an empty body or `success`."""

    reply: Mapping[str, Any] | None
    xml: str


def sign(*parts: str) -> str:
    """SHA-1 hex digest over the sorted, joined parts: the platform's only signature."""
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def new_nonce() -> str:
    """A nonce as the platform sends it: digits, up to ten."""
    return str(secrets.randbelow(2_000_000_000))


def encrypt(credentials: Credentials, text: str) -> str:
    """Base64 of AES-256-CBC over 16 random bytes + big-endian length + text + appid, padded to 32."""
    key = credentials.key
    raw = text.encode()
    plain = os.urandom(16) + struct.pack(">I", len(raw)) + raw + credentials.appid.encode()
    pad = BLOCK - len(plain) % BLOCK
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return base64.b64encode(encryptor.update(plain + bytes([pad]) * pad) + encryptor.finalize()).decode()


def decrypt(credentials: Credentials, encrypted: str) -> str:
    """The text inside `encrypted`. Raises WireError on bad base64, padding, length, text or a foreign appid."""
    key = credentials.key
    try:
        data = base64.b64decode(encrypted, validate=True)
    except (binascii.Error, ValueError) as error:
        raise WireError("Encrypt 不是 base64") from error
    if not data or len(data) % 16:
        raise WireError("密文长度不是 AES 分组的整数倍")
    decryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
    plain = decryptor.update(data) + decryptor.finalize()
    pad = plain[-1]
    if not 1 <= pad <= BLOCK or plain[-pad:] != bytes([pad]) * pad or len(plain) - pad < 20:
        raise WireError("解密后的填充不对（密钥不一致？）")
    content = plain[16:-pad]
    length = struct.unpack(">I", content[:4])[0]
    if length > len(content) - 4:
        raise WireError("解密后的长度字段大于内容")
    try:
        text, appid = content[4 : 4 + length].decode(), content[4 + length :].decode()
    except UnicodeDecodeError as error:
        raise WireError("解密后的内容不是 UTF-8") from error
    if appid != credentials.appid:
        raise WireError("密文属于另一个 appid")
    return text


def render_xml(fields: Fields) -> str:
    """`<xml>…</xml>` as the platform writes it. Control characters that XML forbids are left out."""
    return f"<xml>{_render(fields)}</xml>"


def _render(fields: Fields) -> str:
    return "\n".join(_element(tag, value) for tag, value in fields.items() if value is not None)


def _element(tag: str, value: Any) -> str:
    if isinstance(value, Mapping):
        return f"<{tag}>{_render(value)}</{tag}>"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "\n".join(_element(tag, item) for item in value)
    if isinstance(value, str):
        return f"<{tag}>{_cdata(value)}</{tag}>"
    return f"<{tag}>{value}</{tag}>"


def _cdata(text: str) -> str:
    return f"<![CDATA[{_FORBIDDEN.sub('', text).replace(']]>', ']]]]><![CDATA[>')}]]>"


class _TreeBuilder:
    """Turns expat's events into nested dicts; a repeated tag becomes a list, text is kept as it is."""

    def __init__(self) -> None:
        self.root: dict[str, Any] = {}
        self._open: list[tuple[str, dict[str, Any], list[str]]] = [("", self.root, [])]

    def start(self, tag: str, _attributes: dict[str, str]) -> None:
        if len(self._open) > MAX_DEPTH:
            raise WireError("XML 嵌套太深")
        self._open.append((tag, {}, []))

    def text(self, data: str) -> None:
        self._open[-1][2].append(data)

    def end(self, tag: str) -> None:
        _, children, pieces = self._open.pop()
        value: Any = children or "".join(pieces)
        parent = self._open[-1][1]
        if tag not in parent:
            parent[tag] = value
        elif isinstance(parent[tag], list):
            parent[tag].append(value)
        else:
            parent[tag] = [parent[tag], value]

    @staticmethod
    def doctype(*_: Any) -> None:
        raise WireError("XML 里不允许 DOCTYPE")


def parse_xml(data: bytes | str) -> dict[str, Any]:
    """The fields inside `<xml>`. Raises WireError on anything but one well-formed `<xml>` document."""
    builder = _TreeBuilder()
    parser = expat.ParserCreate()
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.text
    parser.StartDoctypeDeclHandler = builder.doctype
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise WireError(f"不是合格的 XML：{error}") from error
    fields = builder.root.get("xml")
    if not isinstance(fields, dict):
        raise WireError("文档里没有带内容的 <xml>")
    return fields


def build_callback(
    credentials: Credentials,
    webhook_url: str,
    xml: str,
    *,
    openid: str,
    to: str,
    timestamp: str | None = None,
    nonce: str | None = None,
) -> Callback:
    """The signed (and, in AES mode, encrypted) request that carries `xml` (a message to account `to`)."""
    timestamp = timestamp or str(int(time.time()))
    nonce = nonce or new_nonce()
    params = {
        "signature": sign(credentials.token, timestamp, nonce),
        "timestamp": timestamp,
        "nonce": nonce,
        "openid": openid,
    }
    body = xml
    if credentials.mode == "aes":
        encrypted = encrypt(credentials, xml)
        params["encrypt_type"] = "aes"
        params["msg_signature"] = sign(credentials.token, timestamp, nonce, encrypted)
        body = render_xml({"ToUserName": to, "Encrypt": encrypted})
    return Callback(_with_params(webhook_url, params), body.encode(), timestamp, nonce)


def verification_url(credentials: Credentials, webhook_url: str, echostr: str) -> str:
    """The GET by which the platform checks a server address; the right answer is `echostr` itself."""
    timestamp, nonce = str(int(time.time())), new_nonce()
    signature = sign(credentials.token, timestamp, nonce)
    params = {"signature": signature, "echostr": echostr, "timestamp": timestamp, "nonce": nonce}
    return _with_params(webhook_url, params)


def _with_params(url: str, params: Mapping[str, str]) -> str:
    return f"{url}{'&' if urlsplit(url).query else '?'}{urlencode(params)}"


def open_callback(credentials: Credentials, url_params: Mapping[str, str], body: bytes) -> str:
    """The plain XML of a callback, as a webhook would get it: for tests. Raises WireError when it is forged."""
    timestamp, nonce = url_params.get("timestamp", ""), url_params.get("nonce", "")
    if not hmac.compare_digest(url_params.get("signature", ""), sign(credentials.token, timestamp, nonce)):
        raise WireError("signature 不对")
    if url_params.get("encrypt_type") != "aes":
        return body.decode()
    encrypted = str(parse_xml(body).get("Encrypt", ""))
    expected = sign(credentials.token, timestamp, nonce, encrypted)
    if not hmac.compare_digest(url_params.get("msg_signature", ""), expected):
        raise WireError("msg_signature 不对")
    return decrypt(credentials, encrypted)


def seal_answer(credentials: Credentials, xml: str) -> bytes:
    """A passive reply as a webhook has to send it (the counterpart of `parse_answer`; for stubs and tests)."""
    if credentials.mode == "plain":
        return xml.encode()
    timestamp, nonce, encrypted = int(time.time()), new_nonce(), encrypt(credentials, xml)
    signature = sign(credentials.token, str(timestamp), nonce, encrypted)
    sealed = {"Encrypt": encrypted, "MsgSignature": signature, "TimeStamp": timestamp, "Nonce": nonce}
    return render_xml(sealed).encode()


def parse_answer(credentials: Credentials, body: bytes, *, sender: str | None = None) -> Answer:
    """What a webhook answered. `sender` is the openid that the reply must be addressed to.

    Returns an Answer without a reply for an empty body or `success`; raises WireError for everything that makes the
    platform show 「该公众号暂时无法提供服务」.
    """
    if body.strip() in (b"", b"success"):
        return Answer(None, "")
    xml = _open_answer(credentials, body)
    if xml.strip() in ("", "success"):
        return Answer(None, xml)
    return Answer(parse_reply(xml, sender=sender), xml)


def _open_answer(credentials: Credentials, body: bytes) -> str:
    fields = parse_xml(body)
    if credentials.mode == "plain":
        try:
            return body.decode()
        except UnicodeDecodeError as error:
            raise WireError("答复不是 UTF-8") from error
    try:
        encrypted, signature = str(fields["Encrypt"]), str(fields["MsgSignature"])
        timestamp, nonce = str(fields["TimeStamp"]), str(fields["Nonce"])
    except KeyError as error:
        raise WireError(f"安全模式的答复缺少 {error.args[0]}") from error
    if not hmac.compare_digest(signature, sign(credentials.token, timestamp, nonce, encrypted)):
        raise WireError("答复的 MsgSignature 不对")
    return decrypt(credentials, encrypted)


def parse_reply(xml: str, *, sender: str | None = None) -> Mapping[str, Any]:
    """`{"type": …, …}` for a plain passive reply: text image voice video music news transfer_customer_service."""
    fields = parse_xml(xml)
    kind = str(fields.get("MsgType", ""))
    if kind not in _REPLIES:
        raise WireError(f"答复的 MsgType 不认识：{kind}")
    if sender is not None and fields.get("ToUserName") != sender:
        raise WireError("答复的 ToUserName 不是发消息的人")
    if not str(fields.get("FromUserName", "")).strip():
        raise WireError("答复没有 FromUserName")
    if not str(fields.get("CreateTime", "")).strip().isdigit():
        raise WireError("答复的 CreateTime 不是数字")
    return {"type": kind, **_REPLIES[kind](fields)}


def _group(fields: Mapping[str, Any], tag: str) -> dict[str, Any]:
    value = fields.get(tag)
    if not isinstance(value, dict):
        raise WireError(f"答复没有 <{tag}>")
    return value


def _media(fields: Mapping[str, Any], tag: str) -> str:
    media_id = str(_group(fields, tag).get("MediaId", "")).strip()
    if not media_id:
        raise WireError(f"答复的 <{tag}> 没有 MediaId")
    return media_id


def _reply_text(fields: Mapping[str, Any]) -> dict[str, Any]:
    content = fields.get("Content")
    if not isinstance(content, str) or not content:
        raise WireError("文字答复没有 Content")
    if len(content.encode()) > 2048:
        raise WireError(f"文字答复最多 2048 字节，这一条有 {len(content.encode())}")
    return {"content": content}


def _reply_video(fields: Mapping[str, Any]) -> dict[str, Any]:
    group = _group(fields, "Video")
    words = {"title": str(group.get("Title", "")), "description": str(group.get("Description", ""))}
    return {"media_id": _media(fields, "Video"), **words}


def _reply_music(fields: Mapping[str, Any]) -> dict[str, Any]:
    group = _group(fields, "Music")
    names = {"title": "Title", "description": "Description", "url": "MusicUrl", "hq_url": "HQMusicUrl"}
    return {name: str(group.get(tag, "")) for name, tag in names.items()}


def _reply_news(fields: Mapping[str, Any]) -> dict[str, Any]:
    items = _group(fields, "Articles").get("item")
    rows = items if isinstance(items, list) else [items]
    names = {"title": "Title", "description": "Description", "pic_url": "PicUrl", "url": "Url"}
    if not rows or not all(isinstance(row, dict) for row in rows):
        raise WireError("图文答复的 Articles 里没有 item")
    if str(fields.get("ArticleCount", "")).strip() != str(len(rows)):
        raise WireError("ArticleCount 与 item 的数目不一致")
    return {"articles": [{name: str(row.get(tag, "")) for name, tag in names.items()} for row in rows]}


_REPLIES: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "text": _reply_text,
    "image": lambda fields: {"media_id": _media(fields, "Image")},
    "voice": lambda fields: {"media_id": _media(fields, "Voice")},
    "video": _reply_video,
    "music": _reply_music,
    "news": _reply_news,
    "transfer_customer_service": lambda _: {},
}
