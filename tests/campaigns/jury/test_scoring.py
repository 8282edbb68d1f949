"""From marks to scores and places."""

import pytest

from campaigns.jury.scoring import Ranked, Scored, check_mark, rank, score_of, take_best
from core.errors import Invalid


def test_scores_of_each_method():
    assert score_of("yes_no", [1, 1, 0]) == 66_666_667
    assert score_of("stars", [5, 4]) == 4_500_000
    assert score_of("ranking", [1, 2], [3, 3]) == 75_000_000
    assert score_of("stars", []) is None


def test_a_list_from_which_somebody_recused_themselves_counts_as_much_as_a_whole_one():
    assert score_of("ranking", [4], [4]) == score_of("ranking", [9], [9]) == 0
    assert score_of("ranking", [1], [4]) == score_of("ranking", [1], [1]) == 100_000_000


def test_who_has_the_same_score_shares_the_place_within_the_group():
    scored = [
        Scored(1, "甲", 2, 3_000_000),
        Scored(2, "甲", 2, 5_000_000),
        Scored(3, "甲", 2, 5_000_000),
        Scored(4, "乙", 2, 1_000_000),
        Scored(5, "甲", 0, None),
    ]
    places = {one.number: one.place for one in rank(scored)}
    assert places == {4: 1, 2: 1, 3: 1, 1: 3, 5: 0}


def test_ties_with_the_last_one_who_is_taken_are_all_in():
    ranked = [
        Ranked(one, place, 1.0, "甲") for one, place in ((1, 1), (2, 2), (3, 2), (4, 2), (5, 5), (6, 0))
    ]
    assert take_best(ranked, most=2) == [1, 2, 3, 4]
    assert take_best(ranked, most=1) == [1]
    assert take_best(ranked, percent=50) == [1, 2, 3, 4]
    assert take_best(ranked, most=100) == [1, 2, 3, 4, 5]
    other = [Ranked(9, 1, 1.0, "乙")]
    assert take_best([*ranked, *other], percent=10) == [1, 9]


@pytest.mark.parametrize(("method", "mark"), [("yes_no", 2), ("yes_no", -1), ("stars", 0), ("stars", 6)])
def test_marks_out_of_range_are_refused(method: str, mark: int):
    with pytest.raises(Invalid):
        check_mark(method, mark)
