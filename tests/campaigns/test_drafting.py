"""Rules drafted from what is set: complete, true to the draw, and nothing that induces."""

from dataclasses import replace

import pytest

from campaigns.drafting import Drawing, Host, Won, draft_rules
from campaigns.eligibility import Eligibility
from campaigns.inducement import find_phrases
from campaigns.wording import find_missing, find_no_contact, find_poor_privacy, find_unnamed_prizes
from tests.campaigns.test_rules import VIEW

HOST = Host("海湾工会", "12351")
PRIZES = [Won("话费", 1000, 500, "0.0123", "自动充值"), Won("水杯", 3950, 20, "0", "")]


@pytest.mark.parametrize("mode", ["odds", "tape", "final"])
def test_a_draft_lacks_nothing_that_the_check_wants(mode: str):
    drafted = draft_rules(VIEW, ["每人三次。"], Drawing(mode, 15, 10_000, PRIZES), HOST)
    found = [
        *find_missing(drafted, prizes=True),
        *find_no_contact(drafted),
        *find_poor_privacy(drafted),
        *find_unnamed_prizes(drafted, {"话费": 500, "水杯": 20}, 15),
    ]
    assert found == []
    assert [text for text in drafted.model_dump().values() if list(find_phrases(text))] == []


def test_odds_are_written_as_they_are():
    drafted = draft_rules(VIEW, [], Drawing("odds", 15, 0, PRIZES), HOST)
    assert "话费 1.23%" in drafted.odds
    assert "水杯：20 份，每份价值 39.50 元" in drafted.prizes


def test_a_tape_says_how_many_slots_and_that_nobody_can_move_a_prize():
    odds = draft_rules(VIEW, [], Drawing("tape", 15, 10_000, PRIZES), HOST).odds
    assert "共 10000 签" in odds
    assert "校验码" in odds


def test_without_a_draw_nothing_speaks_of_prizes():
    drafted = draft_rules(VIEW, [], None, HOST)
    assert (drafted.prizes, drafted.odds, drafted.claim, drafted.forfeit) == ("", "", "", "")
    assert list(find_missing(drafted, prizes=False)) == []
    assert "奖" not in drafted.other


def test_what_is_asked_and_who_may_take_part_is_written_down():
    rule = Eligibility(regions=("东港区",), asks=("unit", "name"), member_number=True, most_people=100)
    drafted = draft_rules(replace(VIEW, eligibility=rule), [], None, HOST)
    for told in ("东港区的职工", "会员号", "名额 100 人"):
        assert told in drafted.who
    for told in ("所在地区", "工作单位", "工会会员号", "姓名"):
        assert told in drafted.privacy
