"""A question of the bank as people write it, in a form or a file: read, checked, and told what is wrong. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from campaigns.kinds.quiz.marking import KINDS, LETTERS, LONGEST_TYPED, judge_of, letters_of
from core.errors import Invalid
from core.text import clean
from faq.citations import parse_citation
from faq.files import cell_text

_KIND_OF = {title: kind for kind, title in KINDS.items()} | {kind: kind for kind in KINDS}
_KIND_OF |= {f"{title}题": kind for kind, title in KINDS.items()}
LEVELS = {1: "易", 2: "中", 3: "难"}
_LEVEL_OF = {title: level for level, title in LEVELS.items()} | {str(level): level for level in LEVELS}
_CODE = re.compile(r"[\w.-]{1,80}")
_BARS = re.compile(r"[|｜]")
LIMITS = {"subject": 20, "question": 200, "option": 60, "explanation": 500, "entry": 80, "picture_text": 120}
_MOST_CITATIONS = 10
_PICTURE = re.compile(r"[2-9a-z]{24}\.(?:jpg|png)|")


@dataclass(frozen=True, slots=True)
class Question:
    """A question, checked. `answer`: letters in order, 对 or 错, or accepted wordings parted by bars."""

    code: str
    subject: str
    level: int
    kind: str
    question: str
    options: tuple[str, ...]
    answer: str
    explanation: str = ""
    citations: tuple[str, ...] = ()
    entry: str = ""
    picture: str = ""
    picture_text: str = ""


COLUMNS = (
    "id",
    "subject",
    "level",
    "kind",
    "question",
    *LETTERS,
    "answer",
    "explanation",
    "citations",
    "entry",
    "picture",
    "picture_text",
)
"""Of a table of questions, in order."""


def check_question(cells: Mapping[str, Any]) -> Question:
    """A row of a table (keys: `COLUMNS`, lower case too), or the fields of the form. Raises Invalid naming the column."""
    texts = {name: _text(cells, name) for name in COLUMNS}
    code = texts["id"]
    if not _CODE.fullmatch(code):
        raise Invalid("bad_code", "编号（id）只用字母、数字、汉字和 . _ -，最多 80 个字")
    kind = _KIND_OF.get(texts["kind"])
    if kind is None:
        raise Invalid("bad_kind", f"题型应为{'、'.join(KINDS.values())}之一，而不是「{texts['kind'][:20]}」")
    level = _LEVEL_OF.get(texts["level"] or "1")
    if level is None:
        raise Invalid("bad_level", f"难度应为 1、2、3，而不是「{texts['level'][:20]}」")
    for name in ("subject", "question"):
        if not texts[name]:
            raise Invalid("empty", "请填写分类" if name == "subject" else "请填写题目")
    for name, title in _TITLES.items():
        if len(texts[name]) > LIMITS[name]:
            raise Invalid("too_long", f"{title}最多 {LIMITS[name]} 个字，现在有 {len(texts[name])} 个字")
    options = _options(kind, [texts[letter] for letter in LETTERS])
    if not _PICTURE.fullmatch(texts["picture"]):
        raise Invalid("bad_picture", "图片请在题库页面里上传，表格里不能直接写文件名")
    return Question(
        code=code,
        subject=texts["subject"],
        level=level,
        kind=kind,
        question=texts["question"],
        options=options,
        answer=_answer(kind, texts["answer"], options),
        explanation=texts["explanation"],
        citations=_citations(texts["citations"]),
        entry=texts["entry"],
        picture=texts["picture"],
        picture_text=texts["picture_text"],
    )


_TITLES = {
    "subject": "分类",
    "question": "题目",
    "explanation": "解析",
    "entry": "相关问答编号",
    "picture_text": "图片说明",
}


def cells_of(question: Question) -> dict[str, str]:
    """The row of a table that `check_question` reads as this."""
    options = dict(zip(LETTERS, question.options, strict=False))
    return {
        "id": question.code,
        "subject": question.subject,
        "level": str(question.level),
        "kind": KINDS[question.kind],
        "question": question.question,
        **{letter: options.get(letter, "") for letter in LETTERS},
        "answer": question.answer,
        "explanation": question.explanation,
        "citations": "|".join(question.citations),
        "entry": question.entry,
        "picture": question.picture,
        "picture_text": question.picture_text,
    }


def as_json(question: Question) -> dict[str, Any]:
    return {**asdict(question), "options": list(question.options), "citations": list(question.citations)}


def from_json(stored: Mapping[str, Any]) -> Question:
    return Question(
        **{**stored, "options": tuple(stored["options"]), "citations": tuple(stored["citations"])}
    )


def _text(cells: Mapping[str, Any], name: str) -> str:
    value = cells.get(name)
    return clean(cell_text(cells.get(name.lower()) if value is None else value)).strip()


def _options(kind: str, texts: Sequence[str]) -> tuple[str, ...]:
    given = [text for text in texts if text]
    if kind in ("judge", "blank"):
        if given:
            raise Invalid("extra_options", f"{KINDS[kind]}题没有选项，请把选项格清空")
        return ()
    if list(texts[: len(given)]) != given:
        raise Invalid("gap", "选项中间空了一格，请从 A 起连着写")
    if len(given) < 2:
        raise Invalid("few_options", "选择题至少要有 A、B 两个选项")
    if len(set(given)) < len(given):
        raise Invalid("double", "有两个选项一模一样")
    if long := next((text for text in given if len(text) > LIMITS["option"]), None):
        raise Invalid("too_long", f"选项最多 {LIMITS['option']} 个字：「{long[:20]}…」有 {len(long)} 个字")
    return tuple(given)


def _answer(kind: str, said: str, options: Sequence[str]) -> str:
    if not said:
        raise Invalid("no_answer", "请写明答案")
    if kind == "judge":
        judged = judge_of(said)
        if judged is None:
            raise Invalid("bad_answer", f"判断题的答案应为「对」或「错」，而不是「{said[:20]}」")
        return judged
    if kind == "blank":
        return _wordings(said)
    letters = letters_of(said)
    if letters is None or letters[-1] > LETTERS[len(options) - 1]:
        raise Invalid("bad_answer", f"答案「{said[:20]}」不在选项里")
    if kind == "single" and len(letters) != 1:
        raise Invalid("bad_answer", f"单选题只有一个答案，这里写了「{letters}」")
    if kind == "multiple" and len(letters) < 2:
        raise Invalid("bad_answer", "多选题至少有两个答案；只有一个的请改成单选")
    return letters


def _wordings(said: str) -> str:
    found = list(dict.fromkeys(filter(None, map(str.strip, _BARS.split(said)))))
    if not found or len("|".join(found)) > 200:
        raise Invalid("bad_answer", "填空题的答案用 | 隔开几种写法，加起来最多 200 个字")
    if any(len(one) > LONGEST_TYPED for one in found):
        raise Invalid("bad_answer", f"填空题的一种答案最多 {LONGEST_TYPED} 个字")
    return "|".join(found)


def _citations(text: str) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(filter(None, map(str.strip, re.split(r"[|｜\n]", text)))))
    if len(found) > _MOST_CITATIONS:
        raise Invalid("too_many", f"法律依据最多 {_MOST_CITATIONS} 条")
    for one in found:
        parse_citation(one)
    return found
