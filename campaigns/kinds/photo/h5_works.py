"""Handing in on the phone: one's own works, writing one, handing it in, taking it back."""

from dataclasses import asdict

from flask import jsonify, redirect
from werkzeug.wrappers import Response as AnyResponse

from campaigns.asking import Asking
from campaigns.joining import join
from campaigns.kinds.photo.composing import (
    Problem,
    ask_again,
    draft_of,
    get_own,
    read_draft,
    save_written,
    show,
    take_own,
    url_of,
)
from campaigns.kinds.photo.config import settings_of
from campaigns.kinds.photo.h5_certificate import list_own
from campaigns.kinds.photo.life import STATES
from campaigns.kinds.photo.returning import drop_draft, take_up
from campaigns.kinds.photo.works import begin_work, find_empty, hand_in, list_mine, list_pictures, take_back
from campaigns.stage import Stage, on_stage, page_on, wants_json
from core.errors import Conflict, DomainError
from house.current import parts
from members.ledger import find_person

KIND = "photo"


@on_stage(KIND)
def works(stage: Stage) -> AnyResponse:
    """One's own works: how each stands, what to do next, how many places are left."""
    campaign, settings = stage.campaign, settings_of(stage.campaign)
    with parts().db.read() as session:
        person = find_person(session, campaign.account_id, campaign.scope, stage.openid)
        own = list_mine(session, campaign, person.id) if person is not None else []
        rows = list_pictures(session, campaign, [one.id for one in own])
        awards = list_own(session, campaign, [one.id for one in own], stage.now)
    return page_on(
        stage,
        "photo/mine.html",
        f"我的{settings.noun}",
        settings=settings,
        works=own,
        awards=awards,
        pictures={one.id: [row for row in rows if row.work_id == one.id] for one in own},
        left=settings.most_works - sum(one.slot is not None for one in own),
        phase=campaign.phase(stage.now),
        states=STATES,
    )


@on_stage(KIND)
def begin(stage: Stage) -> AnyResponse:
    """A new draft in `group`; one of theirs that is still empty serves again."""
    group = Asking.sent().text("group")
    with parts().db.work() as session:
        person = join(session, stage.campaign, stage.openid, stage.now)
        work = find_empty(session, stage.campaign, person.id, group) or begin_work(
            session, stage.campaign, person, group, stage.now
        )
        work_id = work.public_id
    return redirect(url_of(stage, "compose", work_id=work_id), 303)


@on_stage(KIND)
def compose(stage: Stage, work_id: str) -> AnyResponse:
    """One work, to go on with or to look at."""
    return show(stage, work_id)


@on_stage(KIND)
def save(stage: Stage, work_id: str) -> AnyResponse:
    """Save the texts (`version` and the fields of `WorkDraft`); with `act=hand_in` hand it in as well.

    JSON is answered with the new version; one that was changed elsewhere with 409 and what stands there now.
    """
    asking = Asking.sent()
    try:
        with parts().db.work() as session:
            work = take_own(session, stage, work_id)
            save_written(session, stage, work, asking)
            version = work.version
        if asking.text("act") == "hand_in":
            return _hand_in(stage, work_id, asking)
    except Conflict as error:
        if wants_json():
            return _changed(stage, work_id, error)
        return ask_again(stage, work_id, Problem(error, read_draft(asking)))
    except DomainError as error:
        if wants_json():
            raise
        return ask_again(stage, work_id, Problem(error, read_draft(asking)))
    if wants_json():
        return jsonify(version=version)
    return redirect(url_of(stage, "compose", work_id=work_id, saved="1"), 303)


@on_stage(KIND)
def take_back_mine(stage: Stage, work_id: str) -> AnyResponse:
    """Off the wall, at any time: also when the campaign is over."""
    with parts().db.work() as session:
        take_back(session, get_own(session, stage, work_id), stage.now)
    return redirect(url_of(stage, "works"), 303)


@on_stage(KIND)
def take_up_mine(stage: Stage, work_id: str) -> AnyResponse:
    """Change it, and hand it in again."""
    with parts().db.work() as session:
        take_up(session, stage.campaign, take_own(session, stage, work_id), stage.now)
    return redirect(url_of(stage, "compose", work_id=work_id), 303)


@on_stage(KIND)
def drop_mine(stage: Stage, work_id: str) -> AnyResponse:
    """Throw a draft away."""
    with parts().db.work() as session:
        drop_draft(session, get_own(session, stage, work_id))
    return redirect(url_of(stage, "works"), 303)


def _hand_in(stage: Stage, work_id: str, asking: Asking) -> AnyResponse:
    """What was written is saved already, whatever is still missing. Raises Invalid, Conflict, SoldOut."""
    agreed = bool(asking.text("own") and asking.text("people"))
    with parts().db.work() as session:
        hand_in(session, stage.campaign, take_own(session, stage, work_id), agreed=agreed, now=stage.now)
    return redirect(url_of(stage, "compose", work_id=work_id), 303)


def _changed(stage: Stage, work_id: str, error: Conflict) -> AnyResponse:
    with parts().db.read() as session:
        work = get_own(session, stage, work_id)
        facts = {"version": work.version, "state": work.state, "texts": asdict(draft_of(work))}
    response = jsonify(error=error.code, message=error.message, **facts)
    response.status_code = error.status
    return response
