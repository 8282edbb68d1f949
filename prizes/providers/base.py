"""Providers of telephone credit: what is asked of one."""

from dataclasses import dataclass
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True)
class Order:
    """What is ordered: `order_no` is ours, and the same for each try."""

    order_no: str
    phone: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Report:
    """How an order stands with the provider; `problem` is Chinese, for staff."""

    state: Literal["sent", "confirmed", "failed"]
    problem: str = ""


class ProviderAway(Exception):
    """The provider did not answer, or nobody knows whether it took the order: ask later how it stands."""


class Provider(Protocol):
    """Both raise ProviderAway. Ordering twice under one number must be one order with the provider."""

    def order(self, order: Order) -> Report: ...

    def query(self, order_no: str) -> Report | None:
        """None where the provider knows no such order: it was never taken."""


@dataclass(frozen=True, slots=True)
class NoProvider:
    """Where none is set up: orders wait."""

    why: str

    def order(self, order: Order) -> Report:
        raise ProviderAway(self.why)

    def query(self, order_no: str) -> Report | None:
        raise ProviderAway(self.why)
