"""Casting on the phone: from the form or the script of a kind's own page, through the door, into the ledger."""

from flask import Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from campaigns.asking import Asking
from campaigns.ballots.ballot import Ballot, Cast, Origin, hashed
from campaigns.ballots.casting import cast_ballot
from campaigns.ballots.guard.door import pass_door
from campaigns.ballots.open_pages import Look
from campaigns.ballots.rules import round_at, rules_of
from campaigns.registry import ballots_of
from campaigns.stage import Stage, wants_json
from core.errors import DomainError, Invalid
from core.ids import public_id
from house.current import parts
from web.lean import BytesResponse


def cast(stage: Stage) -> AnyResponse:
    """Cast a ballot: `choice` (numbers), `key`. The same key again gives the same receipt.

    As JSON `{"receipt": …, "choice": […], "left": …}`; a form is led to the receipt, or sees what was wrong.
    """
    asking = Asking.sent()
    choice = _numbers(asking)
    origin, asked = pass_door(stage, asking, choice, _origin(stage))
    if asked is not None:
        return asked
    roll = ballots_of(stage.campaign).roll(parts().db, stage.campaign)
    standing = roll.standing(round_at(stage.campaign, stage.now))
    ballot = Ballot(stage.campaign, stage.openid, choice, standing, asking.key(), origin, stage.now)
    try:
        done = cast_ballot(parts().db, ballot)
    except DomainError as error:
        if wants_json() or error.code == "asks":
            raise
        return _ask_again(stage, ballot, error)
    if wants_json():
        return _as_json(done)
    look = Look(stage.account, stage.campaign, stage.now)
    return redirect(look.url("receipt", number=done.receipt), 303)


def _as_json(done: Cast) -> AnyResponse:
    chosen = ",".join(map(str, done.choice))
    body = f'{{"receipt":"{done.receipt}","choice":[{chosen}],"left":{done.left}}}\n'
    return BytesResponse(body.encode(), "application/json")


def _ask_again(stage: Stage, ballot: Ballot, error: DomainError) -> AnyResponse:
    """What was wrong, with what was chosen, to be mended and sent again."""
    rules = rules_of(stage.campaign)
    by_number = ballots_of(stage.campaign).roll(parts().db, stage.campaign).by_number
    chosen = [by_number[number] for number in dict.fromkeys(ballot.choice) if number in by_number]
    html = render_template(
        "ballots/again.html",
        title=rules.words.undone,
        account=stage.account,
        campaign=stage.campaign,
        settings=rules,
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
