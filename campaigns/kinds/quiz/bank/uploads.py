"""Files of questions that staff send: read, shown as what they would change, and taken over when somebody confirms."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from campaigns.kinds.quiz.bank.files import DEFAULT_SUBJECT, read_questions
from campaigns.kinds.quiz.bank.questions import Question, as_json, cells_of, from_json
from campaigns.kinds.quiz.bank.service import Hand, Imported, differs, import_questions
from campaigns.kinds.quiz.bank.store import question_of
from campaigns.kinds.quiz.tables import QuizQuestion, QuizUpload
from core.differences import Difference, find_differences
from core.errors import Conflict, Invalid, NotFound
from core.ids import public_id
from models.upsert import count_rows

MAX_BYTES = 5_000_000
MOST_ROWS = 5_000
_KEPT = timedelta(days=1)
_MOST_PROBLEMS = 500


@dataclass(frozen=True, slots=True)
class Plan:
    """What taking a file over would do."""

    added: list[Question]
    changed: list[tuple[Question, list[Difference]]]
    unchanged: int


def keep_upload(
    session: Session, organisation_id: int, staff_id: int, name: str, data: bytes, subject: str, now: datetime
) -> str:
    """Read a file and keep its questions for the preview. Returns the upload's public id. Raises Invalid."""
    questions, errors = read_questions(name, data, subject or DEFAULT_SUBJECT)
    if len(questions) > MOST_ROWS:
        raise Invalid(
            "too_many", f"文件里有 {len(questions)} 道题，一次最多 {MOST_ROWS} 道，请分成几个文件。"
        )
    if not questions and not errors:
        raise Invalid("no_rows", f"{name} 里没有题目。")
    old = delete(QuizUpload).where(
        QuizUpload.organisation_id == organisation_id, QuizUpload.created_at < now - _KEPT
    )
    session.execute(old)
    upload = QuizUpload(
        organisation_id=organisation_id,
        public_id=public_id(),
        staff_id=staff_id,
        file_name=name[:120],
        questions=[as_json(one) for one in questions],
        problems=[str(error) for error in errors[:_MOST_PROBLEMS]],
        created_at=now,
    )
    session.add(upload)
    return upload.public_id


def get_upload(session: Session, organisation_id: int, staff_id: int, id_: str) -> QuizUpload:
    """Somebody's own. Raises NotFound."""
    query = select(QuizUpload).where(
        QuizUpload.organisation_id == organisation_id,
        QuizUpload.staff_id == staff_id,
        QuizUpload.public_id == id_,
    )
    found = session.scalar(query)
    if found is None:
        raise NotFound("no_upload", "这次上传已经处理过，或放得太久了。请重新上传文件。")
    return found


def plan_import(session: Session, organisation_id: int, questions: Sequence[Question]) -> Plan:
    """Compare a file's questions with the organisation's own."""
    own = select(QuizQuestion).where(
        QuizQuestion.organisation_id == organisation_id, QuizQuestion.deleted_at.is_(None)
    )
    known = {one.code: one for one in session.scalars(own)}
    added = [one for one in questions if one.code not in known]
    changed = [
        (one, find_differences(cells_of(question_of(before)), cells_of(one)))
        for one in questions
        if (before := known.get(one.code)) is not None and differs(before, one)
    ]
    return Plan(added, changed, len(questions) - len(added) - len(changed))


def questions_of(upload: QuizUpload) -> list[Question]:
    return [from_json(row) for row in upload.questions]


def take_over(session: Session, upload: QuizUpload, hand: Hand) -> Imported:
    """Bring a file's questions into the bank, once. Raises Conflict."""
    gone = session.execute(
        delete(QuizUpload).where(
            QuizUpload.organisation_id == upload.organisation_id, QuizUpload.id == upload.id
        )
    )
    if not count_rows(gone):
        raise Conflict("taken", "这个文件刚刚已经导入过了，没有再导入一次。")
    return import_questions(session, upload.organisation_id, questions_of(upload), hand)
