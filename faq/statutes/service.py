"""Verbs on statutes: bring texts in, the newest version of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from faq.statutes.store import STAMP
from faq.statutes.text import ArticleText, StatuteText
from models.stamps import raise_stamp
from models.statutes import Statute, StatuteArticle


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, in numbers of statutes; `older` were left aside, since the library has a newer version."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    older: int = 0
    articles: int = 0
    """Articles of the statutes that were added or changed."""


def import_statutes(session: Session, texts: Sequence[StatuteText], now: datetime) -> Imported:
    """Add new statutes and replace those whose text changed, unless the library's version is newer.

    A statute is replaced as a whole, so versions never mix. Of several versions of one name the newest stays.
    """
    newest = {text.name: text for text in sorted(texts, key=lambda text: text.version)}
    query = select(Statute).where(Statute.name.in_(newest)).with_for_update()
    known = {statute.name: statute for statute in session.scalars(query)}
    counts = {"added": 0, "changed": 0, "unchanged": 0, "older": len(texts) - len(newest), "articles": 0}
    for name, text in newest.items():
        done = _import_one(session, known.get(name), text, now)
        counts[done] += 1
        if done in ("added", "changed"):
            counts["articles"] += len(text.articles)
    if counts["added"] or counts["changed"]:
        raise_stamp(session, STAMP)
    return Imported(**counts)


def _import_one(session: Session, statute: Statute | None, text: StatuteText, now: datetime) -> str:
    """What was done with it: a field of Imported."""
    if statute is None:
        statute = Statute(**_values(text), imported_at=now)
        session.add(statute)
        session.flush()
        _insert_articles(session, statute.id, text)
        return "added"
    if text.version < statute.version:
        return "older"
    if _same(session, statute, text):
        return "unchanged"
    for name, value in {**_values(text), "imported_at": now}.items():
        setattr(statute, name, value)
    session.flush()
    session.execute(delete(StatuteArticle).where(StatuteArticle.statute_id == statute.id))
    _insert_articles(session, statute.id, text)
    return "changed"


def _same(session: Session, statute: Statute, text: StatuteText) -> bool:
    if any(getattr(statute, name) != value for name, value in _values(text).items()):
        return False
    query = (
        select(StatuteArticle)
        .where(StatuteArticle.statute_id == statute.id)
        .order_by(StatuteArticle.number, StatuteArticle.branch)
    )
    articles = [
        ArticleText(row.number, row.branch, row.chapter, row.section, row.text)
        for row in session.scalars(query)
    ]
    return tuple(articles) == text.articles


def _insert_articles(session: Session, statute_id: int, text: StatuteText) -> None:
    rows = [
        {
            "statute_id": statute_id,
            "number": article.number,
            "branch": article.branch,
            "chapter": article.chapter,
            "section": article.section,
            "text": article.text,
        }
        for article in text.articles
    ]
    session.execute(insert(StatuteArticle), rows)


def _values(text: StatuteText) -> dict[str, Any]:
    return {
        "name": text.name,
        "title": text.title,
        "version": text.version,
        "info": text.info,
        "preamble": text.preamble,
        "appendix": text.appendix,
        "source": text.source[:200],
    }
