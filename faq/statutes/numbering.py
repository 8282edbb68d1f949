"""Numbers of articles: 十九, 19 and 一〇七 read, 第十九条 and 第十九条之一 written."""

import re

from faq.citations import chinese_number

DIGITS = "〇零一二三四五六七八九"
NUMERAL = rf"(?:[0-9]{{1,4}}|[{DIGITS}十百千]{{1,9}})"
"""A regular expression for what `read_number` reads."""
_ITEM = re.compile(rf"[（(][{DIGITS}十]{{1,3}}[）)]")
_UNITS = ((1000, "千"), (100, "百"), (10, "十"))


def read_number(text: str) -> int:
    """「19」, 「十九」 or 「一〇七」 as a number; `text` matches NUMERAL."""
    if text.isascii():
        return int(text)
    if len(text) > 1 and not any(unit in text for _, unit in _UNITS):
        return int("".join(str(max(0, DIGITS.index(char) - 1)) for char in text))
    return chinese_number(text)


def chinese(number: int) -> str:
    """107 → 一百零七. From 0 to 9999; what is larger stays in figures."""
    if number > 9999:
        return str(number)
    if number == 0:
        return "零"
    written, rest, gap = "", number, False
    for size, unit in _UNITS:
        digit, rest = divmod(rest, size)
        if digit:
            written += ("零" if gap else "") + DIGITS[digit + 1] + unit
            gap = False
        elif written:
            gap = True
    if rest:
        written += ("零" if gap else "") + DIGITS[rest + 1]
    return written.removeprefix("一") if 10 <= number < 20 else written


def label(number: int, branch: int = 0) -> str:
    """第十九条, or 第二百三十四条之一."""
    return f"第{chinese(number)}条" + (f"之{chinese(branch)}" if branch else "")


def anchor(number: int, branch: int = 0) -> str:
    """Where an article stands on its statute's page: a19, or a234-1."""
    return f"a{number}-{branch}" if branch else f"a{number}"


def is_item(paragraph: str) -> bool:
    """Is it an item (项), 「（一）……」, and not a paragraph (款) of its own?"""
    return _ITEM.match(paragraph) is not None
