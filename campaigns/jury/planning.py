"""What a round would be if it opened now: which entries come in, who judges them. Writes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from campaigns.entries import Entry
from campaigns.jury.allocation import Allocation, Wanted, allocate
from campaigns.jury.bars import find_bars
from campaigns.jury.results import list_standings
from campaigns.jury.scoring import take_best
from campaigns.jury.store import Named, list_entries, list_jurors
from campaigns.jury.tables import JuryRound
from campaigns.view import CampaignView


@dataclass(frozen=True, slots=True)
class Plan:
    """`allocation` is None for a jury day, where everybody judges everything."""

    entries: Sequence[Entry]
    jurors: Sequence[Named]
    allocation: Allocation | None

    @property
    def problem(self) -> str:
        """Why the round can't open like this; empty where it can."""
        if not self.entries:
            return "这一轮没有作品可以评：检查组别和进入这一轮的条件，或者等上一轮结束。"
        if self.allocation is None:
            return ""
        if not self.jurors:
            return "还没有评委。请先在「评委」里加人。"
        if missing := sorted(self.allocation.missing):
            told = "、".join(f"{number} 号" for number in missing[:5])
            return (
                f"有 {len(missing)} 件作品找不到足够的评委（{told}{'……' if len(missing) > 5 else ''}）："
                "自己的和本单位的作品不能评。请加评委，或者把「每件几位评委评」改小。"
            )
        return ""


def plan_round(session: Session, campaign: CampaignView, round_: JuryRound) -> Plan:
    """The same as `rounds.open_round` does, for somebody to look at first."""
    entries = _coming_in(session, campaign, round_)
    jurors = list_jurors(session, campaign, active=True)
    return Plan(entries, jurors, None if round_.live else _allocate(session, round_, entries, jurors))


def _allocate(
    session: Session, round_: JuryRound, entries: Sequence[Entry], jurors: Sequence[Named]
) -> Allocation:
    bars = find_bars(session, round_.account_id, [one.juror for one in jurors], entries)
    ids = [one.juror.id for one in jurors]
    if round_.method != "ranking":
        wanted = [Wanted(one.number, round_.quorum, bars.get(one.number, frozenset())) for one in entries]
        return allocate(wanted, ids, round_.seed)
    given = {one.number: [id_ for id_ in ids if id_ not in bars.get(one.number, ())] for one in entries}
    loads = {id_: sum(id_ in jurors for jurors in given.values()) for id_ in ids}
    return Allocation(given, loads, {number: 1 for number, found in given.items() if not found})


def _coming_in(session: Session, campaign: CampaignView, round_: JuryRound) -> list[Entry]:
    entries = list_entries(session, campaign)
    if round_.groups:
        entries = [one for one in entries if one.group in round_.groups]
    if round_.takes == "all":
        return entries
    standings = list_standings(session, campaign, before=round_.number)
    by = "most" if round_.takes == "best" else "percent"
    taken = frozenset(take_best(standings, **{by: round_.takes_most}))
    return [one for one in entries if one.number in taken]
