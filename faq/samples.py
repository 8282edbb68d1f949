"""What the classifier learns from: the entries' own phrasings, and questions as people ask them, shipped beside the knowledge.

The shipped questions (`content/training/*.csv`: topic, question) of a topic count where an account has entries on it.
"""

import csv
import hashlib
from collections.abc import Sequence
from functools import cache

from core.settings import ROOT
from faq.classifier import BACKGROUND
from faq.spelling import Speller
from faq.store import EntryView
from faq.training import Sample

FOLDER = ROOT / "content" / "training"
_RECIPE = "7"
"""Raised when the same samples shall be learnt in another way."""


MOST_TOPICS = 300
"""Whoever gives each entry a topic of its own has nothing that examples could teach."""


def phrasings(entry: EntryView) -> tuple[str, ...]:
    """All the ways in which an entry's question is put."""
    return (entry.question, *entry.alternates)


@cache
def shipped_questions() -> tuple[tuple[str, str], ...]:
    """(topic, question) of all shipped files, in their order; read once a process. Raises ValueError for a bad file."""
    found: list[tuple[str, str]] = []
    for path in sorted(FOLDER.glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            for number, row in enumerate(csv.DictReader(file), 2):
                topic, question = row.get("topic"), row.get("question")
                if not topic or not question:
                    raise ValueError(f"{path.name}, line {number}: a topic and a question are needed")
                found.append((topic, question))
    return tuple(found)


def samples_for(entries: Sequence[EntryView], speller: Speller) -> list[Sample]:
    """What tells the topics of `entries` apart; empty where there are fewer than two topics, or far too many."""
    topics = {entry.topic for entry in entries if entry.topic}
    if not 2 <= len(topics) <= MOST_TOPICS:
        return []
    own = ((entry.topic, text) for entry in entries if entry.topic for text in phrasings(entry))
    shipped = (pair for pair in shipped_questions() if pair[0] in topics or pair[0] == BACKGROUND)
    spelt = (Sample(speller.spell(text), topic) for topic, text in (*own, *shipped))
    return [sample for sample in spelt if sample.spelled]


def fingerprint(entries: Sequence[EntryView], speller: Speller) -> str:
    """Names what `samples_for` would give, without reading the shipped questions: 32 characters, the same in every process.

    Empty where there is nothing to learn.
    """
    own = sorted((entry.topic, *phrasings(entry)) for entry in entries if entry.topic)
    if not 2 <= len({topic for topic, *_ in own}) <= MOST_TOPICS:
        return ""
    digest = hashlib.blake2b(f"{_RECIPE} {_shipped_digest()} {speller.synonyms}".encode(), digest_size=16)
    digest.update(repr(own).encode(errors="replace"))
    return digest.hexdigest()


def digest(entry: EntryView) -> int:
    """64 bits that name what `samples_for` takes of an entry."""
    taken = repr((entry.topic, *phrasings(entry))).encode(errors="replace")
    return int.from_bytes(hashlib.blake2b(taken, digest_size=8).digest())


@cache
def _shipped_digest() -> str:
    digest = hashlib.blake2b(digest_size=16)
    for path in sorted(FOLDER.glob("*.csv")):
        digest.update(path.read_bytes())
    return digest.hexdigest()
