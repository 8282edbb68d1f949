"""A draw's pages for workers: draw, one's result, the winners, how to check it all. (Claims: `prizes.h5_claims`.)"""

import csv
import io
import secrets
from collections.abc import Iterator, Sequence

from flask import Blueprint, Response, redirect, render_template, request, stream_with_context, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from core.clock import local_text
from core.errors import Closed, Invalid, NotFound
from core.ids import long_row_number
from core.spreadsheets import cell
from house.current import parts
from members.known import wants_json
from members.ledger import find_person, mark_of
from members.staff_links.rules import follower_mark
from members.staff_links.store import is_barred
from models.ledger import Person
from models.prizes import Draw, DrawTurn, Win
from prizes import listing
from prizes.chances import count_unspent_of
from prizes.faces import slices
from prizes.rules import show_odds, yuan
from prizes.service import ticket_number
from prizes.stage import Stage, find_draw, on_stage, require_person
from prizes.store import list_given, published_text
from prizes.turns import take_turn
from prizes.view import FACES, MODES, PHASES, DrawView
from web.pages import secure

pages = secure(Blueprint("draw_pages", __name__, template_folder="templates"))
_DRAW = "/h5/<account_key>/d/<draw_id>"
_TICKETS = 20


@pages.get(_DRAW)
@on_stage
def front(stage: Stage, draw_id: str) -> AnyResponse:
    """How many chances are left, and the face."""
    return _front(stage, find_draw(stage.account, draw_id))


@pages.post(f"{_DRAW}/turn")
@on_stage
def turn(stage: Stage, draw_id: str) -> AnyResponse:
    """Draw once. The same key is answered with the same bytes; a form is led to its result."""
    draw = find_draw(stage.account, draw_id)
    if set(request.form) != {"key"} or request.args or request.files:
        raise Invalid("bad_turn", "这次提交不完整或被改动过，没有抽奖。请刷新页面再试。")
    answered = take_turn(parts().db, draw, stage.openid, stage.now, request.form["key"])
    if wants_json():
        return Response(answered.body, answered.status, content_type="application/json; charset=utf-8")
    turn_id = answered.body.partition(b'"turn":"')[2].partition(b'"')[0].decode()
    address = url_for(".result", account_key=stage.account.key, draw_id=draw_id, turn_id=turn_id)
    return redirect(address, 303)


@pages.get(f"{_DRAW}/t/<turn_id>")
@on_stage
def result(stage: Stage, draw_id: str, turn_id: str) -> AnyResponse:
    """One's own turn, to be looked at again."""
    require_person(stage)
    draw = find_draw(stage.account, draw_id)
    with parts().db.read() as session:
        found, win = _own_turn(session, draw, stage.openid, turn_id)
    prize = next((one for one in draw.prizes if one.id == found.prize_id), None)
    html = render_template(
        "prizes/turn.html",
        title=draw.title,
        account=stage.account,
        draw=draw,
        turn=found,
        prize=prize,
        win=win,
    )
    return Response(html)


@pages.get(f"{_DRAW}/winners")
def winners(account_key: str, draw_id: str) -> Response:
    """Who agreed to be named, masked."""
    account = parts().directory.get(account_key)
    draw = find_draw(account, draw_id)
    before = request.args.get("before", type=long_row_number)
    with parts().db.read() as session:
        shown, more = listing.list_winners(session, draw, before)
    html = render_template(
        "prizes/winners.html", title="中奖名单", account=account, draw=draw, shown=shown, more=more
    )
    return Response(html)


@pages.get(f"{_DRAW}/fair")
def fair(account_key: str, draw_id: str) -> Response:
    """What was promised, and how anybody can check that it was kept."""
    account = parts().directory.get(account_key)
    draw = find_draw(account, draw_id)
    now = parts().clock()
    with parts().db.read() as session:
        given = list_given(session, account.id, draw.id)
    html = render_template(
        "prizes/fair.html",
        title="公平验证",
        account=account,
        draw=draw,
        text=published_text(draw),
        ended=draw.state in ("closed", "revealed"),
        given=given,
        phase=PHASES[draw.phase(now)],
        mode=MODES[draw.mode],
        show_odds=show_odds,
        yuan=yuan,
    )
    return Response(html)


@pages.get(f"{_DRAW}/ledger.csv")
def ledger(account_key: str, draw_id: str) -> Response:
    """Every turn without people; of a final draw the frozen list. For everybody, once it can no longer help anybody."""
    account = parts().directory.get(account_key)
    draw = find_draw(account, draw_id)
    if draw.state != "revealed" and not (draw.mode == "final" and draw.state == "closed"):
        raise Closed("not_revealed", "抽奖记录在结果公布以后可以下载。")
    response = Response(stream_with_context(_csv_lines(draw)), content_type="text/csv; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename=f"draw-{draw.public_id}.csv")
    return response


def _csv_lines(draw: DrawView) -> Iterator[bytes]:
    with parts().db.read() as session:
        yield b"\xef\xbb\xbf"
        for row in listing.ledger_rows(session, draw):
            out = io.StringIO()
            csv.writer(out).writerow([cell(value) for value in row])
            yield out.getvalue().encode()


def _front(stage: Stage, draw: DrawView) -> Response:
    with parts().db.read() as session:
        left, tickets, won = _mine(session, draw, stage)
        staff = _is_staff(session, draw, stage.openid)
    phase = draw.phase(stage.now)
    html = render_template(
        "prizes/front.html",
        title=draw.title,
        account=stage.account,
        draw=draw,
        phase=phase,
        phase_title=PHASES[phase],
        face_title=FACES[draw.face],
        left=left,
        tickets=tickets,
        won=won,
        staff=staff,
        key=secrets.token_urlsafe(18),
        slices=slices([*((one.public_id, one.name) for one in draw.prizes), ("", "谢谢参与")]),
        facts=_facts(draw),
        snapshot=stage.visitor.snapshot,
        show_odds=show_odds,
        yuan=yuan,
    )
    return Response(html)


def _mine(session: Session, draw: DrawView, stage: Stage) -> tuple[int, list[str], bool]:
    """Chances left, numbers in a final draw, whether something was won."""
    person = find_person(session, draw.account_id, draw.scope, stage.openid)
    if person is None:
        return 0, [], False
    left = count_unspent_of(session, draw.account_id, draw.id, person.id)
    chances = listing.list_chances(session, draw, person.id, _TICKETS) if draw.mode == "final" else ()
    tickets = [ticket_number(draw.scope, chance) for chance in chances]
    query = select(Win.id).where(
        Win.account_id == draw.account_id, Win.draw_id == draw.id, Win.person_id == person.id
    )
    return left, tickets, session.scalar(query.limit(1)) is not None


def _is_staff(session: Session, draw: DrawView, openid: str) -> bool:
    """May this follower not draw?"""
    mark = follower_mark(draw.account_id, openid)
    listed = mark_of(draw.scope, openid) in draw.excluded
    return listed or is_barred(session, draw.account_id, mark, draw.staff_since)


def _facts(draw: DrawView) -> Sequence[str]:
    """The rules that the settings make, in sentences."""
    facts = [
        f"抽奖时间：{local_text(draw.opens_at)} 至 {local_text(draw.closes_at)}，没有用完的机会到时失效。"
    ]
    if draw.mode == "tape":
        facts.append(
            f"共 {draw.slots:,} 签，其中有奖 {draw.stock:,} 签，按先后依次取签；签抽完以后不再中奖，活动结束时没有抽到的奖品不再发放，并公布剩余数量。"
        )
    elif draw.mode == "odds":
        facts.append("每次抽奖按公布的概率独立计算，奖品发完为止；发完以后抽中的按未中奖处理。")
    else:
        facts.append("活动结束时锁定全部抽奖号码，统一抽取，结果在本页公布。")
    limits = (
        (draw.turns_per_day, "每人每天最多抽 {} 次。"),
        (draw.turns_per_person, "每人一共最多抽 {} 次。"),
        (draw.wins_per_person, "每人最多中奖 {} 次。"),
        (draw.wins_per_phone, "每个手机号最多领奖 {} 份。"),
    )
    facts += [text.format(most) for most, text in limits if most]
    facts.append(
        f"中奖后 {draw.claim_days} 天内领奖，逾期视为放弃。主办单位工作人员不参加抽奖，系统按他们绑定的微信拦截。"
    )
    return facts


def _own_turn(session: Session, draw: DrawView, openid: str, turn_id: str) -> tuple[DrawTurn, Win | None]:
    """Raises NotFound, also for somebody else's."""
    query = (
        select(DrawTurn, Win)
        .join(Person, Person.id == DrawTurn.person_id)
        .join(Draw, Draw.id == DrawTurn.draw_id)
        .outerjoin(Win, (Win.turn_id == DrawTurn.id) & (Win.account_id == draw.account_id))
        .where(
            DrawTurn.account_id == draw.account_id,
            Person.account_id == draw.account_id,
            Draw.account_id == draw.account_id,
            Draw.id == draw.id,
            DrawTurn.public_id == turn_id,
            Person.openid == openid,
        )
    )
    row = session.execute(query).one_or_none()
    if row is None:
        raise NotFound("no_turn", "没有这次抽奖，或者它不是您的。")
    return row[0], row[1]
