"""Patterns that staff write in rules, run by RE2: the time of a search grows with the text alone, whatever the pattern."""

import unicodedata
from collections.abc import Callable, Sequence
from typing import Any

import re2

from core.errors import Invalid

_LONGEST = 200
_MOST_STEPS = 4000
"""Size of a compiled pattern; what is written in 200 letters may be repeated into millions."""

_REASONS = {
    "missing )": "左括号 ( 没有对应的右括号 )",
    "unexpected )": "多了一个右括号 )",
    "missing ]": "左方括号 [ 没有对应的右方括号 ]",
    "no argument for repetition operator": "* + ? 前面要有被重复的字",
    "bad repetition operator": "重复符号 * + ? 连写了",
    "invalid repetition size": "{} 里的次数写错了，或超过 1000",
    "invalid character class range": "方括号 [] 里的范围写错了",
    "invalid named capture group": "(?P<名称>…) 写错了",
    "invalid perl operator": "不支持 (?=…)、(?!…)、(?<=…) 这类前后判断，请换一种写法",
    "invalid escape sequence": "反斜杠 \\ 后面的字不能这样用（也不支持 \\1 这样的回指）",
    "trailing \\": "末尾的反斜杠 \\ 后面要有字",
    "pattern too large": "展开后太大了，请减少重复的次数",
}


def _options() -> Any:
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    return options


def compile_pattern(pattern: str) -> Any:
    """`pattern`, ready to search in texts spelt by `core.text.comparable`. Raises Invalid with the reason."""
    if len(pattern) > _LONGEST:
        raise Invalid("bad_pattern", f"正则表达式最多 {_LONGEST} 个字，可以拆成几行")
    try:
        compiled = re2.compile(pattern, _options())
    except re2.error as error:
        raise Invalid("bad_pattern", f"正则表达式「{pattern}」写得不对：{_reason(error)}") from None
    if compiled.programsize > _MOST_STEPS:
        raise Invalid("bad_pattern", f"正则表达式「{pattern}」{_REASONS['pattern too large']}")
    if compiled.search("") is not None:
        raise Invalid(
            "bad_pattern",
            f"正则表达式「{pattern}」什么都不说也算对上，会抢走所有消息。请至少写一个必须出现的字",
        )
    return compiled


def never_matches(pattern: str) -> bool:
    """Does it hold letters that no spelt text has (full width)?"""
    return unicodedata.normalize("NFKC", pattern) != pattern


def pattern_set(patterns: Sequence[str]) -> Callable[[str], Sequence[int]]:
    """Searches all `patterns` (which `compile_pattern` took) in one go; gives the positions of those that match."""
    if not patterns:
        return lambda _text: ()
    found = re2.Set.SearchSet(_options())
    for pattern in patterns:
        found.Add(pattern)
    found.Compile()
    return lambda text: found.Match(text) or ()


def _reason(error: Exception) -> str:
    said = error.args[0]
    text = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
    return next((reason for known, reason in _REASONS.items() if text.startswith(known)), text)
