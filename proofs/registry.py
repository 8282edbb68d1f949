"""The proofs by name. A proof is a function that tries to break a promise and writes down what it found.

It is imported when it is asked for, so that one proof's needs are no other's.
"""

from collections.abc import Callable
from importlib import import_module

from proofs.findings import Findings
from proofs.run import Run

Proof = Callable[[Run, Findings], None]

_PROOFS = {
    "answers": "proofs.answers:prove",
    "console": "proofs.console:prove",
    "isolation": "proofs.isolation:prove",
    "photos": "proofs.photos:prove",
    "prizes": "proofs.prizes:prove",
    "quiz": "proofs.quiz:prove",
    "votes": "proofs.votes:prove",
    "webhook": "proofs.webhook:prove",
}
NAMES = tuple(sorted(_PROOFS))


def find_proof(name: str) -> Proof | None:
    """The proof called `name`; None when there is none."""
    target = _PROOFS.get(name)
    if target is None:
        return None
    module, _, function = target.partition(":")
    proof: Proof = getattr(import_module(module), function)
    return proof
