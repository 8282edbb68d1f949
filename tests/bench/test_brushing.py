"""The laboratory of vote stuffing is seeded, meets what is asked of it at a small size, and can fail."""

import numpy as np
import pytest

from bench.brushing import laboratory
from bench.brushing.attackers import UNSEEN
from bench.brushing.crowds import make_crowds
from bench.brushing.sample import compare
from bench.brushing.scene import Scene, World, assemble
from campaigns.ballots.guard import PRESETS

SMALL = 8_000


@pytest.fixture(scope="module")
def world() -> World:
    return laboratory.build(106, SMALL)


def struck(world: World) -> np.ndarray:
    return np.logical_or.reduce([laboratory.find_by(world, preset.key) for preset in PRESETS])


def test_the_same_seed_makes_the_same_world(world: World):
    again, other = laboratory.build(106, SMALL), laboratory.build(107, SMALL)
    assert np.array_equal(world.columns.at, again.columns.at)
    assert np.array_equal(world.columns.vote_candidate, again.columns.vote_candidate)
    assert world.columns.size != other.columns.size


def test_ballots_are_in_the_order_of_time_and_every_one_has_a_vote(world: World):
    columns = world.columns
    assert (np.diff(columns.at) >= 0).all() and (np.diff(columns.vote_row) >= 0).all()
    assert np.array_equal(np.unique(columns.vote_row), np.arange(columns.size))
    assert columns.vote_candidate.min() >= 1


def test_rules_find_the_attackers_and_leave_the_factories_alone(world: World):
    found = struck(world)
    unseen = np.isin(world.batch, [n for n, name in enumerate(world.names) if name == UNSEEN])
    assert found[world.attack & ~unseen].mean() >= 0.9
    assert world.attack[found].mean() >= 0.99
    factory = np.isin(world.batch, [n for n, name in enumerate(world.names) if name == "工厂"])
    assert factory.sum() > 1000 and not found[factory].any()


def test_each_rule_finds_something_that_is_an_attackers(world: World):
    for preset in PRESETS:
        found = laboratory.find_by(world, preset.key)
        assert found.any() and world.attack[found].mean() >= 0.95, preset.key


def test_a_wall_that_counts_addresses_alone_would_strike_the_factories(world: World):
    """The control: the figures above can be missed."""
    walled = laboratory.find_walled(world.columns)
    assert world.attack[walled].mean() < 0.9


def test_where_nobody_attacks_next_to_nothing_is_struck():
    honest = assemble(list(make_crowds(Scene(5), 20_000)))
    assert struck(honest).mean() < 0.001


def test_tables_and_arrays_agree():
    assert compare(laboratory.build(106, 1_000))
