"""Everybody draws at once, and no prize is given that is not there, none left lying, none twice."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from accounts.service import NewAccount, add_account
from commands.database import upgrade_schema
from core.clock import system_clock
from core.ids import public_id
from members.ledger import mark_of
from models.db import Database
from models.ledger import Person
from models.prizes import DrawTurn, Win
from prizes.rules import DrawDraft, PrizeDraft
from prizes.service import create_draw, open_draw
from prizes.store import get_draw
from prizes.verify import verify
from prizes.view import DrawView
from proofs.findings import Findings
from proofs.prizes.crowd import CLIENTS, Crowd, use_keys
from proofs.run import Run, say
from tools.postgres import running_postgres

DEMAND = 100
"""So many times the stock is asked for."""
_LINE = "oversold"
_GIVE = """
INSERT INTO draw_chances (account_id, draw_id, person_id, source, earned_at)
SELECT :account, :draw, id, 'proof:' || id || ':' || n, :now
FROM ledger_people, generate_series(1, :each) n WHERE account_id = :account AND scope = :scope"""


@dataclass(frozen=True, slots=True)
class _Round:
    """One draw that everybody runs for."""

    stock: int
    mode: str


def prove(run: Run, findings: Findings) -> None:
    """In the control the stock is looked at and written afterwards; most of its rounds have to fail."""
    use_keys()
    with running_postgres() as url:
        db = Database(url)
        upgrade_schema(db)
        account_id = _add_account(db)
        say(f"数据库已就绪，{CLIENTS} 个人同时抽")
        with Crowd(url, control=run.control) as crowd:
            rounds = _rounds(run)
            broken = sum(
                _play(findings, db, account_id, crowd, number, one) for number, one in enumerate(rounds, 1)
            )
        findings.figure(_LINE, rounds=len(rounds), broken_rounds=broken, clients=CLIENTS, demand=DEMAND)
        db.close()


def _rounds(run: Run) -> list[_Round]:
    """Stock 1, 10 and 1 000, by tape and by odds in turn. The control has odds alone: the tape's slots are unique."""
    stocks = [1] * run.pick(16, 140) + [10] * run.pick(4, 58) + [1000] * run.pick(0, 2)
    run.chance("rounds").shuffle(stocks)
    modes = ("odds",) if run.control else ("odds", "tape")
    return [_Round(stock, modes[number % len(modes)]) for number, stock in enumerate(stocks)]


def _play(findings: Findings, db: Database, account_id: int, crowd: Crowd, number: int, one: _Round) -> bool:
    """Returns whether something was violated."""
    people = one.stock * DEMAND
    with db.work() as session:
        draw = _open(session, account_id, one, people)
        give_chances(session, draw, people)
    failed = crowd.draw(account_id, draw.public_id, people)
    findings.attempted(_LINE, people)
    told = [*([f"failed: {failed} of {people} turns"] if failed else []), *_judge(db, draw, people)]
    for problem in told:
        findings.violated(_LINE, problem.partition(":")[0], f"round {number}, {one}: {problem}")
    return bool(told)


def _judge(db: Database, draw: DrawView, people: int) -> list[str]:
    with db.read() as session:
        won, turns = _count(session, draw, Win), _count(session, draw, DrawTurn)
        doubled = session.execute(
            select(Win.person_id)
            .where(Win.account_id == draw.account_id, Win.draw_id == draw.id)
            .group_by(Win.person_id)
            .having(func.count(Win.id) > 1)
        ).all()
    with db.read() as session:
        differences = list(
            verify(session, draw.account_id, get_draw(session, draw.account_id, draw.public_id))
        )
    found = []
    if won > draw.stock:
        found.append(f"oversold: {won} of {draw.stock}")
    if won < draw.stock:
        found.append(f"stranded: {draw.stock - won} of {draw.stock}")
    if turns != people:
        found.append(f"turns: {turns} of {people}")
    if doubled:
        found.append(f"double: {len(doubled)} won twice")
    return found + [f"verify: {one}" for one in differences]


def _count(session: Session, draw: DrawView, table: type[Win] | type[DrawTurn]) -> int:
    where = (table.account_id == draw.account_id, table.draw_id == draw.id)
    return session.scalar(select(func.count(table.id)).where(*where)) or 0


def _add_account(db: Database) -> int:
    new = NewAccount("proof", "证明", "wxproof", "token1234567", "s3cretS3cretS3cretS3cretS3cret00")
    with db.work() as session:
        return add_account(session, new, system_clock()).id


def _open(session: Session, account_id: int, one: _Round, people: int) -> DrawView:
    now = system_clock()
    draft = DrawDraft(
        title="证明",
        mode=one.mode,
        face="scratch",
        opens_at=now - timedelta(minutes=1),
        closes_at=now + timedelta(days=1),
        prizes=(PrizeDraft("搪瓷杯", "goods", one.stock, 2500, "1"),),
        slots=people,
        wins_per_person=0,
    )
    draw = create_draw(session, account_id, draft, "proof", now)
    return open_draw(session, account_id, draw.public_id, 1, "proof", now)


def give_chances(session: Session, draw: DrawView, people: int, each: int = 1) -> None:
    """To `people` new people (openids o0, o1 …), so many each; on PostgreSQL. The benchmark does the same."""
    now = system_clock()
    rows = [
        {
            "account_id": draw.account_id,
            "public_id": public_id(),
            "scope": draw.scope,
            "mark": mark_of(draw.scope, f"o{n}"),
            "openid": f"o{n}",
            "region": "",
            "unit": "",
            "trade": "",
            "joined_at": now,
        }
        for n in range(people)
    ]
    session.execute(insert(Person), rows)
    values = {"account": draw.account_id, "draw": draw.id, "scope": draw.scope, "each": each, "now": now}
    session.execute(text(_GIVE), values)
