"""What a proof found: attempts, violations and figures, line by line, as one JSON object."""

import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

from proofs.run import Run, say

_SHOWN = 12
_SAID_PER_KIND = 3


@dataclass(frozen=True, slots=True)
class Violation:
    """A promise that was not kept: in which line of the proof, what (a short English word), and where exactly."""

    line: str
    what: str
    detail: str


class Findings:
    """Filled by one proof in one thread."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._attempts: Counter[str] = Counter()
        self._figures: dict[str, dict[str, Any]] = {}
        self.violations: list[Violation] = []

    @property
    def ok(self) -> bool:
        """Nothing violated, and something tried."""
        return not self.violations and bool(self._attempts)

    def attempted(self, line: str, count: int = 1) -> None:
        self._attempts[line] += count

    def violated(self, line: str, what: str, detail: str) -> None:
        """Note a violation; the first few of a kind are said at once."""
        self.violations.append(Violation(line, what, detail))
        if self.count(line, what) <= _SAID_PER_KIND:
            say(f"  违反 {line}/{what}：{detail}")

    def count(self, line: str, what: str | None = None) -> int:
        """How many violations of a line, or of one kind of it."""
        return sum(v.line == line and what in (None, v.what) for v in self.violations)

    def figure(self, line: str, **values: Any) -> None:
        """Add figures (plain JSON values) to a line."""
        self._figures.setdefault(line, {}).update(values)

    def as_json(self) -> str:
        lines = sorted({*self._attempts, *self._figures, *(v.line for v in self.violations)})
        return json.dumps(
            {
                "proof": self._run.proof,
                "ok": self.ok,
                "attempts": self._attempts.total(),
                "violations": len(self.violations),
                "seed": self._run.seed,
                "size": self._run.size,
                "control": self._run.control,
                "lines": {line: self._line(line) for line in lines},
                "violated": dict(Counter(f"{v.line}/{v.what}" for v in self.violations)),
                "examples": [f"{v.line}/{v.what}: {v.detail}" for v in self.violations[:_SHOWN]],
            },
            ensure_ascii=False,
        )

    def _line(self, line: str) -> dict[str, Any]:
        return {
            "attempts": self._attempts[line],
            "violations": self.count(line),
            **self._figures.get(line, {}),
        }
