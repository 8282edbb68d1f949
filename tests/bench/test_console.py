"""The bench of the console walks every list."""

from bench.console import pages
from bench.console.fill import FOLLOWERS, sizes
from bench.console.pages import LISTS, NO_LISTS, List, unknown_pages
from bench.console.walk import Took, Walked, figures
from tests.conftest import Home


def test_every_list_of_the_console_is_walked_or_said_to_be_none(home: Home):
    assert unknown_pages(home.app) == [], "add it to LISTS or NO_LISTS in bench/console/pages.py"


def test_a_new_list_is_missed_until_it_is_walked(home: Home, monkeypatch):
    monkeypatch.setattr(pages, "LISTS", tuple(one for one in LISTS if one.endpoint != "people.index"))
    assert unknown_pages(home.app) == ["people.index"]


def test_no_page_is_named_that_is_gone(home: Home):
    named = {one.endpoint for one in LISTS} | NO_LISTS
    assert named <= set(home.app.view_functions)


def test_an_address_has_the_place_and_the_filters():
    assert List("x", "e", "o", "/entries", "state=due").address("u000") == "/console/o/u000/entries?state=due"
    assert List("x", "e", "", "/me/sessions").address("u000") == "/console/me/sessions"


def test_followers_are_spread_as_said_the_largest_account_first():
    whole = sizes(1.0)
    assert abs(sum(whole) - FOLLOWERS) < len(whole)
    assert whole[0] == max(whole) == 600_000
    assert sizes(0.01)[0] == 6_000


def test_the_worst_list_is_the_one_that_size_costs_most():
    slow = Walked("slow", Took([10.0] * 19 + [40.0]), Took([20.0] * 20))
    even = Walked("even", Took([10.0] * 20), Took([10.0] * 20))
    told = figures([even, slow])
    assert (told["worst_page"], told["worst_ratio"]) == ("slow", 0.5)
    assert (told["within"], told["walked"], told["shorter"]) == (1, 2, [])


def test_a_list_with_less_to_show_at_the_hundredth_part_is_named():
    assert figures([Walked("short", Took([1.0], rows=50), Took([1.0], rows=20))])["shorter"] == ["short"]
