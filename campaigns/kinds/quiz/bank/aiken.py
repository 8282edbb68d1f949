"""Aiken, the simplest text format of single choice: a question, its options, 「ANSWER: B」. Pure.

Source: https://docs.moodle.org/en/Aiken_format.
"""

import re
from collections.abc import Iterator

from campaigns.kinds.quiz.bank.gift import code_of
from campaigns.kinds.quiz.bank.questions import Question, check_question
from campaigns.kinds.quiz.marking import LETTERS
from core.errors import Invalid
from faq.files import RowError

_OPTION = re.compile(r"(?P<letter>[A-Za-zＡ-Ｚ])\s*[.)．）、]\s*(?P<text>.+)")
_ANSWER = re.compile(r"(?:ANSWER|答案)\s*[:：]\s*(?P<letters>.*)", re.IGNORECASE)
_WIDE = {ord("Ａ") + at: chr(ord("A") + at) for at in range(26)}


def looks_like_aiken(text: str) -> bool:
    return any(_ANSWER.fullmatch(line.strip()) for line in text.splitlines()) and "{" not in text


def read_aiken(text: str, subject: str) -> tuple[list[Question], list[RowError]]:
    """All good questions, of `subject`, and all errors, by the line a question begins on."""
    good: list[Question] = []
    errors: list[RowError] = []
    seen: dict[str, int] = {}
    for line, lines in _blocks(text):
        try:
            question = _question(lines, subject)
        except Invalid as error:
            errors.append(RowError(line, error.message))
            continue
        if question.code in seen:
            errors.append(RowError(line, f"和第 {seen[question.code]} 行的题重复"))
            continue
        seen[question.code] = line
        good.append(question)
    return good, errors


def _blocks(text: str) -> Iterator[tuple[int, list[str]]]:
    """A question ends with its answer; empty lines mean nothing."""
    lines: list[str] = []
    start = 0
    for number, raw in enumerate(text.lstrip("\ufeff").splitlines(), 1):
        line = raw.strip()
        if not line:
            continue
        if not lines:
            start = number
        lines.append(line)
        if _ANSWER.fullmatch(line):
            yield start, lines
            lines = []
    if lines:
        yield start, lines


def _question(lines: list[str], subject: str) -> Question:
    ending = _ANSWER.fullmatch(lines[-1])
    if ending is None:
        raise Invalid("no_answer", "最后没有「ANSWER: 字母」这一行")
    first = next((at for at, line in enumerate(lines) if _OPTION.fullmatch(line)), None)
    if not first:
        raise Invalid("no_options", "题目下面没有「A. 选项」这样的行")
    asked = " ".join(lines[:first])
    options: dict[str, str] = {}
    for line in lines[first:-1]:
        found = _OPTION.fullmatch(line)
        if found is None:
            raise Invalid("bad_option", f"「{line[:20]}」不是「A. 选项」的写法")
        letter = found["letter"].translate(_WIDE).upper()
        expected = LETTERS[len(options)] if len(options) < len(LETTERS) else None
        if letter != expected:
            raise Invalid("bad_order", f"选项应从 A 起连着写，最多到 {LETTERS[-1]}；这里写了 {letter}")
        options[letter] = found["text"].strip()
    letters = ending["letters"].translate(_WIDE).upper().replace(",", "").replace(" ", "")
    return check_question(
        {
            "id": code_of("aiken", asked),
            "subject": subject,
            "level": "1",
            "kind": "单选" if len(letters) <= 1 else "多选",
            "question": asked,
            "answer": letters,
            **options,
        }
    )
