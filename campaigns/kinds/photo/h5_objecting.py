"""An objection (异议) to an award, and a report (举报) of a work that should not be shown, from the phone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from campaigns.asking import Asking
from campaigns.kinds.photo.config import settings_of
from campaigns.kinds.photo.h5_wall import get_shown
from campaigns.kinds.photo.objections import CONTACT, REASON, object_to, objections_until, report
from campaigns.kinds.photo.tables import PhotoObjection
from campaigns.stage import Stage, on_stage, page_on
from campaigns.view import CampaignView
from core.errors import DomainError
from house.current import parts
from members.ledger import enter
from models.ledger import Person

KIND = "photo"
_Verb = Callable[[Session, CampaignView, Person, int, str, str, datetime], PhotoObjection]


@dataclass(frozen=True, slots=True)
class Written:
    """What somebody sent, and what was wrong with it."""

    reason: str = ""
    contact: str = ""
    problem: DomainError | None = None
    done: bool = False


@on_stage(KIND)
def object_form(stage: Stage, number: int) -> AnyResponse:
    """What is said against a work's award, and how to reach who says it."""
    return _page(stage, number, "objection", Written())


@on_stage(KIND)
def object_now(stage: Stage, number: int) -> AnyResponse:
    """`reason`, `contact`. What was refused stays as it was written."""
    return _send(stage, number, "objection")


@on_stage(KIND)
def report_form(stage: Stage, number: int) -> AnyResponse:
    """Why a work should not be shown."""
    return _page(stage, number, "report", Written())


@on_stage(KIND)
def report_now(stage: Stage, number: int) -> AnyResponse:
    """As `object_now`; at any time, also when the contest is over."""
    return _send(stage, number, "report")


_VERBS: Mapping[str, _Verb] = {"objection": object_to, "report": report}


def _send(stage: Stage, number: int, what: str) -> AnyResponse:
    asking, campaign = Asking.sent(), stage.campaign
    reason, contact = asking.text("reason"), asking.text("contact")
    try:
        with parts().db.work() as session:
            # Who objects need not take part, and after the end nobody can `join` any more.
            person = enter(session, campaign.account_id, campaign.scope, stage.openid, stage.now)
            _VERBS[what](session, campaign, person, number, reason, contact, stage.now)
    except DomainError as error:
        return _page(stage, number, what, Written(reason, contact, error))
    return _page(stage, number, what, Written(done=True))


def _page(stage: Stage, number: int, what: str, written: Written) -> AnyResponse:
    with parts().db.read() as session:
        work = get_shown(session, stage.campaign, number)
    return page_on(
        stage,
        "photo/objection.html",
        "提异议" if what == "objection" else "举报作品",
        status=written.problem.status if written.problem is not None else 200,
        settings=settings_of(stage.campaign),
        work=work,
        what=what,
        until=objections_until(stage.campaign) if what == "objection" else None,
        most=(REASON, CONTACT),
        problem=written.problem,
        written=written,
    )
