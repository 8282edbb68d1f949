"""The laboratory of vote stuffing: honest crowds and attackers, seeded, and what the shipped rules make of them."""

from bench.brushing.laboratory import run

__all__ = ["run"]
