"""Queries on the bank."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from campaigns.kinds.quiz.bank.questions import Question
from campaigns.kinds.quiz.tables import QuizQuestion, QuizSet
from core.errors import NotFound

_ONE_FOLDER = "one folder holds everybody's files"
_STAMP = "%Y%m%dT%H%M%S%f"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list shall hold. `state`: empty, `unreviewed`, `own` or `deleted`."""

    words: str = ""
    subject: str = ""
    level: int = 0
    state: str = ""


class Place(NamedTuple):
    """Where a page of the list ended."""

    at: datetime
    id: int

    def __str__(self) -> str:
        return f"{self.at.astimezone(UTC).strftime(_STAMP)}_{self.id}"


def parse_place(text: str) -> Place | None:
    """What `str(place)` wrote; None for anything else."""
    at, _, id_ = text.partition("_")
    try:
        moment = datetime.strptime(at, _STAMP).replace(tzinfo=UTC)
        return Place(moment, int(id_)) if 0 < int(id_) < 2**31 else None
    except (ValueError, OverflowError):
        return None


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[QuizQuestion] = field(default_factory=list)
    more: Place | None = None


def question_of(row: QuizQuestion) -> Question:
    """A stored question as forms and files know it."""
    fields: dict[str, Any] = {name: getattr(row, name) for name in Question.__slots__}
    return Question(**{**fields, "options": tuple(row.options), "citations": tuple(row.citations)})


def list_effective(session: Session, chain: Sequence[int]) -> list[QuizQuestion]:
    """All that the organisation has, in a fixed order: a nearer one stands before one of the same code above."""
    query = (
        select(QuizQuestion)
        .where(QuizQuestion.organisation_id.in_(chain), _in_force(chain))
        .order_by(QuizQuestion.code)
    )
    return list(session.scalars(query))


def list_page(
    session: Session,
    chain: Sequence[int],
    wanted: Wanted,
    *,
    after: Place | None = None,
    limit: int = 50,
) -> Page:
    """Newest change first."""
    query = select(QuizQuestion).where(QuizQuestion.organisation_id.in_(chain), *_found(chain, wanted))
    if after is not None:
        same = and_(QuizQuestion.updated_at == after.at, QuizQuestion.id < after.id)
        query = query.where(or_(QuizQuestion.updated_at < after.at, same))
    ordered = query.order_by(QuizQuestion.updated_at.desc(), QuizQuestion.id.desc()).limit(limit + 1)
    rows = list(session.scalars(ordered))
    last = rows[limit - 1] if len(rows) > limit else None
    return Page(rows[:limit], Place(last.updated_at, last.id) if last else None)


def count_subjects(session: Session, chain: Sequence[int]) -> dict[str, dict[int, int]]:
    """How many questions there are by subject and level."""
    query = (
        select(QuizQuestion.subject, QuizQuestion.level, func.count())
        .where(QuizQuestion.organisation_id.in_(chain), _in_force(chain))
        .group_by(QuizQuestion.subject, QuizQuestion.level)
        .order_by(QuizQuestion.subject)
    )
    counts: dict[str, dict[int, int]] = {}
    for subject, level, count in session.execute(query):
        counts.setdefault(subject, {})[level] = count
    return counts


def get_question(session: Session, chain: Sequence[int], public_id: str) -> QuizQuestion:
    """One of the organisation or above it, deleted ones too. Raises NotFound."""
    query = select(QuizQuestion).where(
        QuizQuestion.organisation_id.in_(chain), QuizQuestion.public_id == public_id
    )
    row = session.scalar(query)
    if row is None:
        raise NotFound("no_question", "没有这道题，可能已被删除。")
    return row


def find_own(session: Session, organisation_id: int, code: str) -> QuizQuestion | None:
    return session.scalar(
        select(QuizQuestion).where(QuizQuestion.organisation_id == organisation_id, QuizQuestion.code == code)
    )


def _found(chain: Sequence[int], wanted: Wanted) -> list[ColumnElement[bool]]:
    if wanted.state == "deleted":
        conditions = [
            QuizQuestion.organisation_id == chain[0],
            QuizQuestion.deleted_at.is_not(None),
        ]
    else:
        conditions = [_in_force(chain)]
    if wanted.state == "unreviewed":
        conditions.append(QuizQuestion.reviewed_by == "")
    if wanted.state == "own":
        conditions.append(QuizQuestion.organisation_id == chain[0])
    if wanted.subject:
        conditions.append(QuizQuestion.subject == wanted.subject)
    if wanted.level:
        conditions.append(QuizQuestion.level == wanted.level)
    for word in wanted.words.split():
        texts = (QuizQuestion.question, QuizQuestion.code, QuizQuestion.explanation)
        conditions.append(or_(*(text.icontains(word, autoescape=True) for text in texts)))
    return conditions


def _in_force(chain: Sequence[int]) -> ColumnElement[bool]:
    """Not deleted, and no nearer one of the same code before it."""
    kinds: list[ColumnElement[bool]] = [QuizQuestion.organisation_id == chain[0]]
    for depth, organisation_id in enumerate(chain[1:], 1):
        near = aliased(QuizQuestion)
        nearer = exists().where(
            near.organisation_id.in_(chain[:depth]),
            near.code == QuizQuestion.code,
            near.deleted_at.is_(None),
        )
        kinds.append(and_(QuizQuestion.organisation_id == organisation_id, ~nearer))
    return and_(QuizQuestion.deleted_at.is_(None), or_(*kinds))


def media_names(session: Session) -> Iterator[str]:
    """Pictures that questions refer to, in the banks and as they stood when a campaign opened."""
    pictures = select(QuizQuestion.picture).where(QuizQuestion.picture != "")
    yield from session.scalars(pictures.execution_options(all_tenants=_ONE_FOLDER))
    sets = select(QuizSet).execution_options(all_tenants=_ONE_FOLDER, yield_per=10)
    for one in session.scalars(sets):
        yield from (question["picture"] for question in one.content["questions"])
