"""One person who comes twenty times at once takes one place of a limited campaign."""

import time
from datetime import timedelta

import pytest
from sqlalchemy import select

from campaigns import joining
from campaigns.joining import introduce, join
from campaigns.view import CampaignView
from members.ledger import enter, find_person, used
from models.ledger import Person
from tests.campaigns.desk import OPENS, Campaigns
from tests.neighbours import together

ON = OPENS + timedelta(hours=1)
CROWD, PLACES = 20, 5


def come(campaigns: Campaigns, live: CampaignView, openid: str = "o1") -> str:
    with campaigns.db.work() as session:
        return join(session, live, openid, ON).public_id


def places(campaigns: Campaigns, live: CampaignView) -> int:
    with campaigns.db.read() as session:
        return used(session, campaigns.account_id, live.scope, 0, "people")


def test_a_person_who_joins_twenty_times_at_once_takes_one_place(campaigns: Campaigns):
    live = campaigns.live(eligibility={"most_people": PLACES})
    done = together(CROWD, lambda _: come(campaigns, live))
    assert len(set(done)) == 1
    assert isinstance(done[0], str)
    assert places(campaigns, live) == 1


def test_a_person_who_tells_twenty_times_at_once_takes_one_place_and_the_first_word_stands(
    campaigns: Campaigns,
):
    live = campaigns.live(eligibility={"asks": ["unit"], "most_people": PLACES})

    def tell(number: int) -> str:
        with campaigns.db.work() as session:
            return introduce(session, live, "o1", {"unit": f"{number} 厂"}, ON).public_id

    assert len(set(together(CROWD, tell))) == 1
    assert places(campaigns, live) == 1


def test_who_finds_it_full_is_not_entered(campaigns: Campaigns):
    live = campaigns.live(eligibility={"most_people": 1})
    come(campaigns, live)
    together(CROWD, lambda _: come(campaigns, live, "o2"))
    with campaigns.db.read() as session:
        assert find_person(session, campaigns.account_id, live.scope, "o2") is None
        assert (
            len(session.scalars(select(Person).where(Person.account_id == campaigns.account_id)).all()) == 1
        )
    assert places(campaigns, live) == 1


@pytest.mark.parametrize(
    "db", ["postgres"], indirect=True
)  # SQLite lets one write at a time, and hides the race
def test_control_taking_the_place_first_takes_several(campaigns: Campaigns, monkeypatch: pytest.MonkeyPatch):
    def place_first(session, campaign, openid, now):
        time.sleep(0.3)  # all have looked, and found that they are new
        joining._take_place(session, campaign)
        return enter(session, campaign.account_id, campaign.scope, openid, now)

    monkeypatch.setattr(joining, "_enter", place_first)
    live = campaigns.live(eligibility={"most_people": PLACES})
    together(CROWD, lambda _: come(campaigns, live))
    assert places(campaigns, live) > 1
