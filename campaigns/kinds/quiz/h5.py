"""答题 on the phone: the levels, the paper question by question, the result."""

import json
from typing import Any

from flask import Response, current_app, jsonify, redirect, request, url_for
from sqlalchemy import Connection
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from campaigns.asking import Asking
from campaigns.drawn import chances_of
from campaigns.joining import join
from campaigns.kinds.quiz import certificate, h5_honours, rules
from campaigns.kinds.quiz.config import AT_ONCE, settings_of
from campaigns.kinds.quiz.h5_honours import KIND
from campaigns.kinds.quiz.marking import KINDS
from campaigns.kinds.quiz.paper import paper_of
from campaigns.kinds.quiz.saving import Saved, answer
from campaigns.kinds.quiz.service import finish, is_over, start, submit
from campaigns.kinds.quiz.standings import find_mine, scored_of
from campaigns.kinds.quiz.store import find_standing, get_attempt, list_answers, list_attempts
from campaigns.kinds.quiz.tables import QuizAttempt
from campaigns.stage import Stage, on_stage, page_on, stage_pages, wants_json
from core.errors import Closed, DomainError, Invalid, NotFound
from core.ids import public_id
from faq.citations import group_citations
from faq.h5 import SHELF as ENTRIES
from house.current import parts
from members.ledger import Answered, find_person, once
from models.ledger import Person

pages = stage_pages("quiz", __name__)
pages.get("/quiz/boards")(h5_honours.boards)
pages.get("/quiz/certificate")(h5_honours.show_certificate)
pages.get("/quiz/certificate.png")(h5_honours.draw_certificate)
pages.get("/quiz/verify/<code>")(h5_honours.verify)
_OVER = frozenset({"too_late", "handed_in"})


@pages.get("/quiz")
@on_stage(KIND)
def play(stage: Stage) -> AnyResponse:
    """The way in: levels, tries left, what is under way, how somebody stands."""
    campaign, settings = stage.campaign, settings_of(stage.campaign)
    _settle(stage)
    with parts().db.read() as session:
        person = find_person(session, campaign.account_id, campaign.scope, stage.openid)
        rows = list_attempts(session, campaign, person.id) if person is not None else []
        mine = find_mine(session, campaign, person.id) if person is not None and settings.boards else None
        standing = find_standing(session, campaign, person.id) if person is not None else None
        chances = chances_of(session, stage.account.key, stage.campaign, stage.openid)
    scored = scored_of(rows)
    gates = rules.view_gates(
        settings, campaign.opens_at, [(one.gate, one.started_at) for one in rows], scored, stage.now
    )
    return page_on(
        stage,
        "quiz/play.html",
        campaign.title,
        settings=settings,
        gates=gates,
        phase=campaign.phase(stage.now),
        open_papers={one.gate: one for one in rows if one.state == "open"},
        done=[one for one in rows if one.state == "scored"][::-1][:20],
        standing=standing,
        mine=mine,
        certificate=standing is not None and certificate.is_earned(settings, standing),
        chances=chances,
        key=public_id(20),
        duration=rules.duration_text,
    )


@pages.post("/quiz/start")
@on_stage(KIND)
def begin(stage: Stage) -> AnyResponse:
    """A new attempt at a level, or the one under way; the same request again gives the same answer."""
    asking = Asking.sent()
    gate = asking.number("gate") - 1
    with parts().db.work() as session:
        person = join(session, stage.campaign, stage.openid, stage.now)

        def work() -> Answered:
            paper = start(session, stage.campaign, person, gate, stage.now)
            return _told(
                attempt=paper.public_id,
                total=len(paper.asked),
                seconds_left=_seconds_left(get_attempt(session, paper), stage),
            )

        done = once(session, person, asking.key(), asking.bytes(), stage.now, work)
    return _answered(stage, done, ".paper")


@pages.get("/quiz/<attempt_id>")
@on_stage(KIND)
def paper(stage: Stage, attempt_id: str) -> AnyResponse:
    """One question of the paper (`p`, from 1), or all at a glance before handing in (`p=end`)."""
    return _paper(stage, attempt_id, request.args.get("p", ""))


def _paper(stage: Stage, attempt_id: str, place: str, *, problem: str = "", status: int = 200) -> AnyResponse:
    with parts().db.read() as session:
        own = paper_of(session, stage.campaign, attempt_id, stage.openid)
        row = get_attempt(session, own)
        answers = list_answers(session, own.account_id, own.id)
    frozen = stage.campaign.phase(stage.now) == "frozen"
    if row.state != "open" or (is_over(row, stage.now) and not frozen):
        return redirect(_url(stage, ".result", attempt_id))
    shown = {at: own.asked[at].shown(one.given) for at, one in answers.items()}
    at = _place(place, len(own.asked), shown)
    asked = own.asked[at] if at is not None else None
    told = at is not None and at in answers and settings_of(stage.campaign).feedback == AT_ONCE
    return page_on(
        stage,
        "quiz/paper.html",
        stage.campaign.title,
        status=status,
        paper=own,
        due_at=row.due_at,
        frozen=frozen,
        at=at,
        asked=asked,
        kinds=KINDS,
        given=shown.get(at) if at is not None else None,
        right=answers[at].right if told and at is not None else None,
        told=told,
        at_once=settings_of(stage.campaign).feedback == AT_ONCE,
        answered=frozenset(shown),
        seconds_left=_seconds_left(row, stage),
        key=public_id(20),
        entry=_entry_url(stage, asked.question.entry) if told and asked else "",
        citations=group_citations(asked.question.citations) if told and asked else "",
        problem=problem,
    )


@pages.post("/quiz/<attempt_id>/answer")
@on_stage(KIND)
def save(stage: Stage, attempt_id: str) -> AnyResponse:
    """Save one answer; saving it again changes nothing."""
    asking = Asking.sent()
    number, said = asking.number("p"), asking.text("given")
    if not said and not wants_json():
        return redirect(_url(stage, ".paper", attempt_id, p=number + 1), 303)

    def store(connection: Connection) -> Saved:
        own = paper_of(connection, stage.campaign, attempt_id, stage.openid)
        return answer(connection, stage.campaign, own, number - 1, said, stage.now)

    try:
        saved = parts().db.alone(store)
    except DomainError as error:
        if wants_json():
            raise
        if error.code in _OVER:
            return redirect(_url(stage, ".result", attempt_id), 303)
        if isinstance(error, Invalid | Closed):
            return _paper(stage, attempt_id, str(number), problem=error.message, status=error.status)
        raise
    told = settings_of(stage.campaign).feedback == AT_ONCE
    if wants_json():
        return jsonify(_saved(stage, saved, told=told))
    return redirect(_url(stage, ".paper", attempt_id, p=number if told else number + 1), 303)


@pages.post("/quiz/<attempt_id>/submit")
@on_stage(KIND)
def hand_in(stage: Stage, attempt_id: str) -> AnyResponse:
    """Hand in, once."""
    asking = Asking.sent()
    with parts().db.work() as session:
        own = paper_of(session, stage.campaign, attempt_id, stage.openid)
        person = _person(session, stage)

        def work() -> Answered:
            row = submit(session, stage.campaign, own, person, stage.now)
            return _told(
                attempt=row.public_id,
                right=row.right,
                total=row.total,
                points=row.points,
                passed=row.passed,
                used_ms=row.used_ms,
                timed_out=row.timed_out,
            )

        done = once(session, person, asking.key(), asking.bytes(), stage.now, work)
    return _answered(stage, done, ".result")


@pages.get("/quiz/<attempt_id>/result")
@on_stage(KIND)
def result(stage: Stage, attempt_id: str) -> AnyResponse:
    """Points, and every question with what is right and why."""
    campaign, settings = stage.campaign, settings_of(stage.campaign)
    _settle(stage)
    with parts().db.read() as session:
        own = paper_of(session, campaign, attempt_id, stage.openid)
        row = get_attempt(session, own)
        if row.state == "open":
            return redirect(_url(stage, ".paper", attempt_id))
        answers = list_answers(session, own.account_id, own.id)
        mine = find_mine(session, campaign, own.person_id) if settings.boards else None
        standing = find_standing(session, campaign, own.person_id)
        chances = chances_of(session, stage.account.key, stage.campaign, stage.openid)
    lines = [
        {
            "asked": asked,
            "given": asked.shown(answers[at].given) if at in answers else "",
            "right": at in answers and answers[at].right,
            "answer": asked.shown(asked.question.answer),
            "citations": group_citations(asked.question.citations),
            "entry": _entry_url(stage, asked.question.entry),
        }
        for at, asked in enumerate(own.asked)
    ]
    return page_on(
        stage,
        "quiz/result.html",
        "答题结果",
        settings=settings,
        row=row,
        lines=lines,
        kinds=KINDS,
        mine=mine,
        certificate=standing is not None and certificate.is_earned(settings, standing),
        chances=chances,
        duration=rules.duration_text,
    )


def _settle(stage: Stage) -> None:
    """Score what of somebody's papers ran out of time (or with the campaign); nothing is written where nothing did."""
    campaign = stage.campaign
    with parts().db.read() as session:
        person = find_person(session, campaign.account_id, campaign.scope, stage.openid)
        late = [] if person is None else _late(session, stage, person)
    if person is None or not late:
        return
    with parts().db.work() as session:
        for row in _late(session, stage, person):
            finish(session, campaign, row, person, stage.now)


def _late(session: Session, stage: Stage, person: Person) -> list[QuizAttempt]:
    """While the campaign is frozen its papers wait."""
    if stage.campaign.phase(stage.now) == "frozen":
        return []
    rows = list_attempts(session, stage.campaign, person.id)
    closed = stage.campaign.closed_at is not None
    return [one for one in rows if one.state == "open" and (closed or is_over(one, stage.now))]


def _person(session: Session, stage: Stage) -> Person:
    campaign = stage.campaign
    person = find_person(session, campaign.account_id, campaign.scope, stage.openid)
    if person is None:
        raise NotFound("no_attempt", "没有这份答卷，请回到活动页面重新进入。")
    return person


def _told(**facts: Any) -> Answered:
    return Answered(200, json.dumps(facts, ensure_ascii=False).encode())


def _answered(stage: Stage, done: Answered, endpoint: str) -> AnyResponse:
    if wants_json():
        return Response(done.body, done.status, mimetype="application/json")
    return redirect(_url(stage, endpoint, json.loads(done.body)["attempt"]), 303)


def _saved(stage: Stage, saved: Saved, *, told: bool) -> dict[str, Any]:
    facts: dict[str, Any] = {"p": saved.position + 1, "given": saved.shown}
    if told:
        question = saved.asked.question
        facts |= {
            "right": saved.right,
            "answer": saved.asked.shown(question.answer),
            "explanation": question.explanation,
            "citations": group_citations(question.citations),
            "entry": _entry_url(stage, question.entry),
        }
    return facts


def _url(stage: Stage, endpoint: str, attempt_id: str, **more: Any) -> str:
    return url_for(
        endpoint,
        account_key=stage.account.key,
        campaign_id=stage.campaign.public_id,
        attempt_id=attempt_id,
        **more,
    )


def _place(text: str, total: int, answered: dict[int, str]) -> int | None:
    """The question to show, from 0; None for the look at all of them."""
    if text.isascii() and text.isdigit() and len(text) <= 3:
        return int(text) - 1 if 1 <= int(text) <= total else None
    if text == "end":
        return None
    return next((at for at in range(total) if at not in answered), None)


def _seconds_left(row: QuizAttempt, stage: Stage) -> int | None:
    return max(0, int((row.due_at - stage.now).total_seconds())) if row.due_at is not None else None


def _entry_url(stage: Stage, code: str) -> str:
    """The page of an entry that the account has now; empty for none."""
    if not code:
        return ""
    entries = current_app.extensions[ENTRIES].entries_of(stage.account.key).entries
    public = next((one.public_id for one in entries if one.code == code), None)
    return url_for("faq_pages.show", account_key=stage.account.key, public_id=public) if public else ""
