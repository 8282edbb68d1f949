"""Answer-and-score over HTTP beside a bare Flask that stores the same by one INSERT, on PostgreSQL and on SQLite.

First 3 000 people open the quiz's page and start, as fast as they get through. Then their answers are saved, in turn with the
peer's (same server, same client, interleaved rounds, medians), question by question, as a crowd plays: each answer is a new row.
The private PostgreSQL does not wait for the disk (`tools.postgres`), which is as hard on the ratio as it gets.
"""

import json
import os
import re
import statistics
import sys
import tempfile
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import create_engine, text

from accounts.service import NewAccount, add_account
from bench.load import Result, drive
from campaigns.kinds.quiz.bank.questions import Question
from campaigns.kinds.quiz.bank.service import Hand, import_questions
from commands.database import upgrade_schema
from core.clock import system_clock
from core.settings import ROOT, Settings, load_settings
from models.accounts import Account
from models.db import Database
from models.types import Sealed
from proofs.processes import Process, Program, is_listening
from proofs.quiz.world import cookie_of, open_quiz
from proofs.stack import postgres_log
from tools.postgres import free_port, running_postgres

ROUNDS = int(os.environ.get("ROUNDS", "5"))
SECONDS = int(os.environ.get("SECONDS_PER_ROUND", "3"))
STARTERS = 3000
CLIENTS = 32
WORKERS, THREADS = 2, 4
QUESTIONS = 20
_ACCOUNT = "bench"
_KEY = "benchmark-key-of-thirty-two-characters"
_SAID = re.compile(r"\[(\d+)\] LOG:  (?:statement|execute [^:]*): (.*)")
"""A line of PostgreSQL's log: the process that serves one connection, and what it was sent."""
_BARE_TABLE = {
    "postgresql": "CREATE TABLE bare_answers (id bigserial PRIMARY KEY, openid text, attempt text, position int, "
    "given text, at timestamptz)",
    "sqlite": "CREATE TABLE bare_answers (id integer PRIMARY KEY, openid text, attempt text, position int, given text, at text)",
}


@dataclass(frozen=True, slots=True)
class Player:
    """Somebody who started."""

    cookie: str
    attempt: str


@dataclass(frozen=True, slots=True)
class House:
    """The two servers over one database."""

    database_url: str
    campaign: str
    settings: Settings
    ours: int
    bare: int


def run() -> dict[str, object]:
    """Both databases, one after the other; PostgreSQL's ratio is the benchmark's."""
    figures: dict[str, object] = {}
    with running_postgres() as url:
        figures |= _measure(url)
    with tempfile.TemporaryDirectory(prefix="zhijia-bench-") as folder:
        figures["sqlite"] = _measure(f"sqlite:///{folder}/bench.sqlite3")
    return figures


def _measure(database_url: str) -> dict[str, object]:
    with _running(database_url) as house:
        players, starting = _start_all(house)
        rounds, answered = _rounds(house, players)
        stored = _stored(house)
        if stored < answered:
            raise SystemExit(f"{answered} answers were acknowledged, {stored} are stored")
        statements = _statements(house, players[0])
    medians = {name: statistics.median(one.per_second for one in found) for name, found in rounds.items()}
    return {
        "answer_vs_bare_insert": round(medians["ours"] / medians["bare"], 3),
        "answers_per_s": round(medians["ours"]),
        "bare_inserts_per_s": round(medians["bare"]),
        "p99_ms": {
            name: round(statistics.median(one.p99_ms for one in found), 1) for name, found in rounds.items()
        },
        "statements_per_answer": statements,
        "acknowledged": answered,
        "stored": stored,
        **starting,
    }


@contextmanager
def _running(database_url: str) -> Iterator[House]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="zhijia-bench-")))
        ours, bare = free_port(), free_port()
        (folder / "metrics").mkdir()
        env = {
            **{
                name: value
                for name, value in os.environ.items()
                if not name.startswith(("ZHIJIA_", "REDIS_"))
            },
            "DATABASE_URL": database_url,
            "BENCH_DATABASE": database_url,
            "PORT": str(ours),
            "SECRET_KEY": _KEY,
            "ZHIJIA_VAR": str(folder),
            "PROMETHEUS_MULTIPROC_DIR": str(folder / "metrics"),
        }
        settings = load_settings(env)
        campaign = _prepare(settings)
        for name, target, port in (
            ("web", "app:create_web", ours),
            ("bare", "bench.peers.bare_insert:app", bare),
        ):
            process = Process(Program(name, _granian(target, port), env, ROOT, folder / f"{name}.log"))
            stack.callback(process.stop)
            process.wait_ready(partial(_is_up, process, port), 120)
        yield House(database_url, campaign, settings, ours, bare)


def _is_up(process: Process, port: int) -> bool:
    return sum(is_listening(pid, port) for pid in process.children()) == WORKERS


def _granian(target: str, port: int) -> tuple[str, ...]:
    factory = () if target.endswith(":app") else ("--factory",)
    return (
        *(sys.executable, "-m", "granian", "--interface", "wsgi", *factory, target),
        *("--host", "127.0.0.1", "--port", str(port), "--working-dir", str(ROOT), "--workers", str(WORKERS)),
        *("--blocking-threads", str(THREADS), "--no-ws", "--log-level", "warning"),
    )


def _prepare(settings: Settings) -> str:
    """An account with a bank of questions and an open quiz of twenty; returns the campaign's id. And the peer's table."""
    Sealed.use_key(urlsafe_b64encode(settings.derive_key("sealed-columns")))
    db, now = Database(settings.database_url), system_clock()
    upgrade_schema(db)
    new = NewAccount(_ACCOUNT, "基准", "wxbench", "token1234567", "s3cretS3cretS3cretS3cretS3cret00")
    with db.work() as session:
        account_id = add_account(session, new, now).id
        organisation_id = session.get_one(Account, account_id).organisation_id
        import_questions(session, organisation_id, _bank(), Hand("基准", now, reviewer=True))
        campaign = open_quiz(session, account_id, {"blueprint": [{"take": QUESTIONS}], "minutes": 60})
        session.execute(text(_BARE_TABLE[db.engine.dialect.name]))
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


def _start_all(house: House) -> tuple[list[Player], dict[str, object]]:
    """Everybody opens the page and starts. An answer other than 200 is an error."""
    cookies = [cookie_of(house.settings, _ACCOUNT, f"obench{number:022}") for number in range(STARTERS)]
    began = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        lanes = pool.map(lambda lane: _start_lane(house, cookies[lane::CLIENTS]), range(CLIENTS))
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


def _start_lane(house: House, cookies: list[str]) -> list[tuple[Player | None, float]]:
    connection, done = HTTPConnection("127.0.0.1", house.ours, timeout=30), []
    path = f"/h5/{_ACCOUNT}/c/{house.campaign}/quiz"
    for number, cookie in enumerate(cookies):
        began, player = time.perf_counter(), None
        try:
            seen, _ = _ask(connection, "GET", path, "", {"Cookie": cookie})
            body = json.dumps({"gate": 1, "key": f"start-{number:06}"})
            status, answer = _ask(connection, "POST", f"{path}/start", body, _json(cookie))
            if seen == status == 200:
                player = Player(cookie, json.loads(answer)["attempt"])
        except (OSError, HTTPException):
            connection.close()
        done.append((player, time.perf_counter() - began))
    connection.close()
    return done


def _json(cookie: str) -> dict[str, str]:
    return {"Cookie": cookie, "Accept": "application/json", "Content-Type": "application/json"}


def _ask(
    connection: HTTPConnection, method: str, path: str, body: str, headers: dict[str, str]
) -> tuple[int, bytes]:
    connection.request(method, path, body or None, headers)
    response = connection.getresponse()
    return response.status, response.read()


def _rounds(house: House, players: list[Player]) -> tuple[dict[str, list[Result]], int]:
    """Both continue where their round before ended; the first round only warms up. Also how many of our answers were
    acknowledged in all."""
    requests = {"ours": _our_requests(house, players), "bare": _bare_requests(players)}
    ports = {"ours": house.ours, "bare": house.bare}
    sent = dict.fromkeys(requests, 0)
    results: dict[str, list[Result]] = {name: [] for name in requests}
    for number in range(ROUNDS + 1):
        for name, all_ in requests.items():
            left = all_[sent[name] :]
            result = drive(ports[name], left, SECONDS, connections=16)
            if result.errors or result.requests > len(left):
                raise SystemExit(f"{name}: {result.errors} errors; {result.requests} requests of {len(left)}")
            sent[name] += result.requests
            if number:
                results[name].append(result)
        if number:
            shown = "，".join(f"{name} {found[-1].per_second:.0f}/s" for name, found in results.items())
            print(f"第 {number} 轮：{shown}", flush=True)
    return results, sent["ours"]


def _our_requests(house: House, players: list[Player]) -> list[tuple[str, str, str]]:
    path = f"/h5/{_ACCOUNT}/c/{house.campaign}/quiz"
    return [
        (
            f"{path}/{one.attempt}/answer",
            json.dumps({"p": str(place), "given": "ABCD"[place % 4]}),
            one.cookie,
        )
        for place in range(1, QUESTIONS + 1)
        for one in players
    ]


def _bare_requests(players: list[Player]) -> list[tuple[str, str, str]]:
    bare = Flask("bare")
    bare.secret_key = _KEY
    signer = SecureCookieSessionInterface().get_signing_serializer(bare)
    if signer is None:
        raise RuntimeError("the peer has no key")
    cookies = [f"session={signer.dumps({'openid': f'obench{number:022}'})}" for number in range(len(players))]
    return [
        (f"/answer/{one.attempt}", json.dumps({"p": str(place), "given": "ABCD"[place % 4]}), cookie)
        for place in range(1, QUESTIONS + 1)
        for one, cookie in zip(players, cookies, strict=True)
    ]


def _stored(house: House) -> int:
    engine = create_engine(house.database_url)
    with engine.connect() as connection:
        count: int = connection.execute(text("SELECT count(*) FROM quiz_answers")).scalar_one()
    engine.dispose()
    return count


def _statements(house: House, player: Player) -> int | None:
    """How many statements PostgreSQL is sent for one answer, BEGIN and COMMIT among them, by its own log."""
    if house.database_url.startswith("sqlite:"):
        return None
    engine = create_engine(house.database_url, isolation_level="AUTOCOMMIT")
    log = postgres_log(engine)
    if log is None:
        raise RuntimeError("PostgreSQL keeps no log")
    with engine.connect() as connection:
        connection.execute(text("ALTER SYSTEM SET log_statement = 'all'"))
        connection.execute(text("SELECT pg_reload_conf()"))
    engine.dispose()
    time.sleep(1)
    before = log.stat().st_size
    path, body, cookie = _our_requests(house, [player])[0]
    if _ask(HTTPConnection("127.0.0.1", house.ours, timeout=30), "POST", path, body, _json(cookie))[0] != 200:
        raise SystemExit("an answer was refused")
    time.sleep(0.5)
    said = log.read_bytes()[before:].decode(errors="replace")
    sent: list[tuple[str, str]] = _SAID.findall(said)
    servers = [server for server, statement in sent if "quiz_answers" in statement]
    return [server for server, _ in sent].count(servers[0])
