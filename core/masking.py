"""What must never reach a log, a URL or an error: secrets and the names of persons.

`wechatpy` and `requests` put `secret=` and `access_token=` into their exceptions; whatever is logged passes `mask_text`.
"""

import hashlib
import re

_SECRET_PAIR = re.compile(
    r"""(?ix)
    (?<![\w-])  # only where a word begins, and not far into it: a long word must not cost the square of its length
    (?P<name>(?:[\w-]{0,24}(?:secret(?:[_-]?key)?|token|ticket|signature|echostr|aes_?key|password|passwd
        |authorization|cookie)|(?:js_|auth_)?code)\\?["']?)
    (?P<sep>\s{0,3}[=:：]\s{0,3}(?:b(?=["']))?\\?["']?(?:(?:bearer|basic)\s{1,3})?)
    (?P<value>[^\s&"',;)}\]<>\\]+)
    """
)
_COOKIE = re.compile(r"""(?i)(?P<head>cookie["']?\s{0,3}[=:]\s{0,3}["']?)[^\r\n"']+""")
_URL_PASSWORD = re.compile(r"(?P<head>\b[a-z][a-z0-9+.-]{0,20}://[^\s:/@]{0,100}:)[^\s/]+@")
_ROW = re.compile(r"(?P<head>Failing row contains )\(.*\)")  # PostgreSQL shows the whole row
OPENID = re.compile(r"(?<![A-Za-z0-9_-])o[A-Za-z0-9_-]{25,31}(?![A-Za-z0-9_-])")
_PHONE = re.compile(r"(?<!\d)((?:86)?[ -]?1[3-9]\d)[ -]?\d{4}[ -]?(\d{4})(?!\d)")
_ID_CARD = re.compile(r"(?<!\d)(\d{4})\d{10}(\d{3}[\dXx])(?!\d)")

_LONGEST = 20_000

SECRET_KEYS = frozenset(
    {
        "secret",
        "token",
        "aes_key",
        "access_token",
        "password",
        "secret_key",
        "authorization",
        "cookie",
        "ticket",
    }
)
"""Names of log fields whose values are never written."""


def mask_openid(openid: str) -> str:
    """A stable short name for a follower that can't be turned back: the same person has the same name in all logs."""
    return (
        "o:" + hashlib.blake2s(openid.encode(errors="replace"), digest_size=5, person=b"openid").hexdigest()
    )


def mask_email(email: str) -> str:
    """The first letter and the house: a***@example.cn; nothing for none."""
    name, at, house = email.partition("@")
    return f"{name[:1]}***@{house}" if at else ""


def mask_text(text: str) -> str:
    """`text` with secrets, passwords in URLs, openids, telephone and identity-card numbers made unreadable.

    What is longer than a log line should be is cut: bodies and messages of people have no place there.
    """
    if len(text) > _LONGEST:
        text = text[:_LONGEST] + "…"
    text = _SECRET_PAIR.sub(lambda m: f"{m['name']}{m['sep']}***", text)
    text = _ROW.sub(lambda m: f"{m['head']}(***)", text)
    text = _COOKIE.sub(lambda m: f"{m['head']}***", text)
    text = _URL_PASSWORD.sub(lambda m: f"{m['head']}***@", text)
    text = OPENID.sub(lambda m: mask_openid(m[0]), text)
    text = _ID_CARD.sub(r"\1**********\2", text)
    return _PHONE.sub(r"\1****\2", text)
