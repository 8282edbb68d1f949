"""Fitted classifiers: kept in SQL, fitted in the worker, and read by all processes of a host from one mapped file."""

import io
import os
import time
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile

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
    """All of a classifier in one body; the table as 16-bit numbers, whose rounding changes no answer."""
    body = io.BytesIO()
    np.savez(
        body,
        classes=np.frombuffer("\n".join(classifier.classes).encode(), np.uint8),
        learnt=np.array(sorted(classifier.learnt), np.uint64),
        table=classifier.table.astype(np.float16),
    )
    return body.getvalue()


class Library:
    """The classifiers of this process by fingerprint. Tables are mapped from files in `folder`, which processes share."""

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

    def _load(self, session: Session, fingerprint: str) -> Classifier | None:
        query = select(TrainedClassifier.body).where(TrainedClassifier.fingerprint == fingerprint)
        body = session.scalar(query)
        if body is None:
            return None
        with np.load(io.BytesIO(body), allow_pickle=False) as parts:
            classes = parts["classes"].tobytes().decode().split("\n")
            table = self._mapped(fingerprint, parts["table"])
            return Classifier(classes, table, parts["learnt"].tolist())

    def _mapped(self, fingerprint: str, table: NDArray[np.float16]) -> Weights:
        """The table from its file, which is made where it is missing or damaged; from memory where no file can be made."""
        path = self._path(fingerprint)
        try:
            found = _open(path)
            if found is None or found.shape != table.shape:
                _write(path, table.astype(np.float32))
                found = _open(path)
        except OSError as error:
            log.warning("classifier_not_shared", error=error)
            found = None
        return table.astype(np.float32) if found is None else found

    def _path(self, fingerprint: str) -> Path:
        return self._folder / f"{fingerprint}.npy"


def _open(path: Path) -> Weights | None:
    """None for a file that is not there or not whole."""
    try:
        mapped: Weights = np.load(path, mmap_mode="r", allow_pickle=False)
    except (FileNotFoundError, ValueError, EOFError):
        return None
    return mapped


def _write(path: Path, table: Weights) -> None:
    """All at once: who reads it finds the whole, or none."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with NamedTemporaryFile(dir=path.parent, prefix=path.stem, delete=False) as file:
        try:
            np.save(file, table)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise


def fit_and_keep(
    db: Database,
    fingerprint: str,
    samples: Sequence[Sample],
    clock: Clock,
    *,
    learnt: Collection[int],
    in_use: Collection[str],
    start: Classifier | None = None,
) -> None:
    """Fit a classifier (some seconds), keep it, forget those not `in_use`, tell all processes.

    `learnt`: digests of the entries that the samples are of. `start` shortens the work: an earlier classifier of much the same samples. Raises what the database raises.
    """
    began = time.perf_counter()
    body = pack(fit(samples, learnt=learnt, start=start))
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
