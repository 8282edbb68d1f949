"""`make bench NAME=brushing`: precision and recall of the rules as shipped, and which honest crowds they touch.

SEED (101), PEOPLE (60 000; 1 200 000 with SIZE=full). Several seeds: SEEDS=101,102.
"""

import os
import resource
import time

import numpy as np
from numpy.typing import NDArray

from bench.brushing.attackers import UNSEEN, make_attackers
from bench.brushing.crowds import make_crowds
from bench.brushing.sample import compare
from bench.brushing.scene import Scene, World, assemble
from campaigns.ballots.guard import PRESETS, Columns, find_columns, rule_from
from campaigns.ballots.guard.columns import DAY_MS, Bools, groups

FULL = os.environ.get("SIZE") == "full"
PEOPLE = int(os.environ.get("PEOPLE", "1200000" if FULL else "60000"))
SEEDS = [int(seed) for seed in os.environ.get("SEEDS", os.environ.get("SEED", "101")).split(",")]
_FACTORY = "工厂"
_WORST = ("precision", "factory_precision", "recall", "recall_with_unseen", "blind_wall_precision")
_WALL = 40
"""Ballots of one address in a day."""
_IN_TABLES = 6_000
"""People of the world that is also laid into real tables."""


def run() -> dict[str, object]:
    """Of each seed in turn; the worst of all."""
    figures = [_one(seed) for seed in SEEDS]
    worst = {name: min(one[name] for one in figures) for name in _WORST}
    agree = compare(build(SEEDS[0], _IN_TABLES))
    return {
        "people": PEOPLE,
        "seeds": SEEDS,
        **{f"{name}_worst": round(value, 4) for name, value in worst.items()},
        "honest_struck_worst": round(max(one["honest_struck"] for one in figures), 6),
        "find_cpu_s": round(max(one["find_cpu_s"] for one in figures), 1),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "tables_agree": agree,
    }


def build(seed: int, people: int) -> World:
    """Crowds of so many people, and the attackers that come with them."""
    scene = Scene(seed)
    return assemble([*make_crowds(scene, people), *make_attackers(scene, people)])


def _one(seed: int) -> dict[str, float]:
    """Of one world: every rule by itself, all together, each crowd, and the control."""
    world = build(seed, PEOPLE)
    print(
        f"\n种子 {seed}：{len(np.unique(world.columns.person)):,} 人，{world.columns.size:,} 张选票，"
        f"{len(world.columns.vote_row):,} 票，其中刷票 {int(world.attack.sum()):,} 张"
    )
    started = time.process_time()
    together = np.zeros(world.columns.size, bool)
    for preset in PRESETS:
        found = find_by(world, preset.key)
        together |= found
        print(f"  {preset.title}：找到 {int(found.sum()):,} 张，精确率 {_precision(found, world.attack):.4f}")
    spent = time.process_time() - started
    _tell_batches(world, together)
    blind = find_walled(world.columns)
    figures = {
        "blind_wall_precision": _precision(blind, world.attack),
        "precision": _precision(together, world.attack),
        "factory_precision": _factory_precision(world, together),
        "recall": _share(together, world.attack & ~_named(world, UNSEEN)),
        "recall_with_unseen": _share(together, world.attack),
        "honest_struck": _share(together, ~world.attack),
        "find_cpu_s": spent,
    }
    print(
        f"  合计：精确率 {figures['precision']:.4f}，其中对着工厂 {figures['factory_precision']:.4f}；"
        f"召回率 {figures['recall']:.4f}（连同规则认不出的{UNSEEN} {figures['recall_with_unseen']:.4f}）；"
        f"八条规则共 {spent:.1f} 秒处理器时间\n"
        f"  对照：只看一个地址一天满 {_WALL} 张就剔除，精确率 {figures['blind_wall_precision']:.4f}"
    )
    return figures


def find_by(world: World, key: str) -> Bools:
    """Of each ballot: does the rule find it?"""
    found = np.zeros(world.columns.size, bool)
    found[find_columns(world.columns, rule_from(key)).ballots - 1] = True
    return found


def find_walled(columns: Columns) -> Bools:
    """The control: a wall that looks at nothing but how many came from an address on a day."""
    there = groups(columns.address, columns.slot(DAY_MS))
    walled: Bools = (columns.address != 0) & (np.bincount(there)[there] >= _WALL)
    return walled


def _tell_batches(world: World, found: Bools) -> None:
    """The share found of each crowd and each attacker."""
    for name in dict.fromkeys(world.names):
        of = _named(world, name)
        kind = "刷票" if world.attack[of].any() else "正常"
        hit = int((found & of).sum())
        print(f"  {kind} {name}：{int(of.sum()):,} 张，剔除 {hit:,}（{hit / of.sum():.4%}）")


def _factory_precision(world: World, found: Bools) -> float:
    """Where the only honest people are the factories'."""
    return _precision(found & (_named(world, _FACTORY) | world.attack), world.attack)


def _named(world: World, name: str) -> Bools:
    return np.isin(world.batch, [number for number, one in enumerate(world.names) if one == name])


def _precision(found: Bools, attack: NDArray[np.bool_]) -> float:
    return _share(attack, found)


def _share(found: Bools, of: Bools) -> float:
    """Which part of `of` is found; 1 where there is none."""
    return float(found[of].mean()) if of.any() else 1.0
