"""Honest crowds, made to look as bad as honest people do: one address for a factory, thousands in an hour for one candidate."""

from collections.abc import Callable, Iterator

import numpy as np

from bench.brushing.scene import Batch, Scene, by_person, firsts, minutes, moments
from campaigns.ballots.guard.columns import DAY_MS, HOUR_MS, Ints

_FACTORY = 3000
_UNION = 5000
_SHIFT_ENDS = np.array([0.0, 2.0, 8.0, 16.0, 20.0]) * HOUR_MS


def make_crowds(scene: Scene, people: int) -> Iterator[Batch]:
    """So many people in all, in the parts that a province has."""
    yield homes(scene, int(people * 0.42))
    yield mobile(scene, int(people * 0.28))
    yield from _many(scene, int(people * 0.15), _FACTORY, factory)
    yield from _many(scene, int(people * 0.08), _UNION, mobilised)
    yield night_shift(scene, int(people * 0.02))
    yield chatting(scene, int(people * 0.05))


def homes(scene: Scene, people: int) -> Batch:
    """Families at home, two to four behind an address."""
    who, day = scene.visits(people, 0.15)
    at = moments(day, scene.day_time(len(who)))
    homes_, ranges = scene.addresses(people // 3 + 1), scene.ranges(people // 600 + 1)
    address = homes_[who // 3]
    return _free(scene, "家庭", who, at, address, ranges[(address - homes_[0]) // 200])


def mobile(scene: Scene, people: int) -> Batch:
    """Phones on the carriers' shared addresses, another one each time."""
    who, day = scene.visits(people, 0.15)
    at = moments(day, scene.day_time(len(who)))
    address, range_ = carriers(scene, len(who))
    return _free(scene, "手机流量", who, at, address, range_)


def chatting(scene: Scene, people: int) -> Batch:
    """People who vote in the chat."""
    who, day = scene.visits(people, 0.15)
    at = moments(day, scene.day_time(len(who)))
    none = np.zeros(len(who), np.int64)
    return _free(scene, "对话", who, at, none, none, chat=True)


def factory(scene: Scene, people: int) -> Batch:
    """One address, shifts that end (one of them at night), and most for their own master: half of them followed at the gate."""
    who, day = scene.visits(people, 0.4)
    ends = scene.rng.choice(_SHIFT_ENDS, people)[who]
    at = moments(day, (ends + scene.rng.exponential(minutes(7), len(who))).astype(np.int64) % DAY_MS)
    here, range_ = scene.addresses(1), scene.ranges(1)
    count = len(who)
    return _loyal(scene, "工厂", who, at, np.full(count, here[0]), np.full(count, range_[0]), 0.5, 0.8)


def mobilised(scene: Scene, people: int) -> Batch:
    """A union calls: in an hour all for one, from offices and on the road, most of them by a poster's code."""
    who, day = scene.visits(people, 0.05)
    call = moments(day, np.full(len(who), int(scene.rng.uniform(9, 20) * HOUR_MS)))
    at = call + scene.rng.exponential(minutes(18), len(who)).astype(np.int64)
    address, range_ = carriers(scene, len(who))
    offices, ranges = scene.addresses(people // 200 + 1), scene.ranges(people // 2000 + 1)
    inside = scene.rng.random(len(who)) < 0.5
    office = offices[who // 200]
    return _loyal(
        scene,
        "工会动员",
        who,
        at,
        np.where(inside, office, address),
        np.where(inside, ranges[who // 2000], range_),
        0.65,
        0.85,
    )


def night_shift(scene: Scene, people: int) -> Batch:
    """Hospitals and depots, fifty to an address, in the small hours."""
    who, day = scene.visits(people, 0.3)
    at = moments(day, scene.rng.integers(1 * HOUR_MS, 6 * HOUR_MS, len(who)))
    works, ranges = scene.addresses(people // 50 + 1), scene.ranges(people // 500 + 1)
    return _free(scene, "夜班", who, at, works[who // 50], ranges[who // 500])


def carriers(scene: Scene, count: int) -> tuple[Ints, Ints]:
    """Some three hundred addresses in eight ranges that half a province shares."""
    addresses, ranges = scene.carriers
    number = scene.rng.integers(0, len(addresses), count)
    return addresses[number], ranges[number * len(ranges) // len(addresses)]


def _free(
    scene: Scene, name: str, who: Ints, at: Ints, address: Ints, range_: Ints, *, chat: bool = False
) -> Batch:
    """By everybody's own taste; one in five followed for the vote."""
    count = len(who)
    rows, chosen = scene.choices(count)
    agent = np.zeros(count, np.int64) if chat else by_person(who, scene.phones(count))
    followed = by_person(who, scene.followed(firsts(who, at), 0.2))
    people = scene.people(int(who.max()) + 1)
    chats = np.full(count, chat)
    return Batch(name, False, people[who], at, followed, chats, address, range_, agent, rows, chosen)


def _loyal(
    scene: Scene, name: str, who: Ints, at: Ints, address: Ints, range_: Ints, fresh: float, loyal: float
) -> Batch:
    """Mobilised for one candidate; `fresh` of them followed for the vote, `loyal` of them vote for nobody else."""
    count = len(who)
    faithful = by_person(who, scene.rng.random(count) < loyal)
    rows, chosen = scene.loyal_choices(faithful, np.full(count, scene.candidate()))
    agent = by_person(who, scene.phones(count))
    followed = by_person(who, scene.followed(firsts(who, at), fresh))
    people = scene.people(int(who.max()) + 1)
    chats = np.zeros(count, bool)
    return Batch(name, False, people[who], at, followed, chats, address, range_, agent, rows, chosen)


def _many(scene: Scene, people: int, size: int, make: Callable[[Scene, int], Batch]) -> Iterator[Batch]:
    """As many of that size as make up so many people; one at least."""
    for _ in range(max(1, people // size)):
        yield make(scene, min(size, max(1, people)))
