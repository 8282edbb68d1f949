"""The jury day outside the console: the big screen, which needs no sign-in and shows no personal data, and the phones.

Two hundred phones ask every two seconds where the day is. What they are told holds nothing of who asks, so it is made at most
once a second a process and its bytes are kept; what is somebody's own (`mine`, `vote`) goes to the database.
"""

import json
from collections.abc import Callable, Hashable
from typing import Any

import segno
from flask import Blueprint, Response, jsonify, render_template, request, url_for
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from accounts.directory import AccountView
from campaigns.asking import Asking
from campaigns.jury import live
from campaigns.jury.live import Live
from campaigns.jury.scoring import SCORES
from campaigns.jury.store import list_entries_of, part_of
from campaigns.jury.tables import JuryDay
from campaigns.stage import Stage, find_campaign, on_stage, page_on
from campaigns.store import view_of
from campaigns.view import CampaignView
from core.errors import Invalid, NotAllowed, NotFound
from core.fresh import Fresh
from house.current import parts
from members.ledger import Answered, once
from models.campaigns import Campaign
from web.lean import BytesResponse
from web.pages import secure

_FRESH_S = 1.0
_JSON = "application/json"
_HTML = "text/html; charset=utf-8"
_PHONE = "/h5/<account_key>/c/<campaign_id>/jury-day/<day_id>"
_SCREEN = "/screen/<account_key>/<screen_id>"
_states: Fresh[Hashable, bytes] = Fresh(_FRESH_S, most=200)
_works: Fresh[Hashable, bytes] = Fresh(_FRESH_S, most=200)
pages = secure(Blueprint("jury_day", __name__, template_folder="templates"))


@pages.get(_PHONE)
@on_stage()
def phone(stage: Stage, day_id: str) -> AnyResponse:
    """The door for who is not in yet, then the entry that is on, with its buttons."""
    with parts().db.read() as session:
        day = _of_campaign(session, stage.campaign, day_id)
        seated = live.find_seat(session, day, stage.openid) is not None
    return page_on(
        stage, "jury/phone.html", day.round.title, day=day.day, round=day.round, seated=seated, problem=""
    )


@pages.post(f"{_PHONE}/seat")
@on_stage()
def sit_down(stage: Stage, day_id: str) -> AnyResponse:
    with parts().db.work() as session:
        day = _of_campaign(session, stage.campaign, day_id)
        live.take_seat(session, day, stage.openid, stage.now)
    address = url_for(
        ".phone", account_key=stage.account.key, campaign_id=stage.campaign.public_id, day_id=day_id
    )
    return AnyResponse(status=303, headers={"Location": address})


@pages.post(f"{_PHONE}/vote")
@on_stage()
def vote(stage: Stage, day_id: str) -> AnyResponse:
    """A mark for the entry on the screen; the same request again gives the same answer and counts nothing twice."""
    asking = Asking.sent()
    number, mark = _whole(asking.text("number")), _whole(asking.text("mark"))
    with parts().db.work() as session:
        day = _of_campaign(session, stage.campaign, day_id)
        person = live.find_seat(session, day, stage.openid)
        if person is None:
            raise NotAllowed("no_seat", "您还没有加入这场评审。请刷新页面，点「加入评审」。")

        def work() -> Answered:
            live.cast(session, day, person, number, mark, stage.now)
            return Answered(200, json.dumps({"number": number, "mark": mark}).encode())

        done = once(session, person, asking.key(), asking.bytes(), stage.now, work)
    return BytesResponse(done.body, _JSON)


@pages.get(f"{_PHONE}/mine")
@on_stage()
def mine(stage: Stage, day_id: str) -> AnyResponse:
    """What somebody gave the entry that is on."""
    with parts().db.read() as session:
        day = _of_campaign(session, stage.campaign, day_id)
        person = live.find_seat(session, day, stage.openid)
        mark = live.find_mark(session, day, person) if person is not None else None
    return jsonify(seated=person is not None, number=day.day.number, mark=mark)


@pages.get(f"{_PHONE}/state")
def phone_state(account_key: str, campaign_id: str, day_id: str) -> AnyResponse:
    """Where the day is; for everybody alike."""
    account = parts().directory.get(account_key)
    find_campaign(account, campaign_id)
    return _kept(_states, (account.id, day_id), _JSON, lambda: _state(account, JuryDay.public_id == day_id))


@pages.get(f"{_PHONE}/work")
def phone_work(account_key: str, campaign_id: str, day_id: str) -> AnyResponse:
    """The entry that is on, as the jury sees it. `beat` tells kept bytes of one step from those of the next."""
    account = parts().directory.get(account_key)
    find_campaign(account, campaign_id)
    return _kept(
        _works, (account.id, day_id, _beat()), _HTML, lambda: _work(account, JuryDay.public_id == day_id)
    )


@pages.get(_SCREEN)
def screen(account_key: str, screen_id: str) -> Response:
    """For the wall: the way in as a QR code, the entry, how many voted, the result when it is shown."""
    account = parts().directory.get(account_key)
    with parts().db.read() as session:
        day = live.find_live(session, account.id, JuryDay.screen_id == screen_id)
        campaign = _campaign(session, day)
    address = url_for(
        ".phone", account_key=account.key, campaign_id=campaign.public_id, day_id=day.day.public_id
    )
    picture = segno.make(f"{account.site_url}{address}", error="m", micro=False)
    html = render_template(
        "jury/screen.html",
        title=day.round.title,
        account=account,
        campaign=campaign,
        round=day.round,
        screen_id=screen_id,
        picture=picture.svg_inline(scale=4, omitsize=True, border=4),
    )
    response = Response(html)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@pages.get(f"{_SCREEN}/state")
def screen_state(account_key: str, screen_id: str) -> AnyResponse:
    """As `phone_state`."""
    account = parts().directory.get(account_key)
    return _kept(
        _states, (account.id, screen_id), _JSON, lambda: _state(account, JuryDay.screen_id == screen_id)
    )


@pages.get(f"{_SCREEN}/work")
def screen_work(account_key: str, screen_id: str) -> AnyResponse:
    """As `phone_work`."""
    account = parts().directory.get(account_key)
    return _kept(
        _works,
        (account.id, screen_id, _beat()),
        _HTML,
        lambda: _work(account, JuryDay.screen_id == screen_id),
    )


def _kept(
    kept: Fresh[Hashable, bytes], key: Hashable, content_type: str, make: Callable[[], str]
) -> AnyResponse:
    return BytesResponse(kept.get(key, lambda: make().encode()), content_type)


def _state(account: AccountView, which: ColumnElement[bool]) -> str:
    with parts().db.read() as session:
        day = live.find_live(session, account.id, which)
        numbers = [one.number for one in list_entries_of(session, day.round)]
        told = {
            "beat": day.day.beat,
            "on": day.on,
            "over": day.round.state != "open",
            "number": day.day.number,
            "at": numbers.index(day.day.number) + 1 if day.day.number in numbers else 0,
            "of": len(numbers),
            "seated": day.day.taken,
            "door": day.day.door,
            "marked": live.count_marks(session, day),
            "result": _result(session, day) if day.day.shown else None,
        }
    return json.dumps(told, ensure_ascii=False)


def _result(session: Session, day: Live) -> dict[str, Any]:
    """What the screen shows of an entry whose vote is closed."""
    found = live.tally(session, day)
    yes_no = day.round.method == "yes_no"
    unit = "%" if yes_no else " 星"
    lines = [
        [("通过" if mark else "不通过") if yes_no else f"{mark} 星", count]
        for mark, count in found.counts.items()
    ]
    score = "还没有人投" if found.score is None else f"{found.score:.{1 if yes_no else 2}f}{unit}"
    return {"title": SCORES[day.round.method], "score": score, "lines": lines}


def _work(account: AccountView, which: ColumnElement[bool]) -> str:
    with parts().db.read() as session:
        day = live.find_live(session, account.id, which)
        if day.day.number is None:
            return ""
        campaign = _campaign(session, day)
        try:
            shown = part_of(campaign).show(session, campaign, day.day.number, blind=day.round.blind)
        except NotFound:
            return "<p>这件作品已经撤下。</p>"
    return shown


def _of_campaign(session: Session, campaign: CampaignView, day_id: str) -> Live:
    """Raises NotFound, for another campaign's day too."""
    day = live.find_live(session, campaign.account_id, JuryDay.public_id == day_id)
    if day.day.campaign_id != campaign.id:
        raise NotFound("no_day", "没有这场现场评审，可能地址不完整。请重新扫大屏幕上的码。")
    return day


def _campaign(session: Session, day: Live) -> CampaignView:
    of = (Campaign.account_id == day.day.account_id, Campaign.id == day.day.campaign_id)
    return view_of(session.scalars(select(Campaign).where(*of)).one())


def _beat() -> int:
    return request.args.get("beat", 0, type=int)


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 8):
        raise Invalid("bad_number", "提交的内容不完整，请刷新页面再试。")
    return int(text)
