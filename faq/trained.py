"""Fitted classifiers: kept in SQL, fitted in the worker, and read by all processes of a host from one mapped file."""

import io
import os
import time
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.clock import Clock
from core.logs import get_logger
from faq.classifier import Classifier, Weights
from faq.training import Sample, fit
from models.content import TrainedClassifier
from models.db import Database
from models.stamps import raise_stamp
from models.upsert import insert_missing

STAMP = "classifiers"
log = get_logger(__name__)


def pack(classifier: Classifier) -> bytes:
    """All of a classifier in one body; weights as 16-bit numbers, whose rounding changes no answer."""
    body = io.BytesIO()
    np.savez(
        body,
        classes=_encode(classifier.classes),
        vocabulary=_encode(classifier.vocabulary),
        idf=classifier.idf,
        weights=classifier.weights.astype(np.float16),
    )
    return body.getvalue()


def _encode(names: Iterable[str]) -> NDArray[np.uint8]:
    return np.frombuffer("\n".join(names).encode(), np.uint8)


def _decode(packed: NDArray[np.uint8]) -> list[str]:
    text = packed.tobytes().decode()
    return text.split("\n") if text else []


class Library:
    """The classifiers of this process by fingerprint. Weights are mapped from files in `folder`, which processes share."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, Classifier] = {}

    def fetch(self, session: Session, wanted: Iterable[str]) -> dict[str, Classifier]:
        """Those of `wanted` that are fitted; all others are let go."""
        known: dict[str, Classifier] = {}
        for fingerprint in {name for name in wanted if name}:
            found = self._known.get(fingerprint) or self._load(session, fingerprint)
            if found is not None:
                known[fingerprint] = found
        for fingerprint in self._known.keys() - known.keys():
            self._path(fingerprint).unlink(missing_ok=True)  # who still has it mapped keeps it
        self._known = known
        return dict(known)

    def names(self) -> frozenset[str]:
        """The fingerprints of those at hand."""
        return frozenset(self._known)

    def _load(self, session: Session, fingerprint: str) -> Classifier | None:
        query = select(TrainedClassifier.body).where(TrainedClassifier.fingerprint == fingerprint)
        body = session.scalar(query)
        if body is None:
            return None
        with np.load(io.BytesIO(body), allow_pickle=False) as parts:
            classes, vocabulary = (_decode(parts[name]) for name in ("classes", "vocabulary"))
            return Classifier(classes, vocabulary, parts["idf"], self._mapped(fingerprint, parts["weights"]))

    def _mapped(self, fingerprint: str, weights: Weights) -> Weights:
        path = self._path(fingerprint)
        if not path.exists():
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            written = path.with_suffix(f".{os.getpid()}")
            with written.open("wb") as file:
                np.save(file, weights)
            written.rename(path)
        mapped: Weights = np.load(path, mmap_mode="r", allow_pickle=False)
        return mapped

    def _path(self, fingerprint: str) -> Path:
        return self._folder / f"{fingerprint}.npy"


def fit_and_keep(
    db: Database,
    fingerprint: str,
    samples: Sequence[Sample],
    clock: Clock,
    *,
    in_use: Collection[str],
    start: Classifier | None = None,
) -> None:
    """Fit a classifier (some seconds), keep it, forget those not `in_use`, tell all processes.

    `start` shortens the work: an earlier classifier of much the same samples. Raises what the database raises.
    """
    began = time.perf_counter()
    body = pack(fit(samples, start=start))
    took_s = time.perf_counter() - began
    row = {
        "fingerprint": fingerprint,
        "body": body,
        "samples": len(samples),
        "took_s": took_s,
        "trained_at": clock(),
    }
    with db.work() as session:
        insert_missing(session, TrainedClassifier, [row])
        session.execute(delete(TrainedClassifier).where(TrainedClassifier.fingerprint.not_in(in_use)))
        raise_stamp(session, STAMP)
    log.info("classifier_fitted", samples=len(samples), seconds=round(took_s, 1))
