"""One spelling for what looks alike, with the place that each character came from. Called by `words` and `personal`."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from core.simplified import simplified

_ALIKE = {
    ord(looks): letter
    for letter, alike in {
        "a": "аАαᴀɑ", "b": "вВьβʙ", "c": "сСᴄ", "d": "ԁᴅ", "e": "еЕεᴇ", "f": "ғꜰ", "g": "ɡɢ", "h": "нНʜ", "i": "іІιıɪɩ",
        "j": "јЈᴊ", "k": "кКκᴋ", "l": "ʟł", "m": "мМᴍ", "n": "ηᴎɴ", "o": "оОοσøᴏ", "p": "рРρᴘ", "q": "ԛ", "r": "гʀ",
        "s": "ѕЅꜱ", "t": "тТτᴛ", "u": "υµμᴜ", "v": "ѵѴνʋᴠ∨√", "w": "ԝωᴡ", "x": "хХχ×✕✖✗✘", "y": "уУγʏ", "z": "ᴢ",
        "发": "発", "单": "単", "钱": "銭", "药": "薬葯", "卖": "売", "图": "図", "气": "気", "乐": "楽", "假": "仮", "奸": "姦",
        "傻": "儍", "宝": "寳", "氵": "⺡", "艹": "⺾⺿", "辶": "⻌⻍", "扌": "⺘", "犭": "⺨", "月": "⺼", "亻": "⺅", "刂": "⺉",
    }.items()
    for looks in alike
}  # fmt: skip
"""Letters of other alphabets and Japanese characters that look like ours, after decomposition."""

_REGIONAL, _CIRCLED, _SQUARED = 0x1F1E6, 0x1F150, 0x1F170
"""Where 26 letters begin that Unicode does not decompose: flags, and white letters on black."""

_CACHED = 1 << 14


@dataclass(frozen=True, slots=True)
class Spelt:
    """`letters`, and for each the part of the original text it came from: `starts` (inclusive) to `ends` (exclusive)."""

    letters: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where `letters[start:end]` stands in the original text; not for an empty part."""
        return self.starts[start], self.ends[end - 1]


def fold(text: str) -> Spelt:
    """Everything that can be seen: half width, simplified, no marks, look-alikes as Latin letters; case stays.

    What is invisible belongs to the character before it.
    """
    seen = [_seen(char) for char in text]
    ends = list(range(1, len(text) + 1))
    for at in range(len(text) - 2, -1, -1):
        if not seen[at + 1]:
            ends[at] = ends[at + 1]
    return _gather(zip(range(len(text)), ends, seen, strict=True))


def letters_of(text: str, also: frozenset[str] = frozenset()) -> Spelt:
    """Letters and digits in lower case, and the symbols of `also`: nothing that was put between them."""
    return _gather((at, at + 1, _letters(char, also)) for at, char in enumerate(text))


def _gather(parts: Iterable[tuple[int, int, str]]) -> Spelt:
    places = [(start, end, char) for start, end, seen in parts for char in seen]
    return Spelt(
        "".join(char for _, _, char in places),
        tuple(start for start, _, _ in places),
        tuple(end for _, end, _ in places),
    )


@lru_cache(_CACHED)
def _seen(char: str) -> str:
    """What is seen of a character: nothing of what is invisible, a mark upon another or not a character at all."""
    if char.isspace():
        return " "
    decomposed = unicodedata.normalize("NFKD", _boxed(char))
    visible = "".join(one for one in decomposed if unicodedata.category(one)[0] not in "CM")
    return "".join(map(_digit, visible)).translate(_ALIKE).translate(simplified())


@lru_cache(_CACHED)
def _letters(char: str, also: frozenset[str]) -> str:
    return "".join(one for one in _seen(char).lower() if one.isalnum() or one in also)


def _boxed(char: str) -> str:
    for first in (_REGIONAL, _CIRCLED, _SQUARED):
        if first <= ord(char) < first + 26:
            return chr(ord("a") + ord(char) - first)
    return char


def _digit(char: str) -> str:
    value = unicodedata.digit(char, None)
    return char if value is None else str(value)
