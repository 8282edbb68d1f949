"""The paper (试卷) of one attempt: which questions, in which order, made anew from the stored seed wherever it is needed."""

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Row, select
from sqlalchemy.orm import Session

from campaigns.kinds.quiz.config import QuizConfig, settings_of
from campaigns.kinds.quiz.dice import Dice
from campaigns.kinds.quiz.frozen import FrozenQuestion, FrozenSet, get_set
from campaigns.kinds.quiz.marking import LETTERS, is_right, read_given
from campaigns.kinds.quiz.tables import QuizAttempt
from campaigns.view import CampaignView
from core.errors import NotFound
from members.ledger import mark_of
from models.ledger import Person

_LONGEST_ID = 16


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as one person sees it. `order`: for each option shown, which of the question's it is."""

    index: int
    question: FrozenQuestion
    order: tuple[int, ...]

    @property
    def options(self) -> tuple[tuple[str, str], ...]:
        """(letter, text) as shown."""
        return tuple((LETTERS[at], self.question.options[place]) for at, place in enumerate(self.order))

    def read(self, said: str) -> str:
        """What was said, in letters as shown, as the question's own answer. Raises Invalid."""
        given = read_given(self.question.kind, said, len(self.order))
        return (
            "".join(sorted(LETTERS[self.order[LETTERS.index(one)]] for one in given)) if self.order else given
        )

    def shown(self, given: str) -> str:
        """The question's own letters as this person sees them; a blank's first wording. What is none of its letters is shown as
        it stands."""
        if not set(given) <= set(LETTERS[: len(self.order)]):
            return given.split("|")[0]
        return "".join(sorted(LETTERS[self.order.index(LETTERS.index(one))] for one in given))

    def is_right(self, given: str) -> bool:
        return is_right(self.question.kind, given, self.question.answer)


@dataclass(frozen=True, slots=True)
class Paper:
    """What of an attempt never changes."""

    id: int
    public_id: str
    account_id: int
    campaign_id: int
    person_id: int
    mark: str
    gate: int
    asked: tuple[Asked, ...]


def draw(frozen: FrozenSet, settings: QuizConfig, gate: int, seed: str) -> tuple[Asked, ...]:
    """The questions of a level for a seed. Pure: the same wherever and whenever it is worked out."""
    dice = Dice(seed)
    chosen: list[int] = []
    for row, pool in zip(settings.rows_of(gate), frozen.pools[gate], strict=True):
        chosen += dice.take([one for one in pool if one not in chosen], row.take)
    if settings.shuffle_questions:
        chosen = dice.take(chosen, len(chosen))
    return tuple(_ask(frozen, index, dice, shuffled=settings.shuffle_options) for index in chosen)


def _ask(frozen: FrozenSet, index: int, dice: Dice, *, shuffled: bool) -> Asked:
    question = frozen.questions[index]
    order = range(len(question.options))
    return Asked(index, question, tuple(dice.take(order, len(order)) if shuffled else order))


def paper_of(session: Session | Connection, campaign: CampaignView, public_id: str, openid: str) -> Paper:
    """Somebody's own paper, from memory where it was looked at before. Raises NotFound for anybody else's."""
    paper = _papers.get(public_id) or _read(session, campaign, public_id if is_id(public_id) else "")
    if paper.campaign_id != campaign.id or paper.mark != mark_of(campaign.scope, openid):
        raise NotFound("no_attempt", "没有这份答卷，请回到活动页面重新进入。")
    return paper


def is_id(text: str) -> bool:
    """Could it be one of our public ids? PostgreSQL fails on some of what an address may hold."""
    return len(text) <= _LONGEST_ID and text.isascii() and text.isalnum()


def keep_paper(
    campaign: CampaignView, frozen: FrozenSet, row: QuizAttempt | Row[*tuple[Any, ...]], mark: str
) -> Paper:
    """The paper of a stored attempt, remembered for its answers to come."""
    paper = Paper(
        id=row.id,
        public_id=row.public_id,
        account_id=row.account_id,
        campaign_id=row.campaign_id,
        person_id=row.person_id,
        mark=mark,
        gate=row.gate,
        asked=draw(frozen, settings_of(campaign), row.gate, row.seed),
    )
    _papers.put(paper)
    return paper


_KEPT = (
    QuizAttempt.id,
    QuizAttempt.public_id,
    QuizAttempt.account_id,
    QuizAttempt.campaign_id,
    QuizAttempt.person_id,
    QuizAttempt.gate,
    QuizAttempt.seed,
    Person.mark,
)


def _read(session: Session | Connection, campaign: CampaignView, public_id: str) -> Paper:
    query = (
        select(*_KEPT)
        .join(Person, Person.id == QuizAttempt.person_id)
        .where(
            QuizAttempt.account_id == campaign.account_id,
            Person.account_id == campaign.account_id,
            QuizAttempt.campaign_id == campaign.id,
            QuizAttempt.public_id == public_id,
        )
    )
    row = session.execute(query).one_or_none()
    if row is None:
        raise NotFound("no_attempt", "没有这份答卷，请回到活动页面重新进入。")
    return keep_paper(campaign, get_set(session, campaign), row, row.mark)


class _Papers:
    """The last papers of this process, by the attempt's public id."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[str, Paper] = OrderedDict()
        self._lock = Lock()

    def get(self, public_id: str) -> Paper | None:
        with self._lock:
            paper = self._kept.get(public_id)
            if paper is not None:
                self._kept.move_to_end(public_id)
            return paper

    def put(self, paper: Paper) -> None:
        with self._lock:
            self._kept[paper.public_id] = paper
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)


_papers = _Papers(20_000)
