"""A campaign's life from the draft to the archive, two people at once, and the door through which people take part."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts.service import add_account
from campaigns import service
from campaigns.console_form import draft_of
from campaigns.joining import introduce, join
from campaigns.store import get_campaign, get_row, list_campaigns
from campaigns.view import CampaignView, Finding
from core.errors import Closed, Conflict, Invalid, NotAllowed, NotFound, SoldOut
from members.ledger import find_person
from models.content import ContentStamp
from models.ledger import Person
from models.prizes import Prize
from tests.campaigns.desk import ANNA, OPENS, Campaigns, at
from tests.campaigns.tiny import CLOSED
from tests.conftest import NOW, new_account
from tests.members.people import add_follower
from tests.neighbours import together

ON = OPENS + timedelta(hours=1)


def act(campaigns: Campaigns, verb, campaign: CampaignView, *values: object, by=ANNA) -> CampaignView:
    with campaigns.db.work() as session:
        verb(session, campaigns.account_id, campaign.public_id, campaign.version, *values, by)
    return campaigns.get(campaign.public_id)


def come(campaigns: Campaigns, campaign: CampaignView, openid: str = "o1", now=ON) -> str:
    with campaigns.db.work() as session:
        return join(session, campaign, openid, now).public_id


def stamp(campaigns: Campaigns) -> int:
    with campaigns.db.read() as session:
        return session.scalar(select(ContentStamp.stamp).where(ContentStamp.kind == "campaigns")) or 0


def test_a_campaign_goes_from_the_draft_to_the_archive(campaigns: Campaigns):
    live = campaigns.live()
    assert (live.state, len(live.rules_hash)) == ("live", 64)
    frozen = act(campaigns, service.freeze, live, "题目有误")
    assert (frozen.state, frozen.frozen_why, frozen.frozen_at) == ("frozen", "题目有误", NOW)
    resumed = act(campaigns, service.resume, frozen)
    assert (resumed.state, resumed.frozen_why, resumed.frozen_at) == ("live", "", None)
    over = at(resumed.closes_at)
    shown = act(campaigns, service.publicise, resumed, by=over)
    assert (shown.state, shown.closed_at) == ("publicised", resumed.closes_at)
    assert act(campaigns, service.archive, shown).state == "archived"


def test_nothing_is_approved_that_the_check_refuses(campaigns: Campaigns):
    made = campaigns.begin()
    with pytest.raises(Invalid, match="还不能开放"):
        act(campaigns, service.approve, made)
    assert campaigns.get(made.public_id).state == "draft"


def test_what_the_edge_found_refuses_too(campaigns: Campaigns):
    made = campaigns.ready()
    with campaigns.db.work() as session, pytest.raises(Invalid, match="打不开"):
        service.approve(
            session,
            campaigns.account_id,
            made.public_id,
            made.version,
            ANNA,
            [Finding("stop", "网址打不开。")],
        )


def test_an_approved_one_that_is_touched_is_a_draft_again(campaigns: Campaigns):
    made = campaigns.checked()
    changed = campaigns.change(made.public_id, summary="新的简介")
    assert (changed.state, changed.draw_hash) == ("draft", "")
    with pytest.raises(Conflict):
        act(campaigns, service.open_campaign, changed)


def test_a_reviewer_sends_it_back_with_a_reason(campaigns: Campaigns):
    made = campaigns.checked()
    with pytest.raises(Invalid, match="要改什么"):
        act(campaigns, service.send_back, made, " ")
    assert act(campaigns, service.send_back, made, "奖品写错了").state == "draft"


def test_an_open_one_is_changed_by_nobody(campaigns: Campaigns):
    live = campaigns.live()
    with pytest.raises(Conflict, match="已经开放"):
        campaigns.change(live.public_id, title="另一个名字")


def test_it_does_not_open_when_its_end_has_passed(campaigns: Campaigns):
    made = campaigns.checked()
    with pytest.raises(Invalid, match="过去"):
        act(campaigns, service.open_campaign, made, by=at(made.closes_at))


def test_a_draft_whose_time_has_passed_can_still_be_mended(campaigns: Campaigns):
    made = campaigns.ready()
    later = at(made.closes_at + timedelta(days=1))
    campaigns.change(made.public_id, later, summary="换一句")
    with pytest.raises(Invalid):
        campaigns.change(made.public_id, later, closes_at=made.closes_at + timedelta(hours=1))


def test_prizes_touched_after_the_approval_keep_it_closed_and_frozen(campaigns: Campaigns):
    made = campaigns.checked(draw_id=campaigns.draw())

    def set_odds(odds: str) -> None:
        with campaigns.db.work() as session:
            session.scalars(select(Prize).where(Prize.account_id == campaigns.account_id)).one().odds = odds

    set_odds("0.9")
    with pytest.raises(Invalid, match="概率被改过"):
        act(campaigns, service.open_campaign, made)
    set_odds("0.1")
    frozen = act(campaigns, service.freeze, act(campaigns, service.open_campaign, made), "查一查")
    set_odds("0.01")
    with pytest.raises(Invalid, match="概率被改过"):
        act(campaigns, service.resume, frozen)


def test_an_extension_says_why_and_keeps_the_first_end(campaigns: Campaigns):
    live = campaigns.live()
    once = act(campaigns, service.extend, live, live.closes_at + timedelta(days=1), "大家要求")
    twice = act(campaigns, service.extend, once, live.closes_at + timedelta(days=2), "再等等")
    assert (twice.extended_from, twice.extended_why) == (live.closes_at, "再等等")
    with pytest.raises(Invalid, match="为什么"):
        act(campaigns, service.extend, twice, live.closes_at + timedelta(days=3), "")
    with pytest.raises(Invalid, match="晚于"):
        act(campaigns, service.extend, twice, live.closes_at, "提前")


def test_a_result_is_not_shown_before_the_end(campaigns: Campaigns):
    with pytest.raises(Conflict, match="还在进行"):
        act(campaigns, service.publicise, campaigns.live())


def test_a_draft_is_deleted_and_brought_back_an_open_one_is_not(campaigns: Campaigns):
    made = campaigns.ready()
    with campaigns.db.work() as session:
        service.delete(session, campaigns.account_id, made.public_id, made.version, ANNA)
    with pytest.raises(NotFound):
        campaigns.get(made.public_id)
    with campaigns.db.read() as session:
        assert list_campaigns(session, campaigns.account_id) == []
    with campaigns.db.work() as session:
        assert service.restore(session, campaigns.account_id, made.public_id, ANNA).state == "draft"
    with campaigns.db.work() as session, pytest.raises(NotFound):
        service.restore(session, campaigns.account_id, made.public_id, ANNA)
    live = campaigns.live(title="另一个")
    with pytest.raises(Conflict):
        act(campaigns, service.delete, live)


def test_a_copy_begins_anew_without_draw_people_and_history(campaigns: Campaigns):
    old = campaigns.live(draw_id=campaigns.draw())
    come(campaigns, old)
    with campaigns.db.work() as session:
        made = service.copy(session, campaigns.account_id, old.public_id, OPENS + timedelta(days=365), ANNA)
    assert (made.state, made.draw_id, made.rules_hash, made.closed_at) == ("draft", None, "", None)
    assert made.closes_at - made.opens_at == old.closes_at - old.opens_at
    assert (made.settings, made.rules) == (old.settings, old.rules)


def test_of_two_who_save_the_second_is_told(campaigns: Campaigns):
    made = campaigns.ready()
    done = together(2, lambda number: save(campaigns, made, number))
    assert sorted(type(one).__name__ for one in done) == ["Conflict", "NoneType"]


def save(campaigns: Campaigns, made: CampaignView, number: int) -> None:
    with campaigns.db.work() as session:
        row = get_row(session, campaigns.account_id, made.public_id)
        draft = replace(draft_of(row), summary=f"第 {number} 个人写的")
        service.change(session, campaigns.account_id, made.public_id, made.version, draft, ANNA)


def test_ten_who_open_it_at_once_open_it_once(campaigns: Campaigns):
    made = campaigns.checked()
    done = together(10, lambda _n: act(campaigns, service.open_campaign, made))
    assert sum(isinstance(one, CampaignView) for one in done) == 1


def test_it_is_closed_once_however_many_try(campaigns: Campaigns):
    live = campaigns.live()
    CLOSED.clear()

    def close(_number: int) -> bool:
        with campaigns.db.work() as session:
            return service.close(session, live, live.closes_at)

    assert sum(one is True for one in together(8, close)) == 1
    assert [live.public_id] == CLOSED


def test_drafts_move_no_phones_and_open_ones_do(campaigns: Campaigns):
    before = stamp(campaigns)
    made = campaigns.checked()
    assert stamp(campaigns) == before
    opened = act(campaigns, service.open_campaign, made)
    assert stamp(campaigns) == before + 1
    act(campaigns, service.freeze, opened, "停")
    assert stamp(campaigns) == before + 2


def test_another_account_knows_nothing_of_it(campaigns: Campaigns):
    made = campaigns.ready()
    with campaigns.db.work() as session:
        other = add_account(session, new_account("theirs"), NOW).id
    with campaigns.db.read() as session, pytest.raises(NotFound):
        get_campaign(session, other, made.public_id)
    with campaigns.db.work() as session, pytest.raises(NotFound):
        service.delete(session, other, made.public_id, made.version, ANNA)


def test_who_comes_again_is_the_same_person(campaigns: Campaigns):
    live = campaigns.live()
    assert come(campaigns, live) == come(campaigns, live)
    assert come(campaigns, live) != come(campaigns, live, "o2")


def test_nobody_takes_part_before_after_or_while_it_is_frozen(campaigns: Campaigns):
    live = campaigns.live()
    for moment in (OPENS - timedelta(seconds=1), live.closes_at):
        with pytest.raises(Closed):
            come(campaigns, live, now=moment)
    frozen = act(campaigns, service.freeze, live, "题目有误")
    with pytest.raises(Closed, match="题目有误"):
        come(campaigns, frozen)


def test_of_thirty_who_come_at_once_no_more_than_ten_get_in(campaigns: Campaigns):
    live = campaigns.live(eligibility={"most_people": 10})
    done = together(30, lambda number: come(campaigns, live, f"o{number}"))
    assert sum(isinstance(one, str) for one in done) == 10
    assert all(isinstance(one, str | SoldOut) for one in done)
    with campaigns.db.read() as session:
        people = session.scalars(select(Person).where(Person.account_id == campaigns.account_id)).all()
    assert len(people) == 10


def test_only_followers_where_that_is_asked(campaigns: Campaigns):
    live = campaigns.live(eligibility={"follow": True})
    with pytest.raises(NotAllowed, match="关注"):
        come(campaigns, live)
    add_follower(campaigns.db, campaigns.account_id, "o1")
    assert come(campaigns, live)


def tell(campaigns: Campaigns, live: CampaignView, openid: str = "o1", regions=(), **told: str) -> None:
    with campaigns.db.work() as session:
        introduce(session, live, openid, told, ON, regions)


def test_what_is_asked_is_told_once_and_kept(campaigns: Campaigns):
    asks = {"regions": ["东港区", "西河区"], "asks": ["unit", "name"], "member_number": True}
    live = campaigns.live(eligibility=asks)
    with pytest.raises(NotAllowed) as caught:
        come(campaigns, live)
    assert caught.value.code == "asks"
    with pytest.raises(Invalid, match="工会会员号"):
        tell(campaigns, live, region="东港区", unit="某厂")
    tell(campaigns, live, region="东港区", unit="某厂", member_number="M1", name="王小明")
    assert come(campaigns, live)
    tell(campaigns, live, region="西河区", unit="另一厂", member_number="M2", name="李")
    with campaigns.db.read() as session:
        person = find_person(session, campaigns.account_id, live.scope, "o1")
    assert person is not None
    assert (person.region, person.unit, person.member_number, person.name) == (
        "东港区",
        "某厂",
        "M1",
        "王小明",
    )


def test_a_region_that_was_not_offered_is_refused(campaigns: Campaigns):
    live = campaigns.live(eligibility={"asks": ["region"]})
    with pytest.raises(Invalid, match="列出的地区"):
        tell(campaigns, live, regions=("东港区",), region="<b>别处</b>")
    restricted = campaigns.live(title="另一个", eligibility={"regions": ["东港区"]})
    with pytest.raises(NotAllowed, match="不在范围内"):
        tell(campaigns, restricted, region="西河区")


def test_telling_takes_a_place_too(campaigns: Campaigns):
    live = campaigns.live(eligibility={"asks": ["unit"], "most_people": 1})
    tell(campaigns, live, unit="甲厂")
    with pytest.raises(SoldOut):
        tell(campaigns, live, "o2", unit="乙厂")
    tell(campaigns, live, unit="甲厂")


def test_a_draw_of_another_account_can_not_be_linked(campaigns: Campaigns):
    made = campaigns.ready()
    with pytest.raises(Invalid, match="没有选的这个抽奖"):
        campaigns.change(made.public_id, draw_id=987_654)
