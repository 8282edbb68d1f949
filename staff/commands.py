"""`flask staff …`: people of the console."""

import click
from flask.cli import AppGroup
from sqlalchemy import select

from accounts import audit
from core.errors import NotFound
from house.current import parts
from models.accounts import Organisation
from models.staff import Staff
from staff.passwords import first_password
from staff.roles import TITLES, Role
from staff.service import NewStaff, add_staff, change_password, get_staff, give_role

group = AppGroup("staff", help="后台人员：添加、重设密码")
_BY = "命令行"
_ROLES = click.Choice([role.value for role in Role])


@group.command("add")
@click.argument("login")
@click.option("--name", required=True, help="姓名")
@click.option("--email", default="", help="邮箱，也可用来登录")
@click.option("--organisation", required=True, help="所在组织的 KEY")
@click.option("--role", "roles", type=_ROLES, multiple=True, default=("admin",), show_default=True)
def add(login: str, name: str, email: str, organisation: str, roles: tuple[str, ...]) -> None:
    """Let a person in: prints a first password, which is changed at the first sign-in."""
    password = first_password()
    now = parts().clock()
    with parts().db.work() as session:
        place = session.scalar(select(Organisation).where(Organisation.key == organisation))
        if place is None:
            raise NotFound("no_organisation", f"没有名为「{organisation}」的组织")
        staff = add_staff(session, NewStaff(login, name, password, email), now)
        for role in roles:
            give_role(session, staff, place.id, Role(role), by=_BY, now=now)
        held = "、".join(TITLES[Role(role)] for role in roles)
        act = audit.Act(_BY, "role_given", f"{staff.login}：{held}", organisation_id=place.id)
        audit.note(session, act, now)
    click.echo(f"已添加 {name}（{login}）：{place.name} 的{held}")
    click.echo(f"登录地址 {parts().settings.public_url}/console/ ，初始密码 {password}（首次登录后须修改）")


@group.command("reset")
@click.argument("login")
@click.option("--second-factor", is_flag=True, help="同时取消两步验证（手机丢了）")
def reset(login: str, second_factor: bool) -> None:
    """Give LOGIN a new first password; ends all sessions."""
    password = first_password()
    with parts().db.work() as session:
        staff = get_staff(session, login)
        change_password(session, staff, password, must_change=True)
        if second_factor:
            staff.totp_secret = None
        action = "second_factor_reset" if second_factor else "access_reset"
        audit.note(session, audit.Act(_BY, action, staff.login), parts().clock())
    click.echo(f"{login} 的新密码：{password}（下次登录后须修改），已退出所有设备")


@group.command("list")
def list_() -> None:
    """All people."""
    with parts().db.read() as session:
        for staff in session.scalars(select(Staff).order_by(Staff.login)):
            state = "" if staff.active else "\t已停用"
            click.echo(f"{staff.login}\t{staff.name}{state}")
