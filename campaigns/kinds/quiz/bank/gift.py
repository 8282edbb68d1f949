"""GIFT, Moodle's text format: questions read with an error per bad one, and written. Pure.

Source: https://docs.moodle.org/en/GIFT_format. Read are single and multiple choice, true/false, short answer and missing
word; matching, numerical and essay questions are told as errors, since the bank has no such kinds.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from campaigns.kinds.quiz.bank.questions import Question, check_question
from campaigns.kinds.quiz.marking import LETTERS, YES
from core.errors import Invalid
from faq.files import RowError

_SPECIAL = "~=#{}:\\"
_KEPT = {char: chr(0xE000 + at) for at, char in enumerate(_SPECIAL)}
"""Escaped characters stand in the private area of Unicode while the text is taken apart."""
_BACK = {ord(kept): char for char, kept in _KEPT.items()}
_ESCAPED = re.compile(r"\\([~=#{}:\\])")
_TITLE = re.compile(r"::(?P<title>.*?)::", re.DOTALL)
_FORMAT = re.compile(r"^\[(?:html|moodle|plain|markdown)\]\s*")
_WEIGHT = re.compile(r"^%(?P<weight>-?\d+(?:\.\d+)?)%")
_TAG = re.compile(r"<[^>]{0,200}>")
_TRUTH = re.compile(r"(?P<said>T|F|TRUE|FALSE)\s*(?:#.*)?", re.IGNORECASE | re.DOTALL)
_CODE = re.compile(r"[\w.-]{1,80}")
_GAP = "____"
_WHOLE = 100.0


@dataclass(frozen=True, slots=True)
class _Choice:
    """One `=` or `~` of an answer. `weight`: in percent; None where none was written."""

    right: bool
    weight: float | None
    text: str


@dataclass(frozen=True, slots=True)
class _Block:
    """The lines of one question, and where they begin (from 1)."""

    line: int
    text: str
    category: str


def read_gift(text: str, subject: str = "") -> tuple[list[Question], list[RowError]]:
    """All good questions and all errors, by line. `subject`: for questions before the first category."""
    good: list[Question] = []
    errors: list[RowError] = []
    seen: dict[str, int] = {}
    for block in _blocks(text, subject):
        try:
            question = _question(block)
        except Invalid as error:
            errors.append(RowError(block.line, error.message))
            continue
        if question.code in seen:
            errors.append(RowError(block.line, f"和第 {seen[question.code]} 行的题重复"))
            continue
        seen[question.code] = block.line
        good.append(question)
    return good, errors


def write_gift(questions: Iterable[Question]) -> str:
    """Questions by category; what GIFT has no place for (level, entry) is left out."""
    parts: list[str] = []
    category = None
    for question in questions:
        if question.subject != category:
            category = question.subject
            parts.append(f"$CATEGORY: {category}")
        parts.append(_written(question))
    return "\n\n".join(parts) + "\n"


def code_of(prefix: str, text: str) -> str:
    """A question's id where its file gives none: the same question keeps it."""
    return f"{prefix}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def _blocks(text: str, subject: str) -> Iterator[_Block]:
    """Questions are parted by empty lines; a category holds until the next one."""
    category = subject
    lines: list[str] = []
    start = 0
    for number, line in enumerate([*text.lstrip("\ufeff").splitlines(), ""], 1):
        stripped = line.strip()
        if stripped.startswith("//"):
            continue
        if stripped.upper().startswith("$CATEGORY:"):
            category = stripped[len("$CATEGORY:") :].strip().rstrip("/").rpartition("/")[2].strip()
            continue
        if stripped and not lines:
            start = number
        if stripped:
            lines.append(line)
        elif lines and _is_whole(lines):
            yield _Block(start, "\n".join(lines), category)
            lines = []
    if lines:
        yield _Block(start, "\n".join(lines), category)


def _is_whole(lines: Sequence[str]) -> bool:
    """An empty line inside the braces parts nothing."""
    text = _ESCAPED.sub("", "\n".join(lines))
    return text.count("{") <= text.count("}")


def _question(block: _Block) -> Question:
    text = _ESCAPED.sub(lambda found: _KEPT[found[1]], block.text)
    titled = _TITLE.match(text.strip())
    title = _plain(titled["title"]) if titled else ""
    text = text.strip()[titled.end() :] if titled else text
    stem, brace, rest = text.partition("{")
    answer, closing, after = rest.partition("}")
    if not brace:
        raise Invalid("no_answer", "没有写答案（大括号里的部分），这是一段说明，不是题目")
    if not closing:
        raise Invalid("open_brace", "大括号没有合上")
    if "{" in after:
        raise Invalid("two_answers", "一道题里有两处大括号")
    asked = _plain(_FORMAT.sub("", stem.strip()))
    if after.strip():
        asked = f"{asked}{_GAP}{_plain(after)}"
    body, _, general = answer.partition("####")
    fields = _answered(body.strip())
    if fields["kind"] == "填空" and _GAP not in asked:
        asked = f"{asked} {_GAP}"
    code = title if _CODE.fullmatch(title) else code_of("gift", asked)
    return check_question(
        {
            "id": code,
            "subject": block.category,
            "level": "1",
            "question": asked,
            "explanation": _plain(general),
            **fields,
        }
    )


def _answered(body: str) -> dict[str, str]:
    """Kind, options and answer out of what stands between the braces."""
    if not body:
        raise Invalid("essay", "问答题（空的大括号）不能自动判分，没有导入")
    if body.startswith("#"):
        raise Invalid("numerical", "数值题不支持，请改成填空题")
    truth = _TRUTH.fullmatch(body)
    if truth:
        return {"kind": "判断", "answer": "对" if truth["said"].upper().startswith("T") else "错"}
    choices = list(_choices(body))
    if any("->" in one.text for one in choices):
        raise Invalid("matching", "配对题不支持，没有导入")
    if not choices:
        raise Invalid("no_choices", "大括号里没有用 = 或 ~ 写的答案")
    if all(one.right for one in choices):
        full = [one.text for one in choices if one.weight in (None, _WHOLE)]
        return {"kind": "填空", "answer": "|".join(full)}
    return _chosen(choices)


def _chosen(choices: Sequence[_Choice]) -> dict[str, str]:
    if len(choices) > len(LETTERS):
        raise Invalid("many_options", f"有 {len(choices)} 个选项，最多 {len(LETTERS)} 个")
    right = [
        letter
        for letter, one in zip(LETTERS, choices, strict=False)
        if one.right or (one.weight is not None and one.weight > 0)
    ]
    if not right:
        raise Invalid("no_right", "没有一个选项标为正确（= 开头）")
    options = {letter: one.text for letter, one in zip(LETTERS, choices, strict=False)}
    return {"kind": "单选" if len(right) == 1 else "多选", "answer": "".join(right), **options}


def _choices(body: str) -> Iterator[_Choice]:
    for found in re.finditer(r"(?P<mark>[=~])(?P<text>[^=~]*)", body):
        text, _, _feedback = found["text"].strip().partition("#")
        weighed = _WEIGHT.match(text)
        weight = float(weighed["weight"]) if weighed else None
        text = _plain(text[weighed.end() :] if weighed else text)
        if not text:
            raise Invalid("empty_choice", "有一个选项是空的")
        yield _Choice(found["mark"] == "=", weight, text)


def _plain(text: str) -> str:
    """Escapes resolved, tags dropped, one line."""
    text = _TAG.sub("", _FORMAT.sub("", text.strip())).replace("\\n", " ")
    return " ".join(text.translate(_BACK).split())


def _written(question: Question) -> str:
    head = f"::{_escape(question.code)}::{_escape(question.question)}"
    notes = "".join(
        [
            question.explanation,
            *(f" 依据：{one}" for one in question.citations[:1] if not question.explanation),
        ]
    )
    general = f"\n####{_escape(notes)}" if notes else ""
    match question.kind:
        case "judge":
            body = "TRUE" if question.answer == YES else "FALSE"
        case "blank":
            body = " ".join(f"={_escape(one)}" for one in question.answer.split("|"))
        case "single":
            body = _listed(question, {True: "=", False: "~"})
        case _:
            share = _share(100 / len(question.answer))
            body = _listed(question, {True: f"~%{share}%", False: "~%-100%"})
    return f"{head}{{{body}{general}}}"


def _listed(question: Question, marks: dict[bool, str]) -> str:
    lines = [
        f"\n{marks[letter in question.answer]}{_escape(option)}"
        for letter, option in zip(LETTERS, question.options, strict=False)
    ]
    return "".join(lines) + "\n"


def _share(percent: float) -> str:
    """Moodle knows a few weights only: 50, 33.33333, 25, 20, 16.66667."""
    return f"{percent:.5f}".rstrip("0").rstrip(".")


def _escape(text: str) -> str:
    return "".join(f"\\{char}" if char in _SPECIAL else char for char in " ".join(text.split()))
