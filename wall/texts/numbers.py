"""Finds telephone numbers, identity numbers and bank cards among digits, however the digits are parted. Called by `personal`.

Digits in a row are a group; groups with little between them are a run. A number is one group or several that follow each other,
never a part of one: in an order's 17 digits no telephone is found.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto
from itertools import accumulate, pairwise

_SPOKEN = str.maketrans(
    "零〇○洞一壹幺二贰两三叁四肆五伍六陆七柒八捌九玖拐oOlI", "00001112223344556677889970011"
)
_LOOSE = "oOlI"
"""Letters that pass for digits, where digits stand around them."""

_BETWEEN = r"(?:[^\w(:：;；?!？！]|_){0,3}"
_GROUP = re.compile(r"[0-9]+")
_RUN = re.compile(rf"[0-9]+(?:(?:{_BETWEEN}|[a-zA-Z])[0-9]+)*")
_DIGIT_WORD = re.compile(r"[0-9零〇○洞一壹幺二贰两三叁四肆五伍六陆七柒八捌九玖拐oOlI]+")
_LEAST_REAL = 4
"""Digits that are digits in a word of digits: 「lOl」 is none, 「l38OOl38OOO」 is a telephone number."""

_CHECK = re.compile(r"\s?[xX](?![a-zA-Z0-9])")
_MOST_GROUPS = 19
_DIGITS = range(11, 20)
"""Of a telephone number to a card."""

_MOBILE = re.compile("(?:(?:00)?86)?(1[3-9][0-9]{9})")
_MOBILE_GROUPS = frozenset(
    [
        *(
            (11,),
            (3, 4, 4),
            (3, 8),
            (7, 4),
            (3, 3, 5),
            (4, 3, 4),
            (4, 4, 3),
            (5, 6),
            (6, 5),
            (2, 9),
            (1, 10),
            (3, 2, 3, 3),
        ),
        *((1, 3, 4, 3), (3, 4, 2, 2), (3, 2, 2, 2, 2), (1, 2, 2, 2, 2, 2), (1,) * 11),
    ]
)
_SURE_GROUPS = frozenset([(11,), (3, 4, 4), (3, 8), (7, 4), (1,) * 11])
"""What stays a telephone number with letters or commas between."""

_FREE_PHONE = re.compile(r"(?<![0-9])[48]00[ -]?[0-9]{3}[ -]?[0-9]{4}(?![0-9])")
_MONEY = re.compile(r"(?:\.[0-9]+)?\s?(?:多|余)?\s?(?:元|块|圆|万|亿|rmb|RMB)")
_LANDLINE = re.compile(
    r"(?<![0-9])(?:\+?(?:00)?86[ -]{0,2}\(?0?|\(?0)(?:10|2[0-9]|[3-9][0-9]{2})[) \-—–_./]{0,3}"
    r"[2-8][0-9]{2,3}[ -]?[0-9]{4}(?![0-9])(?:\s?(?:转|分机)\s?[0-9]{1,5})?"
)
_LOCAL = re.compile(
    r"(?i)(?:电话|座机|办公室|固话|tel)(?:号码?)?[^\w]{0,3}(?:是|打)?(?P<own>[2-8][0-9]{2,3}[ -]?[0-9]{4})(?![0-9元块])"
)

_PROVINCES = re.compile("1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[123]")
_SAYS_IDENTITY = re.compile(r"身份|证号|证件|号码|\bid\b", re.IGNORECASE)
_SAYS_CARD = re.compile(r"卡号|账号|帐号|账户|银行|[行卡]|打到|转到|汇到")
_CARD_LENGTHS = range(16, 20)
_BEFORE = 10
"""Characters before a number that may say what it is."""


class NumberKind(Enum):
    MOBILE = auto()
    LANDLINE = auto()
    IDENTITY = auto()
    CARD = auto()


@dataclass(frozen=True, slots=True)
class Number:
    """A number at `text[start:end]` of the text that was looked at."""

    kind: NumberKind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Window:
    """Groups that follow each other: their digits, their sizes, what stands between, where they are."""

    digits: str
    sizes: tuple[int, ...]
    between: str
    start: int
    end: int


def find_numbers(text: str) -> Iterator[Number]:
    """Numbers of persons in folded `text`; what overlaps is found once. Not hotlines, 400 numbers, amounts, days."""
    plain = _DIGIT_WORD.sub(_as_digits, text)
    free = [found.span() for found in _FREE_PHONE.finditer(plain)]
    for number in _all_numbers(plain):
        if not any(start < number.end and number.start < end for start, end in free):
            yield number


def _all_numbers(plain: str) -> Iterator[Number]:
    for run in _RUN.finditer(plain):
        yield from _in_run(plain, [group.span() for group in _GROUP.finditer(plain, *run.span())])
    for found in _LANDLINE.finditer(plain):
        yield Number(NumberKind.LANDLINE, *found.span())
    for found in _LOCAL.finditer(plain):
        yield Number(NumberKind.LANDLINE, *found.span("own"))


def _as_digits(word: re.Match[str]) -> str:
    """A word of digits in figures; one that hardly has any stays."""
    letters = word[0]
    real = sum(char not in _LOOSE for char in letters)
    return letters.translate(_SPOKEN) if real >= _LEAST_REAL or real == len(letters) else letters


def _in_run(plain: str, groups: Sequence[tuple[int, int]]) -> Iterator[Number]:
    """Of the windows that begin at a group the longest that is a number; then what comes after it."""
    first = 0
    before = [0, *accumulate(end - start for start, end in groups)]
    while first < len(groups):
        for last in range(min(len(groups), first + _MOST_GROUPS), first, -1):
            if before[last] - before[first] not in _DIGITS:
                continue
            number = _read(plain, _window(plain, groups[first:last]))
            if number is not None:
                yield number
                first = last
                break
        else:
            first += 1


def _window(plain: str, groups: Sequence[tuple[int, int]]) -> _Window:
    between = "".join(plain[a[1] : b[0]] for a, b in pairwise(groups))
    return _Window(
        "".join(plain[start:end] for start, end in groups),
        tuple(end - start for start, end in groups),
        between,
        groups[0][0],
        groups[-1][1],
    )


def _read(plain: str, window: _Window) -> Number | None:
    before = plain[max(0, window.start - _BEFORE) : window.start]
    check = _CHECK.match(plain, window.end)
    if len(window.digits) == 17 and check and _is_identity(window.digits + "X"):
        return Number(NumberKind.IDENTITY, window.start, check.end())
    if _is_identity(window.digits) or (_is_old_identity(window.digits) and _SAYS_IDENTITY.search(before)):
        return Number(NumberKind.IDENTITY, window.start, window.end)
    if _is_card(window, before):
        return Number(NumberKind.CARD, window.start, window.end)
    if _is_mobile(window) and not _MONEY.match(plain, window.end):
        start = window.start - plain.startswith(
            ("+", "(") if ")" in window.between else "+", max(0, window.start - 1)
        )
        return Number(NumberKind.MOBILE, start, window.end)
    return None


def _is_mobile(window: _Window) -> bool:
    found = _MOBILE.fullmatch(window.digits)
    if found is None:
        return False
    sizes = _without(found.start(1), window.sizes)
    if any(char.isalpha() or char in ",，、。" for char in window.between):
        return sizes in _SURE_GROUPS
    return sizes in _MOBILE_GROUPS


def _without(prefix: int, sizes: tuple[int, ...]) -> tuple[int, ...]:
    """`sizes` of groups after the first `prefix` digits (the country's code)."""
    while sizes and prefix >= sizes[0]:
        prefix, sizes = prefix - sizes[0], sizes[1:]
    return (sizes[0] - prefix, *sizes[1:]) if sizes else ()


def _is_identity(number: str) -> bool:
    """18 places (GB 11643): a province and a day of birth; the check digit may be mistyped."""
    return len(number) == 18 and _PROVINCES.match(number) is not None and _is_day(number[6:14])


def _is_old_identity(digits: str) -> bool:
    """15 places, given out until 1999."""
    return len(digits) == 15 and _PROVINCES.match(digits) is not None and _is_day("19" + digits[6:12])


def _is_day(digits: str) -> bool:
    if not digits.startswith(("19", "20")):
        return False
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return True


def _is_card(window: _Window, before: str) -> bool:
    """16 to 19 digits that are called a card, or that begin and add up as cards do."""
    digits = window.digits
    if len(digits) not in _CARD_LENGTHS or digits.startswith(("19", "20")):
        return False
    begins = ("62", "60", "95588") if len(window.sizes) > 1 else ("3", "4", "5", "6", "95588")
    return bool(_SAYS_CARD.search(before)) or (digits.startswith(begins) and _adds_up(digits))


def _adds_up(digits: str) -> bool:
    """Luhn (ISO/IEC 7812-1)."""
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0
