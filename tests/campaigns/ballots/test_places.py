"""Places by votes and by more than votes, what striking would change, and lists of what can be voted for. Pure."""

from types import SimpleNamespace

import pytest

from campaigns.ballots.effect import find_changes
from campaigns.ballots.listing import Wanted, list_page, order_called, read_wanted
from campaigns.ballots.part import BallotPart
from campaigns.ballots.places import by_score, by_votes
from campaigns.ballots.roll import Roll, Votable, groups_of
from campaigns.ballots.showing import Shown

RULES = SimpleNamespace(group_names=("甲", "乙"), rounds=())


def work(number: int, **given: object) -> Votable:
    return Votable(**({"public_id": f"w{number}", "number": number, "name": f"作品{number}"} | given))


def ranks(places: list) -> list[tuple[int, int, int]]:
    return [(one.rank, one.candidate.number, one.votes) for one in places]


def test_who_has_as_much_has_the_same_rank_in_order_of_numbers():
    counts = {(1, 1): (3, 0), (1, 2): (5, 2), (1, 3): (9, 1), (2, 1): (99, 0)}
    places = by_votes([work(number) for number in (4, 3, 2, 1)], counts, 1)
    assert ranks(places) == [(1, 3, 8), (2, 1, 3), (2, 2, 3), (4, 4, 0)]
    assert [one.struck for one in places] == [1, 0, 2, 0]


def test_a_score_goes_before_votes_and_votes_part_equal_scores():
    counts = {(1, 1): (3, 0), (1, 2): (5, 0), (1, 3): (9, 0)}
    points = {1: 100, 2: 100, 3: 50}
    places = by_score([work(number) for number in points], counts, 1, lambda one, _votes: points[one.number])
    assert ranks(places) == [(1, 2, 5), (2, 1, 3), (3, 3, 9)]


def test_withdrawn_works_and_those_of_earlier_rounds_are_not_shown_and_frozen_ones_get_no_votes():
    roll = Roll(
        [
            work(1, through=2),
            work(2),
            work(3, state="frozen", through=2),
            work(4, state="withdrawn", through=2),
        ]
    )
    assert [[one.number for one in roll.shown(round_)] for round_ in (1, 2)] == [[1, 2, 3], [1, 3]]
    assert [roll.standing(round_) for round_ in (1, 2)] == [frozenset({1, 2}), frozenset({1})]


def test_groups_come_in_the_settings_order_and_strange_ones_last():
    works = [work(1, group="乙"), work(2, group="丙"), work(3, group="甲")]
    assert list(groups_of(RULES, works)) == ["甲", "乙", "丙"]


def test_the_effect_of_striking_stays_in_the_group():
    part = BallotPart(read=lambda _s, _c: roll)
    roll = Roll([work(1, group="甲"), work(2, group="甲"), work(3, group="乙")])
    counts = {(1, 1): (10, 0), (1, 2): (8, 0), (1, 3): (9, 0)}
    changes = find_changes(part, RULES, roll, counts, {(1, 1): 5})
    found = [(one.candidate.number, one.votes, one.loses, one.rank, one.rank_after) for one in changes]
    assert found == [(1, 10, 5, 1, 2), (2, 8, 0, 2, 1)]


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ({}, Wanted(1, order="votes")),
        ({"order": "number", "group": "乙", "page": "2"}, Wanted(1, "乙", "number", 0, 2)),
        ({"order": "x", "group": "x", "page": "0", "round": "9"}, Wanted(1, order="votes")),
        ({"order": "random"}, Wanted(1, order="random", seed=77)),
    ],
)
def test_what_makes_no_sense_in_an_address_is_read_as_the_usual(asked: dict[str, str], wanted: Wanted):
    assert read_wanted(RULES, order_called("按票数"), asked, 1, lambda: 77) == wanted


def test_a_list_is_searched_by_number_name_and_unit_and_ordered_by_votes_that_are_shown():
    works = [work(number, unit="甲厂" if number == 2 else "") for number in (1, 2, 3)]
    shown = Shown({(1, 3): (5, 0), (1, 1): (2, 0)}, "")

    def found(**wanted: str) -> list[int]:
        return [one.number for one in list_page(works, Wanted(1, **wanted), shown).candidates]

    assert found(order="votes") == [3, 1, 2]
    assert (found(words="甲厂"), found(words="3号"), found(words="作品1")) == ([2], [3], [1])
    hidden = list_page(works, Wanted(1, order="votes"), Shown(None, ""))
    assert [one.number for one in hidden.candidates] == [1, 2, 3]
