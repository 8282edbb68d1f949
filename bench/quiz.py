"""Answer-and-score over HTTP beside a bare Flask that stores the same by one INSERT, on PostgreSQL and on SQLite.

First 3 000 people open the quiz's page and start, as fast as they get through. Then their answers are saved, in turn with the
peer's (`bench.beside`), question by question, as a crowd plays: each answer is a new row.
"""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException

from accounts.service import NewAccount, add_account
from bench.beside import (
    ACCOUNT,
    House,
    Request,
    as_json,
    ask,
    bare_requests,
    both_running,
    count_rows,
    count_statements,
    drive_in_turns,
    median_p99,
    median_rate,
    on_both_databases,
)
from campaigns.kinds.quiz.bank.questions import Question
from campaigns.kinds.quiz.bank.service import Hand, import_questions
from commands.database import upgrade_schema
from core.clock import system_clock
from core.settings import Settings
from models.accounts import Account
from models.db import Database
from proofs.client import cookie_of
from proofs.quiz.world import open_quiz

STARTERS = 3000
CLIENTS = 32
QUESTIONS = 20


@dataclass(frozen=True, slots=True)
class Player:
    """Somebody who started."""

    cookie: str
    attempt: str


def run() -> dict[str, object]:
    """Both databases, one after the other."""
    return on_both_databases(_measure)


def _measure(database_url: str) -> dict[str, object]:
    with both_running(database_url, _prepare) as (house, campaign):
        players, starting = _start_all(house, campaign)
        requests = {"ours": _our_requests(campaign, players), "bare": bare_requests(len(players), QUESTIONS)}
        rounds, sent = drive_in_turns({"ours": house.ours, "bare": house.bare}, requests)
        stored = count_rows(database_url, "quiz_answers")
        if stored < sent["ours"]:
            raise SystemExit(f"{sent['ours']} answers were acknowledged, {stored} are stored")
        statements = count_statements(house, "quiz_answers", requests["ours"][0])
    return {
        "answer_vs_bare_insert": round(median_rate(rounds["ours"]) / median_rate(rounds["bare"]), 3),
        "answers_per_s": round(median_rate(rounds["ours"])),
        "bare_inserts_per_s": round(median_rate(rounds["bare"])),
        "p99_ms": {name: median_p99(found) for name, found in rounds.items()},
        "statements_per_answer": statements,
        "acknowledged": sent["ours"],
        "stored": stored,
        **starting,
    }


def _prepare(settings: Settings) -> str:
    """An account with a bank of questions and an open quiz of twenty; returns the campaign's id."""
    db, now = Database(settings.database_url), system_clock()
    upgrade_schema(db)
    new = NewAccount(ACCOUNT, "基准", "wxbench", "token1234567", "s3cretS3cretS3cretS3cretS3cret00")
    with db.work() as session:
        account_id = add_account(session, new, now).id
        organisation_id = session.get_one(Account, account_id).organisation_id
        import_questions(session, organisation_id, _bank(), Hand("基准", now, reviewer=True))
        campaign = open_quiz(session, account_id, {"blueprint": [{"take": QUESTIONS}], "minutes": 60})
    db.close()
    return campaign.public_id


def _bank() -> list[Question]:
    return [
        Question(
            code=f"q{number}",
            subject="劳动合同",
            level=1,
            kind="single",
            question=f"第 {number} 题：下面哪一项说得对？",
            options=("试用期不用签合同", "一个月内应当签书面合同", "口头约定就够", "公司说了算"),
            answer="B",
            explanation="建立劳动关系，应当订立书面劳动合同。",
        )
        for number in range(300)
    ]


def _start_all(house: House, campaign: str) -> tuple[list[Player], dict[str, object]]:
    """Everybody opens the page and starts. An answer other than 200 is an error."""
    cookies = [cookie_of(house.settings, ACCOUNT, f"obench{number:022}") for number in range(STARTERS)]
    began = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        lanes = pool.map(lambda lane: _start_lane(house, campaign, cookies[lane::CLIENTS]), range(CLIENTS))
        found = [one for lane in lanes for one in lane]
    took_s = time.perf_counter() - began
    players = [player for player, _ in found if player is not None]
    slowest = sorted(duration_s for _, duration_s in found)
    return players, {
        "starters": len(players),
        "start_errors": STARTERS - len(players),
        "starting_s": round(took_s, 1),
        "start_p99_ms": round(slowest[int(0.99 * len(slowest))] * 1000),
    }


def _start_lane(house: House, campaign: str, cookies: list[str]) -> list[tuple[Player | None, float]]:
    connection, done = HTTPConnection("127.0.0.1", house.ours, timeout=30), []
    path = f"/h5/{ACCOUNT}/c/{campaign}/quiz"
    for number, cookie in enumerate(cookies):
        began, player = time.perf_counter(), None
        try:
            seen, _ = ask(connection, "GET", path, "", {"Cookie": cookie})
            body = json.dumps({"gate": 1, "key": f"start-{number:06}"})
            status, answer = ask(connection, "POST", f"{path}/start", body, as_json(cookie))
            if seen == status == 200:
                player = Player(cookie, json.loads(answer)["attempt"])
        except (OSError, HTTPException):
            connection.close()
        done.append((player, time.perf_counter() - began))
    connection.close()
    return done


def _our_requests(campaign: str, players: list[Player]) -> list[Request]:
    path = f"/h5/{ACCOUNT}/c/{campaign}/quiz"
    return [
        (
            f"{path}/{one.attempt}/answer",
            json.dumps({"p": str(place), "given": "ABCD"[place % 4]}),
            one.cookie,
        )
        for place in range(1, QUESTIONS + 1)
        for one in players
    ]
