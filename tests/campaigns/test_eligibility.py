"""Who may take part, and what is asked first."""

import pytest
from pydantic import ValidationError

from campaigns.eligibility import Eligibility, Known, asked, refusal, unanswered

ANYBODY = Known(following=False, tags=frozenset(), region="", member_number="")


def test_by_default_anybody_may():
    assert refusal(Eligibility(), ANYBODY) == ""
    assert unanswered(Eligibility(), ANYBODY) == ()


def test_who_does_not_follow_is_told_how_to():
    assert "关注" in refusal(Eligibility(follow=True), ANYBODY)
    assert refusal(Eligibility(follow=True), ANYBODY._replace(following=True)) == ""


def test_one_of_the_tags_suffices():
    rule = Eligibility(tags=(1, 2))
    assert "人工" in refusal(rule, ANYBODY)
    assert refusal(rule, ANYBODY._replace(tags=frozenset({2, 9}))) == ""


def test_who_chose_no_district_is_asked_and_who_chose_another_is_refused():
    rule = Eligibility(regions=("东港区",))
    assert refusal(rule, ANYBODY) == ""
    assert unanswered(rule, ANYBODY) == ("region",)
    assert "西河区" in refusal(rule, ANYBODY._replace(region="西河区"))
    assert unanswered(rule, ANYBODY._replace(region="东港区")) == ()


def test_asked_things_come_in_one_order_and_a_name_is_never_required():
    rule = Eligibility(asks=("name", "unit", "region"), member_number=True)
    assert asked(rule) == ("region", "unit", "member_number", "name")
    assert unanswered(Eligibility(asks=("name",)), ANYBODY) == ()


@pytest.mark.parametrize("bad", [{"asks": ["age"]}, {"most_people": -1}, {"tags": ["x"]}, {"extra": 1}])
def test_conditions_that_do_not_exist_are_refused(bad: dict[str, object]):
    with pytest.raises(ValidationError):
        Eligibility.model_validate(bad)
