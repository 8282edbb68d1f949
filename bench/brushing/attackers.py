"""Attackers as they are known from such votes, each with what it costs: openids that were bought, proxies, scripts, robots."""

from collections.abc import Callable, Iterator

import numpy as np

from bench.brushing.crowds import carriers
from bench.brushing.scene import Batch, Scene, by_person, firsts, minutes, moments, zipf
from campaigns.ballots.guard.columns import HOUR_MS, Ints

_EVERY = 60_000
"""People of the honest crowds for whom there is one attacker of each kind."""
UNSEEN = "仿真人"
"""Told apart: no rule claims to find it, and recall does not count it."""
_EMULATOR = 1_000_000
"""Browsers of attackers are numbered from here; some pretend to be a phone of the many."""


def make_attackers(scene: Scene, people: int) -> Iterator[Batch]:
    """At least one of each kind."""
    kinds: tuple[Callable[[Scene], Batch], ...] = (
        pool,
        proxies,
        hosts,
        night_burst,
        drip,
        chat_pool,
        script,
        imitators,
    )
    for _ in range(max(1, people // _EVERY)):
        for make in kinds:
            yield make(scene)


def pool(scene: Scene) -> Batch:
    """Openids by the thousand behind half a dozen addresses, all day long, day after day; nine of ten followed a moment
    before, some vote for others too so as not to stand out."""
    who, day = scene.visits(1200, 0.6)
    count = len(who)
    at = moments(day, scene.rng.integers(8 * HOUR_MS, 23 * HOUR_MS, count))
    addresses, ranges = scene.addresses(6), scene.ranges(2)
    number = scene.rng.integers(0, 6, count)
    new = by_person(who, firsts(who, at) - scene.rng.integers(3_000, 240_000, count))
    followed = np.where(who % 10 > 0, new, _aged(scene, who, at))
    agent = _browsers(scene, 12)[who % 12]
    where = (addresses[number], ranges[number // 3])
    return _attack(scene, "号池", who, at, followed, *where, agent, others=0.03)


def proxies(scene: Scene) -> Batch:
    """Old accounts through proxies everywhere, the carriers' too, in one program's browser; an hour and a half a day."""
    who, day = scene.visits(900, 0.5)
    count = len(who)
    begin = scene.rng.uniform(9, 22, 5)[day] * HOUR_MS
    at = moments(day, (begin + scene.rng.uniform(0, minutes(90), count)).astype(np.int64))
    address, range_ = carriers(scene, count)
    foreign = scene.rng.random(count) < 0.7
    address = np.where(foreign, scene.addresses(count), address)
    range_ = np.where(foreign, scene.ranges(count), range_)
    agent = np.full(count, _browsers(scene, 1)[0])
    return _attack(scene, "散代理", who, at, _aged(scene, who, at), address, range_, agent)


def hosts(scene: Scene) -> Batch:
    """Old accounts on machines for hire: a range with two hundred addresses, eight browsers, one hour on each of three days."""
    who, _ = scene.visits(900, 0.0)
    count = len(who)
    day = scene.rng.choice(5, 3, replace=False)[scene.rng.integers(0, 3, count)]
    begin = scene.rng.integers(8, 22, 5)[day] * HOUR_MS
    at = moments(day, begin + scene.rng.integers(0, HOUR_MS, count))
    address = scene.addresses(200)[scene.rng.integers(0, 200, count)]
    range_ = np.full(count, scene.ranges(1)[0])
    agent = scene.rng.choice(_browsers(scene, 8), count, p=zipf(8, 0.8))
    return _attack(scene, "机房", who, at, _aged(scene, who, at), address, range_, agent, others=0.1)


def night_burst(scene: Scene) -> Batch:
    """Between one and five in the morning, two nights, through some hundred addresses, in four browsers, half of them new."""
    who, _ = scene.visits(1000, 0.0)
    count = len(who)
    day = scene.rng.choice(5, 2, replace=False)[scene.rng.integers(0, 2, count)]
    at = moments(day, scene.rng.integers(1 * HOUR_MS, 5 * HOUR_MS, count))
    new = by_person(who, firsts(who, at) - scene.rng.integers(3_000, 240_000, count))
    followed = np.where(who % 2 == 0, new, _aged(scene, who, at))
    addresses, ranges = scene.addresses(100), scene.ranges(50)
    number = scene.rng.integers(0, 100, count)
    agent = _browsers(scene, 4)[scene.rng.integers(0, 4, count)]
    return _attack(scene, "夜间突击", who, at, followed, addresses[number], ranges[number // 2], agent)


def drip(scene: Scene) -> Batch:
    """Six robots, each at an address of its own: a ballot every minute or so, give or take a tenth, in any phone's name."""
    parts = [_robot(scene, robot) for robot in range(6)]
    who, at, robot = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    address, range_ = scene.addresses(6)[robot], scene.ranges(6)[robot]
    return _attack(
        scene, "慢速机器人", who, at, _aged(scene, who, at), address, range_, scene.phones(len(who))
    )


def chat_pool(scene: Scene) -> Batch:
    """Bought openids that follow and write 「投 12」 a moment later, a thousand in three hours."""
    who, _ = scene.visits(1000, 0.0)
    count = len(who)
    begin = np.full(count, int(scene.rng.uniform(9, 20) * HOUR_MS))
    at = moments(np.full(count, scene.rng.integers(0, 5)), begin + scene.rng.integers(0, 3 * HOUR_MS, count))
    followed = at - scene.rng.integers(3_000, 60_000, count)
    none = np.zeros(count, np.int64)
    return _attack(scene, "对话号池", who, at, followed, none, none, none, chat=True)


def script(scene: Scene) -> Batch:
    """A script that names no browser, through any proxies, two days long."""
    who, _ = scene.visits(600, 0.0)
    count = len(who)
    at = moments(scene.rng.integers(1, 3, count), scene.day_time(count))
    none = np.zeros(count, np.int64)
    ranges = scene.ranges(count)
    return _attack(scene, "无标识脚本", who, at, _aged(scene, who, at), scene.addresses(count), ranges, none)


def imitators(scene: Scene) -> Batch:
    """What no rule can see: old accounts on real phones, on the carriers' addresses, at the hours of people."""
    who, day = scene.visits(600, 0.4)
    count = len(who)
    at = moments(day, scene.day_time(count))
    phones = by_person(who, scene.phones(count))
    return _attack(scene, UNSEEN, who, at, _aged(scene, who, at), *carriers(scene, count), phones)


def _robot(scene: Scene, robot: int) -> tuple[Ints, Ints, Ints]:
    """Two working days of five hours, each ballot by another account."""
    every = scene.rng.uniform(40, 90) * 1000
    steps = every * scene.rng.uniform(0.9, 1.1, 2 * int(5 * HOUR_MS / every))
    half = len(steps) // 2
    begin = scene.rng.integers(8 * HOUR_MS, 17 * HOUR_MS, 2)
    since = np.cumsum(steps.reshape(2, half), axis=1).astype(np.int64)
    at = moments(np.repeat([1, 2], half), (begin[:, None] + since).ravel())
    return np.arange(len(at)) + robot * 1000, at, np.full(len(at), robot)


def _aged(scene: Scene, who: Ints, at: Ints) -> Ints:
    """Accounts that have followed for long."""
    first = firsts(who, at)
    return first - scene.rng.integers(24 * HOUR_MS, 200 * 24 * HOUR_MS, int(who.max()) + 1)[who]


def _browsers(scene: Scene, count: int) -> Ints:
    return _EMULATOR + scene.rng.integers(0, 1_000_000, count)


def _attack(
    scene: Scene,
    name: str,
    who: Ints,
    at: Ints,
    followed: Ints,
    address: Ints,
    range_: Ints,
    agent: Ints,
    *,
    chat: bool = False,
    others: float = 0.0,
) -> Batch:
    """All for one candidate; so many of the ballots (a part) name others besides."""
    count = len(who)
    people = scene.people(int(who.max()) + 1)
    lone = scene.rng.random(count) >= others
    rows, chosen = scene.loyal_choices(lone, np.full(count, scene.candidate()), also=1.0)
    chats = np.full(count, chat)
    return Batch(name, True, people[who], at, followed, chats, address, range_, agent, rows, chosen)
