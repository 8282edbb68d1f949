"""Text as it comes from phones and must go to phones."""

import re
import unicodedata

_CONTROL = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f\\ufffe\\uffff\\ud800-\\udfff]")
_ZERO_WIDTH = re.compile("[\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\u00ad]")
_PUNCTUATION = "。.!！?？,，;；:：~～ "
_PARTED = re.compile(r"[、，,；;|\s]+")
_SPACES = re.compile(r"\s+")


def clean(text: str) -> str:
    """Without the characters that XML 1.0 can't hold (control characters, lone surrogates)."""
    return text if text.isprintable() else _CONTROL.sub("", text)


def normalise(text: str) -> str:
    """One spelling for what looks alike: NFKC (full width → half width), lower case, no invisible characters,
    single spaces, trimmed."""
    text = unicodedata.normalize("NFKC", clean(text))
    return _SPACES.sub(" ", _ZERO_WIDTH.sub("", text)).strip().lower()


def comparable(text: str) -> str:
    """`normalise`d, without punctuation at either end; punctuation alone stays as it is."""
    text = normalise(text)
    return text.strip(_PUNCTUATION) or text


def parted(text: str) -> tuple[str, ...]:
    """The names that somebody wrote in one line, each once: 「甲组、乙组」."""
    return tuple(dict.fromkeys(name for name in _PARTED.split(text) if name))


def cut_utf8(text: str, limit_bytes: int, ending: str = "…") -> str:
    """`text`, or its beginning and `ending`, in at most `limit_bytes` of UTF-8; never cuts inside a character.

    An emoji made of several code points may lose its last parts, but stays valid text.
    """
    raw = text.encode()
    if len(raw) <= limit_bytes:
        return text
    room = limit_bytes - len(ending.encode())
    if room < 0:
        return raw[: max(0, limit_bytes)].decode(errors="ignore")
    return raw[:room].decode(errors="ignore") + ending
