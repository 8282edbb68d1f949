"""The pages that every kind with ballots has. Their addresses stand here; a kind mounts them beside its own.

What they expect of the kind: its blueprint is called as the kind is, an endpoint `play` at `/<kind>` shows the roll, and a
candidate's page is `/<kind>/<number>`.
"""

from functools import wraps

from flask import Blueprint
from werkzeug.wrappers import Response as AnyResponse

from campaigns.ballots import h5_cast, h5_ledger, h5_ranking, h5_receipts
from campaigns.ballots.open_pages import Look, View, looking
from campaigns.registry import ballots_of
from campaigns.stage import Stage, on_stage


def mount_ballots(pages: Blueprint) -> None:
    """Casting, receipts, the ledger and the ranking, below `/<kind>/`."""
    base = f"/{pages.name}"

    def look(view: View) -> View:
        return looking(pages.name)(_if_kept(view))

    def stage(view: View) -> View:
        return on_stage(pages.name)(_if_kept(view))

    pages.post(f"{base}/cast")(stage(h5_cast.cast))
    pages.get(f"{base}/enter")(stage(h5_receipts.enter))
    pages.get(f"{base}/mine")(stage(h5_receipts.mine))
    pages.get(f"{base}/receipts")(look(h5_receipts.receipts))
    pages.get(f"{base}/receipts/<number>")(look(h5_receipts.receipt))
    pages.get(f"{base}/ledger")(look(h5_ledger.ledger))
    pages.get(f"{base}/ledger/<int(max=999999999):number>")(look(h5_ledger.block))
    pages.get(f"{base}/ledger/<int(max=999999999):number>.txt")(look(h5_ledger.digests))
    pages.get(f"{base}/ranking")(look(h5_ranking.ranking))
    pages.get(f"{base}/counts")(look(h5_ranking.counts))


def _if_kept(view: View) -> View:
    """Not found in a campaign whose settings want no ballots."""

    @wraps(view)
    def answer(at: Look | Stage, **rest: object) -> AnyResponse:
        ballots_of(at.campaign)
        return view(at, **rest)

    return answer
