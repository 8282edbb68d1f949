"""Which state follows which, and when one may take part."""

from dataclasses import replace
from datetime import timedelta

import pytest

from campaigns import rules
from campaigns.eligibility import Eligibility
from campaigns.view import CampaignView, Rules
from core.errors import Closed, Conflict, Invalid
from tests.campaigns.tiny import TinyConfig
from tests.conftest import NOW

DAY = timedelta(days=1)
VIEW = CampaignView(
    id=1,
    account_id=1,
    public_id="abc",
    kind="tiny",
    title="按一按",
    summary="",
    word="按按",
    cover="",
    state="live",
    opens_at=NOW,
    closes_at=NOW + DAY,
    closed_at=None,
    frozen_why="",
    eligibility=Eligibility(),
    settings=TinyConfig(),
    rules=Rules(),
    rules_hash="",
    draw_id=None,
    version=1,
)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("draft", "live"),
        ("live", "draft"),
        ("live", "archived"),
        ("archived", "live"),
        ("publicised", "live"),
        ("live", "deleted"),
        ("checked", "deleted"),
    ],
)
def test_no_state_is_skipped_and_none_comes_back(before: str, after: str):
    with pytest.raises(Conflict):
        rules.check_step(before, after)


def test_it_opens_and_closes_by_the_clock_alone():
    phases = [VIEW.phase(NOW + moment) for moment in (-DAY, 0 * DAY, DAY - timedelta(seconds=1), DAY)]
    assert phases == ["soon", "on", "on", "over"]
    assert replace(VIEW, closed_at=NOW).phase(NOW) == "over"


@pytest.mark.parametrize(
    ("state", "phase"),
    [
        ("draft", "draft"),
        ("checked", "draft"),
        ("deleted", "draft"),
        ("frozen", "frozen"),
        ("publicised", "publicised"),
        ("archived", "archived"),
    ],
)
def test_other_states_do_not_ask_the_clock(state: str, phase: str):
    assert replace(VIEW, state=state).phase(NOW + DAY / 2) == phase


@pytest.mark.parametrize(
    ("view", "when", "told"),
    [
        (VIEW, NOW - DAY, "还没开始"),
        (VIEW, NOW + DAY, "已经结束"),
        (replace(VIEW, state="frozen", frozen_why="题目有误"), NOW, "题目有误"),
        (replace(VIEW, state="draft"), NOW, "还没有开放"),
    ],
)
def test_who_comes_at_another_time_is_told_what_to_do(view: CampaignView, when, told: str):
    with pytest.raises(Closed, match=told):
        rules.require_on(view, when)


def test_times_are_in_order_not_past_and_no_longer_than_a_year():
    for opens, closes in ((NOW, NOW), (NOW - 2 * DAY, NOW), (NOW, NOW + 367 * DAY)):
        with pytest.raises(Invalid):
            rules.check_times(opens, closes, NOW)
    rules.check_times(NOW - DAY, NOW + DAY, NOW)


def test_it_may_end_later_never_earlier_and_not_after_it_ended():
    with pytest.raises(Invalid):
        rules.check_extension(VIEW, VIEW.closes_at, NOW)
    with pytest.raises(Conflict):
        rules.check_extension(replace(VIEW, closed_at=NOW), VIEW.closes_at + DAY, NOW)
    rules.check_extension(replace(VIEW, state="frozen"), VIEW.closes_at + DAY, NOW)


def test_the_fingerprint_moves_with_every_word_and_not_with_the_order_of_keys():
    one = rules.hash_of({"who": "甲", "how": "乙"}, {"taps": 1}, {})
    assert one == rules.hash_of({"how": "乙", "who": "甲"}, {"taps": 1}, {})
    assert (
        len(
            {
                one,
                rules.hash_of({"who": "甲", "how": "丙"}, {"taps": 1}, {}),
                rules.hash_of({"who": "甲", "how": "乙"}, {"taps": 2}, {}),
                rules.hash_of({"who": "甲", "how": "乙"}, {"taps": 1}, {"follow": True}),
            }
        )
        == 4
    )
