"""Decisions on draws and claims: what a draft must be, which state follows which, what the odds say, what is masked. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from core.clock import local_text
from core.errors import Closed, Conflict, Invalid
from core.text import clean
from models.prizes import Win
from prizes.tape import MOST_PRIZES, MOST_SLOTS
from prizes.view import DELIVERIES, FACES, KINDS, MODES, STATES, DrawView

TOP_VALUE_FEN = 5_000_000
"""What a prize of chance may be worth (规范促销行为暂行规定 第十七条), in 分."""
REMIND = timedelta(days=3)
"""So long before the end of its time somebody is reminded of a prize."""
NOT_AT_ONCE = timedelta(days=1)
"""Who won so lately needs no reminder yet."""
_DECIMALS = 12
_LONGEST = timedelta(days=366)
_NEXT = {"draft": "open", "open": "closed", "closed": "revealed"}
_PHONE = re.compile(r"1[3-9]\d{9}")

WIN_STATES: dict[str, str] = {
    "won": "待领取",
    "claimed": "已登记",
    "sent": "已发出",
    "confirmed": "已完成",
    "failed": "没有成功",
    "forfeited": "逾期未领",
}


@dataclass(frozen=True, slots=True)
class PrizeDraft:
    """A prize as staff write it; `public_id` is empty for a new one."""

    name: str
    kind: str
    stock: int
    value_fen: int = 0
    odds: str = "0"
    delivery: str = "post"
    how: str = ""
    picture: str = ""
    """Its name in the media folder; empty for none."""
    public_id: str = ""


@dataclass(frozen=True, slots=True)
class DrawDraft:
    """A draw as staff write it."""

    title: str
    mode: str
    face: str
    opens_at: datetime
    closes_at: datetime
    prizes: tuple[PrizeDraft, ...]
    slots: int = 0
    claim_days: int = 15
    turns_per_day: int = 0
    turns_per_person: int = 0
    wins_per_person: int = 1
    wins_per_phone: int = 1
    entropy_source: str = ""


def check_draft(draft: DrawDraft) -> None:
    """Raises Invalid for what no draw can be, even as a draft."""
    if not draft.title or len(draft.title) > 30:
        raise Invalid("bad_title", "抽奖名称要写 1 到 30 个字。")
    if draft.mode not in MODES or draft.face not in FACES:
        raise Invalid("bad_mode", "请选择抽奖方式和样式。")
    if draft.closes_at <= draft.opens_at:
        raise Invalid("bad_times", "结束时间要晚于开始时间。")
    if draft.closes_at - draft.opens_at > _LONGEST:
        raise Invalid("long_times", "一次抽奖最长一年。")
    if not 1 <= draft.claim_days <= 180:
        raise Invalid("bad_days", "领奖期限要在 1 到 180 天之间。")
    if len(draft.entropy_source) > 80:
        raise Invalid("long_entropy", "公开随机数的说明最多 80 个字。")
    if len(draft.prizes) > MOST_PRIZES:
        raise Invalid("many_prizes", f"一次抽奖最多 {MOST_PRIZES} 种奖品。")
    _check_numbers(draft)
    for number, prize in enumerate(draft.prizes, 1):
        _check_prize(number, prize)
    names = [prize.name for prize in draft.prizes]
    if len(set(names)) != len(names):
        raise Invalid("same_name", "有两种奖品同名，请改得能分清。")


def _check_numbers(draft: DrawDraft) -> None:
    limits = (draft.turns_per_day, draft.turns_per_person, draft.wins_per_person, draft.wins_per_phone)
    if any(not 0 <= one <= 10_000 for one in limits):
        raise Invalid("bad_limit", "次数限制要在 0 到 10000 之间，0 表示不限。")
    if not 0 <= draft.slots <= MOST_SLOTS:
        raise Invalid("bad_slots", f"总签数要在 {MOST_SLOTS:,} 以内。")


def _check_prize(number: int, prize: PrizeDraft) -> None:
    where = f"第 {number} 种奖品"
    if not prize.name or len(prize.name) > 30 or clean(prize.name) != prize.name or "\t" in prize.name:
        raise Invalid("bad_prize_name", f"{where}的名称要写 1 到 30 个字。")
    if prize.kind not in KINDS or prize.delivery not in DELIVERIES:
        raise Invalid("bad_kind", f"{where}请选择种类和发放方式。")
    if not 1 <= prize.stock <= MOST_SLOTS:
        raise Invalid("bad_stock", f"{where}的数量要在 1 到 {MOST_SLOTS:,} 之间。")
    if not 0 <= prize.value_fen <= TOP_VALUE_FEN:
        raise Invalid("too_dear", f"{where}的价值要在 0 到 5 万元之间，这是抽奖式促销的法定上限。")
    if prize.kind == "credit" and (prize.value_fen < 100 or prize.value_fen % 100):
        raise Invalid("bad_credit", f"{where}是话费，请把每份价值写成整元，例如 10。")
    if len(prize.how) > 200:
        raise Invalid("long_how", f"{where}的领取说明最多 200 个字。")


def check_ready(draw: DrawView, now: datetime) -> None:
    """Raises Invalid with what keeps a draft from being opened."""
    if not draw.prizes:
        raise Invalid("no_prizes", "还没有奖品，请先添加奖品。")
    if draw.closes_at <= now:
        raise Invalid("past", "结束时间已经过去了，请先改时间。")
    if draw.mode == "tape" and draw.slots < draw.stock:
        raise Invalid(
            "few_slots", f"总签数 {draw.slots} 少于奖品总数 {draw.stock}，请把总签数改到不少于奖品总数。"
        )
    if draw.mode == "odds":
        total = sum(Decimal(parse_odds(one.odds)) for one in draw.prizes)
        if not 0 < total <= 1:
            raise Invalid("bad_odds", "各奖品的中奖概率加起来要大于 0，并且不超过 100%。")


def check_step(before: str, after: str) -> None:
    """Raises Conflict where a draw in state `before` can't become `after`."""
    if _NEXT.get(before) != after:
        raise Conflict(
            "bad_step",
            f"抽奖现在是「{STATES[before]}」，不能变为「{STATES[after]}」。请刷新页面看看最新情况。",
        )


def is_unreminded(win: Win, now: datetime) -> bool:
    """Is the time of an unclaimed prize running out, and its winner could not be told in the chat yet?"""
    waits = win.state == "won" and win.reminded_at is None and win.won_at < now - NOT_AT_ONCE
    return waits and win.deadline - REMIND <= now < win.deadline


def require_on(draw: DrawView, now: datetime) -> None:
    """Raises Closed, unless turns may be taken at `now`."""
    match draw.phase(now):
        case "on" if draw.mode != "final":
            return
        case "on":
            raise Closed("final", "这次抽奖在活动结束后统一抽取，您不用操作，请留意公布的结果。")
        case "soon":
            raise Closed("not_yet", f"抽奖还没开始，{local_text(draw.opens_at)} 准时见。")
        case "draft":
            raise Closed("draft", "抽奖还没有开放。")
        case _:
            raise Closed("over", "抽奖已经结束，谢谢您的参与。没有用完的机会已失效。")


def parse_odds(text: str) -> str:
    """「0.01%」 or 「0.0001」 as an exact decimal. Raises Invalid."""
    given = text.strip().replace("％", "%").replace(" ", "")
    try:
        value = Decimal(given.removesuffix("%"))
        if given.endswith("%"):
            value = value.scaleb(-2)
    except InvalidOperation:
        raise Invalid("bad_odds", "中奖概率写成 0.01% 或 0.0001 这样。") from None
    if not value.is_finite() or not 0 <= value <= 1:
        raise Invalid("bad_odds", "中奖概率要在 0 到 100% 之间。")
    if value != round(value, _DECIMALS):
        raise Invalid("bad_odds", f"中奖概率最多写 {_DECIMALS} 位小数。")
    return f"{value.normalize():f}"


def show_odds(odds: str) -> str:
    """An exact decimal as people read it: 0.0001 → 0.01%."""
    try:
        return f"{Decimal(odds).scaleb(2).normalize():f}%"
    except InvalidOperation:
        return odds


def parse_yuan(text: str) -> int:
    """元 as 分. Raises Invalid."""
    try:
        fen = Decimal(text.strip().replace(",", "") or "0") * 100
    except InvalidOperation:
        raise Invalid("bad_money", "金额写成 10 或 10.50 这样，单位是元。") from None
    if not fen.is_finite() or fen != int(fen) or not 0 <= fen <= 100 * TOP_VALUE_FEN:
        raise Invalid("bad_money", "金额写成 10 或 10.50 这样，单位是元。")
    return int(fen)


@lru_cache(maxsize=256)
def scale_of(odds: tuple[str, ...]) -> tuple[int, tuple[int, ...]]:
    """Odds as whole numbers: roll from 0 below the first; a roll below the n-th bound wins prize n."""
    digits = max(
        (-int(exponent) for one in odds if (exponent := Decimal(one).as_tuple().exponent)), default=0
    )
    scale = 10 ** max(0, digits)
    bounds: list[int] = []
    for one in odds:
        bounds.append((bounds[-1] if bounds else 0) + int(Decimal(one) * scale))
    return scale, tuple(bounds)


def prize_for(bounds: Sequence[int], roll: int) -> int:
    """Which prize (from 0) a roll wins; -1 for none."""
    return next((number for number, bound in enumerate(bounds) if roll < bound), -1)


def check_phone(text: str) -> str:
    """A mobile number of the mainland. Raises Invalid."""
    digits = re.sub(r"[\s\-]", "", text.strip()).removeprefix("+86")
    if not _PHONE.fullmatch(digits):
        raise Invalid("bad_phone", "手机号应为 11 位数字，请核对。")
    return digits


def check_name(text: str) -> str:
    """Raises Invalid."""
    name = " ".join(clean(text).split())
    if not 1 <= len(name) <= 20:
        raise Invalid("bad_name", "请填写姓名，最多 20 个字。")
    return name


def check_address(text: str) -> str:
    """Raises Invalid."""
    address = " ".join(clean(text).split())
    if not 5 <= len(address) <= 120:
        raise Invalid("bad_address", "请填写完整的收货地址（省市区、街道、门牌号），5 到 120 个字。")
    return address


def mask_name(name: str) -> str:
    """「王小明」 → 「王**」."""
    return name[:1] + "*" * max(1, min(2, len(name) - 1)) if name else ""


def mask_phone(phone: str) -> str:
    """「13812345678」 → 「138****5678」."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) == 11 else "*" * len(phone)


def mask_address(address: str) -> str:
    """Its first six characters."""
    return f"{address[:6]}…" if address else ""


def code_text(public_id: str) -> str:
    """A redemption code as people read it out: in fours."""
    return " ".join(public_id[start : start + 4] for start in range(0, len(public_id), 4))


def yuan(fen: int) -> str:
    """分 as people read it."""
    return f"{fen / 100:,.2f}".removesuffix(".00")
