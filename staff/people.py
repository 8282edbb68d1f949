"""人员与权限: who has which role at an organisation."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from core.clock import SHANGHAI
from core.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound
from core.masking import mask_email
from house.current import parts
from house.permissions import Permission
from models.staff import Grant, Staff
from staff import sessions
from staff.guard import acting, console_pages, here, needs
from staff.passwords import first_password
from staff.roles import TITLES, Role
from staff.service import (
    NewStaff,
    add_staff,
    change_password,
    find_staff,
    give_role,
    held_by,
    list_grants,
    take_role,
)

pages = console_pages("people", __name__)


@pages.get("/o/<organisation_key>/people")
@needs(Permission.PEOPLE)
def index(organisation_key: str) -> Response:
    """Everybody who holds a role here or above, by person."""
    return _page()


@pages.post("/o/<organisation_key>/people")
@needs(Permission.PEOPLE)
def add(organisation_key: str) -> AnyResponse:
    """A new person, or a known one, gets a role here. A new one's first password is shown once."""
    form, now, me = request.form, parts().clock(), here()
    new = NewStaff(form.get("login", ""), form.get("name", ""), first_password(), form.get("email", ""))
    try:
        role, expires_at = _role(form.get("role", "")), _until(form.get("until", ""))
        known = _known(new.login)
        until = f"，至 {last_day(expires_at)}" if expires_at else ""
        told = f"{known.login if known else new.login.strip().lower()}：{TITLES[role]}{until}"
        with acting("role_given", told) as session:
            staff = known or add_staff(session, new, now)
            give_role(session, staff, me.place.id, role, by=me.staff.login, now=now, expires_at=expires_at)
    except DomainError as error:
        return _page(problem=error.message, status=error.status)
    if known:
        return _page(said=f"已给 {staff.name} 开通「{TITLES[role]}」。")
    return _page(
        said=f"已添加 {staff.name}，用户名 {staff.login}，初始密码 {new.password} （只显示这一次，请当面或电话告诉本人，首次登录后须修改）"
    )


@pages.post("/o/<organisation_key>/people/<public_id>/take")
@needs(Permission.PEOPLE)
def take(organisation_key: str, public_id: str) -> AnyResponse:
    """One role that somebody holds right here."""
    me, role = here(), _role(request.form.get("role", ""))
    grant = next(
        (one for one in _grants_here() if one.staff.public_id == public_id and one.role == role), None
    )
    if grant is None:
        raise NotFound("no_grant", "这个人在这里没有这个角色，可能已经被收回。")
    if grant.staff_id == me.staff.id and role is Role.ADMIN:
        return _page(problem="不能收回自己的管理员角色，请让另一位管理员来做。", status=409)
    with acting("role_taken", f"{grant.staff.login}：{TITLES[role]}") as session:
        take_role(session, me.place.id, grant.staff_id, role)
    return redirect(url_for("people.index", organisation_key=organisation_key))


@pages.post("/o/<organisation_key>/people/<public_id>/reset")
@needs(Permission.PEOPLE)
def reset(organisation_key: str, public_id: str) -> AnyResponse:
    """A new first password, perhaps without the second factor; all sessions end."""
    grant = own_person(public_id)
    password = first_password()
    lost = request.form.get("second_factor") == "1"
    with acting("second_factor_reset" if lost else "access_reset", grant.staff.login) as session:
        staff = session.get_one(Staff, grant.staff_id)
        change_password(session, staff, password, must_change=True)
        if lost:
            staff.totp_secret = None
    return _page(
        said=f"{grant.staff.name} 的新密码：{password} （只显示这一次；下次登录后须修改，其他设备已退出）"
    )


@pages.post("/o/<organisation_key>/people/<public_id>/active")
@needs(Permission.PEOPLE)
def active(organisation_key: str, public_id: str) -> AnyResponse:
    """Put somebody out, or let them in again."""
    grant = own_person(public_id)
    on = request.form.get("on") == "1"
    with acting("person_let_in" if on else "person_put_out", grant.staff.login) as session:
        session.get_one(Staff, grant.staff_id).active = on
        if not on:
            sessions.end(session, grant.staff_id)
    return redirect(url_for("people.index", organisation_key=organisation_key))


def _page(*, problem: str = "", said: str = "", status: int = 200) -> Response:
    me = here()
    names = {one.id: one.name for one in parts().directory.organisations()}
    with parts().db.read() as session:
        grants = list_grants(session, me.place.chain)
    people = [_shown(list(held)) for _, held in groupby(grants, key=lambda grant: grant.staff_id)]
    html = render_template(
        "console/people.html",
        title="人员与权限",
        people=people,
        names=names,
        roles=TITLES,
        now=parts().clock(),
        last_day=last_day,
        form=request.form,
        problem=problem,
        said=said,
    )
    return Response(html, status)


@dataclass(frozen=True, slots=True)
class _Shown:
    """A person as the page shows them: of who has no role right here, name and roles are enough."""

    person: Staff
    held: list[Grant]
    is_here: bool
    email: str


def _shown(held: list[Grant]) -> _Shown:
    person, me = held[0].staff, here()
    chains = {one.id: one.chain for one in parts().directory.organisations()}
    below = all(me.access.may(Permission.PEOPLE, chains.get(one.organisation_id, ())) for one in held)
    email = person.email or ""
    is_here = any(one.organisation_id == me.place.id for one in held)
    return _Shown(person, held, is_here, email if below else mask_email(email))


def _grants_here() -> list[Grant]:
    with parts().db.read() as session:
        return list_grants(session, [here().place.id])


def own_person(public_id: str) -> Grant:
    """Of somebody whose roles all lie here or below: an administrator of a county must not reset one of the province.

    Nor may somebody who found an administrator's browser open take over their name. Raises NotFound, Conflict or
    NotAllowed.
    """
    grant = next((one for one in _grants_here() if one.staff.public_id == public_id), None)
    if grant is None:
        raise NotFound("no_person", "这个人在本单位没有角色。")
    if grant.staff_id == here().staff.id:
        raise Conflict("oneself", "不能重设或停用自己，请让另一位管理员来做。")
    chains = {one.id: one.chain for one in parts().directory.organisations()}
    with parts().db.read() as session:
        held = held_by(session, grant.staff_id)
    if any(not here().access.may(Permission.PEOPLE, chains.get(one.organisation_id, ())) for one in held):
        raise NotAllowed("other_place", "这个人在其他单位也有角色，请由那里的管理员来做。")
    return grant


def _known(login: str) -> Staff | None:
    """Who is there already. Raises Conflict for oneself: a right that ends must not be prolonged by who has it."""
    with parts().db.read() as session:
        known = find_staff(session, login)
    if known is not None and known.id == here().staff.id:
        raise Conflict("oneself", "不能给自己开通角色或改到期日，请让另一位管理员来做。")
    return known


def _role(value: str) -> Role:
    try:
        return Role(value)
    except ValueError:
        raise Invalid("bad_role", "请选择一个角色") from None


def _until(value: str) -> datetime | None:
    """The end of the day; None for no end. Raises Invalid."""
    if not value.strip():
        return None
    try:
        day = date.fromisoformat(value.strip())
        return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI) + timedelta(days=1)
    except (ValueError, OverflowError):
        raise Invalid("bad_day", "到期日写成 2026-12-31 这样") from None


def last_day(expires_at: datetime) -> str:
    """The day somebody entered: a right ends with it, at midnight."""
    return f"{(expires_at - timedelta(seconds=1)).astimezone(SHANGHAI):%Y-%m-%d}"
