"""How a proof is asked for (SIZE, SEED, CONTROL in the environment), and its progress lines."""

import random
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast

Size = Literal["small", "full"]
_STARTED = time.monotonic()


class BadRun(ValueError):
    """The environment asks for something that does not exist; the message is one Chinese line."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a proof. `control`: with the guard removed, so that it has to fail."""

    proof: str
    size: Size = "small"
    seed: int = 1
    control: bool = False

    @classmethod
    def from_env(cls, proof: str, env: Mapping[str, str]) -> "Run":
        """Raises BadRun."""
        size, seed = env.get("SIZE") or "small", env.get("SEED") or "1"
        if size not in ("small", "full"):
            raise BadRun(f"SIZE 应为 small 或 full，不是 {size}")
        if not (seed.isascii() and seed.isdigit()):
            raise BadRun(f"SEED 应为非负整数，不是 {seed}")
        control = (env.get("CONTROL") or "0").lower() not in ("0", "no", "false")
        return cls(proof, cast(Size, size), int(seed), control)

    def chance(self, part: str) -> random.Random:
        """The dice of one part of the proof: the same for the same seed, whatever other parts threw."""
        return random.Random(f"{self.seed}:{part}")

    def pick(self, small: int, full: int) -> int:
        """A number by size."""
        return small if self.size == "small" else full


def say(text: str) -> None:
    """One progress line, with the seconds since the start."""
    print(f"[{time.monotonic() - _STARTED:6.1f} s] {text}", flush=True)
