"""The wall and a work's own page: the same for all who look; the hearts ask for one's own themselves (`photo-wall.js`)."""

from collections.abc import Sequence

from flask import request
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from campaigns.ballots.listing import seed_of
from campaigns.ballots.open_pages import Look, kept, page_of
from campaigns.ballots.showing import read_shown
from campaigns.kinds.photo.config import PhotoConfig, settings_of
from campaigns.kinds.photo.gallery import (
    Wanted,
    by_likes,
    is_rare,
    leaf_of,
    orders_of,
    read_wanted,
    usual_order,
)
from campaigns.kinds.photo.roll import Wall, Work, wall_of
from campaigns.kinds.photo.tables import PhotoAward, PhotoPicture, PhotoWork
from campaigns.kinds.photo.works import list_pictures, of_campaign
from campaigns.share import Card, card_of, picture_url
from campaigns.view import CampaignView
from core.errors import NotFound
from core.fresh import Fresh
from core.ids import public_id
from house.current import parts
from members.signin import sessions

_LIKED_FRESH_S = 2.0
_liked: Fresh[tuple[str, str, str], Sequence[Work]] = Fresh(_LIKED_FRESH_S, most=100)
"""Works by their likes: thousands are sorted at most every two seconds a process."""


def play(look: Look) -> AnyResponse:
    """The works, thirty a page; `group`, `category`, `order`, `seed`, `page`, `q`."""
    wanted = read_wanted(settings_of(look.campaign), request.args, lambda: _seed(look))
    return kept(look, wanted, lambda: _wall(look, wanted), rare=is_rare(wanted, look.now))


def candidate(look: Look, number: int) -> AnyResponse:
    """One work, with all its pictures."""
    return kept(look, number, lambda: _work(look, number))


def get_shown(session: Session, campaign: CampaignView, number: int) -> PhotoWork:
    """A work that everybody may see. Raises NotFound."""
    query = select(PhotoWork).where(
        *of_campaign(campaign), PhotoWork.number == number, PhotoWork.state == "shown"
    )
    work = session.scalar(query)
    if work is None:
        noun = settings_of(campaign).noun
        raise NotFound("no_work", f"没有 {number} 号{noun}，可能还在审核，或者已经撤下。请回到作品墙看看。")
    return work


def _seed(look: Look) -> int:
    """The same for somebody who is known and looks again, for a while."""
    visitor = sessions().read(look.account.key)
    return seed_of(visitor.openid if visitor is not None else public_id(4), look.now)


def _wall(look: Look, wanted: Wanted) -> str:
    settings, campaign = settings_of(look.campaign), look.campaign
    wall = wall_of(parts().db, campaign)
    leaf = leaf_of(_in_order(look, wall, wanted), wanted)
    with parts().db.read() as session:
        shown = read_shown(session, campaign, look.now, [one.number for one in leaf.works])
    return page_of(
        look,
        "photo/play.html",
        campaign.title,
        look.url("play", **wanted.arguments(page=wanted.page)),
        settings=settings,
        wanted=wanted,
        leaf=leaf,
        shown=shown,
        orders=orders_of(settings),
        likes=_likes_now(look, settings),
        filtered=wanted != Wanted(order=usual_order(settings), seed=wanted.seed, page=wanted.page),
        key=public_id(20),
    )


def _in_order(look: Look, wall: Wall, wanted: Wanted) -> Sequence[Work]:
    listed = wall.listed(wanted.group, wanted.category, wanted.seed)
    if wanted.order != "likes":
        return listed

    def rank() -> Sequence[Work]:
        with parts().db.read() as session:
            counts = read_shown(session, look.campaign, look.now).counts
        return by_likes(listed, counts) if counts is not None else listed

    return _liked.get((look.campaign.public_id, wanted.group, wanted.category), rank)


def _work(look: Look, number: int) -> str:
    settings, campaign = settings_of(look.campaign), look.campaign
    with parts().db.read() as session:
        work = get_shown(session, campaign, number)
        pictures = [one for one in list_pictures(session, campaign, [work.id]) if one.state == "kept"]
        shown = read_shown(session, campaign, look.now, [number])
        award = _find_award(session, campaign, work)
    wall = wall_of(parts().db, campaign)
    known = wall.by_number.get(number)
    later, earlier = wall.beside(number) if known is not None and known.state != "withdrawn" else (None, None)
    return page_of(
        look,
        "photo/work.html",
        work.title,
        look.url("candidate", number=number),
        card=_card(look, work, pictures),
        settings=settings,
        work=work,
        pictures=pictures,
        later=later,
        earlier=earlier,
        votes=shown.valid(1, number),
        award=award,
        likes=_likes_now(look, settings),
        key=public_id(20),
    )


def _find_award(session: Session, campaign: CampaignView, work: PhotoWork) -> PhotoAward | None:
    """Its award, once the list is public."""
    if campaign.state not in ("publicised", "archived"):
        return None
    query = select(PhotoAward).where(
        PhotoAward.account_id == campaign.account_id,
        PhotoAward.work_id == work.id,
        PhotoAward.withdrawn_why == "",
    )
    return session.scalar(query)


def _likes_now(look: Look, settings: PhotoConfig) -> bool:
    """Can a heart be given at this moment?"""
    return settings.likes and look.campaign.phase(look.now) == "on"


def _card(look: Look, work: PhotoWork, pictures: Sequence[PhotoPicture]) -> Card:
    """A work is shared as itself, and asks nobody for anything (集赞)."""
    whole = card_of(look.account, look.campaign)
    picture = picture_url(look.account, pictures[0].name) if pictures else whole.picture
    words = " ".join(work.about.split())[:60] or look.campaign.title
    return Card(
        f"「{work.title}」{work.author or '匿名'}", words, f"{whole.link}/photo/{work.number}", picture
    )
