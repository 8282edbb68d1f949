"""Works as staff look through them: what somebody wants to see, a page of it, how many there are."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from campaigns.kinds.photo.suspects import count_by_work
from campaigns.kinds.photo.tables import PhotoPicture, PhotoWork
from campaigns.kinds.photo.works import list_pictures, of_campaign
from campaigns.view import CampaignView

STATES = {"waiting": "等待审核", "shown": "已展示", "refused": "没有通过", "withdrawn": "作者已撤回"}
ALL = "all"
_LARGEST = 2**31


@dataclass(frozen=True, slots=True)
class Wanted:
    """`state`: one of `STATES`, or `ALL`; the others are empty for all."""

    state: str = "waiting"
    group: str = ""
    category: str = ""
    words: str = ""

    def arguments(self) -> dict[str, str]:
        """For an address that wants the same."""
        named = {
            "state": "" if self.state == "waiting" else self.state,
            "group": self.group,
            "category": self.category,
            "q": self.words,
        }
        return {name: value for name, value in named.items() if value}

    def conditions(self) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = [PhotoWork.number.is_not(None)]
        found.append(PhotoWork.state.in_(STATES) if self.state == ALL else PhotoWork.state == self.state)
        if self.group:
            found.append(PhotoWork.group == self.group)
        if self.category:
            found.append(PhotoWork.category == self.category)
        return found + _matching(self.words)


class Tile(NamedTuple):
    """A work with its pictures that are there, and what staff should know before they decide."""

    work: PhotoWork
    pictures: Sequence[PhotoPicture]
    fetching: int
    failed: int
    suspects: int


class Page(NamedTuple):
    """`more`: the number to go on behind; 0 at the end."""

    tiles: Sequence[Tile]
    more: int


def read_wanted(asked: Mapping[str, str]) -> Wanted:
    """What an address asks for; what makes no sense is read as the usual."""
    state = asked.get("state", "")
    return Wanted(
        state if state in (*STATES, ALL) else "waiting",
        asked.get("group", "")[:20],
        asked.get("category", "")[:20],
        asked.get("q", "").strip()[:30],
    )


def list_page(session: Session, campaign: CampaignView, wanted: Wanted, *, after: int, most: int) -> Page:
    """By number, behind `after`."""
    query = (
        select(PhotoWork)
        .where(*of_campaign(campaign), *wanted.conditions(), PhotoWork.number > after)
        .order_by(PhotoWork.number)
        .limit(most + 1)
    )
    works = session.scalars(query).all()
    more = works[most - 1].number or 0 if len(works) > most else 0
    return Page(tiles_of(session, campaign, works[:most]), more)


def tiles_of(session: Session, campaign: CampaignView, works: Sequence[PhotoWork]) -> list[Tile]:
    ids = [work.id for work in works]
    suspects = count_by_work(session, campaign, ids)
    pictures: dict[int, list[PhotoPicture]] = {work: [] for work in ids}
    states: Counter[tuple[int, str]] = Counter()
    for one in list_pictures(session, campaign, ids):
        states[one.work_id, one.state] += 1
        if one.state == "kept":
            pictures[one.work_id].append(one)
    return [
        Tile(
            work,
            pictures[work.id],
            states[work.id, "fetching"],
            states[work.id, "failed"],
            suspects.get(work.id, 0),
        )
        for work in works
    ]


def count_states(session: Session, campaign: CampaignView) -> Mapping[str, int]:
    """Works that were handed in, by state."""
    query = (
        select(PhotoWork.state, func.count())
        .where(*of_campaign(campaign), PhotoWork.number.is_not(None), PhotoWork.state.in_(STATES))
        .group_by(PhotoWork.state)
    )
    return dict(session.execute(query).all())


def _matching(words: str) -> list[ColumnElement[bool]]:
    """A number alone names a work."""
    number = words.removesuffix("号").strip()
    if number.isascii() and number.isdigit():
        return [PhotoWork.number == min(int(number), _LARGEST - 1)]
    texts = (PhotoWork.title, PhotoWork.about, PhotoWork.author, PhotoWork.place)
    return [or_(*(text.icontains(part, autoescape=True) for text in texts)) for part in words.split()]
