"""Statutes as the rest of the service sees them, and the query that brings them."""

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from faq.statutes.numbering import anchor, label
from models.statutes import Statute, StatuteArticle

STAMP = "statutes"
_DATED = re.compile(r"(?P<year>\d{4})年(?P<month>\d{1,2})月(?P<day>\d{1,2})日")
_PASSED = re.compile(r"(修正|修订|公布|发布|通过|施行)[）)。]?$")


@dataclass(frozen=True, slots=True)
class ArticleView:
    """An article, ready to be shown; `branch` is 0, or n for 之n."""

    number: int
    branch: int
    chapter: str
    section: str
    text: str

    @property
    def key(self) -> tuple[int, int]:
        return self.number, self.branch

    @property
    def label(self) -> str:
        return label(self.number, self.branch)

    @property
    def anchor(self) -> str:
        return anchor(self.number, self.branch)

    @property
    def paragraphs(self) -> list[str]:
        return self.text.split("\n")


@dataclass(frozen=True, slots=True)
class StatuteView:
    """A statute with all its articles, in the order of their numbers (one at least)."""

    name: str
    title: str
    version: date
    edition: str
    """How people tell versions apart: 2012年修正."""
    info: str
    preamble: str
    appendix: str
    articles: tuple[ArticleView, ...]


def list_statutes(session: Session) -> list[StatuteView]:
    """All statutes of the installation, by name."""
    articles: dict[int, list[ArticleView]] = defaultdict(list)
    query = select(StatuteArticle).order_by(
        StatuteArticle.statute_id, StatuteArticle.number, StatuteArticle.branch
    )
    for row in session.scalars(query):
        view = ArticleView(row.number, row.branch, row.chapter, row.section, row.text)
        articles[row.statute_id].append(view)
    return [
        StatuteView(
            name=row.name,
            title=row.title,
            version=row.version,
            edition=edition(row.version, row.info),
            info=row.info,
            preamble=row.preamble,
            appendix=row.appendix,
            articles=tuple(articles[row.id]),
        )
        for row in session.scalars(select(Statute).order_by(Statute.name))
        if articles[row.id]
    ]


def edition(version: date, info: str) -> str:
    """「2012年修正」 where `info` says what happened on that day (or else in that year), otherwise 「2012年版」."""
    in_that_year = ""
    for line in info.split("\n"):
        day, passed = _DATED.match(line), _PASSED.search(line)
        if day is None or passed is None or int(day["year"]) != version.year:
            continue
        if (int(day["month"]), int(day["day"])) == (version.month, version.day):
            return f"{version.year}年{passed[1]}"
        in_that_year = passed[1]
    return f"{version.year}年{in_that_year or '版'}"
