"""Decisions on attempts: which levels are open, how many tries are left, how long somebody took. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from campaigns.kinds.quiz.config import QuizConfig
from campaigns.view import CampaignView
from core.clock import SHANGHAI, local_text
from core.errors import Closed, NotFound, SoldOut

GateState = Literal["open", "soon", "locked", "used_today", "used_up"]


class Scored(NamedTuple):
    """What of a scored attempt decides who is better."""

    gate: int
    points: int
    used_ms: int
    ended_at: datetime
    passed: bool


@dataclass(frozen=True, slots=True)
class GateView:
    """A level as somebody sees it who wants to play. `left_today`, `left`: None where nothing limits."""

    gate: int
    title: str
    state: GateState
    opens_at: datetime
    total: int
    best: Scored | None
    left_today: int | None
    left: int | None


def day_of(moment: datetime) -> str:
    """The day in China, by which tries are counted."""
    return moment.astimezone(SHANGHAI).date().isoformat()


def opens_at(settings: QuizConfig, gate: int, campaign_opens_at: datetime) -> datetime:
    """When a level opens: the first with the campaign, later ones at midnight of their day."""
    days = settings.gate_day(gate)
    if not days:
        return campaign_opens_at
    first = campaign_opens_at.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    return first + timedelta(days=days)


def best_of(scored: Iterable[Scored]) -> dict[int, Scored]:
    """The best of each level: more points, then less time, then earlier."""
    best: dict[int, Scored] = {}
    for one in scored:
        known = best.get(one.gate)
        if known is None or _rank(one) < _rank(known):
            best[one.gate] = one
    return best


def _rank(one: Scored) -> tuple[int, int, datetime]:
    return -one.points, one.used_ms, one.ended_at


def view_gates(
    settings: QuizConfig,
    campaign_opens_at: datetime,
    started: Sequence[tuple[int, datetime]],
    scored: Sequence[Scored],
    now: datetime,
) -> list[GateView]:
    """All levels. `started`: level and time of every attempt, also one under way."""
    best = best_of(scored)
    return [
        _view_gate(settings, gate, opens_at(settings, gate, campaign_opens_at), started, best, now)
        for gate in range(settings.gate_count)
    ]


def _view_gate(
    settings: QuizConfig,
    gate: int,
    opens: datetime,
    started: Sequence[tuple[int, datetime]],
    best: dict[int, Scored],
    now: datetime,
) -> GateView:
    today = sum(1 for at, moment in started if at == gate and day_of(moment) == day_of(now))
    ever = sum(1 for at, _ in started if at == gate)
    left_today = max(0, settings.tries_a_day - today) if settings.tries_a_day else None
    left = max(0, settings.tries - ever) if settings.tries else None
    state: GateState = "open"
    if now < opens:
        state = "soon"
    elif settings.in_order and gate and not (gate - 1 in best and best[gate - 1].passed):
        state = "locked"
    elif left == 0:
        state = "used_up"
    elif left_today == 0:
        state = "used_today"
    return GateView(
        gate,
        settings.gate_title(gate),
        state,
        opens,
        settings.total_of(gate),
        best.get(gate),
        left_today,
        left,
    )


def require_gate(
    settings: QuizConfig, gate: int, campaign_opens_at: datetime, passed_before: bool, now: datetime
) -> None:
    """Raises NotFound or Closed unless the level may be begun at `now`."""
    if not 0 <= gate < settings.gate_count:
        raise NotFound("no_gate", "没有这一关，请回到活动页面重新选择。")
    opens = opens_at(settings, gate, campaign_opens_at)
    if now < opens:
        raise Closed("gate_closed", f"「{settings.gate_title(gate)}」{local_text(opens)} 开放，到时再来。")
    if settings.in_order and gate and not passed_before:
        raise Closed("gate_locked", f"先过了「{settings.gate_title(gate - 1)}」，才能进这一关。")


def no_more(settings: QuizConfig, *, today: bool) -> SoldOut:
    """The error that says which limit is reached."""
    if today:
        return SoldOut(
            "used_today", f"今天的 {settings.tries_a_day} 次都答过了，明天再来；成绩取最好的一次。"
        )
    return SoldOut("used_up", f"{settings.tries} 次机会都用完了，成绩取最好的一次，谢谢您的参与。")


def clock_of(campaign: CampaignView, now: datetime) -> datetime:
    """The time that papers are under: it stands still while their campaign is frozen."""
    return campaign.frozen_at or now if campaign.state == "frozen" else now


def used_ms(started_at: datetime, ended_at: datetime, due_at: datetime | None, minutes: int) -> int:
    """How long somebody took, in milliseconds: of `minutes` what was left until `due_at` is not used, so the time in which
    the campaign was frozen does not count. Without a limit it does.
    """
    if due_at is None:
        used = ended_at - started_at
    else:
        used = timedelta(minutes=minutes) - (due_at - min(ended_at, due_at))
    return max(0, round(used.total_seconds() * 1000))


def duration_text(milliseconds: int) -> str:
    """3 分 08 秒."""
    minutes, seconds = divmod(milliseconds // 1000, 60)
    return f"{minutes} 分 {seconds:02d} 秒" if minutes else f"{seconds} 秒"
