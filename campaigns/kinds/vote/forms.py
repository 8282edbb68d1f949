"""The form of a candidate as it was sent."""

from dataclasses import dataclass, field

from flask import request

from campaigns.kinds.vote.candidates import CandidateDraft, draft_of
from campaigns.kinds.vote.importing import texts_of
from campaigns.kinds.vote.tables import VoteCandidate
from core.errors import Invalid
from web.storage import media_store

_PLAIN = ("name", "group", "region", "unit", "slogan", "about", "picture_text", "video")


@dataclass
class CandidateForm:
    """What was typed, the version it was made from, and what is wrong with a field of it."""

    cells: dict[str, str]
    version: int = 0
    problem: str = ""
    draft: CandidateDraft | None = field(default=None, repr=False)

    @classmethod
    def empty(cls, group: str = "") -> "CandidateForm":
        return cls({**dict.fromkeys((*_PLAIN, "picture", "number"), ""), "group": group})

    @classmethod
    def of(cls, row: VoteCandidate) -> "CandidateForm":
        cells = {name: str(getattr(row, name)) for name in (*_PLAIN, "picture", "number")}
        return cls(cells, row.version, "", draft_of(row))

    @classmethod
    def sent(cls) -> "CandidateForm":
        """Of the current request."""
        form = request.form
        cells = {name: form.get(name, "").strip().replace("\r\n", "\n") for name in (*_PLAIN, "number")}
        one = cls({**cells, "picture": ""}, form.get("version", 0, type=int))
        try:
            one.cells["picture"] = _picture()
            texts = {name: value for name, value in one.cells.items() if name != "number"}
            one.draft = CandidateDraft(number=_number(cells["number"]), **texts)
        except Invalid as error:
            one.problem = error.message
        return one

    @property
    def texts(self) -> dict[str, str]:
        """By what the fields are called."""
        if self.draft is None:
            return {}
        return {**texts_of(self.draft), "图片": self.draft.picture}


def _number(text: str) -> int:
    """0 for an empty field. Raises Invalid."""
    if not text:
        return 0
    if not (text.isascii() and text.isdigit() and 1 <= len(text) <= 4 and int(text)):
        raise Invalid("bad_number", "编号要填 1 到 9999 的整数，不填就自动排在最后。")
    return int(text)


def _picture() -> str:
    """A new picture, else the one before, else none. Raises Invalid."""
    file = request.files.get("picture_file")
    if file is not None and file.filename:
        return media_store().keep("picture", file.stream)
    if request.form.get("no_picture"):
        return ""
    known = request.form.get("picture", "")
    return known if known and media_store().find(known) is not None else ""
