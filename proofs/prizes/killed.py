"""Web, worker, Redis and PostgreSQL are killed (kill -9) again and again while people draw and claim over HTTP. Whatever was
acknowledged is there afterwards, the same to the byte, and nothing is there twice.
"""

import json
import random
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlencode

from sqlalchemy import select

from core.clock import system_clock
from members.ledger import use_key
from models.accounts import Account
from models.db import Database
from models.prizes import DrawTurn, PrizeCode, Win
from prizes.codes import load_codes
from prizes.rules import DrawDraft, PrizeDraft
from prizes.service import create_draw, open_draw
from prizes.store import get_draw, list_prizes
from prizes.verify import verify
from prizes.view import DrawView
from proofs.client import Unanswered, cookie_of, post
from proofs.findings import Findings
from proofs.killer import Killer
from proofs.prizes.oversold import give_chances
from proofs.run import Run, say
from proofs.stack import ACCOUNT, Stack, running_stack

_LINE = "killed"
_CLIENTS = 8
_FINISHED_S = 40.0
"""Within so long the worker has kept what was cut short."""


@dataclass
class Told:
    """What clients were told; each list is appended to by many threads."""

    turns: list[tuple[str, bytes]] = field(default_factory=list)
    """Key and answer."""
    claims: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    """Keys whose second answer differed."""
    broken: Counter[str] = field(default_factory=Counter)


def prove(run: Run, findings: Findings) -> None:
    """`SIZE=full` kills a hundred times."""
    with running_stack() as stack:
        use_key(stack.settings.derive_key("ledger"))
        db = Database(stack.database.url)
        people = run.pick(small=6000, full=40_000)
        draw = _open(db, people)
        time.sleep(2)  # every process has seen the draw
        told, stop, killer = Told(), threading.Event(), Killer(stack, run.chance("kills"))
        with ThreadPoolExecutor(_CLIENTS) as pool:
            works = [
                pool.submit(_client, stack, draw, range(number, people, _CLIENTS), told, stop)
                for number in range(_CLIENTS)
            ]
            try:
                killer.kill(run.pick(small=8, full=100))
            finally:
                stop.set()
            for work in works:
                work.result()
        say(
            f"{len(told.turns)} 次抽奖和 {len(told.claims)} 次领奖得到确认，{killer.kills.total()} 次 kill -9"
        )
        _judge(findings, db, draw, told)
        findings.attempted(_LINE, len(told.turns) + len(told.claims))
        findings.figure(
            _LINE,
            kills=killer.kills.total(),
            by_part=dict(killer.kills),
            acknowledged_turns=len(told.turns),
            acknowledged_claims=len(told.claims),
            requests_cut=sum(told.broken.values()),
            slowest_back_s=killer.slowest_back_s,
        )
        if not told.turns or not told.claims:
            findings.violated(_LINE, "idle", f"{len(told.turns)} turns, {len(told.claims)} claims")
        db.close()


def _open(db: Database, people: int) -> DrawView:
    """A tape of mugs and coupons, one turn for each of many people."""
    now = system_clock()
    mug = PrizeDraft("搪瓷杯", "goods", people // 4, 2500, delivery="pickup")
    coupon = PrizeDraft("电影券", "code", people // 4, 4000)
    start, end = now - timedelta(minutes=1), now + timedelta(days=1)
    draft = DrawDraft(
        "证明", "tape", "scratch", start, end, (mug, coupon), people, wins_per_person=1, wins_per_phone=0
    )
    with db.work() as session:
        account_id = session.scalars(select(Account.id).where(Account.key == ACCOUNT)).one()
        draw = create_draw(session, account_id, draft, "proof", now)
        pool = list_prizes(session, account_id, draw.id)[1]
        load_codes(session, pool, [f"CODE{number:06}" for number in range(coupon.stock)])
        view = open_draw(session, account_id, draw.public_id, 1, "proof", now)
        give_chances(session, view, people)
    return view


def _client(stack: Stack, draw: DrawView, people: range, told: Told, stop: threading.Event) -> None:
    """Draws for one person after the other, claims what was won; asks again until it is told."""
    dice = random.Random(people.start)
    home = f"{stack.settings.public_url}/h5/{ACCOUNT}"
    for person in people:
        if stop.is_set():
            return
        cookie = cookie_of(stack.settings, ACCOUNT, f"o{person}")
        key = f"key-{person:08}"
        answer = _ask(f"{home}/d/{draw.public_id}/turn", {"key": key}, cookie, (200,), told, stop)
        if answer is None:
            return
        told.turns.append((key, answer))
        if dice.random() < 0.2:
            again = _ask(f"{home}/d/{draw.public_id}/turn", {"key": key}, cookie, (200,), told, stop)
            if again is not None and again != answer:
                told.changed.append(key)
        win = json.loads(answer)["win"]
        form = {"name": "林小海", "phone": f"138{person:08}", "agreed": "1"}
        # Whose first claim was kept but not acknowledged is told so the second time.
        if win and _ask(f"{home}/w/{win}/claim", form, cookie, (303, 409), told, stop) is not None:
            told.claims.append(win)


def _ask(
    url: str, form: dict[str, str], cookie: str, wanted: tuple[int, ...], told: Told, stop: threading.Event
) -> bytes | None:
    """Ask until the answer is one of `wanted`; None when it is time to stop."""
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Accept": "text/html" if url.endswith("/claim") else "application/json",
        "Cookie": cookie,
    }
    while True:
        try:
            answered = post(url, urlencode(form).encode(), headers=headers)
            if answered.status in wanted:
                return answered.body
            told.broken[str(answered.status)] += 1
        except Unanswered as error:
            told.broken[error.reason] += 1
        if stop.is_set():
            return None
        time.sleep(0.1)


def _judge(findings: Findings, db: Database, draw: DrawView, told: Told) -> None:
    for problem in _wait_verified(db, draw):
        findings.violated(_LINE, "verify", problem)
    where = (DrawTurn.account_id == draw.account_id, DrawTurn.draw_id == draw.id)
    mine = (Win.account_id == draw.account_id, Win.draw_id == draw.id)
    with db.read() as session:
        turns = {
            row[0]: row[1] for row in session.execute(select(DrawTurn.key, DrawTurn.public_id).where(*where))
        }
        people = list(session.scalars(select(DrawTurn.person_id).where(*where)))
        wins = {row[0]: row[1] for row in session.execute(select(Win.public_id, Win.state).where(*mine))}
        coded = select(PrizeCode.win_id).where(
            PrizeCode.account_id == draw.account_id, PrizeCode.win_id.is_not(None)
        )
        codes = list(session.scalars(coded))
    for key, answer in told.turns:
        said = json.loads(answer)
        if turns.get(key) != said["turn"]:
            findings.violated(_LINE, "turn_lost", key)
        if said["win"] and said["win"] not in wins:
            findings.violated(_LINE, "win_lost", key)
    for win in told.claims:
        if wins.get(win) not in ("claimed", "confirmed"):
            findings.violated(_LINE, "claim_lost", f"{win}: {wins.get(win)}")
    for key in told.changed:
        findings.violated(_LINE, "answer_changed", key)
    if len(set(people)) != len(people):
        findings.violated(_LINE, "turn_doubled", f"{len(people) - len(set(people))} people")
    if len(set(codes)) != len(codes):
        findings.violated(_LINE, "code_doubled", f"{len(codes) - len(set(codes))} codes")


def _wait_verified(db: Database, draw: DrawView) -> list[str]:
    """What verifying finds once the worker has had its time."""
    until = time.monotonic() + _FINISHED_S
    while True:
        with db.read() as session:
            row = get_draw(session, draw.account_id, draw.public_id)
        with db.read() as session:
            problems = list(verify(session, draw.account_id, row))
        if not problems or time.monotonic() > until:
            return problems
        time.sleep(1)
