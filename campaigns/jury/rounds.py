"""Verbs on rounds: made, changed, opened, closed, opened again.

Every step is a conditional update on `version`: of two people the second is told. Marks hold the round against such steps
for a moment (`store.hold_round`), so what a closed round counted is all there is.
"""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from campaigns.entries import Entry
from campaigns.jury.planning import Plan, plan_round
from campaigns.jury.results import settle
from campaigns.jury.scoring import METHODS
from campaigns.jury.store import hold_round
from campaigns.jury.tables import JuryDay, JuryEntry, JuryRound, JuryTask
from campaigns.view import CampaignView
from core.errors import Conflict, Invalid
from core.ids import public_id
from members.staff_links.rules import follower_mark
from models.upsert import count_rows

MOST_JURORS_EACH = 500
MOST_RANKED = 60
"""More entries nobody can put in order; rounds before shall choose."""
_SEATS = 200
TAKES: Mapping[str, str] = {"all": "全部作品", "best": "上一轮每组前几件", "share": "上一轮每组前百分之几"}


@dataclass(frozen=True, slots=True)
class RoundDraft:
    """What is entered for a round; the columns of `JuryRound`."""

    title: str
    method: str
    live: bool = False
    quorum: int = 3
    groups: tuple[str, ...] = ()
    takes: str = "all"
    takes_most: int = 0
    blind: bool = True
    due_at: datetime | None = None


def add_round(
    session: Session, campaign: CampaignView, draft: RoundDraft, by: str, now: datetime
) -> JuryRound:
    """One more, behind the others. Raises Invalid."""
    values = _checked(draft)
    query = select(func.max(JuryRound.number)).where(
        JuryRound.account_id == campaign.account_id, JuryRound.campaign_id == campaign.id
    )
    row = JuryRound(
        account_id=campaign.account_id,
        campaign_id=campaign.id,
        public_id=public_id(),
        number=(session.scalar(query) or 0) + 1,
        seed=public_id(24),
        updated_at=now,
        updated_by=by[:40],
        **values,
    )
    session.add(row)
    session.flush()
    return row


def change_round(
    session: Session, round_: JuryRound, version: int, draft: RoundDraft, by: str, now: datetime
) -> None:
    """A draft. Raises Invalid, Conflict."""
    _step(session, round_, version, "draft", by, now, **_checked(draft))


def put_off(
    session: Session, round_: JuryRound, version: int, due_at: datetime | None, by: str, now: datetime
) -> None:
    """Until when an open round may be judged; None for no end. Raises Invalid, Conflict."""
    if due_at is not None and due_at <= now:
        raise Invalid("past", "截止时间已经过去了，请重新选择。")
    _step(session, round_, version, "open", by, now, due_at=due_at)


def drop_round(session: Session, round_: JuryRound, version: int) -> None:
    """A draft; those behind it move up. Raises Conflict."""
    where = (JuryRound.account_id == round_.account_id, JuryRound.campaign_id == round_.campaign_id)
    gone = delete(JuryRound).where(
        *where, JuryRound.id == round_.id, JuryRound.version == version, JuryRound.state == "draft"
    )
    if count_rows(session.execute(gone)) == 0:
        raise _changed()
    behind = select(JuryRound).where(*where, JuryRound.number > round_.number).order_by(JuryRound.number)
    for one in session.scalars(behind).all():
        one.number -= 1
        session.flush()


def open_round(
    session: Session, campaign: CampaignView, round_: JuryRound, version: int, by: str, now: datetime
) -> Plan:
    """Allocate, and let jurors begin; returns what was allocated. Raises Conflict where something is missing."""
    if round_.due_at is not None and round_.due_at <= now:
        raise Conflict("past", "这一轮的截止时间已经过去了，请先改。")
    _step(session, round_, version, "draft", by, now, state="open", opened_at=now)
    round_ = hold_round(session, round_)
    plan = plan_round(session, campaign, round_)
    if plan.problem:
        raise Conflict("not_ready", plan.problem)
    if round_.method == "ranking" and len(plan.entries) > MOST_RANKED:
        raise Conflict(
            "too_many", f"排名最多 {MOST_RANKED} 件，现在有 {len(plan.entries)} 件。请先用前面的轮次选出来。"
        )
    of = {"account_id": round_.account_id, "round_id": round_.id}
    session.execute(
        insert(JuryEntry),
        [{**of, **_columns(round_.account_id, one)} for one in plan.entries],
    )
    if round_.live:
        _open_day(session, campaign, round_)
    else:
        session.execute(insert(JuryTask), [{**of, **one} for one in _tasks(round_, plan)])
    return plan


def close_round(
    session: Session, campaign: CampaignView, round_: JuryRound, version: int, by: str, now: datetime
) -> None:
    """Nothing more is judged; the result stands. Raises Conflict."""
    _step(session, round_, version, "open", by, now, state="closed", closed_at=now)
    settle(session, campaign, hold_round(session, round_))


def reopen_round(session: Session, round_: JuryRound, version: int, why: str, by: str, now: datetime) -> None:
    """A closed one goes on, with its marks. Raises Invalid without a reason, Conflict where a later round has begun."""
    if not why.strip():
        raise Invalid("no_why", "请写明为什么重新开放这一轮。")
    later = select(JuryRound.id).where(
        JuryRound.account_id == round_.account_id,
        JuryRound.campaign_id == round_.campaign_id,
        JuryRound.number > round_.number,
        JuryRound.state != "draft",
    )
    if session.scalar(later.limit(1)) is not None:
        raise Conflict("later", "后面的轮次已经开始，这一轮不能再开放。")
    values = {"state": "open", "closed_at": None, "due_at": None, "reopened_why": why.strip()[:200]}
    _step(session, round_, version, "closed", by, now, **values)


def require_open(round_: JuryRound, now: datetime) -> None:
    """Raises Conflict where nothing may be judged."""
    if round_.state != "open":
        raise Conflict("not_open", "这一轮评审已经结束，不能再改。")
    if round_.due_at is not None and round_.due_at <= now:
        raise Conflict("due", "这一轮的评审时间已经截止。还没评完的，请联系活动的组织者延长。")


def _tasks(round_: JuryRound, plan: Plan) -> Iterator[dict[str, Any]]:
    """Rows in an order that is another for each juror: nobody's work always comes last."""
    rows: list[dict[str, Any]] = []
    for number, jurors in plan.allocation.given.items() if plan.allocation else ():
        for place, juror in enumerate(jurors):
            slot = juror if round_.method == "ranking" else place
            rows.append(
                {"juror_id": juror, "number": number, "slot": slot, "stand_in": False, "state": "open"}
            )
    random.Random(f"{round_.seed} order").shuffle(rows)
    yield from rows


def _columns(account_id: int, entry: Entry) -> dict[str, Any]:
    owner = follower_mark(account_id, entry.openid) if entry.openid else ""
    return {"number": entry.number, "group": entry.group[:40], "owner": owner, "marks": 0}


def _open_day(session: Session, campaign: CampaignView, round_: JuryRound) -> None:
    day = JuryDay(
        account_id=round_.account_id,
        campaign_id=campaign.id,
        round_id=round_.id,
        public_id=public_id(16),
        screen_id=public_id(24),
        seats=_SEATS,
    )
    session.add(day)
    session.flush()


def _step(
    session: Session, round_: JuryRound, version: int, before: str, by: str, now: datetime, **values: Any
) -> None:
    where = (
        JuryRound.account_id == round_.account_id,
        JuryRound.id == round_.id,
        JuryRound.version == version,
        JuryRound.state == before,
    )
    changed = {**values, "version": version + 1, "updated_at": now, "updated_by": by[:40]}
    if count_rows(session.execute(update(JuryRound).where(*where).values(changed))) == 0:
        raise _changed()


def _changed() -> Conflict:
    return Conflict("changed", "这一轮刚刚被别人改过，您的操作没有执行。请看看最新情况再试。")


def _checked(draft: RoundDraft) -> dict[str, Any]:
    """The columns. Raises Invalid."""
    title = draft.title.strip()
    if not 1 <= len(title) <= 30:
        raise Invalid("bad_title", "轮次名称要填，最多 30 个字。")
    if draft.method not in METHODS or draft.takes not in TAKES:
        raise Invalid("bad_choice", "请选评法和进入这一轮的作品。")
    if draft.live and draft.method == "ranking":
        raise Invalid("live_ranking", "现场评审一件一件地投，不能用排名。请选通过/不通过或者星级。")
    if not 1 <= draft.quorum <= MOST_JURORS_EACH:
        raise Invalid("bad_quorum", f"每件几位评委评，填 1 到 {MOST_JURORS_EACH}。")
    top = {"best": 100_000, "share": 100}.get(draft.takes, 0)
    if draft.takes != "all" and not 1 <= draft.takes_most <= top:
        raise Invalid("bad_takes", f"上一轮取多少，填 1 到 {top}。")
    return {
        "title": title,
        "method": draft.method,
        "live": draft.live,
        "quorum": draft.quorum,
        "groups": list(draft.groups),
        "takes": draft.takes,
        "takes_most": draft.takes_most if draft.takes != "all" else 0,
        "blind": draft.blind,
        "due_at": draft.due_at,
    }
