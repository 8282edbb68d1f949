"""The full encrypted path of the webhook beside a bare Flask + wechatpy echo and WeRoBot with its Redis session.

Same server (granian, 2 workers), same client (wrk, 16 connections), interleaved rounds, medians. Ours verifies,
decrypts, dedupes, routes, answers, keeps the reply, logs and encrypts; the echo does none of what lies between.
"""

import itertools
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests
from redis import Redis
from redis.exceptions import RedisError

from bench.load import Result, drive
from core.settings import ROOT
from serving import own_redis
from simulator import messages, wire
from tools.postgres import free_port

ROUNDS = int(os.environ.get("ROUNDS", "5"))
SECONDS = int(os.environ.get("SECONDS_PER_ROUND", "3"))
WORKERS = 2
_HIGHEST_RATE = 14_000
_QUESTIONS = (
    "公司收了我{n}元保证金合法吗",
    "老板拖欠我{n}个月工资怎么办",
    "干了{n}年被辞退能赔多少",
    "试用期{n}个月算长吗",
    "怀孕{n}个月公司要调岗可以吗",
    "加班{n}小时没有加班费",
    "入职{n}天没签合同能要双倍工资吗",
    "工伤住院{n}天工资怎么发",
    "请病假{n}天公司扣钱合理吗",
    "年假{n}天没休能折现吗",
)

_nonces = itertools.count(10**9)
"""All messages of a round carry the same second: of so many random numbers, two would be the same."""


@dataclass(frozen=True, slots=True)
class Contender:
    """A server under test and what it is asked: texts, one after the other, from 500 followers."""

    name: str
    port: int
    path: str
    texts: tuple[str, ...]
    expects: str


def run() -> dict[str, object]:
    """Start all servers, check each one's answer, drive them in turn, and give the ratios of the medians."""
    credentials = wire.Credentials(
        "wxbench00000000000", "benchtoken", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
    )
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="zhijia-bench-")))
        redis_url = stack.enter_context(_redis(folder))
        ours, memory = stack.enter_context(_ours(folder, redis_url, credentials))
        echo = stack.enter_context(_peer("bench.peers.bare_echo:app", folder, redis_url, credentials))
        robot = stack.enter_context(_peer("bench.peers.werobot_app:app", folder, redis_url, credentials))
        path = "/wechat/bench"
        questions = tuple(text.format(n=n) for n in range(1, 60) for text in _QUESTIONS)
        contenders = (
            Contender("keyword", ours, path, ("你好",), "我是静静"),
            Contender("faq", ours, path, questions, "押金"),
            Contender("bare_echo", echo, path, ("你好",), "你好"),
            Contender("werobot", robot, path, ("你好",), "我是静静"),
        )
        for contender in contenders:
            _check(contender, credentials)
        results = _rounds(contenders, credentials)
        counts = _count_work(redis_url, credentials, ours)
        rss = memory()
    medians = {name: statistics.median(r.per_second for r in rounds) for name, rounds in results.items()}
    return {
        "keyword_vs_bare_echo": round(medians["keyword"] / medians["bare_echo"], 3),
        "faq_vs_bare_echo": round(medians["faq"] / medians["bare_echo"], 3),
        "keyword_vs_werobot": round(medians["keyword"] / medians["werobot"], 3),
        "per_second": {name: round(value) for name, value in medians.items()},
        "p99_ms": {
            name: round(statistics.median(r.p99_ms for r in rounds), 2) for name, rounds in results.items()
        },
        "rounds": ROUNDS,
        "workers": WORKERS,
        "worker_rss_mb": rss,
        **counts,
    }


def _rounds(contenders: tuple[Contender, ...], credentials: wire.Credentials) -> dict[str, list[Result]]:
    results: dict[str, list[Result]] = {contender.name: [] for contender in contenders}
    for number in range(ROUNDS + 1):
        for contender in contenders:
            result = drive(contender.port, _requests(contender, credentials), SECONDS if number else 1)
            if result.errors:
                raise SystemExit(f"{contender.name}: {result.errors} answers were errors")
            if number:  # the first round only warms up
                results[contender.name].append(result)
        shown = "  ".join(
            f"{name} {rounds[-1].per_second:6.0f}/s" for name, rounds in results.items() if rounds
        )
        print(f"round {number}: {shown or 'warm-up'}", file=sys.stderr)
    return results


def _requests(
    contender: Contender, credentials: wire.Credentials, count: int | None = None
) -> Iterator[tuple[str, str]]:
    """Fresh messages, each with its own id and nonce, so that none is a retry."""
    now = int(time.time())
    for number in range(count or _HIGHEST_RATE * SECONDS):
        text = contender.texts[number % len(contender.texts)]
        sender = f"o{contender.name:_<10.10}{number % 500:017d}"
        xml = messages.compose(
            messages.text(text), to="gh_bench", sender=sender, at_s=now, msg_id=messages.new_msg_id()
        )
        callback = wire.build_callback(
            credentials, contender.path, xml, to="gh_bench", openid=sender, nonce=str(next(_nonces))
        )
        yield callback.url, callback.body.decode()


def _check(contender: Contender, credentials: wire.Credentials) -> None:
    """The answer is signed, decrypts, and says what it should."""
    url, body = next(_requests(contender, credentials, 1))
    answer = requests.post(f"http://127.0.0.1:{contender.port}{url}", data=body.encode(), timeout=10)
    xml = wire.parse_answer(credentials, answer.content).xml
    if answer.status_code != 200 or contender.expects not in xml:
        raise SystemExit(f"{contender.name} answered {answer.status_code}: {xml[:300]}")


@contextmanager
def _redis(folder: Path) -> Iterator[str]:
    quiet = subprocess.DEVNULL
    server = subprocess.Popen(own_redis.command(folder), stdout=quiet, stderr=quiet, start_new_session=True)
    url = own_redis.url_of(folder)
    try:
        _wait(lambda: bool(Redis.from_url(url, socket_timeout=1).ping()))
        yield url
    finally:
        _end(server)


@contextmanager
def _ours(
    folder: Path, redis_url: str, credentials: wire.Credentials
) -> Iterator[tuple[int, "Callable[[], list[int]]"]]:
    port = free_port()
    env = {
        **os.environ,
        "ZHIJIA_VAR": str(folder),
        "REDIS_URL": redis_url,
        "PORT": str(port),
        "SECRET_KEY": "benchmark-key-of-thirty-two-characters",
        "PROMETHEUS_MULTIPROC_DIR": str(folder / "metrics"),
    }
    env.pop("DATABASE_URL", None)
    (folder / "metrics").mkdir()
    flask = (sys.executable, "-m", "flask", "--app", str(ROOT / "app.py"))
    add: tuple[str, ...] = (
        "accounts",
        "add",
        "bench",
        "--name",
        "基准",
        "--appid",
        credentials.appid,
        "--token",
        credentials.token,
    )
    add += ("--secret", "x" * 32, "--aes-key", credentials.aes_key, "--kind", "service", "--verified")
    knowledge = [
        ("faq", "import", str(p), "--account", "bench")
        for p in sorted((ROOT / "content/knowledge").glob("*.csv"))
    ]
    rules = ("keywords", "import", str(ROOT / "content/demo/keywords.yaml"), "--account", "bench")
    learn = ("faq", "ask", "押金", "--account", "bench")
    steps = [("db", "upgrade"), add, *knowledge, rules, learn]
    for arguments in steps:
        subprocess.run([*flask, *arguments], env=env, check=True, capture_output=True)
    with _granian("app:create_web", port, env, factory=True) as server:
        yield port, lambda: _rss_mb(server.pid)


@contextmanager
def _peer(target: str, folder: Path, redis_url: str, credentials: wire.Credentials) -> Iterator[int]:
    port = free_port()
    env = {
        **os.environ,
        "REDIS_URL": redis_url,
        "BENCH_TOKEN": credentials.token,
        "BENCH_AES_KEY": credentials.aes_key,
        "BENCH_APPID": credentials.appid,
    }
    with _granian(target, port, env, factory=False):
        yield port


@contextmanager
def _granian(
    target: str, port: int, env: dict[str, str], *, factory: bool
) -> Iterator["subprocess.Popen[bytes]"]:
    command = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    command += ["--workers", str(WORKERS), "--blocking-threads", os.environ.get("THREADS", "4"), "--no-ws"]
    command += [
        "--log-level",
        "critical",
        "--working-dir",
        str(ROOT),
        *(["--factory"] if factory else []),
        target,
    ]
    server = subprocess.Popen(command, env=env, start_new_session=True)
    try:
        _wait(lambda: requests.get(f"http://127.0.0.1:{port}/", timeout=2).status_code > 0)
        yield server
    finally:
        _end(server)


def _wait(ready: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            if ready():
                return
        except (requests.RequestException, RedisError):
            pass
        time.sleep(0.1)
    raise SystemExit("a server did not start in 60 s")


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _rss_mb(parent: int) -> list[int]:
    """Resident memory of a server's worker processes."""
    found = []
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            fields = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
        except OSError:
            continue
        if fields["PPid"].strip() == str(parent) and int(fields["VmRSS"].split()[0]) > 60_000:
            found.append(int(fields["VmRSS"].split()[0]) // 1024)
    return sorted(found)


def _count_work(redis_url: str, credentials: wire.Credentials, port: int) -> dict[str, object]:
    """Redis calls for one keyword message, counted by Redis itself. SQL statements on the path: none."""
    redis = Redis.from_url(redis_url)
    before = redis.info("commandstats")
    _check(Contender("keyword", port, "/wechat/bench", ("你好",), "我是静静"), credentials)
    after = redis.info("commandstats")
    calls = sum(
        after[name]["calls"] - before.get(name, {"calls": 0})["calls"]
        for name in after
        if name in ("cmdstat_evalsha", "cmdstat_eval")
    )
    return {"redis_round_trips_per_message": calls}
