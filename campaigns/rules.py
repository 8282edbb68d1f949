"""Decisions on campaigns: which state follows which, what stands still once it is open, when it may run. Pure."""

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

from campaigns.view import STATES, CampaignView
from core.clock import local_text
from core.errors import Closed, Conflict, Invalid

_NEXT: dict[str, frozenset[str]] = {
    "draft": frozenset({"checked", "deleted"}),
    "checked": frozenset({"draft", "live"}),
    "live": frozenset({"frozen", "publicised"}),
    "frozen": frozenset({"live", "publicised"}),
    "publicised": frozenset({"archived"}),
    "archived": frozenset(),
    "deleted": frozenset({"draft"}),
}
EDITABLE = frozenset({"draft", "checked"})
"""States in which everything may be changed; a change of a checked one makes it a draft again."""

_LONGEST = timedelta(days=366)


def check_step(before: str, after: str) -> None:
    """Raises Conflict where a campaign in state `before` can't become `after`."""
    if after not in _NEXT[before]:
        raise Conflict(
            "bad_step",
            f"活动现在是「{STATES[before]}」，不能变为「{STATES[after]}」。请刷新页面看看最新情况。",
        )


def check_times(opens_at: datetime, closes_at: datetime, now: datetime) -> None:
    """Raises Invalid for times no campaign can have."""
    if closes_at <= opens_at:
        raise Invalid("bad_times", "结束时间要晚于开始时间。")
    if closes_at <= now:
        raise Invalid("past_times", "结束时间已经过去了，请重新选择。")
    if closes_at - opens_at > _LONGEST:
        raise Invalid("long_times", "一次活动最长一年。")


def check_extension(campaign: CampaignView, closes_at: datetime, now: datetime) -> None:
    """A campaign that is open may end later, never earlier. Raises Invalid or Conflict."""
    if campaign.closed_at is not None or campaign.state not in ("live", "frozen"):
        raise Conflict("not_open", "活动不在进行中，不能延期。")
    if closes_at <= campaign.closes_at:
        raise Invalid("not_later", f"延期后的结束时间要晚于现在的 {local_text(campaign.closes_at)}。")
    check_times(campaign.opens_at, closes_at, now)


def require_on(campaign: CampaignView, now: datetime) -> None:
    """Raises Closed with what to do, unless one may take part at `now`."""
    match campaign.phase(now):
        case "on":
            return
        case "soon":
            raise Closed("not_yet", f"活动还没开始，{local_text(campaign.opens_at)} 准时见。")
        case "frozen":
            why = f"（{campaign.frozen_why}）" if campaign.frozen_why else ""
            raise Closed("frozen", f"活动暂停中{why}，恢复后您可以接着参加，已有的记录都在。")
        case "draft":
            raise Closed("draft", "活动还没有开放。")
        case _:
            raise Closed("over", "活动已经结束，谢谢您的参与。")


def hash_of(rules: dict[str, Any], settings: dict[str, Any], eligibility: dict[str, Any]) -> str:
    """The fingerprint of what stands still once a campaign is open: 64 hex digits."""
    frozen = json.dumps(
        [rules, settings, eligibility], ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    return hashlib.sha256(frozen.encode()).hexdigest()
