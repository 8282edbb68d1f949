"""The check before opening, over what is stored."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns import preflight
from campaigns.preflight import examine, find_changed_draw
from campaigns.view import Finding
from models.prizes import Draw, Prize
from staff.roles import Role
from tests.campaigns import tiny
from tests.campaigns.desk import OPENS, Campaigns
from tests.members.staffing import add_anna, new_code, send


@pytest.fixture
def campaigns(plain_campaigns: Campaigns) -> Campaigns:
    """No race in here: one database suffices."""
    return plain_campaigns


def findings(campaigns: Campaigns, campaign_id: str) -> list[Finding]:
    with campaigns.db.read() as session:
        return examine(session, campaigns.get(campaign_id))


def the_only(session: Session, table: type[Any], campaigns: Campaigns) -> Any:
    """The one row the account has of it."""
    return session.scalars(select(table).where(table.account_id == campaigns.account_id)).one()


def stops(campaigns: Campaigns, campaign_id: str) -> str:
    return "；".join(one.what for one in findings(campaigns, campaign_id) if one.level == "stop")


def hints(campaigns: Campaigns, campaign_id: str) -> str:
    return "；".join(one.what for one in findings(campaigns, campaign_id) if one.level == "hint")


def test_a_new_campaign_lacks_its_rules(campaigns: Campaigns):
    assert "活动规则缺「参加对象」" in stops(campaigns, campaigns.begin().public_id)


def test_drafted_rules_leave_nothing_to_mend(campaigns: Campaigns):
    assert findings(campaigns, campaigns.ready().public_id) == []


def test_drafted_rules_of_a_campaign_with_a_draw_leave_nothing_to_mend(campaigns: Campaigns):
    made = campaigns.ready(draw_id=campaigns.draw())
    assert findings(campaigns, made.public_id) == []
    assert "话费 10 元：100 份，每份价值 10 元" in campaigns.get(made.public_id).rules.prizes
    assert "话费 10 元 10%" in campaigns.get(made.public_id).rules.odds


def test_organisers_who_have_not_linked_their_wechat_are_named_where_something_can_be_won(
    campaigns: Campaigns,
):
    berta = add_anna(campaigns.db, campaigns.account_id, login="berta")
    add_anna(campaigns.db, campaigns.account_id, Role.VIEWER, login="viewer")
    assert hints(campaigns, campaigns.ready().public_id) == ""
    made = campaigns.ready(draw_id=campaigns.draw()).public_id
    assert "还有 1 人没有绑定微信，系统拦不住他们抽奖：王芳" in hints(campaigns, made)
    assert stops(campaigns, made) == ""
    send(campaigns.db, campaigns.account_id, new_code(campaigns.db, campaigns.account_id, berta))
    assert hints(campaigns, made) == ""


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"title": "转发即可抽奖"}, "活动名称"),
        ({"summary": "关注公众号即可领奖"}, "活动简介"),
        ({"settings": {"slogan": "集满 30 个赞送话费"}}, "设置"),
    ],
)
def test_inducement_is_found_wherever_workers_read_it(
    campaigns: Campaigns, changes: dict[str, object], where: str
):
    made = campaigns.ready(**changes)
    assert where in stops(campaigns, made.public_id)


def test_the_kinds_own_findings_are_among_them(campaigns: Campaigns):
    assert "没有口号" in stops(campaigns, campaigns.ready(settings={"slogan": ""}).public_id)


def test_following_may_be_asked_for_but_never_where_something_can_be_won(campaigns: Campaigns):
    follow = {"follow": True}
    assert "关注" in hints(campaigns, campaigns.ready(eligibility=follow).public_id)
    assert "诱导关注" in stops(
        campaigns, campaigns.ready(eligibility=follow, draw_id=campaigns.draw()).public_id
    )


def test_a_draw_is_not_linked_with_what_gives_no_chances(
    campaigns: Campaigns, monkeypatch: pytest.MonkeyPatch
):
    made = campaigns.ready(draw_id=campaigns.draw()).public_id
    assert "不发抽奖机会" not in stops(campaigns, made)
    monkeypatch.setattr(preflight, "kind_of", lambda _key: replace(tiny.KIND, gives_chances=False))
    assert "不发抽奖机会" in stops(campaigns, made)


def test_a_prize_above_the_limit_is_refused(campaigns: Campaigns):
    made = campaigns.ready(draw_id=campaigns.draw())
    with campaigns.db.work() as session:
        the_only(session, Prize, campaigns).value_fen = 5_000_100
    assert "5 万元" in stops(campaigns, made.public_id)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"state": "draft"}, "还没有开放"),
        ({"state": "closed"}, "截止"),
        ({"closes_at": OPENS + timedelta(days=1)}, "比活动早"),
    ],
)
def test_a_draw_that_can_not_be_drawn_from_is_refused(
    campaigns: Campaigns, values: dict[str, object], told: str
):
    made = campaigns.ready(draw_id=campaigns.draw())
    with campaigns.db.work() as session:
        draw = the_only(session, Draw, campaigns)
        for name, value in values.items():
            setattr(draw, name, value)
    assert told in stops(campaigns, made.public_id)


def test_a_draw_that_is_gone_or_empty_is_refused(campaigns: Campaigns):
    made = campaigns.ready(draw_id=campaigns.draw())
    with campaigns.db.work() as session:
        session.delete(the_only(session, Prize, campaigns))
    assert "还没有奖品" in stops(campaigns, made.public_id)
    with campaigns.db.work() as session:
        session.delete(the_only(session, Draw, campaigns))
    assert "已经不在了" in stops(campaigns, made.public_id)


def test_prizes_that_were_touched_after_the_approval_show(campaigns: Campaigns):
    made = campaigns.checked(draw_id=campaigns.draw())
    with campaigns.db.read() as session:
        assert find_changed_draw(session, made) == []
    with campaigns.db.work() as session:
        the_only(session, Prize, campaigns).odds = "0.001"
    with campaigns.db.read() as session:
        assert "概率被改过" in find_changed_draw(session, made)[0].what


def test_giving_a_prize_out_changes_no_fingerprint(campaigns: Campaigns):
    made = campaigns.checked(draw_id=campaigns.draw())
    with campaigns.db.work() as session:
        the_only(session, Prize, campaigns).given = 40
    with campaigns.db.read() as session:
        assert find_changed_draw(session, made) == []


@pytest.mark.parametrize(("hour", "found"), [(3, True), (0, False), (9, False), (23, False)])
def test_a_start_in_the_small_hours_is_asked_about(campaigns: Campaigns, hour: int, found: bool):
    opens = OPENS.replace(minute=0) + timedelta(days=1, hours=hour - 11)
    made = campaigns.ready(opens_at=opens)
    assert ("半夜" in hints(campaigns, made.public_id)) is found


def test_what_people_must_fill_in_stands_in_the_privacy_notice(campaigns: Campaigns):
    asks = {"asks": ["unit"], "member_number": True}
    made = campaigns.ready(eligibility=asks)
    assert findings(campaigns, made.public_id) == []
    told = made.rules.privacy.replace("工作单位", "").replace("各单位", "").replace("单位", "")
    campaigns.with_rules(made.public_id, privacy=told)
    assert "工作单位" in stops(campaigns, made.public_id)


def test_two_campaigns_with_one_word_are_noticed(campaigns: Campaigns):
    campaigns.live(word="按一下")
    assert "口令" in hints(campaigns, campaigns.ready(title="另一个", word="按一下").public_id)
    assert "口令" not in hints(campaigns, campaigns.ready(title="又一个", word="再按").public_id)


def test_what_must_be_mended_comes_first(campaigns: Campaigns):
    made = campaigns.begin()
    levels = [one.level for one in findings(campaigns, made.public_id)]
    assert levels == sorted(levels, key=lambda level: level != "stop")
