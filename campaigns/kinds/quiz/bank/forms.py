"""The form of a question as it was sent: fields for each kind, read as a row of a table."""

from dataclasses import dataclass, field

from flask import request

from campaigns.kinds.quiz.bank.questions import LEVELS, Question, cells_of, check_question
from campaigns.kinds.quiz.bank.service import Hand
from campaigns.kinds.quiz.marking import KINDS, LETTERS
from core.errors import Invalid
from core.ids import public_id
from house.current import parts
from house.permissions import Permission
from staff.guard import here
from web.storage import media_store

TITLES = {
    "subject": "分类",
    "level": "难度",
    "kind": "题型",
    "question": "题目",
    **{letter: f"选项 {letter}" for letter in LETTERS},
    "answer": "答案",
    "explanation": "解析",
    "citations": "法律依据",
    "entry": "相关问答",
    "picture": "图片",
    "picture_text": "图片说明",
}
_PLAIN = (
    "subject",
    "level",
    "kind",
    "question",
    *LETTERS,
    "explanation",
    "citations",
    "entry",
    "picture_text",
)


@dataclass
class QuestionForm:
    """What was typed (`cells`), the version it was made from, and what is wrong."""

    cells: dict[str, str]
    version: int = 0
    problem: str = ""
    question: Question | None = field(default=None, repr=False)

    @classmethod
    def empty(cls, subject: str = "") -> "QuestionForm":
        return cls({**dict.fromkeys(TITLES, ""), "id": "", "subject": subject, "level": "1", "kind": "单选"})

    @classmethod
    def of(cls, question: Question, version: int) -> "QuestionForm":
        return cls({**cells_of(question), "citations": "\n".join(question.citations)}, version, "", question)

    @classmethod
    def sent(cls, code: str = "", *, files: bool = True) -> "QuestionForm":
        """Of the current request. `code`: of the question that is changed; a new one may name its own."""
        form = request.form
        cells = {name: form.get(name, "") for name in _PLAIN}
        cells["id"] = code or form.get("id", "").strip() or f"q-{public_id(8)}"
        cells["answer"] = _answer(cells["kind"])
        one = cls(cells, form.get("version", 0, type=int))
        try:
            cells["picture"] = _picture(files=files)
            one.question = check_question(_without_options(cells))
        except Invalid as error:
            one.problem = error.message
        return one

    @property
    def texts(self) -> dict[str, str]:
        """By what the fields are called."""
        return {title: self.cells.get(name, "").replace("\r\n", "\n") for name, title in TITLES.items()}


def kind_titles() -> list[str]:
    return list(KINDS.values())


def level_titles() -> dict[str, str]:
    return {str(level): title for level, title in LEVELS.items()}


def hand() -> Hand:
    """Who is at the console; what a reviewer ticks as checked is."""
    me = here()
    reviewer = me.may(Permission.REVIEW_FIRST) and request.form.get("reviewed") == "1"
    return Hand(me.staff.name, parts().clock(), reviewer)


def _answer(kind: str) -> str:
    form = request.form
    match kind:
        case "判断":
            return form.get("judge", "")
        case "填空":
            return "|".join(line.strip() for line in form.get("wordings", "").splitlines() if line.strip())
    return "".join(letter for letter in LETTERS if letter in form.getlist("right"))


def _without_options(cells: dict[str, str]) -> dict[str, str]:
    """What still stands in the option fields of a kind that has none is left out."""
    if cells["kind"] in ("判断", "填空"):
        return {**cells, **dict.fromkeys(LETTERS, "")}
    return cells


def _picture(*, files: bool) -> str:
    """A new picture, else the one before, else none. Raises Invalid."""
    sent = request.files.get("picture_file") if files else None
    if sent is not None and sent.filename:
        return media_store().keep("picture", sent.stream)
    if request.form.get("no_picture"):
        return ""
    known = request.form.get("picture", "")
    return known if known and media_store().find(known) is not None else ""
