"""Many messages at once, straight to the webhook: signed, encrypted, on keep-alive connections, with a progress bar.

`run` is called by the app's `flask simulate`; `python -m simulator.traffic --help` does the same on its own. It needs
the accounts file only, not a running simulator process.
"""

from __future__ import annotations

import argparse
import hashlib
import math
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import requests
from requests.adapters import HTTPAdapter
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table

from . import messages
from .accounts import Account, read_accounts
from .settings import SettingsError
from .wire import Fields, WireError, build_callback, parse_answer

QUESTIONS = (
    "公司收了我1000元保证金，合法吗？",
    "加班费怎么算？",
    "试用期最长多久？",
    "没签合同能要双倍工资吗？",
    "工伤怎么申请认定？",
    "年假有几天？",
    "老板拖欠工资找谁？",
    "怀孕了公司能辞退我吗？",
    "怎么加入工会？",
    "困难职工帮扶怎么申请？",
    "高温津贴是多少？",
    "退休年龄是多少岁",
)
KEYWORDS = ("帮助", "人工", "菜单", "法律援助", "你好", "互助保障", "工会卡", "谢谢")
MENU_KEYS = ("news", "law", "help", "activity", "mine")
SCENES = ("union-park", "metro-12", "canteen")
PLACES = ((34.2611, 108.9425, "西安市碑林区"), (34.3619, 107.2374, "宝鸡市金台区"))

TIMEOUT_S = 5.0

Maker = Callable[[random.Random], Fields]

# How often each kind comes, out of 100: mostly people ask.
MIX: tuple[tuple[str, int, Maker], ...] = (
    ("question", 46, lambda chance: messages.text(chance.choice(QUESTIONS))),
    ("keyword", 20, lambda chance: messages.text(chance.choice(KEYWORDS))),
    ("click", 14, lambda chance: messages.click(chance.choice(MENU_KEYS))),
    ("image", 6, lambda chance: messages.image("http://127.0.0.1/picture.jpg", f"media-{chance.getrandbits(64):x}")),
    ("voice", 5, lambda chance: messages.voice(f"media-{chance.getrandbits(64):x}", recognition=chance.choice(QUESTIONS))),
    ("follow", 4, lambda chance: messages.subscribe()),
    ("scan", 3, lambda chance: messages.scan(chance.choice(SCENES), f"ticket-{chance.getrandbits(64):x}")),
    ("location", 2, lambda chance: messages.location(*chance.choice(PLACES))),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figures:
    """What came of a run. Latencies in milliseconds, `elapsed_s` in seconds.

    `replied` + `silent` + `errors` = `sent`. `by_kind` and `problems` are (name, count), most frequent first.
    """

    sent: int
    replied: int
    silent: int
    errors: int
    elapsed_s: float
    rate_per_s: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    max_ms: float
    by_kind: tuple[tuple[str, int], ...]
    problems: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Planned:
    """One message of the plan: made before the clock starts."""

    kind: str
    openid: str
    fields: Fields
    number: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one message. `problem` is None when it was answered as it should be."""

    kind: str
    took_ms: float
    replied: bool
    problem: str | None


def percentile(values: Sequence[float], share: float) -> float:
    """The nearest-rank percentile of unsorted values; 0 when there are none."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def plan(count: int, followers: int, seed: int) -> list[Planned]:
    """The same messages for the same numbers: every follower follows first, then the mix."""
    chance = random.Random(seed)
    openids = [_openid(seed, number) for number in range(max(1, followers))]
    planned = [
        Planned("follow", openid, messages.subscribe(), number)
        for number, openid in enumerate(openids[:count])
    ]
    weights = [weight for _, weight, _ in MIX]
    for number in range(len(planned), count):
        name, _, make = chance.choices(MIX, weights)[0]
        planned.append(Planned(name, chance.choice(openids), make(chance), number))
    return planned


def _openid(seed: int, number: int) -> str:
    return "oT" + hashlib.sha256(f"{seed}:{number}".encode()).hexdigest()[:26]


class _Sender:
    """Sends planned messages from several threads, each with its own keep-alive connection."""

    def __init__(self, account: Account, seed: int, started_at: int) -> None:
        self._account = account
        self._started_at = started_at
        self._base_id = (started_at << 30) | (seed & 0x3FF) << 20
        self._local = threading.local()
        self._lock = threading.Lock()
        self._sessions: list[requests.Session] = []

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            session = requests.Session()
            session.trust_env = False
            session.mount("http://", HTTPAdapter(pool_connections=1, pool_maxsize=1))
            self._local.session = session
            with self._lock:
                self._sessions.append(session)
        return session

    def send(self, planned: Planned) -> Outcome:
        account = self._account
        event = planned.fields.get("MsgType") == "event"
        # Events are told apart by their second: the plan's number spreads them, so that none looks like a retry.
        xml = messages.compose(
            planned.fields,
            to=account.ghid,
            sender=planned.openid,
            at_s=self._started_at - planned.number % 200 if event else int(time.time()),
            msg_id=None if event else self._base_id + planned.number,
        )
        callback = build_callback(
            account.credentials, account.webhook_url, xml, openid=planned.openid, to=account.ghid
        )
        started = time.perf_counter()
        try:
            response = self._session().post(
                callback.url, callback.body, headers={"Content-Type": "text/xml"}, timeout=TIMEOUT_S
            )
        except requests.RequestException as error:
            return self._outcome(planned, started, problem=type(error).__name__)
        if response.status_code != 200:
            return self._outcome(planned, started, problem=f"HTTP {response.status_code}")
        try:
            answer = parse_answer(account.credentials, response.content, sender=planned.openid)
        except WireError as error:
            return self._outcome(planned, started, problem=str(error))
        return self._outcome(planned, started, replied=answer.reply is not None)

    @staticmethod
    def _outcome(
        planned: Planned, started: float, *, replied: bool = False, problem: str | None = None
    ) -> Outcome:
        return Outcome(planned.kind, (time.perf_counter() - started) * 1000, replied, problem)

    def close(self) -> None:
        for session in self._sessions:
            session.close()


def summarise(outcomes: Sequence[Outcome], elapsed_s: float) -> Figures:
    """The figures of a run."""
    times = [outcome.took_ms for outcome in outcomes]
    problems = Counter(outcome.problem for outcome in outcomes if outcome.problem is not None)
    replied = sum(outcome.replied for outcome in outcomes)
    errors = problems.total()
    return Figures(
        sent=len(outcomes),
        replied=replied,
        silent=len(outcomes) - replied - errors,
        errors=errors,
        elapsed_s=round(elapsed_s, 3),
        rate_per_s=round(len(outcomes) / elapsed_s, 1) if elapsed_s else 0.0,
        p50_ms=round(percentile(times, 0.50), 1),
        p95_ms=round(percentile(times, 0.95), 1),
        p99_ms=round(percentile(times, 0.99), 1),
        max_ms=round(max(times, default=0.0), 1),
        by_kind=tuple(Counter(outcome.kind for outcome in outcomes).most_common()),
        problems=tuple(problems.most_common(10)),
    )


def run(
    accounts_file: Path | str,
    account: str,
    messages: int = 1000,
    followers: int = 50,
    concurrency: int = 8,
    seed: int = 1,
    *,
    console: Console | None = None,
) -> Figures:
    """Sends `messages` mixed messages of `followers` people to the webhook of `account` and prints what came of it.

    Raises SettingsError when the accounts file or the account isn't there. What to do about errors is the caller's.
    """
    console = console or Console()
    found = next((entry for entry in read_accounts(Path(accounts_file)) if entry.key == account), None)
    if found is None:
        raise SettingsError(f"没有公众号 {account}")
    planned = plan(messages, followers, seed)
    sender = _Sender(found, seed, int(time.time()))
    columns = (
        TextColumn("[bold]{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
    )
    started = time.perf_counter()
    outcomes: list[Outcome] = []
    try:
        with Progress(*columns, console=console) as progress, ThreadPoolExecutor(max(1, concurrency)) as pool:
            task = progress.add_task(f"{found.name} ← {followers} 位粉丝", total=len(planned))
            for outcome in pool.map(sender.send, planned):
                outcomes.append(outcome)
                progress.advance(task)
    finally:
        sender.close()
    figures = summarise(outcomes, time.perf_counter() - started)
    console.print(_table(figures))
    return figures


def _table(figures: Figures) -> Table:
    table = Table(title="往来结果", title_justify="left", show_header=False)
    table.add_row("消息", f"{figures.sent} 条，{figures.elapsed_s:.1f} 秒，每秒 {figures.rate_per_s:.0f} 条")
    table.add_row("种类", "、".join(f"{name} {count}" for name, count in figures.by_kind))
    table.add_row("答复", f"有答复 {figures.replied}，无需答复 {figures.silent}，出错 {figures.errors}")
    table.add_row(
        "用时（毫秒）",
        f"p50 {figures.p50_ms} · p95 {figures.p95_ms} · p99 {figures.p99_ms} · 最长 {figures.max_ms}",
    )
    for problem, count in figures.problems:
        table.add_row("出错", f"{count} × {problem}", style="red")
    return table


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; 0 when nothing went wrong, 1 with errors, 2 when it could not start."""
    parser = argparse.ArgumentParser(
        prog="python -m simulator.traffic", description="向 webhook 发送大量模拟消息"
    )
    parser.add_argument("--accounts", type=Path, default=Path("var/simulator-accounts.json"))
    parser.add_argument("--account", default="demo")
    parser.add_argument("--messages", type=int, default=1000)
    parser.add_argument("--followers", type=int, default=50)
    parser.add_argument("--concurrency", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    try:
        figures = run(
            options.accounts,
            options.account,
            options.messages,
            options.followers,
            options.concurrency,
            options.seed,
        )
    except SettingsError as error:
        sys.stderr.write(f"simulator: {error}\n")
        return 2
    return 1 if figures.errors else 0


if __name__ == "__main__":
    sys.exit(main())
