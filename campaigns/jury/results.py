"""What comes of rounds: marks become scores and places as a round closes, and stand until it is opened again."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.jury.agreement import Mark
from campaigns.jury.scoring import Ranked, Scored, rank, score_of
from campaigns.jury.store import find_out, list_done, list_entries, list_entries_of
from campaigns.jury.tables import JuryEntry, JuryLiveMark, JuryRound
from campaigns.view import CampaignView


def ranking_of(session: Session, campaign: CampaignView) -> Sequence[Ranked]:
    """The jury's order, for awards: of each group as its last closed round left it, best first; empty before any closed.

    What was disqualified or withdrawn is left out, and those behind move up.
    """
    return list_standings(session, campaign)


def list_standings(session: Session, campaign: CampaignView, *, before: int | None = None) -> list[Ranked]:
    """As `ranking_of`, of the rounds in front of the number `before`. Entries that a round did not take are not in it."""
    query = select(JuryRound).where(
        JuryRound.account_id == campaign.account_id,
        JuryRound.campaign_id == campaign.id,
        JuryRound.state == "closed",
    )
    if before is not None:
        query = query.where(JuryRound.number < before)
    found: list[Ranked] = []
    for round_ in session.scalars(query.order_by(JuryRound.number.desc())):
        known = {one.group for one in found}
        found += [one for one in standings_of(session, campaign, round_) if one.group not in known]
    return sorted(found, key=lambda one: one.group)


def standings_of(session: Session, campaign: CampaignView, round_: JuryRound) -> list[Ranked]:
    """One closed round's order, group by group."""
    there = {one.number for one in list_entries(session, campaign)}
    return rank(_scored(one for one in list_entries_of(session, round_) if one.number in there))


def settle(session: Session, campaign: CampaignView, round_: JuryRound) -> None:
    """Work out scores and places from the marks, and keep them. To be called by who holds the round."""
    by_entry: Mapping[int, list[Mark]] = defaultdict(list)
    marks = list_marks(session, campaign, round_)
    lengths = Counter(one.juror for one in marks)
    for one in marks:
        by_entry[one.number].append(one)
    rows = list_entries_of(session, round_)
    for row in rows:
        given = by_entry[row.number]
        row.marks = len(given)
        row.score = score_of(
            round_.method, [one.mark for one in given], [lengths[one.juror] for one in given]
        )
    places = {one.number: one.place for one in rank(_scored(rows))}
    for row in rows:
        row.place = places[row.number] or None
    session.flush()


def _scored(rows: Iterable[JuryEntry]) -> list[Scored]:
    return [Scored(one.number, one.group, one.marks, one.score) for one in rows]


def list_marks(session: Session, campaign: CampaignView, round_: JuryRound) -> list[Mark]:
    """All marks that count. Of a ranking the places are those among what counts, without gaps."""
    if round_.live:
        return _list_live(session, campaign, round_)
    found = [
        Mark(one.juror_id, one.number, one.mark, one.seconds)
        for one in list_done(session, campaign, round_)
        if one.mark is not None
    ]
    return _close_gaps(found) if round_.method == "ranking" else found


def _close_gaps(marks: Sequence[Mark]) -> list[Mark]:
    by_juror: dict[int, list[Mark]] = defaultdict(list)
    for one in marks:
        by_juror[one.juror].append(one)
    return [
        Mark(one.juror, one.number, place, one.seconds)
        for own in by_juror.values()
        for place, one in enumerate(sorted(own, key=lambda mark: mark.mark), 1)
    ]


def _list_live(session: Session, campaign: CampaignView, round_: JuryRound) -> list[Mark]:
    out = find_out(session, campaign)
    query = select(JuryLiveMark.person_id, JuryLiveMark.number, JuryLiveMark.mark).where(
        JuryLiveMark.account_id == round_.account_id, JuryLiveMark.round_id == round_.id
    )
    rows = session.execute(query.order_by(JuryLiveMark.id)).all()
    return [Mark(row.person_id, row.number, row.mark) for row in rows if row.number not in out]
