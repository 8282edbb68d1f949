"""Works of the month: one a month, of what hangs on the wall, suggested by a ranking, ready to be pushed."""

from datetime import timedelta

import pytest

from campaigns.kinds.photo.judging import REASONS
from campaigns.kinds.photo.months import (
    card_of,
    choose_month,
    list_months,
    months_of,
    suggest,
    unchoose_month,
)
from campaigns.kinds.photo.tables import PhotoMonth
from core.clock import SHANGHAI
from core.errors import Conflict, Invalid, NotFound
from push.rules import Month, check_card
from tests.campaigns.photo.clerks import enter_shown, judge
from tests.campaigns.photo.test_awards import Ranked
from tests.campaigns.photo.world import Contest
from tests.neighbours import together

NOVEMBER = "2026-11"


def choose(
    contest: Contest, number: int, month: str = NOVEMBER, words: str = "灯亮着，人没走。"
) -> PhotoMonth:
    with contest.db.work() as session:
        return choose_month(session, contest.campaign, month, number, words, "anna", contest.now)


def test_a_months_work_is_chosen_with_words_and_a_picture(contest: Contest) -> None:
    choose(contest, enter_shown(contest, "o-anna"))
    with contest.db.read() as session:
        (one,) = list_months(session, contest.campaign)
    assert (one.month.month, one.work.number, one.month.words) == (NOVEMBER, 1, "灯亮着，人没走。")
    assert one.cover == contest.pictures(one.work.id)[0].name


def test_a_month_has_one_work_however_many_choose_at_once(contest: Contest) -> None:
    numbers = [enter_shown(contest, f"o-{n}") for n in range(4)]

    done = together(4, lambda at: choose(contest, numbers[at]))
    assert sum(isinstance(one, Conflict) for one in done) == 3
    with contest.db.read() as session:
        assert len(list_months(session, contest.campaign)) == 1


def test_another_is_chosen_after_the_first_was_taken_down(contest: Contest) -> None:
    first, second = (enter_shown(contest, f"o-{n}") for n in range(2))
    choose(contest, first)
    with contest.db.work() as session:
        unchoose_month(session, contest.campaign, NOVEMBER)
    with contest.db.work() as session, pytest.raises(NotFound):
        unchoose_month(session, contest.campaign, NOVEMBER)
    choose(contest, second)


def test_what_does_not_hang_or_another_month_is_refused(contest: Contest) -> None:
    number = contest.enter("o-anna")
    with pytest.raises(NotFound):
        choose(contest, number)
    judge(contest, "shown", number)
    for month in ("2026-10", "2026-12", "2026-13", "", "x"):
        with pytest.raises(Invalid):
            choose(contest, number, month)
    with pytest.raises(Invalid):
        choose(contest, number, words="长" * 201)


def test_the_months_are_those_the_campaign_ran_in(contest: Contest) -> None:
    assert [one.key for one in months_of(contest.campaign, contest.now)] == [NOVEMBER]
    later = contest.now + timedelta(days=45)
    keys = [one.key for one in months_of(contest.campaign, later)]
    assert keys == sorted(keys, reverse=True)
    assert keys[0] == contest.campaign.closes_at.astimezone(SHANGHAI).strftime("%Y-%m")


def test_suggested_is_what_was_handed_in_that_month_best_first(contest: Contest) -> None:
    numbers = [enter_shown(contest, f"o-{n}") for n in range(4)]
    judge(contest, "refused", numbers[0], why=REASONS[0])
    ranked = [Ranked(numbers[2], 1), Ranked(numbers[0], 2), Ranked(numbers[1], 3), Ranked(numbers[3], 0)]
    month = Month.of(NOVEMBER, contest.now.date())
    with contest.db.read() as session:
        found = suggest(session, contest.campaign, month, ranked)
        assert [one.number for one in found] == [numbers[2], numbers[1]]
        assert suggest(session, contest.campaign, month.next, ranked) == []


def test_its_card_is_one_that_a_push_takes(contest: Contest) -> None:
    choose(contest, enter_shown(contest, "o-anna", title="夜" * 40), words="话" * 200)
    with contest.db.read() as session:
        (one,) = list_months(session, contest.campaign)
    card = card_of(contest.campaign, one)
    checked = check_card(card.title, card.digest, card.link, "2026-12-01 09:00", contest.now)
    assert checked.title.startswith("11 月之星：夜夜")
    assert card.link == f"{{h5}}/c/{contest.campaign.public_id}/photo/{one.work.number}"
