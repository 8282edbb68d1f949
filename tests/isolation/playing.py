"""A quiz that is open in a union, with a follower of it who has one paper under way and one that is scored."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.joining import join
from campaigns.kinds.quiz import frozen, paper
from campaigns.kinds.quiz.bank.questions import Question
from campaigns.kinds.quiz.bank.service import Hand, import_questions
from campaigns.kinds.quiz.saving import answer
from campaigns.kinds.quiz.service import start, submit
from campaigns.kinds.quiz.store import find_standing
from campaigns.kinds.quiz.tables import QuizSet
from members.ledger import mark_of
from models.ledger import Person
from proofs.isolation.world import Tenant
from proofs.quiz.world import open_quiz, say_rightly

_SETTINGS = {
    "blueprint": [{"subjects": "合同", "take": 4}],
    "tries_a_day": 0,
    "minutes": 0,
    "board_least": 1,
    "pass_percent": 0,
    "certificate": "成绩优秀",
    "certificate_percent": 0,
}
_KINDS = (
    ("single", ("甲", "乙"), "B"),
    ("multiple", ("甲", "乙"), "AB"),
    ("judge", (), "对"),
    ("blank", (), "三十日"),
)
_EVERYBODY = {"all_tenants": "a test writes everybody's texts"}


@dataclass(frozen=True, slots=True)
class Playing:
    """Addresses below the account's."""

    campaign: str
    under_way: str
    scored: str
    certificate: str

    def paths(self) -> list[str]:
        quiz = f"c/{self.campaign}/quiz"
        paper_pages = [f"{quiz}/{self.under_way}?p={at}" for at in ("1", "2", "3", "4", "end")]
        boards = [f"{quiz}/boards", *(f"{quiz}/boards?by={by}" for by in ("region", "unit", "trade"))]
        ends = [f"{quiz}/{self.scored}/result", f"{quiz}/certificate", f"{quiz}/verify/{self.certificate}"]
        house = ["c", f"c/{self.campaign}", f"c/{self.campaign}/rules", f"c/{self.campaign}/join"]
        return [*house, quiz, *paper_pages, *boards, *ends]


def add_playing(session: Session, tenant: Tenant, openid: str, now: datetime) -> Playing:
    """To be called once."""
    account_id, organisation_id = tenant.columns["account_id"], tenant.columns["organisation_id"]
    bank = [
        Question(f"open{number}", "合同", 1, kind, "问", options, answer_, "解析", ("《法》第一条",))
        for number, (kind, options, answer_) in enumerate(_KINDS)
    ]
    import_questions(session, organisation_id, bank, Hand("审", now, reviewer=True))
    campaign = open_quiz(session, account_id, _SETTINGS)
    person = join(session, campaign, openid, now)
    person.name, person.region, person.unit, person.trade = "某某", "区", "厂", "业"
    papers = []
    for hand_in in (True, False):
        one = start(session, campaign, person, 0, now)
        for place in range(1, len(one.asked) + 1 if hand_in else 2):
            said = say_rightly(one, place, good=place > 1)
            answer(session.connection(), campaign, one, place - 1, said, now)
        if hand_in:
            submit(session, campaign, one, person, now)
        papers.append(one.public_id)
    standing = find_standing(session, campaign, person.id)
    assert standing is not None
    return Playing(campaign.public_id, papers[1], papers[0], standing.public_id)


def hash_anew(session: Session) -> None:
    """Whoever wrote all these texts hashed them too: people are found by their openid, and sets are what was frozen."""
    for person in session.scalars(select(Person).execution_options(**_EVERYBODY)):
        if person.openid is not None:
            person.mark = mark_of(person.scope, person.openid)
    for one in session.scalars(select(QuizSet).execution_options(**_EVERYBODY)):
        one.digest = frozen._digest(one.content)
    frozen._sets.clear()
    paper._papers._kept.clear()
