"""Disqualified entries: found by the kind's rules, looked at, put out with the reason, and taken in again."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from campaigns.entries import Entry
from campaigns.jury.store import list_entries, list_rounds, part_of
from campaigns.jury.tables import JuryOut
from campaigns.view import CampaignView
from core.errors import Invalid, NotFound
from models.upsert import count_rows, insert_missing

BY_HAND = "hand"
"""The rule of what a person decided without one."""


@dataclass(frozen=True, slots=True)
class Fault:
    """An entry that would be out, by which rule, and why."""

    entry: Entry
    rule: str
    why: str


def list_faults(session: Session, campaign: CampaignView, rules: Collection[str]) -> list[Fault]:
    """What the rules (keys of the kind's) would put out, of what is in; an entry by the first rule it breaks."""
    known = [key for key in part_of(campaign).rules if key in rules]
    found = []
    for entry in list_entries(session, campaign):
        broken = next((key for key in known if key in entry.faults), None)
        if broken is not None:
            found.append(Fault(entry, broken, entry.faults[broken]))
    return found


def put_out(
    session: Session,
    campaign: CampaignView,
    rules: Collection[str],
    numbers: Collection[int],
    by: str,
    now: datetime,
) -> int:
    """Those of the preview that were ticked and still break a rule. Returns how many. Raises Invalid for none."""
    faults = [one for one in list_faults(session, campaign, rules) if one.entry.number in numbers]
    if not faults:
        raise Invalid("none", "没有勾选要取消资格的作品，或者它们已经改好了。请再看一次。")
    return _add(session, campaign, [(one.entry.number, one.rule, one.why) for one in faults], by, now)


def put_out_by_hand(
    session: Session, campaign: CampaignView, number: int, why: str, by: str, now: datetime
) -> None:
    """One entry, for a reason that no rule knows. Raises Invalid, NotFound."""
    if not why.strip():
        raise Invalid("no_why", "请写明取消资格的原因。")
    if number not in {one.number for one in list_entries(session, campaign)}:
        raise NotFound("no_entry", f"没有 {number} 号作品，或者它已经不在评审里。")
    _add(session, campaign, [(number, BY_HAND, why.strip())], by, now)


def take_in(session: Session, campaign: CampaignView, number: int) -> None:
    """Give an entry back to the rounds it stands in: what was judged of it counts again. Raises NotFound."""
    gone = delete(JuryOut).where(
        JuryOut.account_id == campaign.account_id,
        JuryOut.campaign_id == campaign.id,
        JuryOut.number == number,
    )
    if count_rows(session.execute(gone)) == 0:
        raise NotFound("not_out", f"{number} 号作品没有被取消资格，可能刚刚恢复。")


def list_outs(session: Session, campaign: CampaignView) -> Sequence[JuryOut]:
    """By number."""
    query = select(JuryOut).where(
        JuryOut.account_id == campaign.account_id, JuryOut.campaign_id == campaign.id
    )
    return session.scalars(query.order_by(JuryOut.number)).all()


def is_begun(session: Session, campaign: CampaignView) -> bool:
    """Was any round opened? Then whoever is put out had been judged, or was to be."""
    return any(one.state != "draft" for one in list_rounds(session, campaign))


def _add(
    session: Session, campaign: CampaignView, found: Sequence[tuple[int, str, str]], by: str, now: datetime
) -> int:
    of = {"account_id": campaign.account_id, "campaign_id": campaign.id, "out_at": now, "out_by": by[:40]}
    rows = [{**of, "number": number, "rule": rule[:40], "why": why[:200]} for number, rule, why in found]
    return insert_missing(session, JuryOut, rows)
