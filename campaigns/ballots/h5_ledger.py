"""The public ledger: how much stands in it, the daily roots, what was struck and why, its blocks, how to check it oneself."""

from flask import request
from werkzeug.wrappers import Response as AnyResponse

from campaigns.ballots.chain import FIRST
from campaigns.ballots.open_pages import Look, kept, page_of, whole_page
from campaigns.ballots.roots import HOUR, list_roots, text_of
from campaigns.ballots.sealing import count_unsealed, read_block
from campaigns.ballots.store import get_block, list_blocks, sum_blocks
from campaigns.ballots.strikes import list_strikes
from core.fresh import Fresh
from house.current import parts

_BLOCKS = 30
_DIGESTS_FRESH_S = 30.0
_digests: Fresh[tuple[str, int], bytes] = Fresh(_DIGESTS_FRESH_S, most=20)
"""A block's are some 300 kB and are read from thousands of rows."""


def ledger(look: Look) -> AnyResponse:
    """`before`: blocks before that number."""
    asked = request.args.get("before", "")
    before = int(asked) if asked.isascii() and asked.isdigit() and len(asked) <= 9 else None
    return kept(look, before, lambda: _ledger(look, before), rare=before is not None)


def block(look: Look, number: int) -> AnyResponse:
    return kept(look, number, lambda: _block(look, number))


def digests(look: Look, number: int) -> AnyResponse:
    """The text whose SHA-256 is the block's hash: the hash before, campaign, number, and the SHA-256 of each ballot's line."""

    def read() -> bytes:
        with parts().db.read() as session:
            row = get_block(session, look.campaign, number)
            before = get_block(session, look.campaign, number - 1).hash if number > 1 else FIRST
            lines = read_block(session, look.campaign, row)
        head = (before, look.campaign.public_id, str(number))
        return "".join(f"{one}\n" for one in (*head, *(line.digest() for line in lines))).encode()

    response = whole_page(_digests.get((look.campaign.public_id, number), read), "text/plain; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{look.campaign.public_id}-{number}.txt"'
    return response


def _ledger(look: Look, before: int | None) -> str:
    campaign = look.campaign
    with parts().db.read() as session:
        blocks, ballots, votes = sum_blocks(session, campaign)
        unsealed = count_unsealed(session, campaign)
        roots = [(root, text_of(campaign, root)) for root in list_roots(session, campaign)]
        strikes = list_strikes(session, campaign)
        shown = list_blocks(session, campaign, before, _BLOCKS)
    own = look.url("ledger", before=before) if before is not None else look.url("ledger")
    return page_of(
        look,
        "ballots/ledger.html",
        "公开账本",
        own,
        blocks=blocks,
        ballots=ballots,
        votes=votes,
        unsealed=unsealed,
        roots=roots,
        hour=HOUR,
        strikes=strikes,
        shown=shown,
        before=before,
    )


def _block(look: Look, number: int) -> str:
    with parts().db.read() as session:
        row = get_block(session, look.campaign, number)
        before = get_block(session, look.campaign, number - 1).hash if number > 1 else FIRST
        newest = list_blocks(session, look.campaign, None, 1)[0].number
    title = f"第 {number} 区块"
    return page_of(
        look,
        "ballots/block.html",
        title,
        look.url("block", number=number),
        block=row,
        before=before,
        newest=newest,
    )
