"""A quiz to play: a bank of questions, a campaign that is open, people who take part."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from accounts.service import add_account
from campaigns.joining import join
from campaigns.kinds.quiz.bank.questions import Question
from campaigns.kinds.quiz.bank.service import Hand, import_questions
from campaigns.kinds.quiz.config import QuizConfig
from campaigns.kinds.quiz.kind import KIND
from campaigns.kinds.quiz.paper import Paper
from campaigns.kinds.quiz.saving import answer
from campaigns.kinds.quiz.service import start, submit
from campaigns.kinds.quiz.tables import QuizAttempt
from campaigns.rules import hash_of
from campaigns.store import view_of
from campaigns.view import CampaignView
from core.ids import public_id
from members import ledger
from models.accounts import Account
from models.base import Base
from models.campaigns import Campaign
from models.db import Database
from tests.conftest import NOW, new_account

ledger.use_key(b"a-ledger-key-for-tests")
REVIEWER = Hand("审核人", NOW, reviewer=True)
SIMPLE: dict[str, Any] = {
    "blueprint": [{"subjects": "合同", "take": 4}, {"subjects": "工会", "take": 1}],
    "minutes": 10,
    "tries_a_day": 3,
    "points": 20,
}


def single(code: str, subject: str = "合同", **changes: Any) -> Question:
    """A question whose right answer is B."""
    fields = {
        "code": code,
        "subject": subject,
        "level": 1,
        "kind": "single",
        "question": f"{code}：哪一个对？",
        "options": ("甲", "乙对", "丙", "丁"),
        "answer": "B",
        "explanation": f"{code} 的解析。",
    }
    return Question(**{**fields, **changes})


def bank() -> list[Question]:
    """Ten of 合同 (all kinds), five of 工会."""
    return [
        *(single(f"c{at}") for at in range(6)),
        single("c6", kind="multiple", answer="ABD"),
        single("c7", kind="judge", options=(), answer="对"),
        single("c8", kind="blank", options=(), answer="30日|三十日", question="多少日？____"),
        single("c9", kind="judge", options=(), answer="错", level=3),
        *(single(f"u{at}", "工会") for at in range(5)),
    ]


@dataclass
class Quiz:
    """A campaign of this kind in a database, and what people do in it."""

    db: Database
    campaign: CampaignView
    now: datetime = field(default=NOW)

    @property
    def account_id(self) -> int:
        return self.campaign.account_id

    def start(self, openid: str = "o1", gate: int = 0, key: str | None = None) -> Paper:
        with self.db.work() as session:
            person = join(session, self.campaign, openid, self.now)
            return start(session, self.campaign, person, gate, self.now, key)

    def answer(self, paper: Paper, at: int, said: str, key: str | None = None) -> None:
        with self.db.work() as session:
            answer(session.connection(), self.campaign, paper, at, said, self.now, key)

    def fill(self, paper: Paper, right: int | None = None) -> None:
        """Answer all, the first `right` of them (all, if None) rightly."""
        for at, asked in enumerate(paper.asked):
            good = right is None or at < right
            self.answer(paper, at, said_of(asked, good=good))

    def submit(self, paper: Paper, openid: str = "o1") -> QuizAttempt:
        with self.db.work() as session:
            person = join(session, self.campaign, openid, self.now)
            return submit(session, self.campaign, paper, person, self.now)

    def play(
        self, openid: str = "o1", right: int | None = None, gate: int = 0, took_s: float = 60
    ) -> QuizAttempt:
        """A whole attempt."""
        paper = self.start(openid, gate)
        self.fill(paper, right)
        self.wait(seconds=took_s)
        return self.submit(paper, openid)

    def wait(self, **passed: float) -> None:
        self.now += timedelta(**passed)

    def rows(self, table: type[Base]) -> list[Any]:
        with self.db.read() as session:
            query = select(table).execution_options(all_tenants="tests look at everything")
            return list(session.scalars(query))


def said_of(asked: Any, *, good: bool = True) -> str:
    """What somebody says who knows the answer, or who does not."""
    right = asked.shown(asked.question.answer)
    match asked.question.kind:
        case "judge":
            return right if good else {"对": "错", "错": "对"}[right]
        case "blank":
            return right if good else "不知道"
    wrong = next(letter for letter, _ in asked.options if letter not in right)
    return right if good else wrong


def fill_bank(db: Database, organisation_id: int, questions: list[Question] | None = None) -> None:
    with db.work() as session:
        import_questions(session, organisation_id, bank() if questions is None else questions, REVIEWER)


def make_quiz(
    db: Database,
    settings: dict[str, Any] | None = None,
    account_id: int | None = None,
    questions: list[Question] | None = None,
    **changes: Any,
) -> Quiz:
    """An open quiz of a new account (or the one given), with a bank of its own."""
    with db.work() as session:
        if account_id is None:
            account_id = add_account(session, new_account(public_id()), NOW).id
        organisation_id = session.get_one(Account, account_id).organisation_id
    fill_bank(db, organisation_id, questions)
    stored = QuizConfig.model_validate({**SIMPLE, **(settings or {})}).model_dump(mode="json")
    fields = {
        "account_id": account_id,
        "public_id": public_id(),
        "kind": "quiz",
        "title": "劳动法答题",
        "state": "live",
        "opens_at": NOW - timedelta(hours=1),
        "closes_at": NOW + timedelta(days=20),
        "opened_at": NOW - timedelta(hours=1),
        "eligibility": {},
        "settings": stored,
        "rules": {},
        "rules_hash": hash_of({}, stored, {}),
        "created_at": NOW,
        "updated_at": NOW,
    }
    with db.work() as session:
        row = Campaign(**{**fields, **changes})
        session.add(row)
        session.flush()
        view = view_of(row)
        KIND.on_open(session, view, NOW)
    return Quiz(db, view)
