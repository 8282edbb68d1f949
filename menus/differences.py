"""What is different between two menus, as staff would say it: added, taken away, changed, in another place."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from menus.words import Item, Names, describe
from models.menus import Tree

Kind = Literal["added", "removed", "changed", "moved"]


@dataclass(frozen=True, slots=True)
class Difference:
    """`before` and `after` are empty where there is nothing to say."""

    kind: Kind
    what: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class _Spot:
    column: str
    nth: int
    item: Item

    @property
    def called(self) -> str:
        name = self.item.get("name") or "（没有名称）"
        return f"{self.column} › {name}" if self.column else str(name)


_SAME = (
    lambda spot: spot.item.get("key"),
    lambda spot: (spot.column, spot.item["name"]) if spot.item.get("name") else None,
    lambda spot: spot.item.get("name"),
    lambda spot: spot.item.get("url"),
)
"""What makes two entries the same one, the surest first."""


def differences(before: Tree, after: Tree, names: Names = MappingProxyType({})) -> list[Difference]:
    """Nothing for the same menu."""
    renamed = _renamed(before, after)
    old, new = list(_spots(before, renamed)), list(_spots(after))
    pairs = _pair(old, new)
    paired_old = {id(one) for one, _ in pairs}
    paired_new = {id(two) for _, two in pairs}
    found = [
        Difference("added", spot.called, after=describe(spot.item, names))
        for spot in new
        if id(spot) not in paired_new
    ]
    found += [
        Difference("removed", spot.called, before=describe(spot.item, names))
        for spot in old
        if id(spot) not in paired_old
    ]
    for one, two in pairs:
        found += _changes(one, two, names)
    found += [Difference("changed", f"{now}：名称", was, now) for was, now in renamed.items()]
    return found + list(_order(before, after, pairs))


def _renamed(before: Tree, after: Tree) -> dict[str, str]:
    """Columns with entries that stayed where they were under another name."""
    was, now = _column_names(before), _column_names(after)
    return {
        old: new
        for old, new, one, two in zip(was, now, before, after, strict=False)
        if old not in now and new not in was and one.get("children") and two.get("children")
    }


def _column_names(tree: Tree) -> list[str]:
    return [column.get("name") or f"第 {number} 个菜单" for number, column in enumerate(tree, 1)]


def _spots(tree: Tree, renamed: Mapping[str, str] = MappingProxyType({})) -> Iterator[_Spot]:
    for number, (name, column) in enumerate(zip(_column_names(tree), tree, strict=True)):
        if not column.get("children"):
            yield _Spot("", number, column)
        for nth, child in enumerate(column.get("children") or ()):
            yield _Spot(renamed.get(name, name), nth, child)


def _pair(old: list[_Spot], new: list[_Spot]) -> list[tuple[_Spot, _Spot]]:
    pairs: list[tuple[_Spot, _Spot]] = []
    left = list(old)
    rest = list(new)
    for mark in _SAME:
        for two in list(rest):
            wanted = mark(two)
            one = next((one for one in left if wanted and mark(one) == wanted), None)
            if one is not None:
                pairs.append((one, two))
                left.remove(one)
                rest.remove(two)
    return pairs


def _changes(one: _Spot, two: _Spot, names: Names) -> Iterator[Difference]:
    if one.item.get("name") != two.item.get("name"):
        yield Difference("changed", f"{two.called}：名称", one.item.get("name", ""), two.item.get("name", ""))
    if (was := describe(one.item, names)) != (now := describe(two.item, names)):
        yield Difference("changed", f"{two.called}：内容", was, now)
    if one.column != two.column:
        yield Difference("moved", two.called, one.column or "一级菜单", two.column or "一级菜单")


def _order(before: Tree, after: Tree, pairs: list[tuple[_Spot, _Spot]]) -> Iterator[Difference]:
    """Columns and entries that stayed, and stand in another order."""
    renamed = _renamed(before, after)
    was = [renamed.get(name, name) for name in _column_names(before)]
    now = _column_names(after)
    if [name for name in was if name in now] != [name for name in now if name in was]:
        yield Difference("moved", "一级菜单的顺序", "、".join(was), "、".join(now))
    for column in {two.column for _, two in pairs if two.column}:
        stayed = [(one, two) for one, two in pairs if one.column == two.column == column]
        stayed.sort(key=lambda pair: pair[1].nth)
        if [one.nth for one, _ in stayed] != sorted(one.nth for one, _ in stayed):
            names = "、".join(two.item.get("name", "") for _, two in stayed)
            yield Difference("moved", f"{column}：子菜单的顺序", after=names)
