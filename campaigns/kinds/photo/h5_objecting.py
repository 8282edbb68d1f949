"""An objection (异议) to an award, from the phone."""

from werkzeug.wrappers import Response as AnyResponse

from campaigns.asking import Asking
from campaigns.kinds.photo.config import settings_of
from campaigns.kinds.photo.h5_wall import get_shown
from campaigns.kinds.photo.objections import CONTACT, REASON, object_to, objections_until
from campaigns.stage import Stage, on_stage, page_on
from core.errors import DomainError
from house.current import parts
from members.ledger import enter

KIND = "photo"


@on_stage(KIND)
def object_form(stage: Stage, number: int) -> AnyResponse:
    """What is said against a work's award, and how to reach who says it."""
    return _page(stage, number)


@on_stage(KIND)
def object_now(stage: Stage, number: int) -> AnyResponse:
    """`reason`, `contact`. What was refused stays as it was written."""
    asking = Asking.sent()
    reason, contact = asking.text("reason"), asking.text("contact")
    try:
        with parts().db.work() as session:
            # Who objects need not have taken part: the contest is over, nobody can `join` any more.
            campaign = stage.campaign
            person = enter(session, campaign.account_id, campaign.scope, stage.openid, stage.now)
            object_to(session, campaign, person, number, reason, contact, stage.now)
    except DomainError as error:
        return _page(stage, number, problem=error, reason=reason, contact=contact)
    return _page(stage, number, done=True)


def _page(
    stage: Stage,
    number: int,
    *,
    problem: DomainError | None = None,
    reason: str = "",
    contact: str = "",
    done: bool = False,
) -> AnyResponse:
    with parts().db.read() as session:
        work = get_shown(session, stage.campaign, number)
    return page_on(
        stage,
        "photo/objection.html",
        "提异议",
        status=problem.status if problem is not None else 200,
        settings=settings_of(stage.campaign),
        work=work,
        until=objections_until(stage.campaign),
        most=(REASON, CONTACT),
        problem=problem,
        reason=reason,
        contact=contact,
        done=done,
    )
