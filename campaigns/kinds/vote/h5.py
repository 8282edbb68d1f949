"""投票 on the phone: the list, a candidate, the result; all else ballots bring (`campaigns.ballots.h5`)."""

from flask import request
from werkzeug.wrappers import Response as AnyResponse

from campaigns.ballots.h5 import mount_ballots
from campaigns.ballots.listing import ORDERS, Wanted, is_rare, list_page, order_called, read_wanted, seed_of
from campaigns.ballots.open_pages import Look, kept, looking, page_of
from campaigns.ballots.places import by_votes
from campaigns.ballots.showing import Shown, is_ended, read_shown
from campaigns.kinds.vote import h5_result
from campaigns.kinds.vote.ballots import BALLOTS
from campaigns.kinds.vote.config import settings_of
from campaigns.kinds.vote.roll import Candidate
from campaigns.share import Card, card_of, picture_url
from campaigns.stage import stage_pages
from core.errors import NotFound
from core.ids import public_id
from house.current import parts
from members.signin import sessions

pages = stage_pages("vote", __name__)
mount_ballots(pages)
look_at = looking("vote")
pages.get("/vote/result")(look_at(h5_result.result))


@pages.get("/vote")
@look_at
def play(look: Look) -> AnyResponse:
    """The candidates, thirty a page; `round`, `group`, `order`, `seed`, `page`, `q`."""
    settings = settings_of(look.campaign)
    usual = order_called(settings.order)
    wanted = read_wanted(settings, usual, request.args, look.round, lambda: _seed(look))
    return kept(look, wanted, lambda: _list(look, wanted), rare=is_rare(wanted, look.now))


@pages.get("/vote/<int:number>")
@look_at
def candidate(look: Look, number: int) -> AnyResponse:
    """One candidate."""
    return kept(look, number, lambda: _candidate(look, number))


def _seed(look: Look) -> int:
    """The same for somebody who is known and looks again, for a while."""
    visitor = sessions().read(look.account.key)
    return seed_of(visitor.openid if visitor is not None else public_id(4), look.now)


def _list(look: Look, wanted: Wanted) -> str:
    settings, campaign = settings_of(look.campaign), look.campaign
    with parts().db.read() as session:
        shown = read_shown(session, campaign, look.now)
    orders = {key: title for key, title in ORDERS.items() if key != "votes" or shown.counts is not None}
    return page_of(
        look,
        "vote/play.html",
        campaign.title,
        look.url("play", **wanted.arguments(page=wanted.page)),
        settings=settings,
        wanted=wanted,
        listing=list_page(BALLOTS.roll(parts().db, campaign).shown(wanted.round), wanted, shown),
        shown=shown,
        orders=orders,
        may_choose=campaign.phase(look.now) == "on" and wanted.round == look.round,
        ended=is_ended(campaign, look.now),
        key=public_id(20),
    )


def _candidate(look: Look, number: int) -> str:
    """Raises NotFound."""
    settings, campaign = settings_of(look.campaign), look.campaign
    roll = BALLOTS.roll(parts().db, campaign)
    one = roll.by_number.get(number)
    if one is None or one.state == "withdrawn":
        raise NotFound("no_candidate", f"没有 {number} 号{settings.noun}，可能已经撤下。请回到名单看看。")
    with parts().db.read() as session:
        shown = read_shown(session, campaign, look.now)
    round_ = min(look.round, one.through)
    return page_of(
        look,
        "vote/candidate.html",
        f"{one.number} 号 {one.name}",
        look.url("candidate", number=number),
        card=_card(look, one),
        settings=settings,
        one=one,
        round=round_,
        votes=shown.valid(round_, number),
        rank=_rank(look, shown, one, round_),
        words=shown.words,
        may_choose=number in roll.standing(look.round) and campaign.phase(look.now) == "on",
        key=public_id(20),
    )


def _card(look: Look, one: Candidate) -> Card:
    """A candidate's page is shared as theirs."""
    whole = card_of(look.account, look.campaign)
    votable = one.state == "standing" and look.campaign.phase(look.now) in ("soon", "on")
    title = f"为 {one.number} 号「{one.name}」投票" if votable else f"{one.number} 号 {one.name}"
    picture = picture_url(look.account, one.picture) or whole.picture
    return Card(title, one.slogan or look.campaign.title, f"{whole.link}/vote/{one.number}", picture)


def _rank(look: Look, shown: Shown, one: Candidate, round_: int) -> int | None:
    """In the candidate's group, by votes; None while votes are hidden."""
    if shown.counts is None:
        return None
    beside = [
        other for other in BALLOTS.roll(parts().db, look.campaign).shown(round_) if other.group == one.group
    ]
    places = by_votes(beside, shown.counts, round_)
    return next(place.rank for place in places if place.candidate.number == one.number)
