"""A question among 20 000 entries in one process, beside bm25s with jieba's words and with characters.

Entries are made of templates, places, jobs and amounts, each with three phrasings and no topic; a question says it in a fourth
way. All answer one question at a time in one thread, in interleaved rounds; medians. Beside that the shipped knowledge
with its classifier, and how long a fresh process takes to its first answer.
"""

import gc
import itertools
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from core.settings import ROOT
from faq.files import read_entries
from faq.knowledge import Knowledge
from faq.layers import EntrySet, Layer
from faq.rules import Thresholds
from faq.samples import samples_for, shipped_questions
from faq.spelling import Speller
from faq.store import EntryView
from faq.training import fit
from faq.words import load_tokenizer

ROUNDS = int(os.environ.get("ROUNDS", "5"))
_ENTRIES = 20_000
_QUERIES = 2_000
_LIMIT = 10
_STARTS = 3
_TODAY = date(2026, 11, 22)
_ADD = (
    "accounts add bench --name 基准 --appid wxbench00000000000 --token benchtoken "
    "--secret benchbenchbenchbenchbenchbenchbe --kind service --verified"
)
_KNOWLEDGE = ROOT / "content" / "knowledge"

_PLACES = "东莞 佛山 苏州 无锡 宁波 温州 义乌 泉州 厦门 青岛 郑州 武汉 长沙 成都 重庆 西安 合肥 南昌 贵阳 昆明 南宁 沈阳 天津 石家庄 太原"
_JOBS = "保洁 保安 焊工 电工 叉车工 缝纫工 瓦工 钢筋工 油漆工 厨师 服务员 收银员 快递员 外卖骑手 货车司机 装配工 质检员 仓管 月嫂 护工"
_AMOUNTS = ("八百", "三千五")
# {p} a place, {j} a job, {a} an amount. The last of each is the question, the others are the entry's.
_TEMPLATES = (
    ("在{p}做{j}，被收了{a}押金，合法吗？", "{p}{j}入职要交{a}元保证金", "{j}押金{a}块能退吗，我在{p}", "我在{p}当{j}，老板要我先押{a}块才能上岗，对不对"),
    ("在{p}做{j}，欠我{a}工资怎么办？", "{p}{j}被拖欠{a}元工资", "{j}的{a}块工钱不给，我在{p}", "我是{p}的{j}，{a}块工资老板一直拖着没发，找谁"),
    ("在{p}做{j}，加班费少给{a}怎么要？", "{p}{j}加班费差{a}元", "{j}加班没给够，差{a}块，我在{p}", "{p}这边{j}天天加班，少算了{a}块加班费，能补吗"),
    ("在{p}做{j}，被罚款{a}，合法吗？", "{p}{j}迟到罚{a}元", "{j}被公司罚了{a}块，我在{p}", "我在{p}做{j}，主管说违反规定扣我{a}，可以这样扣钱吗"),
    ("在{p}做{j}，没签劳动合同，月薪{a}能要双倍工资吗？", "{p}{j}没合同要二倍工资{a}元", "{j}没签合同，一个月{a}块，我在{p}", "{p}干{j}的，一直没有书面合同，每月{a}，双倍工资怎么算"),
    ("在{p}做{j}，试用期工资{a}低不低？", "{p}{j}试用期只发{a}元", "{j}试用期给{a}块，我在{p}", "我刚到{p}做{j}，试用这段时间才{a}块一个月，合不合规"),
    ("在{p}做{j}，被辞退能拿多少补偿，月薪{a}？", "{p}{j}辞退补偿，工资{a}元", "{j}被炒了，一个月{a}块，我在{p}", "{p}的{j}，公司叫我明天别来了，工资{a}，该赔我多少"),
    ("在{p}做{j}，受了工伤，医药费{a}谁出？", "{p}{j}工伤花了{a}元", "{j}干活受伤花{a}块，我在{p}", "我在{p}当{j}上班时砸到手，看病花了{a}，单位管不管"),
    ("在{p}做{j}，公司不交社保，每月补{a}行吗？", "{p}{j}不买社保给{a}元补贴", "{j}没社保，说补{a}块，我在{p}", "{p}做{j}，老板讲不缴五险每个月多发{a}，可以答应吗"),
    ("在{p}做{j}，离职被扣{a}工资怎么办？", "{p}{j}辞职扣{a}元", "{j}走的时候扣了{a}块，我在{p}", "我从{p}的厂里辞了{j}的活，最后一个月少发{a}，怎么要回来"),
    ("在{p}做{j}，高温补贴{a}该不该发？", "{p}{j}高温津贴{a}元", "{j}夏天有没有{a}块高温费，我在{p}", "{p}太热了，{j}户外干一天，听说有{a}的防暑钱，是真的吗"),
    ("在{p}做{j}，年假没休折算{a}对吗？", "{p}{j}未休年休假工资{a}元", "{j}年假折现给{a}块，我在{p}", "我在{p}当{j}三年没休过年假，公司说只给{a}了事，合理吗"),
    ("在{p}做{j}，请病假工资只发{a}合法吗？", "{p}{j}病假工资{a}元", "{j}生病休息发{a}块，我在{p}", "{p}的{j}住院一个月，单位就给了{a}，是不是太少"),
    ("在{p}做{j}，怀孕被降薪{a}怎么办？", "{p}{j}孕期工资少了{a}元", "{j}怀孕后少发{a}块，我在{p}", "我在{p}做{j}，有了宝宝以后公司每月少给我{a}，能告吗"),
    ("在{p}做{j}，工资{a}低于最低工资吗？", "{p}{j}最低工资{a}元", "{j}一个月{a}块够不够最低标准，我在{p}", "{p}做{j}到手就{a}，有没有到当地规定的底线"),
    ("在{p}做{j}，要赔违约金{a}吗？", "{p}{j}提前走违约金{a}元", "{j}没干满要赔{a}块，我在{p}", "我不想在{p}干{j}了，合同上写提前走人罚{a}，有效吗"),
    ("在{p}做{j}，年终奖{a}不发怎么办？", "{p}{j}年终奖金{a}元没给", "{j}说好的{a}块年终奖没有，我在{p}", "{p}{j}，答应过年发{a}奖金，离开了就不认账，怎么办"),
    ("在{p}做{j}，失业金能领{a}吗？", "{p}{j}失业保险金{a}元", "{j}没工作了，失业金有没有{a}块，我在{p}", "在{p}当{j}被裁掉，每月{a}的失业补助去哪里办"),
    ("在{p}做{j}，工装费{a}要自己出吗？", "{p}{j}服装费{a}元", "{j}工作服扣{a}块，我在{p}", "{p}这家店招{j}，衣服鞋子要我掏{a}，可以不给吗"),
    ("在{p}做{j}，公积金每月{a}没交怎么补？", "{p}{j}住房公积金{a}元", "{j}公积金{a}块没缴，我在{p}", "我在{p}做{j}，单位从来没有给我存过{a}的公积金，能不能追"),
)  # fmt: skip


class Asked(NamedTuple):
    """A question, and which entry (by position) it is meant for."""

    text: str
    wanted: int


@dataclass(frozen=True, slots=True)
class Contender:
    """`ask` gives the position of the nearest entry; None for nothing found."""

    name: str
    ask: Callable[[str], int | None]


def run() -> dict[str, object]:
    """Build all, ask in turns, and give the ratios of the medians."""
    load_tokenizer()
    entries, asked = make_entries(_ENTRIES), make_questions(_QUERIES)
    before = _memory_mb()
    began = time.perf_counter()
    knowledge = Knowledge(Layer(EntrySet(entries, Speller({}))), None)
    build_s = time.perf_counter() - began
    after = _memory_mb()
    contenders = (
        _ours(knowledge),
        _bm25s("bm25s_words", entries, _words),
        _bm25s("bm25s_characters", entries, list),
    )
    times = _rounds(contenders, [question.text for question in asked])
    peers = [name for name in times if name != "ours"]
    best = min(peers, key=lambda name: _middle(times[name], 50))
    return {
        "query_vs_bm25s": _ratio(times[best], times["ours"]),
        "best_peer": best,
        **{f"query_vs_{name}": _ratio(times[name], times["ours"]) for name in peers},
        **{f"p{at}_ms": {name: _middle(rounds, at) for name, rounds in times.items()} for at in (50, 99)},
        "hit_at_1": {contender.name: _hits(contender, asked) for contender in contenders},
        "entries": len(entries),
        "queries": len(asked),
        "rounds": ROUNDS,
        "build_s": round(build_s, 1),
        "memory_mb": [before, after],
        "real_knowledge": _real_knowledge(),
        "first_answer_s": _first_answer_s(),
    }


def make_entries(count: int) -> list[EntryView]:
    """The first `count` of all templates, places, jobs and amounts put together: the same in every run."""
    return [
        _entry(number, f"made-{number}", [_fill(text, values) for text in template[:-1]])
        for number, (template, values) in enumerate(itertools.islice(_combinations(), count))
    ]


def make_questions(count: int) -> list[Asked]:
    """`count` rewordings of entries drawn by lot."""
    combinations = list(itertools.islice(_combinations(), _ENTRIES))
    drawn = Random(1).sample(range(len(combinations)), count)
    return [Asked(_fill(combinations[n][0][-1], combinations[n][1]), n) for n in drawn]


_Values = tuple[str, str, str]


def _combinations() -> Iterable[tuple[tuple[str, ...], _Values]]:
    for template, *values in itertools.product(_TEMPLATES, _PLACES.split(), _JOBS.split(), _AMOUNTS):
        yield template, (values[0], values[1], values[2])


def _fill(text: str, values: _Values) -> str:
    return text.format(p=values[0], j=values[1], a=values[2])


def _entry(
    number: int, code: str, phrasings: Sequence[str], answer: str = "先留好证据。", topic: str = ""
) -> EntryView:
    return EntryView(
        id=number,
        public_id=code,
        organisation_id=1,
        code=code,
        topic=topic,
        category="",
        question=phrasings[0],
        alternates=tuple(phrasings[1:]),
        answer=answer,
        details="",
        citations=(),
        region="",
        valid_from=None,
        valid_until=None,
        checked_on=None,
    )


def _ours(knowledge: Knowledge) -> Contender:
    """What a follower's question goes through: spelling, search, ranking, decision."""
    thresholds = Thresholds(0.8, 0.5, 0.1, 0.1)

    def ask(question: str) -> int | None:
        matches = knowledge.ask(question, _TODAY, thresholds, _LIMIT).matches
        return matches[0].entry.id if matches else None

    return Contender("ours", ask)


def _words(text: str) -> list[str]:
    """jieba without its model for unknown words, which is the faster way."""
    return list(load_tokenizer().cut(text, HMM=False))


def _bm25s(name: str, entries: Sequence[EntryView], tokenize: Callable[[str], list[str]]) -> Contender:
    """An entry is one document of all its phrasings. Its numpy backend; scores and the best ten, without the progress bar
    and the threads of `retrieve`."""
    library: Any = import_module("bm25s")
    index: Any = library.BM25(backend="numpy")
    index.index(
        [tokenize(" ".join((entry.question, *entry.alternates))) for entry in entries], show_progress=False
    )
    top: Any = import_module("bm25s.selection").topk

    def ask(question: str) -> int | None:
        tokens = [token for token in tokenize(question) if token in index.vocab_dict]
        if not tokens:
            return None
        _, positions = top(index.get_scores(tokens), _LIMIT, backend="numpy", sorted=True)
        return int(positions[0])

    return Contender(name, ask)


def _rounds(contenders: Sequence[Contender], questions: Sequence[str]) -> dict[str, list[list[float]]]:
    """Milliseconds of every question, sorted, by contender and round."""
    times: dict[str, list[list[float]]] = {contender.name: [] for contender in contenders}
    for number in range(ROUNDS + 1):
        for contender in contenders:
            gc.collect()
            taken = _time(contender.ask, questions if number else questions[:100])
            if number:  # the first round only warms up
                times[contender.name].append(taken)
        shown = "  ".join(f"{name} {statistics.median(r[-1]):.3f} ms" for name, r in times.items() if r)
        print(f"round {number}: {shown or 'warm-up'}", file=sys.stderr)
    return times


def _time(ask: Callable[[str], object], questions: Sequence[str]) -> list[float]:
    taken: list[float] = []
    for question in questions:
        began = time.perf_counter_ns()
        ask(question)
        taken.append((time.perf_counter_ns() - began) / 1e6)
    return sorted(taken)


def _middle(rounds: Sequence[Sequence[float]], percent: int) -> float:
    """The median over the rounds of a percentile."""
    return round(statistics.median(taken[len(taken) * percent // 100] for taken in rounds), 3)


def _ratio(theirs: Sequence[Sequence[float]], ours: Sequence[Sequence[float]]) -> float:
    """Their median ÷ ours within a round, the median over the rounds: higher is better."""
    pairs = zip(theirs, ours, strict=True)
    return round(statistics.median(statistics.median(a) / statistics.median(b) for a, b in pairs), 2)


def _hits(contender: Contender, asked: Sequence[Asked]) -> float:
    return round(sum(contender.ask(question.text) == question.wanted for question in asked) / len(asked), 3)


def _real_knowledge() -> dict[str, object]:
    """The shipped entries with their classifier, asked some of the questions it learnt from."""
    rows = [row for path in sorted(_KNOWLEDGE.glob("*.csv")) for row in read_entries(path)[0]]
    entries = EntrySet(
        [
            _entry(number, row.code, (row.question, *row.alternates), row.answer, row.topic)
            for number, row in enumerate(rows)
        ],
        Speller({}),
    )
    began = time.perf_counter()
    classifier = fit(samples_for(entries.entries, entries.speller), learnt=entries.digests)
    fit_s = time.perf_counter() - began
    ask = _ours(Knowledge(Layer(entries), classifier)).ask
    shipped = [question for _, question in shipped_questions()]
    questions = Random(1).sample(shipped, _QUERIES)
    _time(ask, questions[:100])
    rounds = [_time(ask, questions) for _ in range(ROUNDS)]
    return {
        "entries": len(rows),
        "fit_s": round(fit_s, 1),
        "p50_ms": _middle(rounds, 50),
        "p99_ms": _middle(rounds, 99),
    }


def _first_answer_s() -> float:
    """Seconds from starting `flask faq ask` to its end, with the classifier fitted before; the median of a few."""
    with tempfile.TemporaryDirectory(prefix="zhijia-bench-") as folder:
        env = {
            **os.environ,
            "ZHIJIA_VAR": folder,
            "SECRET_KEY": "benchmark-key-of-thirty-two-characters",
        }
        env.pop("DATABASE_URL", None)
        flask = (sys.executable, "-m", "flask", "--app", str(ROOT / "app.py"))
        account = ("--account", "bench")
        imports = [("faq", "import", str(path), *account) for path in sorted(_KNOWLEDGE.glob("*.csv"))]
        ask = ("faq", "ask", "押金能退吗", *account)
        for arguments in (("db", "upgrade"), _ADD.split(), *imports, ask):
            subprocess.run([*flask, *arguments], env=env, check=True, capture_output=True)
        taken: list[float] = []
        for _ in range(_STARTS):
            began = time.perf_counter()
            subprocess.run([*flask, *ask], env=env, check=True, capture_output=True)
            taken.append(time.perf_counter() - began)
    return round(statistics.median(taken), 2)


def _memory_mb() -> int:
    """Resident memory of this process."""
    gc.collect()
    fields = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(fields["VmRSS"].split()[0]) // 1024
