"""What staff do with a contest, shortened for tests."""

from datetime import datetime

from campaigns import service
from campaigns.kinds.photo.awards import give
from campaigns.kinds.photo.judging import Outcome, Picked, Verdict, decide, undo
from campaigns.kinds.photo.tables import PhotoAward
from campaigns.service import Organiser
from campaigns.store import get_row
from tests.campaigns.photo.world import Contest

AWARDS = {
    "noun": "作品",
    "most_works": 5,
    "awards": [
        {"title": "一等奖", "places": 1, "by": "公众点赞"},
        {"title": "二等奖", "places": 2, "by": "公众点赞"},
        {"title": "组织奖", "places": 2, "by": "主办方评定"},
    ],
}


def picked(contest: Contest, *numbers: int) -> list[Picked]:
    """As a page would show them now."""
    works = [contest.work(number) for number in numbers]
    return [Picked(work.public_id, work.version) for work in works]


def judge(contest: Contest, verdict: Verdict, *numbers: int, why: str = "", by: str = "anna") -> Outcome:
    return judge_seen(contest, picked(contest, *numbers), verdict, why, by)


def judge_seen(
    contest: Contest, seen: list[Picked], verdict: Verdict, why: str = "", by: str = "anna"
) -> Outcome:
    """Of works as a page showed them earlier."""
    with contest.db.work() as session:
        return decide(session, contest.campaign, seen, verdict, why, by, contest.now)


def take_back(contest: Contest, seen: list[Picked]) -> Outcome:
    with contest.db.work() as session:
        return undo(session, contest.campaign, seen, "anna", contest.now)


def enter_shown(contest: Contest, openid: str, title: str = "夜班", **draft: str) -> int:
    """A work on the wall; its number."""
    number = contest.enter(openid, title, **draft)
    assert judge(contest, "shown", number).numbers == [number]
    return number


def award(contest: Contest, number: int, level: str) -> PhotoAward:
    with contest.db.work() as session:
        return give(session, contest.campaign, number, level, "anna", contest.now)


def publicise(contest: Contest, at: datetime | None = None) -> None:
    """The campaign is over, and its list public."""
    now = at or contest.campaign.closes_at
    with contest.db.work() as session:
        row = get_row(session, contest.account_id, contest.campaign.public_id)
        service.publicise(
            session, contest.account_id, contest.campaign.public_id, row.version, Organiser("anna", now)
        )
    contest.now = now
    contest.refresh()
