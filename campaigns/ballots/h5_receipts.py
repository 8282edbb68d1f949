"""Receipts on the phone: what a ballot was and where it stands in the ledger, one's own ballots, looking a number up."""

from flask import Response, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from campaigns.ballots.chain import Line
from campaigns.ballots.open_pages import Look
from campaigns.ballots.receipts import ballot_of, receipt_of
from campaigns.ballots.rules import period_at, rules_of
from campaigns.ballots.sealing import find_last_block
from campaigns.ballots.store import (
    find_block_of,
    find_struck,
    get_ballot,
    list_ballots,
    list_strikes_of,
    list_voted,
)
from campaigns.drawn import Chances, chances_of
from campaigns.registry import ballots_of
from campaigns.stage import Stage, wants_json
from core.errors import NotFound
from house.current import parts
from members.ledger import find_person
from members.signin import sessions
from web.lean import BytesResponse

_MOST = 200


def receipts(look: Look) -> AnyResponse:
    """The form for a receipt number; a number that is one leads to its receipt."""
    number = request.args.get("number", "").strip()[:40]
    problem = ""
    if number:
        try:
            found = receipt_of(look.campaign, _find(look, number).id)
            return redirect(look.url("receipt", number=found), 303)
        except NotFound as error:
            problem = error.message
    html = _render(look, "ballots/receipts.html", "查回执", number=number, problem=problem)
    return Response(html, 404 if problem else 200)


def receipt(look: Look, number: str) -> AnyResponse:
    """One ballot, for whoever knows its number: what, when, in which block, whether it was struck and why."""
    line = _find(look, number)
    left = _left(look, line)
    with parts().db.read() as session:
        block = find_block_of(session, look.campaign, line.id)
        strikes = list_strikes_of(session, look.campaign, line.id)
        chances = _chances(session, look) if left is not None else None
    html = _render(
        look,
        "ballots/receipt.html",
        f"{rules_of(look.campaign).words.act}回执",
        number=receipt_of(look.campaign, line.id),
        line=line,
        block=block,
        strikes=strikes,
        left=left,
        chances=chances,
    )
    return Response(html)


def mine(stage: Stage) -> AnyResponse:
    """One's own ballots; as JSON what is left of the quota, and who has one's vote in this period."""
    look = Look(stage.account, stage.campaign, stage.now)
    if wants_json():
        return _mine_as_json(stage)
    with parts().db.read() as session:
        person = find_person(session, stage.campaign.account_id, stage.campaign.scope, stage.openid)
        lines = list_ballots(session, stage.campaign, person.id)[::-1] if person is not None else []
        struck = find_struck(session, stage.campaign, [line.id for line in lines[:_MOST]])
        last = find_last_block(session, stage.campaign)
        voted = _voted(stage)
        chances = chances_of(session, stage.account.key, stage.campaign, stage.openid)
    html = _render(
        look,
        "ballots/mine.html",
        rules_of(look.campaign).words.mine,
        lines=[(receipt_of(stage.campaign, line.id), line) for line in lines[:_MOST]],
        total=len(lines),
        votes=sum(len(line.candidates) for line in lines),
        struck=struck,
        sealed_to=last.last_id if last is not None else 0,
        left=max(0, rules_of(stage.campaign).votes - len(voted)),
        snapshot=stage.visitor.snapshot,
        chances=chances,
    )
    return Response(html)


def enter(stage: Stage) -> AnyResponse:
    """Where the sign-in leads back to: the list."""
    return redirect(Look(stage.account, stage.campaign, stage.now).url("play"), 303)


def _mine_as_json(stage: Stage) -> AnyResponse:
    voted = _voted(stage)
    left = max(0, rules_of(stage.campaign).votes - len(voted))
    snapshot = "true" if stage.visitor.snapshot else "false"
    numbers = ",".join(map(str, voted))
    body = f'{{"left":{left},"voted":[{numbers}],"snapshot":{snapshot}}}\n'
    return BytesResponse(body.encode(), "application/json")


def _voted(stage: Stage) -> list[int]:
    campaign = stage.campaign
    with parts().db.read() as session:
        person = find_person(session, campaign.account_id, campaign.scope, stage.openid)
        return (
            list_voted(session, campaign, person.id, period_at(campaign, stage.now))
            if person is not None
            else []
        )


def _find(look: Look, number: str) -> Line:
    """Raises NotFound."""
    with parts().db.read() as session:
        return get_ballot(session, look.campaign, ballot_of(look.campaign, number))


def _left(look: Look, line: Line) -> int | None:
    """Votes its owner has left now; None for anybody else, and when nobody can vote."""
    campaign = look.campaign
    visitor = sessions().read(look.account.key)
    if visitor is None or visitor.snapshot or campaign.phase(look.now) != "on":
        return None
    with parts().db.read() as session:
        person = find_person(session, campaign.account_id, campaign.scope, visitor.openid)
        if person is None or person.id != line.person_id:
            return None
        voted = list_voted(session, campaign, person.id, period_at(campaign, look.now))
    return max(0, rules_of(campaign).votes - len(voted))


def _chances(session: Session, look: Look) -> Chances | None:
    """Of the visitor, whose ballot it is."""
    visitor = sessions().read(look.account.key)
    return chances_of(session, look.account.key, look.campaign, visitor.openid) if visitor else None


def _render(look: Look, template: str, title: str, **values: object) -> str:
    return render_template(
        template,
        title=title,
        account=look.account,
        campaign=look.campaign,
        look=look,
        settings=rules_of(look.campaign),
        names=ballots_of(look.campaign).roll(parts().db, look.campaign).by_number,
        **values,
    )
