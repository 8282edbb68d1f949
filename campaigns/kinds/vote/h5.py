"""投票 on the phone."""

from flask import redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from campaigns.asking import Asking
from campaigns.kinds.vote.ballot import Ballot, Origin, hashed
from campaigns.kinds.vote.ballots import cast_ballot
from campaigns.kinds.vote.roll import roll_of
from campaigns.kinds.vote.rules import round_at
from campaigns.stage import Stage, on_stage, stage_pages, wants_json
from core.errors import Invalid
from house.current import parts
from web.lean import BytesResponse

pages = stage_pages("vote", __name__)
KIND = "vote"


@pages.get("/vote")
@on_stage(KIND)
def play(stage: Stage) -> AnyResponse:
    return BytesResponse(b"", "text/plain")


@pages.post("/vote/cast")
@on_stage(KIND)
def cast(stage: Stage) -> AnyResponse:
    """Cast a ballot: `choice` (numbers), `key`. The same key again gives the same receipt."""
    asking = Asking.sent()
    roll = roll_of(parts().db, stage.campaign)
    standing = roll.standing(round_at(stage.campaign, stage.now))
    ballot = Ballot(
        stage.campaign, stage.openid, _numbers(asking), standing, asking.key(), _origin(stage), stage.now
    )
    done = cast_ballot(parts().db, ballot)
    if wants_json():
        chosen = ",".join(map(str, done.choice))
        body = f'{{"receipt":"{done.receipt}","choice":[{chosen}],"left":{done.left}}}\n'
        return BytesResponse(body.encode(), "application/json")
    return redirect(
        url_for(
            ".receipt",
            account_key=stage.account.key,
            campaign_id=stage.campaign.public_id,
            number=done.receipt,
        ),
        303,
    )


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
