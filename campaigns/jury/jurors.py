"""Verbs on jurors: named, away, back. Whose tasks go to whom is worked out the same way for looking and for doing."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from campaigns.jury.allocation import Wanted, allocate
from campaigns.jury.bars import find_bars
from campaigns.jury.rounds import require_open
from campaigns.jury.store import (
    ACTIVE,
    count_loads,
    find_holders,
    find_short,
    get_juror,
    hold_round,
    list_entries,
    list_entries_of,
    list_jurors,
    list_rounds,
)
from campaigns.jury.tables import Juror, JuryRound, JuryTask
from campaigns.view import CampaignView
from core.errors import Conflict, Invalid
from core.ids import public_id
from house.permissions import Permission
from models.staff import Staff
from models.upsert import count_rows, insert_missing
from staff.roles import Access, Held, Role
from staff.service import list_grants

MOST = 1000
_UNIT_LETTERS = 60


@dataclass(frozen=True, slots=True)
class Handover:
    """What happens to a round's open tasks of somebody who is away. `moves`: the taker's id by task id; `dropped`: tasks of
    a ranking, which everybody else does anyway; `stuck`: entries that nobody else may judge."""

    round: JuryRound
    moves: Mapping[int, int]
    dropped: Sequence[int]
    stuck: Sequence[int]

    def counts(self) -> Counter[int]:
        """How many each taker gets."""
        return Counter(self.moves.values())


def list_eligible(
    session: Session, campaign: CampaignView, chain: Sequence[int], now: datetime
) -> list[Staff]:
    """Who has the role of a juror in `chain` (the account's organisation and those above) and is not named yet."""
    named = {one.staff.id for one in list_jurors(session, campaign)}
    return [one for one in _role_holders(session, chain, now).values() if one.id not in named]


def add_jurors(
    session: Session,
    campaign: CampaignView,
    chain: Sequence[int],
    named: Sequence[tuple[str, str]],
    by: str,
    now: datetime,
) -> int:
    """Name people by user name, each with their unit; who is named already gets the new unit. Returns how many are new.

    Raises Invalid for somebody without the role, and changes nothing.
    """
    if not named:
        raise Invalid("nobody", "请至少写一位评委。")
    holders = _role_holders(session, chain, now)
    if strangers := [login for login, _ in named if login not in holders]:
        told = "、".join(one[:40] for one in strangers[:5])
        raise Invalid(
            "no_role",
            f"这里没有用户名为「{told}」的评委，一位也没有加。请先在「人员与权限」里建账号，授予「评委」角色。",
        )
    before = {one.staff.id: one.juror for one in list_jurors(session, campaign)}
    if len({*before, *(holders[login].id for login, _ in named)}) > MOST:
        raise Invalid("too_many", f"一个活动最多 {MOST} 位评委。")
    rows = []
    for login, unit in dict(named).items():
        known, text = before.get(holders[login].id), unit.strip()[:_UNIT_LETTERS]
        if known is not None:
            known.unit = text or known.unit
            continue
        of = {"account_id": campaign.account_id, "campaign_id": campaign.id, "public_id": public_id()}
        rows.append({**of, "staff_id": holders[login].id, "unit": text, "added_at": now, "added_by": by[:40]})
    return insert_missing(session, Juror, rows)


def read_list(text: str) -> list[tuple[str, str]]:
    """User names with units, a line each: `wang.fang，第一工区`. Raises Invalid with the line."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        parts = line.replace("，", ",").replace("\t", ",").split(",", 1)
        login = parts[0].strip().lower()
        if not login or len(login) > 40 or " " in login:
            raise Invalid("bad_line", f"第 {number} 行看不懂。一行写一位：用户名，逗号，单位。")
        found.append((login, parts[1].strip() if len(parts) > 1 else ""))
    return found


def plan_handover(session: Session, campaign: CampaignView, juror: Juror) -> list[Handover]:
    """Where a juror's open tasks would go if they were away now, for each open round."""
    return [
        _plan(session, campaign, round_, juror)
        for round_ in list_rounds(session, campaign)
        if round_.state == "open" and not round_.live
    ]


def send_away(session: Session, campaign: CampaignView, juror_id: str) -> list[Handover]:
    """A juror can't judge any more: what they did stays, what is open goes to others, evenly. Raises Conflict."""
    juror = get_juror(session, campaign, juror_id).juror
    for round_ in list_rounds(session, campaign):
        hold_round(session, round_)
    plans = plan_handover(session, campaign, juror)
    _set_state(session, juror, "active", "away")
    for plan in plans:
        _carry_out(session, plan)
    return plans


def fill_short(session: Session, campaign: CampaignView, round_: JuryRound, now: datetime) -> int:
    """Give entries that lack jurors (recusals nobody could take over) to those who may judge them now. Returns how many tasks.

    Raises Conflict once the round is over, or where still nobody may.
    """
    require_open(hold_round(session, round_), now)
    short = find_short(session, campaign, round_, list_entries_of(session, round_))
    holders = find_holders(session, round_, list(short))
    named = [one.juror for one in list_jurors(session, campaign, active=True)]
    entries = [one for one in list_entries(session, campaign) if one.number in short]
    bars = find_bars(session, round_.account_id, named, entries)
    wanted = [
        Wanted(
            one.number,
            short[one.number],
            bars.get(one.number, frozenset()) | {row.juror_id for row in holders[one.number]},
        )
        for one in entries
    ]
    loads = count_loads(session, round_)
    found = allocate(wanted, [one.id for one in named], f"{round_.seed} fill", loads)
    rows = [
        row
        for number, takers in found.given.items()
        for row in _rows(round_, holders[number], number, takers)
    ]
    if not rows:
        raise Conflict("still_short", "还是没有别人能评：请先在「评委」里加人（别的单位的），再补。")
    session.add_all(rows)
    session.flush()
    return len(rows)


def _rows(round_: JuryRound, held: Sequence[JuryTask], number: int, takers: Sequence[int]) -> list[JuryTask]:
    """Tasks in the slots of an entry that nobody holds."""
    taken = {one.slot for one in held if one.state in ACTIVE}
    free = [slot for slot in range(round_.quorum) if slot not in taken]
    of = {"account_id": round_.account_id, "round_id": round_.id, "number": number, "stand_in": True}
    return [JuryTask(**of, juror_id=taker, slot=slot) for taker, slot in zip(takers, free, strict=False)]


def call_back(session: Session, campaign: CampaignView, juror_id: str) -> None:
    """They are there again, for rounds and recusals from now on. Raises Conflict."""
    _set_state(session, get_juror(session, campaign, juror_id).juror, "away", "active")


def drop_juror(session: Session, campaign: CampaignView, juror_id: str) -> None:
    """Somebody who was named by mistake. Raises Conflict for one who stands in a round."""
    juror = get_juror(session, campaign, juror_id).juror
    query = select(JuryTask.id).where(
        JuryTask.account_id == campaign.account_id, JuryTask.juror_id == juror.id
    )
    if session.scalar(query.limit(1)) is not None:
        raise Conflict("has_tasks", "这位评委已经分到作品，不能移出名单。不能来了，请用「缺席」。")
    session.execute(delete(Juror).where(Juror.account_id == campaign.account_id, Juror.id == juror.id))


def _role_holders(session: Session, chain: Sequence[int], now: datetime) -> dict[str, Staff]:
    """By user name, who may judge there at `now`."""
    found: dict[str, Staff] = {}
    for grant in list_grants(session, chain):
        held = Held(grant.organisation_id, Role(grant.role), grant.expires_at)
        if grant.staff.active and Access.at([held], now).may(Permission.JUDGE, chain):
            found[grant.staff.login] = grant.staff
    return found


def _plan(session: Session, campaign: CampaignView, round_: JuryRound, juror: Juror) -> Handover:
    """By the same rules as an allocation: nobody their own or their colleagues' works, nobody an entry twice."""
    holders = find_holders(session, round_)
    mine = [
        one for rows in holders.values() for one in rows if one.juror_id == juror.id and one.state == "open"
    ]
    if round_.method == "ranking":
        return Handover(round_, {}, [one.id for one in mine], [])
    others = [one.juror for one in list_jurors(session, campaign, active=True) if one.juror.id != juror.id]
    entries = [one for one in list_entries(session, campaign) if one.number in {task.number for task in mine}]
    bars = find_bars(session, round_.account_id, others, entries)
    wanted = [
        Wanted(
            one.number, 1, bars.get(one.number, frozenset()) | {row.juror_id for row in holders[one.number]}
        )
        for one in mine
    ]
    loads = count_loads(session, round_)
    found = allocate(wanted, [one.id for one in others], f"{round_.seed} {juror.public_id}", loads)
    moves = {one.id: taker for one in mine for taker in found.given[one.number]}
    return Handover(round_, moves, [], sorted(found.missing))


def _carry_out(session: Session, plan: Handover) -> None:
    of = (JuryTask.account_id == plan.round.account_id, JuryTask.round_id == plan.round.id)
    for task_id, taker in plan.moves.items():
        session.execute(update(JuryTask).where(*of, JuryTask.id == task_id).values(juror_id=taker))
    if plan.dropped:
        session.execute(delete(JuryTask).where(*of, JuryTask.id.in_(plan.dropped)))


def _set_state(session: Session, juror: Juror, before: str, after: str) -> None:
    changed = update(Juror).where(
        Juror.account_id == juror.account_id, Juror.id == juror.id, Juror.state == before
    )
    if count_rows(session.execute(changed.values(state=after))) == 0:
        raise Conflict("changed", "这位评委的状态刚刚被别人改过。请看看最新情况再试。")
