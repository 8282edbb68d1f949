"""The bank that is shipped with the house (`content/quiz`), brought in by `flask demo load`."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from campaigns.kinds.quiz.bank.files import REQUIRED, check_rows
from campaigns.kinds.quiz.bank.questions import Question
from campaigns.kinds.quiz.bank.service import Hand, Imported, import_questions
from campaigns.kinds.quiz.bank.store import find_own
from core.errors import Invalid
from faq.files import Row, RowError, read_rows
from web.storage import MediaStore

_BY = "演示题库"
Keep = Callable[[str, str], str]
"""Question's code, name of its picture → name in the media folder."""


def load_bank(
    session: Session, organisation_id: int, folder: Path, store: MediaStore, now: datetime
) -> Imported:
    """Bring in all files of the folder, counted as reviewed; safe to repeat. Raises Invalid for a bad row."""

    def keep(code: str, name: str) -> str:
        known = find_own(session, organisation_id, code)
        if known is not None and known.picture:
            return known.picture
        with (folder / "pictures" / name).open("rb") as file:
            return store.keep("picture", file)

    questions = list(_all_questions(folder, keep))
    return import_questions(session, organisation_id, questions, Hand(_BY, now, reviewer=True))


def _all_questions(folder: Path, keep: Keep) -> Iterator[Question]:
    for path in sorted(folder.glob("*.csv")):
        rows = (_with_picture(row, keep) for row in read_rows(path, REQUIRED))
        good, errors = check_rows(rows)
        if errors:
            raise Invalid("bad_content", f"{path.name} {errors[0]}")
        yield from good


def _with_picture(row: Row, keep: Keep) -> Row:
    """The picture's file beside the table becomes its name in the media folder."""
    number, cells = row
    if isinstance(cells, RowError) or not cells.get("picture"):
        return row
    changed: Mapping[str, Any] = {**cells, "picture": keep(str(cells["id"]), str(cells["picture"]))}
    return number, changed
