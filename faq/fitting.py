"""The worker's part: fit the classifiers that are missing, one after the other."""

from core.clock import Clock
from faq.samples import samples_for
from faq.shelf import FaqShelf
from faq.trained import fit_and_keep
from models.db import Database


def fit_missing(db: Database, shelf: FaqShelf, clock: Clock) -> int:
    """Fit what `shelf` lacks and put it there; returns how many. Raises what the database raises."""
    waiting = shelf.unfitted()
    for known in waiting:
        base = known.entries.own
        fit_and_keep(
            db,
            base.fingerprint,
            samples_for(base.entries, base.speller),
            clock,
            learnt=[it for it, entry in zip(base.digests, base.entries, strict=True) if entry.topic],
            in_use=shelf.fingerprints(),
            start=known.classifier,
        )
    if waiting:
        with db.read() as session:
            shelf.load_classifiers(session)
    return len(waiting)
