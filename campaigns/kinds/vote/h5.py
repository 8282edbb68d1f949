"""投票 on the phone: the list, a candidate, casting. All of its addresses stand here."""

from flask import Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from campaigns.asking import Asking
from campaigns.ballots.ballot import Ballot, Origin, hashed
from campaigns.ballots.casting import cast_ballot
from campaigns.ballots.guard.door import pass_door
from campaigns.ballots.rules import round_at
from campaigns.kinds.vote import h5_ledger, h5_ranking, h5_receipts
from campaigns.kinds.vote.config import settings_of
from campaigns.kinds.vote.listing import ORDERS, Wanted, is_rare, list_page, read_wanted, seed_of
from campaigns.kinds.vote.open_pages import KIND, Look, kept, looking, page_of
from campaigns.kinds.vote.ranking import public_places
from campaigns.kinds.vote.roll import Candidate, roll_of
from campaigns.kinds.vote.showing import Shown, is_ended, read_shown
from campaigns.share import Card, card_of, picture_url
from campaigns.stage import Stage, on_stage, stage_pages, wants_json
from core.errors import DomainError, Invalid, NotFound
from core.ids import public_id
from house.current import parts
from members.signin import sessions
from web.lean import BytesResponse

pages = stage_pages("vote", __name__)
pages.get("/vote/enter")(h5_receipts.enter)
pages.get("/vote/mine")(h5_receipts.mine)
pages.get("/vote/receipts")(h5_receipts.receipts)
pages.get("/vote/receipts/<number>")(h5_receipts.receipt)
pages.get("/vote/ledger")(h5_ledger.ledger)
pages.get("/vote/ledger/<int(max=999999999):number>")(h5_ledger.block)
pages.get("/vote/ledger/<int(max=999999999):number>.txt")(h5_ledger.digests)
pages.get("/vote/ranking")(h5_ranking.ranking)
pages.get("/vote/counts")(h5_ranking.counts)
pages.get("/vote/result")(h5_ranking.result)


@pages.get("/vote")
@looking
def play(look: Look) -> AnyResponse:
    """The candidates, thirty a page; `round`, `group`, `order`, `seed`, `page`, `q`."""
    settings = settings_of(look.campaign)
    wanted = read_wanted(settings, request.args, look.round, lambda: _seed(look))
    return kept(look, wanted, lambda: _list(look, wanted), rare=is_rare(wanted, look.now))


@pages.get("/vote/<int:number>")
@looking
def candidate(look: Look, number: int) -> AnyResponse:
    """One candidate."""
    return kept(look, number, lambda: _candidate(look, number))


@pages.post("/vote/cast")
@on_stage(KIND)
def cast(stage: Stage) -> AnyResponse:
    """Cast a ballot: `choice` (numbers), `key`. The same key again gives the same receipt."""
    asking = Asking.sent()
    choice = _numbers(asking)
    origin, asked = pass_door(stage, asking, choice, _origin(stage))
    if asked is not None:
        return asked
    roll = roll_of(parts().db, stage.campaign)
    standing = roll.standing(round_at(stage.campaign, stage.now))
    ballot = Ballot(stage.campaign, stage.openid, choice, standing, asking.key(), origin, stage.now)
    try:
        done = cast_ballot(parts().db, ballot)
    except DomainError as error:
        if wants_json() or error.code == "asks":
            raise
        return _ask_again(stage, ballot, error)
    if wants_json():
        chosen = ",".join(map(str, done.choice))
        body = f'{{"receipt":"{done.receipt}","choice":[{chosen}],"left":{done.left}}}\n'
        return BytesResponse(body.encode(), "application/json")
    look = Look(stage.account, stage.campaign, stage.now)
    return redirect(look.url("receipt", number=done.receipt), 303)


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
        listing=list_page(roll_of(parts().db, campaign).shown(wanted.round), wanted, shown),
        shown=shown,
        orders=orders,
        may_choose=campaign.phase(look.now) == "on" and wanted.round == look.round,
        ended=is_ended(campaign, look.now),
        key=public_id(20),
    )


def _candidate(look: Look, number: int) -> str:
    """Raises NotFound."""
    settings, campaign = settings_of(look.campaign), look.campaign
    roll = roll_of(parts().db, campaign)
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
    beside = [other for other in roll_of(parts().db, look.campaign).shown(round_) if other.group == one.group]
    places = public_places(settings_of(look.campaign), beside, shown.counts, round_)
    return next(place.rank for place in places if place.candidate.number == one.number)


def _ask_again(stage: Stage, ballot: Ballot, error: DomainError) -> AnyResponse:
    """What was wrong, with what was chosen, to be mended and sent again."""
    by_number = roll_of(parts().db, stage.campaign).by_number
    chosen = [by_number[number] for number in dict.fromkeys(ballot.choice) if number in by_number]
    html = render_template(
        "vote/again.html",
        title="这一票还没有投出",
        account=stage.account,
        campaign=stage.campaign,
        look=Look(stage.account, stage.campaign, stage.now),
        problem=error.message,
        chosen=chosen,
        standing=ballot.standing,
        may_choose=stage.campaign.phase(stage.now) == "on",
        key=public_id(20),
    )
    return Response(html, error.status)


def _numbers(asking: Asking) -> list[int]:
    texts = asking.fields.get("choice", [])
    if any(not text.isascii() or not text.isdigit() or len(text) > 6 for text in texts):
        raise Invalid("bad_number", "提交的内容不完整，请刷新页面再试。")
    return [int(text) for text in texts]


def _origin(stage: Stage) -> Origin:
    campaign, address = stage.campaign, request.remote_addr or ""
    return Origin(
        "page",
        hashed(campaign, "address", address),
        hashed(campaign, "range", _range(address)),
        hashed(campaign, "agent", request.headers.get("User-Agent", "")),
    )


def _range(address: str) -> str:
    """The neighbourhood of an address: /24, or /48."""
    if ":" in address:
        return ":".join(address.split(":")[:3])
    return address.rpartition(".")[0]
