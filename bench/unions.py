"""A province of 154 unions, each with answers of its own upon the province's: how long a process takes to load them, its memory, and
how fast it answers; and how long a changed answer takes to be there.

`SHARED=n` gives the province n made entries on twenty topics instead of those that are shipped, `OWN=a-b` each union between a
and b of its own. SQLite. The classifier is fitted once before, as the worker does.
"""

import itertools
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import app as application
from accounts.service import NewAccount, add_account
from bench.answers import make_entries, make_questions
from commands.database import upgrade_schema
from core.clock import system_clock
from core.settings import ROOT, load_settings
from faq.commands import make_shelf
from faq.files import EntryRow, read_entries
from faq.fitting import fit_missing
from faq.samples import shipped_questions
from faq.service import import_entries
from faq.shelf import FaqShelf
from faq.store import EntryView
from house.current import EXTENSION
from house.parts import Parts
from models.accounts import Organisation

_SHARED = int(os.environ.get("SHARED", "0"))
_OWN = tuple(int(n) for n in os.environ.get("OWN", "50-200").split("-"))
_UNIONS = 154
_KNOWLEDGE = ROOT / "content" / "knowledge"
_ASKED = 2000
_STREETS = "东门 西渡 桥头 柳林 花园 码头 石门 清河"
# {u} a union, {s} a street: topic, question, another way to put it, and how somebody asks.
_LOCAL = (
    ("", "{u}{s}职工服务站在哪里，几点开门？", "{s}街道服务站地址", "我在{s}这边，最近的工会服务站怎么走"),
    ("", "{u}{s}户外劳动者驿站能做什么？", "{s}驿站能喝水充电吗", "{s}有没有地方给送外卖的歇歇脚"),
    ("union_join", "{u}{s}的新就业形态劳动者在哪里入会？", "{s}骑手入会点", "我在{s}跑单，去哪里办入会"),
    ("union_benefit", "{u}{s}职工互助保障怎么办理？", "{s}互助保障网点", "{s}这里住院互助在哪里报销"),
    ("union_benefit", "{u}金秋助学{s}片区怎么申请？", "{s}助学金找谁", "孩子上大学，{s}能申请助学吗"),
    ("legal_aid", "{u}{s}法律援助工作站什么时候有律师值班？", "{s}律师值班时间", "想找{s}的律师问问，哪天有人"),
    ("heat", "{u}{s}片区高温慰问怎么领？", "{s}防暑降温用品发放", "天太热，{s}工地发不发清凉包"),
    ("", "{u}{s}职工书屋怎么借书？", "{s}书屋开放时间", "{s}那边有能看书的地方吗"),
    ("", "{u}{s}托管班怎么报名？", "{s}暑托班名额", "放暑假孩子没人带，{s}有托管吗"),
    ("", "{u}{s}职工夜校有哪些课？", "{s}夜校报名", "{s}晚上学手艺的课怎么报"),
    ("", "{u}{s}工人文化宫羽毛球场怎么预约？", "{s}文化宫订场", "{s}打球的场子怎么订"),
    ("", "{u}{s}职工食堂对外开放吗？", "{s}食堂价格", "{s}哪里有便宜的职工饭"),
    ("", "{u}{s}女职工康乃馨服务站在哪里？", "{s}母婴室", "{s}附近能给孩子喂奶的地方"),
    ("", "{u}{s}单身联谊活动怎么参加？", "{s}相亲会", "{s}工会组织的相亲还有名额没有"),
    ("", "{u}{s}免费体检在哪家医院？", "{s}体检点", "{s}会员体检去哪个医院"),
    ("", "{u}{s}电影票优惠怎么买？", "{s}五元看电影", "{s}便宜看电影是哪个影院"),
    ("", "{u}{s}技能比武什么时候报名？", "{s}比武项目", "{s}焊工比赛怎么参加"),
    ("", "{u}{s}困难职工档案找谁建？", "{s}帮扶建档", "家里出事了，{s}困难补助找哪个办"),
    ("", "{u}{s}会员卡补办在哪里？", "{s}工会卡丢了", "{s}工会卡掉了去哪补"),
    ("", "{u}{s}劳模工作室怎么参观？", "{s}劳模工作室预约", "想带徒弟去{s}劳模那里看看"),
    ("", "{u}{s}通勤班车几点发车？", "{s}班车时刻", "{s}早上的班车坐得上吗"),
    ("", "{u}{s}心理咨询热线怎么打？", "{s}心理辅导室", "心里憋得慌，{s}有人能聊聊吗"),
    ("", "{u}{s}共享工具间怎么借工具？", "{s}借电钻", "{s}能借到电钻吗"),
    ("", "{u}{s}春节返乡车票补贴怎么领？", "{s}返乡补贴", "过年回家{s}给报车票吗"),
    ("", "{u}{s}职工疗休养线路有哪些？", "{s}疗养报名", "{s}今年疗养去哪儿，怎么报"),
)  # fmt: skip


def run() -> dict[str, object]:
    """Fill, fit, and load in a fresh process."""
    with tempfile.TemporaryDirectory(prefix="zhijia-bench-") as folder:
        env = {**os.environ, "ZHIJIA_VAR": folder, "SECRET_KEY": "benchmark-key-of-thirty-two-characters"}
        env.pop("DATABASE_URL", None)
        fitted_s = _fill(_parts(env))
        child = subprocess.run(
            [sys.executable, "-m", __name__], env=env, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
        )
        return {**json.loads(child.stdout.splitlines()[-1]), "fit_s": fitted_s}


def local_entries(union: str, count: int) -> list[EntryRow]:
    """Answers of one union's own, `count` of at most two hundred."""
    return [
        _row(f"{union}-{n}", *texts[:3]) for n, texts in enumerate(itertools.islice(_local(union), count))
    ]


def local_questions(union: str, count: int) -> list[str]:
    """For each of these entries, how somebody asks."""
    return [texts[3] for texts in itertools.islice(_local(union), count)]


def _local(union: str) -> Iterator[tuple[str, ...]]:
    for street, texts in itertools.product(_STREETS.split(), _LOCAL):
        yield tuple(text.format(u=union, s=street) for text in texts)


def _row(code: str, topic: str, question: str, other: str, answer: str = "") -> EntryRow:
    return EntryRow(
        code=code,
        topic=topic,
        category="",
        question=question,
        alternates=(other,),
        answer=answer or f"{question}请带身份证，工作日来，或打电话问。",
    )


def _union(number: int) -> str:
    return f"第{number}工会"


def _own(number: int) -> int:
    return random.Random(number).randint(*_OWN)


def _shared() -> list[EntryRow]:
    if not _SHARED:
        return [row for path in sorted(_KNOWLEDGE.glob("*.csv")) for row in read_entries(path)[0]]
    made = make_entries(_SHARED)
    return [_made(number, made[number % len(made)]) for number in range(_SHARED)]


def _made(number: int, one: EntryView) -> EntryRow:
    """Past the end of what can be made they begin anew, at night."""
    night = "，上夜班" * (number // 20_000)
    row = _row(f"made-{number}", f"topic-{one.id // 1000}", f"{one.question}{night}", "")
    return replace(row, alternates=tuple(f"{text}{night}" for text in one.alternates))


def _parts(env: dict[str, str]) -> Parts:
    parts: Parts = application.create_app(load_settings(env)).extensions[EXTENSION]
    return parts


def _fill(parts: Parts) -> float:
    """Unions, accounts and entries, and the fitted classifier; returns how long fitting took."""
    upgrade_schema(parts.db)
    now = system_clock()
    with parts.db.work() as session:
        for number in range(_UNIONS):
            union = Organisation(
                id=number + 1, key=f"u{number}", name=_union(number), parent_id=1 if number else None
            )
            session.add(union)
            session.flush()
            add_account(
                session,
                NewAccount(
                    key=f"u{number}",
                    name=union.name,
                    appid=f"wxbench{number:011d}",
                    token="benchtoken",
                    secret="b" * 32,
                    kind="service",
                    verified=True,
                    organisation=union.key,
                ),
                now,
            )
            import_entries(
                session, union.id, local_entries(union.name, _own(number)) if number else _shared(), now
            )
    shelf, _ = _load(parts)
    began = time.perf_counter()
    fit_missing(parts.db, shelf, parts.clock)
    parts.db.close()
    return round(time.perf_counter() - began, 1)


def _load(parts: Parts, shelf: FaqShelf | None = None) -> tuple[FaqShelf, float]:
    """The shelf, and how many seconds it took."""
    shelf = shelf or make_shelf(parts)
    began = time.perf_counter()
    with parts.db.read() as session:
        parts.directory.reload(session)
        shelf.load(session)
    return shelf, round(time.perf_counter() - began, 2)


def measure(parts: Parts) -> dict[str, object]:
    """In a process that has loaded nothing so far."""
    before = _memory_mb()
    shelf, loaded_s = _load(parts)
    after = _memory_mb()
    general = (
        [question for _, question in shipped_questions()]
        if not _SHARED
        else [q.text for q in make_questions(2000)]
    )
    numbers = range(1, _UNIONS)
    drawn = random.Random(1)
    pairs = [(drawn.choice(numbers), drawn.choice(general)) for _ in range(_ASKED)]
    local = [
        (number, place, text)
        for number in numbers
        for place, text in enumerate(local_questions(_union(number), _own(number)))
    ]
    asked_local = drawn.sample(local, _ASKED)
    today = system_clock().date()
    first = [_ask_ms(shelf, f"u{number}", general[0]) for number in numbers]
    general_ms = sorted(_ask_ms(shelf, f"u{number}", text) for number, text in pairs)
    local_ms = sorted(_ask_ms(shelf, f"u{number}", text) for number, _, text in asked_local)
    found = [shelf.ask(f"u{number}", text, today) for number, _, text in asked_local]
    right = [
        bool(one.matches) and one.matches[0].entry.code == f"{_union(number)}-{place}"
        for one, (number, place, _) in zip(found, asked_local, strict=True)
    ]
    return {
        "unions": _UNIONS,
        "entries": [len(shelf.entries_of("u0").entries), sum(_own(number) for number in numbers)],
        "load_s": loaded_s,
        "memory_mb": [before, after, _memory_mb()],
        "first_ms": {"p50": round(statistics.median(first), 2), "max": round(max(first), 1)},
        "general_ms": _percentiles(general_ms),
        "local_ms": _percentiles(local_ms),
        "local_right": round(sum(right) / len(right), 3),
        "local_decisions": Counter(one.decision.value for one in found),
        "change_s": {place: _change_s(parts, shelf, place) for place in ("u7", "u0")},
    }


def _ask_ms(shelf: FaqShelf, account: str, question: str) -> float:
    """As the chat does: the short way first."""
    began = time.perf_counter_ns()
    if shelf.answer(account, question) is None:
        shelf.ask(account, question, _TODAY)
    return (time.perf_counter_ns() - began) / 1e6


_TODAY = system_clock().date()


def _percentiles(taken: Sequence[float]) -> dict[str, float]:
    return {f"p{percent}": round(taken[len(taken) * percent // 100], 3) for percent in (50, 99)}


def _change_s(parts: Parts, shelf: FaqShelf, place: str) -> float:
    """A new answer of a union: how long the shelf takes to have it."""
    question = f"{place}新开的月季园怎么预约？"
    with parts.db.work() as session:
        import_entries(
            session, int(place[1:]) + 1, [_row(f"new-{place}", "", question, "月季园")], system_clock()
        )
    _, took_s = _load(parts, shelf)
    found = shelf.ask("u7", question, _TODAY).matches
    if not found or found[0].entry.question != question:
        raise SystemExit(f"{question}: not found")
    return took_s


def _memory_mb() -> int:
    """Resident memory of this process."""
    fields = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(fields["VmRSS"].split()[0]) // 1024


if __name__ == "__main__":
    print(json.dumps(measure(_parts(dict(os.environ)))))
