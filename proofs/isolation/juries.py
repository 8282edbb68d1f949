"""The jury of a contest with something on every page of it: jurors, rounds that are over, on and planned, a jury day with its screen, a
disqualified work. Made by the services, so that all of it fits together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from campaigns.jury import live, marking, outs, rounds
from campaigns.jury.jurors import add_jurors, list_eligible
from campaigns.jury.rounds import RoundDraft
from campaigns.jury.store import list_jurors, list_tasks
from campaigns.jury.tables import Juror, JuryDay, JuryRound
from campaigns.view import CampaignView


@dataclass(frozen=True, slots=True)
class Jury:
    """What stands in addresses of its pages."""

    campaign: CampaignView
    juror_id: str
    closed: str
    open: str
    live: str
    day_id: str
    screen_id: str

    def addresses(self) -> Mapping[str, Mapping[str, Any]]:
        """By the beginnings of endpoints' names."""
        of = dict.fromkeys(("public_id", "campaign_id"), self.campaign.public_id)
        one = {**of, "juror_id": self.juror_id, "day_id": self.day_id, "screen_id": self.screen_id}
        return {
            "jury": {**one, "round_id": self.open},
            "jury_results": {**one, "round_id": self.closed},
            "jury_live": {**one, "round_id": self.live},
        }


def open_jury(
    session: Session, campaign: CampaignView, chain: Sequence[int], mark: str, openid: str, now: datetime
) -> Jury:
    """Everybody who may judge in `chain` (the account's organisation and those above) is a juror; `openid` comes to the jury
    day, none of whose the works are."""
    named = [(one.login, mark) for one in list_eligible(session, campaign, chain, now)]
    add_jurors(session, campaign, chain, named, mark, now)
    jurors = [one.juror for one in list_jurors(session, campaign)]
    outs.put_out_by_hand(session, campaign, 4, mark, mark, now)
    drafts = {
        "closed": RoundDraft(mark, "yes_no", quorum=len(jurors), blind=False),
        "open": RoundDraft(mark, "stars", quorum=len(jurors), groups=(mark,), blind=False),
        "ranking": RoundDraft(mark, "ranking", blind=False),
        "live": RoundDraft(mark, "stars", live=True, blind=False),
        "draft": RoundDraft(mark, "stars", quorum=len(jurors), takes="best", takes_most=1),
    }
    made = {name: rounds.add_round(session, campaign, one, mark, now) for name, one in drafts.items()}
    for name in ("closed", "open"):
        _judge(session, campaign, made[name], jurors, now)
    _reopen(session, campaign, made["open"], jurors[0], mark, now)
    rounds.open_round(session, campaign, made["ranking"], 1, mark, now)
    day = _sit(session, campaign, made["live"], openid, mark, now)
    return Jury(
        campaign,
        juror_id=jurors[0].public_id,
        closed=made["closed"].public_id,
        open=made["open"].public_id,
        live=made["live"].public_id,
        day_id=day.public_id,
        screen_id=day.screen_id,
    )


def _judge(
    session: Session, campaign: CampaignView, round_: JuryRound, jurors: Sequence[Juror], now: datetime
) -> None:
    """From the beginning to the end; not all of one mind."""
    rounds.open_round(session, campaign, round_, round_.version, "", now)
    for at, juror in enumerate(jurors):
        for task in list_tasks(session, campaign, round_, juror):
            mind = task.number + at
            value = mind % 2 if round_.method == "yes_no" else 1 + mind % 5
            marking.mark(session, round_, juror, task.number, value, now, 20)
    rounds.close_round(session, campaign, round_, round_.version, "", now)


def _reopen(
    session: Session, campaign: CampaignView, round_: JuryRound, juror: Juror, mark: str, now: datetime
) -> None:
    """It goes on: the first juror has one work to judge again, and recused themselves from another."""
    rounds.reopen_round(session, round_, round_.version, mark, mark, now)
    tasks = list_tasks(session, campaign, round_, juror)
    marking.unmark(session, round_, juror, tasks[0].number, now)
    marking.recuse(session, campaign, round_, juror, tasks[1].number, now)


def _sit(
    session: Session, campaign: CampaignView, round_: JuryRound, openid: str, mark: str, now: datetime
) -> JuryDay:
    """The first work's result is on the screen."""
    rounds.open_round(session, campaign, round_, round_.version, mark, now)
    day = live.find_live(session, campaign.account_id, JuryDay.round_id == round_.id)
    person = live.take_seat(session, day, openid, now)
    live.move(session, day, "next", day.day.beat, now)
    live.cast(session, day, person, day.day.number or 0, 5, now)
    live.move(session, day, "show", day.day.beat, now)
    return day.day
