"""The way up the tree of organisations."""

from collections.abc import Mapping


def chain_of(organisation_id: int, parents: Mapping[int, int | None]) -> tuple[int, ...]:
    """An organisation's id, then its parents' up to the root; ends where a circle would begin again."""
    chain: list[int] = []
    current: int | None = organisation_id
    while current is not None and current not in chain:
        chain.append(current)
        current = parents.get(current)
    return tuple(chain)
