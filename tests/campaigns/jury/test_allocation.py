"""The allocation alone: even, shuffled, nobody their own or their colleagues' works; what can't be done is said."""

import random
import time
from collections import Counter

import pytest

from campaigns.jury.allocation import Allocation, Wanted, allocate

JURORS = list(range(1, 201))


def check(found: Allocation, wanted: list[Wanted]) -> None:
    """Everything that must hold of any allocation."""
    for one in wanted:
        given = found.given[one.number]
        assert len(given) == len(set(given)) == one.count - found.missing.get(one.number, 0)
        assert not set(given) & set(one.barred)
    counted = Counter(juror for given in found.given.values() for juror in given)
    assert {juror: load for juror, load in found.loads.items() if load} == dict(counted)


def contest(seed: int, units: int = 60) -> list[Wanted]:
    """6 000 entries of people of `units` units, half of which send jurors, too."""
    dice = random.Random(seed)
    unit_of = {juror: dice.randrange(units) for juror in JURORS}
    own = {number: dice.choice(JURORS) for number in range(1, 200)}
    found = []
    for number in range(1, 6001):
        unit = dice.randrange(units * 2)
        barred = {juror for juror in JURORS if unit_of[juror] == unit} | {own.get(number, 0)} - {0}
        found.append(Wanted(number, 3, frozenset(barred)))
    return found


@pytest.mark.parametrize("seed", range(5))
def test_six_thousand_entries_go_evenly_to_two_hundred_jurors(seed: int):
    wanted = contest(seed)
    begun = time.process_time()
    found = allocate(wanted, JURORS, f"seed {seed}")
    assert time.process_time() - begun < 5
    check(found, wanted)
    assert found.missing == {}
    assert found.spread <= 1
    assert sum(found.loads.values()) == 18_000


def test_the_same_seed_gives_the_same_and_another_one_another():
    wanted = contest(1)[:500]
    assert allocate(wanted, JURORS, "a") == allocate(wanted, JURORS, "a")
    assert allocate(wanted, JURORS, "a").given != allocate(wanted, JURORS, "b").given


@pytest.mark.parametrize("seed", range(40))
def test_small_juries_are_as_even_as_the_bars_let_them_be(seed: int):
    """Compared with the best there is, found by trying every target a juror could have."""
    dice = random.Random(seed)
    jurors = list(range(dice.randint(2, 5)))
    wanted = [
        Wanted(number, 1, frozenset(juror for juror in jurors if dice.random() < 0.5))
        for number in range(dice.randint(1, 8))
    ]
    found = allocate(wanted, jurors, str(seed))
    check(found, wanted)
    assert found.spread == best_spread(wanted, jurors)


def best_spread(wanted: list[Wanted], jurors: list[int]) -> int:
    best = 99

    def give(at: int, loads: dict[int, int]) -> None:
        nonlocal best
        if at == len(wanted):
            best = min(best, max(loads.values()) - min(loads.values()))
            return
        may = [juror for juror in jurors if juror not in wanted[at].barred]
        for juror in may:
            give(at + 1, {**loads, juror: loads[juror] + 1})
        if not may:
            give(at + 1, loads)

    give(0, dict.fromkeys(jurors, 0))
    return best


def test_an_entry_that_too_few_may_judge_says_how_many_it_lacks():
    wanted = [Wanted(1, 3, frozenset({1, 2})), Wanted(2, 3), Wanted(3, 1, frozenset({1, 2, 3}))]
    found = allocate(wanted, [1, 2, 3], "s")
    check(found, wanted)
    assert found.missing == {1: 2, 3: 1}
    assert allocate(wanted, [], "s").missing == {1: 3, 2: 3, 3: 1}


def test_where_bars_forbid_evenness_it_is_as_near_as_can_be_and_quick():
    """Two thirds of the works come from one half's unit."""
    wanted = [
        Wanted(number, 3, frozenset(juror for juror in JURORS if juror % 2 == (number > 4000)))
        for number in range(1, 6001)
    ]
    begun = time.process_time()
    found = allocate(wanted, JURORS, "s")
    assert time.process_time() - begun < 10
    check(found, wanted)
    assert Counter(found.loads.values()) == {120: 100, 60: 100}


def test_what_somebody_leaves_goes_to_the_others_evenly():
    loads = dict.fromkeys(JURORS[1:], 90)
    found = allocate([Wanted(number, 1) for number in range(1, 91)], JURORS[1:], "s", loads)
    assert found.spread == 1
    assert sum(found.loads.values()) == 90 * 200
    newcomer = allocate([Wanted(number, 1) for number in range(1, 31)], JURORS, "s", {**loads, 1: 0})
    assert newcomer.loads[1] == 30
