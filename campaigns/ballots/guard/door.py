"""The door of the cast view: a ballot that looks odd is asked for work once, then let in. The only Flask of the guard."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import cast

from flask import current_app, jsonify, make_response, render_template
from werkzeug.wrappers import Response as AnyResponse

from campaigns.asking import Asking
from campaigns.ballots.ballot import Origin
from campaigns.ballots.guard.odd import Odd
from campaigns.ballots.guard.work import For, check_work, make_challenge
from campaigns.ballots.rules import rules_of
from campaigns.registry import kind_of
from campaigns.stage import Stage, wants_json

_STATUS = 403
_ODD = "zhijia.vote_odd"


def pass_door(
    stage: Stage, asking: Asking, choice: Sequence[int], origin: Origin
) -> tuple[Origin, AnyResponse | None]:
    """The origin as it goes into the ledger, and None; or the answer that asks for work (code `work`, with the challenge).

    The same ballot comes again with the fields `work` (the challenge's token) and `number`. Raises NotAllowed for wrong ones.
    """
    if not rules_of(stage.campaign).challenge:
        return origin, None
    bound = For(stage.campaign, stage.openid, asking.key())
    if token := asking.text("work"):
        check_work(bound, token, asking.text("number"), stage.now)
        return replace(origin, worked=True), None
    if not _odd().look(stage.campaign.id, origin, choice, stage.now):
        return origin, None
    return origin, _ask(stage, bound)


def _odd() -> Odd:
    """Of this process."""
    return cast(Odd, current_app.extensions.setdefault(_ODD, Odd()))


def _ask(stage: Stage, bound: For) -> AnyResponse:
    if wants_json():
        message = f"请稍等，手机正在核对这次{rules_of(stage.campaign).words.act}。"
        challenge = asdict(make_challenge(bound, stage.now))
        response = jsonify(error="work", message=message, work=challenge)
    else:
        response = make_response(
            render_template(
                "ballots/work.html",
                title=stage.campaign.title,
                account=stage.account,
                campaign=stage.campaign,
                words=rules_of(stage.campaign).words,
                by_chat=kind_of(stage.campaign.kind).chat is not None,
            )
        )
    response.status_code = _STATUS
    return response
