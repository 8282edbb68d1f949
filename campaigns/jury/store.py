"""Queries on juries, and what a campaign's kind tells of its entries."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from campaigns.entries import Entry, EntryPart
from campaigns.jury.tables import Juror, JuryEntry, JuryOut, JuryRound, JuryTask
from campaigns.registry import kind_of
from campaigns.store import view_of
from campaigns.view import CampaignView
from core.errors import NotFound
from models.campaigns import Campaign
from models.staff import Staff

_LISTED = 50
ACTIVE = ("open", "done")
"""States of a task that its juror holds."""


@dataclass(frozen=True, slots=True)
class Named:
    """A juror and who they are."""

    juror: Juror
    staff: Staff


@dataclass(frozen=True, slots=True)
class Progress:
    """Tasks of a juror, or of a round."""

    done: int = 0
    open: int = 0
    recused: int = 0

    @property
    def all(self) -> int:
        return self.done + self.open


def has_jury(campaign: CampaignView) -> bool:
    """Does its kind have entries?"""
    return kind_of(campaign.kind).entries is not None


def part_of(campaign: CampaignView) -> EntryPart:
    """Raises NotFound for a campaign whose kind has no entries."""
    part = kind_of(campaign.kind).entries
    if part is None:
        raise NotFound("no_jury", "这种活动没有作品，用不上评审。")
    return part


def list_entries(session: Session, campaign: CampaignView, *, all_too: bool = False) -> list[Entry]:
    """Those that may be judged, by number; with `all_too` those that were disqualified as well."""
    entries = part_of(campaign).list(session, campaign)
    out = frozenset() if all_too else find_out(session, campaign)
    return [one for one in entries if one.number not in out]


def find_out(session: Session, campaign: CampaignView) -> frozenset[int]:
    """Numbers of those that were disqualified."""
    return frozenset(session.scalars(_out_numbers(campaign)))


def list_jurors(session: Session, campaign: CampaignView, *, active: bool = False) -> list[Named]:
    """In the order in which they were added; `active`: without those who are away."""
    query = (
        select(Juror, Staff)
        .join(Staff, Staff.id == Juror.staff_id)
        .where(Juror.account_id == campaign.account_id, Juror.campaign_id == campaign.id)
        .order_by(Juror.id)
    )
    query = query.where(Juror.state == "active") if active else query
    return [Named(juror, staff) for juror, staff in session.execute(query).all()]


def get_juror(session: Session, campaign: CampaignView, public_id: str) -> Named:
    """Raises NotFound."""
    for one in list_jurors(session, campaign):
        if one.juror.public_id == public_id:
            return one
    raise NotFound("no_juror", "没有这位评委，可能已被移出名单。")


def find_juror(session: Session, campaign: CampaignView, staff_id: int) -> Juror | None:
    """The juror somebody of the console is in this campaign."""
    query = select(Juror).where(Juror.account_id == campaign.account_id, Juror.campaign_id == campaign.id)
    return session.scalar(query.where(Juror.staff_id == staff_id))


def list_rounds(session: Session, campaign: CampaignView) -> list[JuryRound]:
    """In order."""
    query = select(JuryRound).where(
        JuryRound.account_id == campaign.account_id, JuryRound.campaign_id == campaign.id
    )
    return list(session.scalars(query.order_by(JuryRound.number)))


def get_round(session: Session, campaign: CampaignView, public_id: str) -> JuryRound:
    """Raises NotFound."""
    query = select(JuryRound).where(
        JuryRound.account_id == campaign.account_id, JuryRound.campaign_id == campaign.id
    )
    found = session.scalar(query.where(JuryRound.public_id == public_id))
    if found is None:
        raise NotFound("no_round", "没有这一轮评审，可能已被删除。")
    return found


def list_own_rounds(
    session: Session, account_id: int, staff_id: int
) -> list[tuple[Campaign, JuryRound, Juror]]:
    """Rounds that somebody of the console judges in, or judged in: the newest first."""
    query = _own(account_id, staff_id).where(JuryRound.state != "draft", JuryRound.live.is_(False))
    rows = session.execute(query.order_by(JuryRound.opened_at.desc(), JuryRound.id.desc()).limit(_LISTED))
    return [(campaign, round_, juror) for campaign, round_, juror in rows.all()]


def get_own_round(
    session: Session, account_id: int, staff_id: int, public_id: str
) -> tuple[CampaignView, JuryRound, Juror]:
    """Raises NotFound, for a round in whose campaign somebody is no juror, too."""
    row = session.execute(_own(account_id, staff_id).where(JuryRound.public_id == public_id)).one_or_none()
    if row is None or row[1].state == "draft" or row[1].live:
        raise NotFound("no_round", "没有这一轮评审，或者您不是它的评委。")
    return view_of(row[0]), row[1], row[2]


def _own(account_id: int, staff_id: int) -> Select[Campaign, JuryRound, Juror]:
    return (
        select(Campaign, JuryRound, Juror)
        .join(JuryRound, JuryRound.campaign_id == Campaign.id)
        .join(Juror, Juror.campaign_id == Campaign.id)
        .where(
            Campaign.account_id == account_id,
            Campaign.state != "deleted",
            JuryRound.account_id == account_id,
            Juror.account_id == account_id,
            Juror.staff_id == staff_id,
        )
    )


def hold_round(session: Session, round_: JuryRound, *, share: bool = False) -> JuryRound:
    """The round as it stands now, held until the unit of work ends: against everybody, or with `share` only against who
    changes the round. So no mark slips in while a round closes."""
    query = select(JuryRound).where(JuryRound.account_id == round_.account_id, JuryRound.id == round_.id)
    query = query.with_for_update(read=share).execution_options(populate_existing=True)
    held = session.scalar(query)
    if held is None:
        raise NotFound("no_round", "没有这一轮评审，可能已被删除。")
    return held


def list_entries_of(session: Session, round_: JuryRound) -> list[JuryEntry]:
    """What stands in a round, by number."""
    query = select(JuryEntry).where(
        JuryEntry.account_id == round_.account_id, JuryEntry.round_id == round_.id
    )
    return list(session.scalars(query.order_by(JuryEntry.number)))


def list_tasks(
    session: Session, campaign: CampaignView, round_: JuryRound, juror: Juror, *, recused: bool = False
) -> list[JuryTask]:
    """A juror's tasks in the order in which they are to be done, without entries that are out."""
    query = _tasks(round_).where(JuryTask.juror_id == juror.id)
    query = query.where(JuryTask.number.not_in(_out_numbers(campaign)))
    query = query.where(JuryTask.state == "recused") if recused else query.where(JuryTask.state.in_(ACTIVE))
    return list(session.scalars(query.order_by(JuryTask.id)))


def get_task(session: Session, round_: JuryRound, juror_id: int, number: int) -> JuryTask:
    """Raises NotFound."""
    found = session.scalar(_tasks(round_).where(JuryTask.juror_id == juror_id, JuryTask.number == number))
    if found is None:
        raise NotFound("no_task", "这件作品不归您评，可能已经转给别的评委。")
    return found


def list_done(session: Session, campaign: CampaignView, round_: JuryRound) -> list[JuryTask]:
    """All marks of a round, without those of entries that are out."""
    query = _tasks(round_).where(JuryTask.state == "done", JuryTask.number.not_in(_out_numbers(campaign)))
    return list(session.scalars(query.order_by(JuryTask.id)))


def count_progress(session: Session, campaign: CampaignView, round_: JuryRound) -> dict[int, Progress]:
    """By juror."""
    query = (
        select(JuryTask.juror_id, JuryTask.state, func.count())
        .where(JuryTask.account_id == round_.account_id, JuryTask.round_id == round_.id)
        .where(JuryTask.number.not_in(_out_numbers(campaign)))
        .group_by(JuryTask.juror_id, JuryTask.state)
    )
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    for juror_id, state, count in session.execute(query):
        counts[juror_id][state] = count
    return {juror_id: Progress(**of) for juror_id, of in counts.items()}


def sum_up(progress: Iterable[Progress]) -> Progress:
    """Of all jurors."""
    told = list(progress)
    return Progress(sum(p.done for p in told), sum(p.open for p in told), sum(p.recused for p in told))


def find_holders(
    session: Session, round_: JuryRound, numbers: Collection[int] | None = None
) -> Mapping[int, list[JuryTask]]:
    """Every row of a round's tasks, recused ones too, by entry; of `numbers` alone where they are given."""
    query = _tasks(round_)
    if numbers is not None:
        query = query.where(JuryTask.number.in_(numbers))
    found: dict[int, list[JuryTask]] = defaultdict(list)
    for one in session.scalars(query.order_by(JuryTask.id)):
        found[one.number].append(one)
    return found


def count_loads(session: Session, round_: JuryRound) -> Counter[int]:
    """How many entries each juror holds in a round, done or not."""
    query = (
        select(JuryTask.juror_id, func.count())
        .where(JuryTask.account_id == round_.account_id, JuryTask.round_id == round_.id)
        .where(JuryTask.state.in_(ACTIVE))
        .group_by(JuryTask.juror_id)
    )
    return Counter(dict(session.execute(query).all()))


def find_short(
    session: Session, campaign: CampaignView, round_: JuryRound, entries: Sequence[JuryEntry]
) -> dict[int, int]:
    """How many jurors an entry of a round lacks, by number; nobody was left who may judge it."""
    if round_.live or round_.method == "ranking":
        return {}
    query = (
        select(JuryTask.number, func.count())
        .where(JuryTask.account_id == round_.account_id, JuryTask.round_id == round_.id)
        .where(JuryTask.state.in_(ACTIVE))
        .group_by(JuryTask.number)
    )
    held, out = dict(session.execute(query).all()), find_out(session, campaign)
    lacks = {one.number: round_.quorum - held.get(one.number, 0) for one in entries if one.number not in out}
    return {number: count for number, count in lacks.items() if count > 0}


def of_round(table: type[JuryEntry] | type[JuryTask], round_: JuryRound) -> tuple[ColumnElement[bool], ...]:
    return table.account_id == round_.account_id, table.round_id == round_.id


def _tasks(round_: JuryRound) -> Select[JuryTask]:
    return select(JuryTask).where(*of_round(JuryTask, round_))


def _out_numbers(campaign: CampaignView) -> Select[int]:
    return select(JuryOut.number).where(
        JuryOut.account_id == campaign.account_id, JuryOut.campaign_id == campaign.id
    )
