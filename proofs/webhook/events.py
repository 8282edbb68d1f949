"""What the service's own logs say happened, counted: for the figures, and to understand a violation."""

import json
from collections import Counter

from proofs.findings import Findings
from proofs.stack import Stack

_LEVELS = frozenset({"warning", "error", "critical"})
_EXPECTED = frozenset({"callback_refused"})


def tell_events(findings: Findings, stack: Stack) -> None:
    """Adds warnings and errors of web and worker by name."""
    for name in ("web", "worker"):
        text = (stack.logs / f"{name}.log").read_text("utf-8", errors="replace")
        findings.figure("logs", **{name: count_events(text)})


def count_events(text: str) -> dict[str, int]:
    """Names of warnings and errors in a log of JSON lines, most frequent first; long names are cut."""
    found: Counter[str] = Counter()
    for line in text.splitlines():
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        if isinstance(entry, dict) and entry.get("level") in _LEVELS:
            name = str(entry.get("event", ""))
            if name not in _EXPECTED:
                found[name[:40]] += 1
    return dict(found.most_common(12))
