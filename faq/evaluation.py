"""How well questions are answered: hits, ranks, what is answered and what is handed off, time. After `flask faq eval`."""

import json
import time
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from core.errors import Invalid
from faq.knowledge import Found
from faq.rules import Decision

_SHARE = 0.9


@dataclass(frozen=True, slots=True)
class Case:
    """A question and the topics (or entry ids) that answer it; none: it is not ours."""

    query: str
    accept: frozenset[str]


@dataclass(frozen=True, slots=True)
class Report:
    """Shares from 0 to 1, times in milliseconds. None where there were no such questions."""

    ours: int
    strangers: int
    hit_1: float | None
    hit_3: float | None
    mrr: float | None
    auc: float | None
    """How often a question of ours is surer than a stranger's."""
    strangers_at_90: float | None
    """Strangers' questions answered at the confidence that answers 90 % of ours."""
    answered_right: float | None
    """Of what was answered, the share answered rightly."""
    coverage: float | None
    """Of ours, the share answered outright (rightly or not)."""
    suggested_right: float | None
    """Of ours that got a choice, the share whose choice held the right one."""
    handed_off: float | None
    """Of strangers' questions, the share that was not answered."""
    p50_ms: float
    p99_ms: float

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def read_cases(path: Path) -> list[Case]:
    """Lines of JSON: `query`, and `accept` (a list), `topic` or `id`. Raises Invalid with the line's number."""
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid("unreadable", f"读不到文件 {path}：{error}") from None
    return [_case(line, f"{path.name} 第 {n} 行") for n, line in enumerate(lines, 1) if line.strip()]


def _case(line: str, where: str) -> Case:
    try:
        value = json.loads(line)
    except ValueError:
        raise Invalid("bad_line", f"{where}：不是 JSON") from None
    if not isinstance(value, dict) or not isinstance(value.get("query"), str):
        raise Invalid("bad_line", f"{where}：需要 query（问题）")
    accept = value.get("accept", value.get("topic", value.get("id")))
    accept = [accept] if isinstance(accept, str) else accept
    if not isinstance(accept, list) or not all(isinstance(name, str) for name in accept):
        raise Invalid("bad_line", f"{where}：需要 accept（主题列表，空列表表示不归工会回答）")
    return Case(value["query"], frozenset(accept))


def evaluate(cases: Sequence[Case], ask: Callable[[str], Found]) -> Report:
    """Ask every question and add up."""
    asked: list[tuple[Case, Found]] = []
    times: list[float] = []
    for case in cases:
        began = time.perf_counter()
        asked.append((case, ask(case.query)))
        times.append((time.perf_counter() - began) * 1000)
    ours = [(case, found) for case, found in asked if case.accept]
    strangers = [found for case, found in asked if not case.accept]
    ranks = [_rank(case, found) for case, found in ours]
    answered = [(case, found) for case, found in asked if found.decision is Decision.ANSWER]
    offered = [(case, found) for case, found in ours if found.decision is Decision.SUGGEST]
    inside, outside = sorted(_sure(f) for _, f in ours), sorted(_sure(f) for f in strangers)
    return Report(
        ours=len(ours),
        strangers=len(strangers),
        hit_1=_share(rank == 1 for rank in ranks),
        hit_3=_share(0 < rank <= 3 for rank in ranks),
        mrr=_mean([1 / rank if rank else 0.0 for rank in ranks]),
        auc=_auc(inside, outside),
        strangers_at_90=_above(outside, inside[int(len(inside) * (1 - _SHARE))])
        if inside and outside
        else None,
        answered_right=_share(_rank(case, found) == 1 for case, found in answered),
        coverage=_share(found.decision is Decision.ANSWER for _, found in ours),
        suggested_right=_share(0 < _rank(case, found) <= 3 for case, found in offered),
        handed_off=_share(found.decision is not Decision.ANSWER for found in strangers),
        p50_ms=_percentile(times, 0.5),
        p99_ms=_percentile(times, 0.99),
    )


def _rank(case: Case, found: Found) -> int:
    """Of the first right one among different topics, from 1; 0 when there is none."""
    seen = list(dict.fromkeys(match.entry.topic or match.entry.code for match in found.matches))
    codes = {match.entry.topic or match.entry.code: match.entry.code for match in reversed(found.matches)}
    return next((n for n, name in enumerate(seen, 1) if {name, codes[name]} & case.accept), 0)


def _sure(found: Found) -> float:
    return found.matches[0].score if found.matches else 0.0


def _share(values: Iterable[bool]) -> float | None:
    return _mean([float(value) for value in values])


def _mean(values: Sequence[float]) -> float | None:
    return round(sum(values) / len(values), 4) if values else None


def _auc(inside: Sequence[float], outside: Sequence[float]) -> float | None:
    """Both sorted. Ties count half."""
    if not inside or not outside:
        return None
    wins = sum(bisect_left(outside, sure) + bisect_right(outside, sure) for sure in inside) / 2
    return round(wins / (len(inside) * len(outside)), 4)


def _above(sorted_values: Sequence[float], threshold: float) -> float:
    return round(1 - bisect_left(sorted_values, threshold) / len(sorted_values), 4)


def _percentile(values: Sequence[float], share: float) -> float:
    return round(sorted(values)[min(len(values) - 1, int(len(values) * share))], 3) if values else 0.0
