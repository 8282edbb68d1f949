"""Pictures of a campaign that look like another's: found by the worker, shown to staff side by side, never refused by itself."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Literal, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, func, select, update
from sqlalchemy.orm import Session, aliased

from campaigns.kinds.photo.tables import PhotoPicture, PhotoSuspect, PhotoWork
from campaigns.view import CampaignView
from core.errors import Conflict, NotFound
from house.parts import Parts
from models.upsert import count_rows, insert_missing
from pictures.likeness import distance, find_near

Judgement = Literal["cleared", "alike"]
STATES = {"open": "还没有看", "cleared": "不一样", "alike": "一样"}
_BATCH = 500
_MOST = 5
"""The nearest ones of a picture are enough to look at: a thousand copies would make half a million pairs."""
_HANDED_IN = ("waiting", "shown", "refused")
_LATER, _FIRST = aliased(PhotoPicture), aliased(PhotoPicture)
_WORK, _OTHER = aliased(PhotoWork), aliased(PhotoWork)


class Side(NamedTuple):
    """One picture of a pair, with its work."""

    picture: PhotoPicture
    work: PhotoWork


class Pair(NamedTuple):
    """Two pictures that look alike; `first` was there before."""

    suspect: PhotoSuspect
    later: Side
    first: Side

    @property
    def one_person(self) -> bool:
        return self.later.work.person_id == self.first.work.person_id

    @property
    def one_file(self) -> bool:
        return self.later.picture.digest == self.first.picture.digest


class _Known(NamedTuple):
    """The pictures of a campaign, in columns: what `find_near` walks."""

    ids: list[int]
    works: list[int]
    likenesses: list[int]


def compare_due(parts: Parts) -> int:
    """Compare what came in since, campaign by campaign; how many pictures were looked at."""
    with parts.db.read() as session:
        due = _due(session)
    looked = 0
    for account_id, campaign_id in due:
        while done := _compare_some(parts, account_id, campaign_id):
            looked += done
    return looked


def _due(session: Session) -> Sequence[tuple[int, int]]:
    query = (
        select(PhotoPicture.account_id, PhotoPicture.campaign_id)
        .where(PhotoPicture.compared.is_(False), PhotoPicture.state == "kept")
        .distinct()
        .execution_options(all_tenants="pictures of every account are compared, each with its campaign's")
    )
    return [(account_id, campaign_id) for account_id, campaign_id in session.execute(query)]


def _compare_some(parts: Parts, account_id: int, campaign_id: int) -> int:
    """A batch, compared outside the unit of work that keeps what was found; done twice, it finds the same pairs."""
    of = (PhotoPicture.account_id == account_id, PhotoPicture.campaign_id == campaign_id)
    with parts.db.read() as session:
        new = session.execute(
            select(PhotoPicture.id, PhotoPicture.work_id, PhotoPicture.likeness)
            .where(*of, PhotoPicture.compared.is_(False), PhotoPicture.state == "kept")
            .order_by(PhotoPicture.id)
            .limit(_BATCH)
        ).all()
        known = _read_known(session, of)
    rows = [
        {"account_id": account_id, "campaign_id": campaign_id, **pair}
        for picture_id, work_id, likeness in new
        for pair in _pairs(known, picture_id, work_id, likeness)
    ]
    done = [picture_id for picture_id, _, _ in new]
    with parts.db.work() as session:
        insert_missing(session, PhotoSuspect, rows)
        session.execute(update(PhotoPicture).where(*of, PhotoPicture.id.in_(done)).values(compared=True))
    return len(done)


def _read_known(session: Session, of: tuple[ColumnElement[bool], ...]) -> _Known:
    query = (
        select(PhotoPicture.id, PhotoPicture.work_id, PhotoPicture.likeness)
        .where(*of, PhotoPicture.state == "kept")
        .order_by(PhotoPicture.id)
    )
    known = _Known([], [], [])
    for picture_id, work_id, likeness in session.execute(query):
        known.ids.append(picture_id)
        known.works.append(work_id)
        known.likenesses.append(likeness)
    return known


def _pairs(known: _Known, picture_id: int, work_id: int, likeness: int) -> Iterator[dict[str, int]]:
    """Its nearest ones in other works, earlier or later: one may have been fetched long after it was sent."""
    near = [
        (distance(likeness, known.likenesses[at]), known.ids[at])
        for at in find_near(likeness, known.likenesses)
        if known.works[at] != work_id
    ]
    for bits, other_id in sorted(near)[:_MOST]:
        later, first = max(picture_id, other_id), min(picture_id, other_id)
        yield {"picture_id": later, "other_id": first, "bits": bits}


def list_pairs(
    session: Session,
    campaign: CampaignView,
    *,
    state: str = "open",
    after: int = 0,
    most: int = 20,
    work_id: int | None = None,
) -> list[Pair]:
    """Pairs of works that were handed in, behind the row `after`; `work_id` (row id): of that later work alone."""
    query = _select_pairs(campaign).where(PhotoSuspect.id > after, *_shown(state))
    if work_id is not None:
        query = query.where(_WORK.id == work_id)
    return [_pair(row) for row in session.execute(query.order_by(PhotoSuspect.id).limit(most))]


def count_pairs(session: Session, campaign: CampaignView, state: str = "open") -> int:
    """As `list_pairs` shows them."""
    query = _select_pairs(campaign).where(*_shown(state)).with_only_columns(func.count())
    return session.scalar(query) or 0


def count_by_work(session: Session, campaign: CampaignView, works: Sequence[int]) -> Mapping[int, int]:
    """How many open pairs works (row ids) are the later one of; those without any are absent."""
    query = _select_pairs(campaign).where(*_shown("open"), _WORK.id.in_(works))
    counted = query.with_only_columns(_WORK.id, func.count()).group_by(_WORK.id)
    return dict(session.execute(counted).all())


def judge_pair(
    session: Session,
    campaign: CampaignView,
    picture_id: str,
    other_id: str,
    judgement: Judgement,
    by: str,
    now: datetime,
) -> Pair:
    """open → cleared | alike, once; both by their pictures' public ids. Refuses no work. Raises NotFound, Conflict."""
    pair = get_pair(session, campaign, picture_id, other_id)
    where = (*_of(campaign), PhotoSuspect.id == pair.suspect.id, PhotoSuspect.state == "open")
    values = {"state": judgement, "judged_by": by[:40], "judged_at": now}
    if count_rows(session.execute(update(PhotoSuspect).where(*where).values(values))) == 0:
        raise Conflict("judged", "这一对刚刚有同事看过了，请刷新页面看看。")
    session.refresh(pair.suspect)
    return pair


def get_pair(session: Session, campaign: CampaignView, picture_id: str, other_id: str) -> Pair:
    """Raises NotFound."""
    query = _select_pairs(campaign).where(_LATER.public_id == picture_id, _FIRST.public_id == other_id)
    row = session.execute(query).one_or_none()
    if row is None:
        raise NotFound("no_pair", "这一对照片已经不在了，作者可能换过照片。请刷新页面看看。")
    return _pair(row)


def _select_pairs(
    campaign: CampaignView,
) -> Select[PhotoSuspect, PhotoPicture, PhotoWork, PhotoPicture, PhotoWork]:
    account = campaign.account_id
    return (
        select(PhotoSuspect, _LATER, _WORK, _FIRST, _OTHER)
        .join(_LATER, _LATER.id == PhotoSuspect.picture_id)
        .join(_WORK, _WORK.id == _LATER.work_id)
        .join(_FIRST, _FIRST.id == PhotoSuspect.other_id)
        .join(_OTHER, _OTHER.id == _FIRST.work_id)
        .where(*_of(campaign), *(one.account_id == account for one in (_LATER, _WORK, _FIRST, _OTHER)))
    )


def _shown(state: str) -> tuple[ColumnElement[bool], ...]:
    """Drafts and what was taken back are nobody's rival; a refused one is not looked at again, but others may copy it."""
    later = ("waiting", "shown") if state == "open" else _HANDED_IN
    return PhotoSuspect.state == state, _WORK.state.in_(later), _OTHER.state.in_(_HANDED_IN)


def _pair(row: Row[PhotoSuspect, PhotoPicture, PhotoWork, PhotoPicture, PhotoWork]) -> Pair:
    suspect, later, work, first, other = row
    return Pair(suspect, Side(later, work), Side(first, other))


def _of(campaign: CampaignView) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return PhotoSuspect.account_id == campaign.account_id, PhotoSuspect.campaign_id == campaign.id
