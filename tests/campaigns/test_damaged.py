"""A campaign whose stored content can't be read any more stops nothing else: not the list, not the worker, not 「我的数据」."""

from sqlalchemy import update

from campaigns import personal
from campaigns.joining import join
from campaigns.store import get_row
from campaigns.tasks import close_due
from campaigns.view import CampaignView
from models.campaigns import Campaign
from tests.campaigns.conftest import campaigns_of, refresh
from tests.campaigns.desk import OPENS, Campaigns
from tests.conftest import Home
from tests.staff.desk import set_watch


def damage(campaigns: Campaigns, made: CampaignView) -> None:
    with campaigns.db.work() as session:
        broken = update(Campaign).where(
            Campaign.account_id == campaigns.account_id, Campaign.public_id == made.public_id
        )
        session.execute(broken.values(rules={"who": "x" * 5000}))


def test_what_else_somebody_took_part_in_is_told_and_all_is_forgotten(campaigns: Campaigns):
    broken, sound = campaigns.live(), campaigns.live()
    with campaigns.db.work() as session:
        for made in (broken, sound):
            join(session, made, "o1", OPENS)
    damage(campaigns, broken)
    with campaigns.db.work() as session:
        (kept,) = personal.export(session, campaigns.account_id, "o1")
        assert [row["活动"] for row in kept.rows] == [sound.title]
        assert personal.erase(session, campaigns.account_id, "o1") == 4  # two names, and what each kind kept


def test_the_others_are_closed_when_their_time_is_over(house: Home):
    ours = campaigns_of(house)
    broken, sound = ours.live(), ours.live()
    damage(ours, broken)
    set_watch(house).now = sound.closes_at
    refresh(house)
    assert close_due(house.parts) == 1
    with ours.db.read() as session:
        closed = [get_row(session, ours.account_id, one.public_id).closed_at for one in (broken, sound)]
    assert closed[0] is None and closed[1] is not None
