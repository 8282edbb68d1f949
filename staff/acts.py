"""操作记录 and 登录记录: what was done at a union and below, by whom and when; and who came in at a person's door."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from flask import Response, current_app, render_template, request
from sqlalchemy.orm import Session

from accounts.audit import Wanted, list_acts, list_personal_acts
from core.clock import SHANGHAI, local_text
from core.errors import Invalid
from house.current import parts
from house.permissions import Permission
from models.audit import AuditEntry
from models.staff import Staff
from staff.actions import PERSONAL, told_facts
from staff.guard import acting, console_pages, here, needs
from staff.people import own_person
from staff.service import list_grants
from web.tables import csv_download

ACTIONS = "zhijia.console_actions"
_PAGE = 50
_BATCH = 1000
_FIRST_DAY, _LAST_DAY = date(2000, 1, 1), date(2999, 12, 30)
_HEADER = ("时间", "单位", "人员", "操作", "对象", "说明", "来自")
pages = console_pages("acts", __name__)


@dataclass(frozen=True, slots=True)
class _Asked:
    """The filters as they were chosen: a person's public id, an act, first and last day."""

    who: str
    act: str
    first: str
    last: str

    @classmethod
    def sent(cls) -> "_Asked":
        return cls(*(request.args.get(name, "").strip() for name in ("who", "act", "from", "to")))

    @property
    def query(self) -> str:
        named = {"who": self.who, "act": self.act, "from": self.first, "to": self.last}
        return urlencode({name: value for name, value in named.items() if value})


@pages.get("/o/<organisation_key>/acts")
@needs(Permission.AUDIT)
def index(organisation_key: str) -> Response:
    """What was done here and below, newest first."""
    asked, problem = _Asked.sent(), ""
    before = request.args.get("before", type=_number)
    with parts().db.read() as session:
        people = _people(session)
        try:
            wanted = _wanted(asked, people)
        except Invalid as error:
            asked, wanted, problem = _Asked("", "", "", ""), Wanted(), error.message
        rows = list_acts(session, _below(), wanted=wanted, before=before, limit=_PAGE + 1)
    titles = _titles()
    html = render_template(
        "console/acts.html",
        title="操作记录",
        rows=rows[:_PAGE],
        more=rows[_PAGE - 1].number if len(rows) > _PAGE else None,
        asked=asked,
        people=people,
        choices=sorted(titles.items() - {(name, titles[name]) for name in PERSONAL}, key=lambda one: one[1]),
        actions=titles,
        facts=told_facts,
        names=_names(),
        problem=problem,
    )
    return Response(html, 422 if problem else 200)


@pages.get("/o/<organisation_key>/acts.csv")
@needs(Permission.AUDIT)
def export(organisation_key: str) -> Response:
    """All that the filters find, oldest last."""
    with parts().db.read() as session:
        wanted = _wanted(_Asked.sent(), _people(session))
    with acting("acts_exported", here().place.name):
        pass
    return csv_download(f"操作记录-{here().place.key}", _HEADER, _lines(wanted))


def _lines(wanted: Wanted) -> Iterator[tuple[str, ...]]:
    below, names, titles = _below(), _names(), _titles()
    before: int | None = None
    while True:
        with parts().db.read() as session:
            rows = list_acts(session, below, wanted=wanted, before=before, limit=_BATCH)
        for row in rows:
            yield _line(row, names, titles)
        if len(rows) < _BATCH:
            return
        before = rows[-1].number


def _line(row: AuditEntry, names: dict[int, str], titles: dict[str, str]) -> tuple[str, ...]:
    facts = "；".join(f"{name}：{value}" for name, value in told_facts(row.facts))
    place = names.get(row.organisation_id or 0, "")
    act = titles.get(row.action, row.action)
    return (local_text(row.at), place, row.actor, act, row.target, facts, row.address)


@pages.get("/me/signins")
@needs("signed_in")
def mine() -> Response:
    """Who came in, or tried to, under one's own name."""
    return _sign_ins(here().staff, "我的登录记录")


@pages.get("/o/<organisation_key>/people/<public_id>/signins")
@needs(Permission.PEOPLE)
def sign_ins(organisation_key: str, public_id: str) -> Response:
    """The same of somebody whose roles all lie here or below."""
    person = own_person(public_id).staff
    return _sign_ins(person, f"{person.name} 的登录记录")


def _sign_ins(person: Staff, title: str) -> Response:
    before = request.args.get("before", type=_number)
    with parts().db.read() as session:
        rows = list_personal_acts(session, person.id, before=before, limit=_PAGE + 1)
    html = render_template(
        "console/sign_ins.html",
        title=title,
        rows=rows[:_PAGE],
        more=rows[_PAGE - 1].number if len(rows) > _PAGE else None,
        actions=_titles(),
    )
    return Response(html)


def _wanted(asked: _Asked, people: dict[str, Staff]) -> Wanted:
    """Raises Invalid."""
    if asked.who and asked.who not in people:
        raise Invalid("no_person", "这里没有这个人的操作记录，请重新选择。")
    if asked.act and asked.act not in _titles():
        raise Invalid("no_act", "没有这种操作，请重新选择。")
    first, last = _day(asked.first), _day(asked.last)
    if first and last and last < first:
        raise Invalid("bad_days", "结束日期早于开始日期，请重新选择。")
    person = people.get(asked.who)
    until = last + timedelta(days=1) if last else None
    return Wanted(person.id if person else None, asked.act, first, until)


def _day(text: str) -> datetime | None:
    """Its first moment in Shanghai; None for none. Raises Invalid."""
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if not _FIRST_DAY <= day <= _LAST_DAY:
        raise Invalid("bad_day", "日期写成 2026-12-31 这样")
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)


def _people(session: Session) -> dict[str, Staff]:
    """Who has a role above, here or below, by public id: those who may have done something here."""
    grants = list_grants(session, {*here().place.chain, *_below()})
    return {grant.staff.public_id: grant.staff for grant in grants}


def _below() -> list[int]:
    place = here().place
    return [one.id for one in parts().directory.organisations() if place.id in one.chain]


def _names() -> dict[int, str]:
    return {one.id: one.name for one in parts().directory.organisations()}


def _titles() -> dict[str, str]:
    titles: dict[str, str] = current_app.extensions[ACTIONS]
    return titles


def _number(text: str) -> int:
    """An act's. Raises ValueError for what no database knows as a number."""
    number = int(text)
    if not 0 < number < 2**63:
        raise ValueError(text)
    return number
