"""`flask demo …`: the demonstration account with everything in it."""

import hashlib
import os
from functools import partial
from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.profile import read_profile
from accounts.service import add_account, demo_credentials, set_profile
from campaigns.demonstration import load_campaigns, read_campaigns
from campaigns.drafting import Host
from campaigns.kinds.quiz.bank.demonstration import load_bank
from campaigns.service import Organiser
from columns.files import Files, import_columns, read_columns
from core.errors import DomainError, Invalid, NotAllowed
from core.settings import ROOT
from faq.commands import load_shelf
from faq.files import read_entries
from faq.service import import_entries
from handlers.rules_file import import_rules, read_rules
from house.current import parts
from house.parts import Parts
from menus.service import newest_menu, read_menu, save_menu
from models.accounts import Account
from staff.passwords import first_password
from staff.roles import Role
from staff.service import NewStaff, add_staff, find_staff, give_role
from web.storage import MediaStore

group = AppGroup("demo", help="演示公众号")
CONTENT = ROOT / "content"
DEMO_KEY = "demo"
_DEMO_ROLES = (Role.EDITOR, Role.FINAL, Role.SERVICE, Role.ORGANISER)
"""Not the administrator's, who needs a second factor: a newcomer shall be in at once."""


@group.command("load")
def load() -> None:
    """Make the account `demo` and bring in all demonstration content, learnt and ready to answer; safe to repeat."""
    click.echo(load_demo(parts()))
    if password := demo_password(parts()):
        click.echo(f"后台 {parts().settings.public_url}/console/ 用户名 {DEMO_KEY} 密码 {password}")
    load_shelf(DEMO_KEY)


def load_demo(house: Parts) -> str:
    """One line that says what there is now. Raises NotAllowed in production, Invalid for a bad content file."""
    if house.settings.production:
        raise NotAllowed("production", "生产环境不能装入演示公众号")
    now = house.clock()
    with house.db.work() as session:
        account = _demo_account(house, session)
        set_profile(session, account, read_profile(CONTENT / "demo" / "profile.yaml"))
        entries = sum(
            import_entries(session, account.organisation_id, rows, now).added
            for path in sorted((CONTENT / "knowledge").glob("*.csv"))
            if (rows := _good_rows(path))
        )
        rules = import_rules(
            session, account.organisation_id, read_rules(CONTENT / "demo" / "keywords.yaml"), now
        )
        issues = import_columns(
            session,
            [account.organisation_id],
            read_columns(CONTENT / "demo" / "columns.yaml"),
            Files(CONTENT / "demo", MediaStore(house.settings.var_dir / "media")),
            now,
        )
        store = MediaStore(house.settings.var_dir / "media")
        quiz = load_bank(session, account.organisation_id, CONTENT / "quiz", store, now)
        _demo_staff(house, session, account.organisation_id)
        profile = read_profile(CONTENT / "demo" / "profile.yaml")
        campaigns = load_campaigns(
            session,
            account,
            read_campaigns(CONTENT / "demo" / "campaigns.yaml"),
            partial(store.keep, "picture"),
            Host(account.name, profile.hotline),
            Organiser("演示", now),
        )
        if newest_menu(session, account.id) is None:
            save_menu(session, account.id, read_menu(CONTENT / "demo" / "menu.yaml"), now)
    _stamp_path(house).write_text(_fingerprint())
    return f"演示公众号 {DEMO_KEY} 已就绪：新增 {entries} 条问答、{rules} 条关键词规则、{issues} 期栏目、{quiz.added} 道题、{campaigns} 个活动"


def demo_password(house: Parts) -> str | None:
    """Of the console's person `demo`, as it was made; None where it is not known on this machine."""
    path = _password_path(house)
    return path.read_text().strip() if path.exists() else None


def _demo_staff(house: Parts, session: Session, organisation_id: int) -> None:
    """Somebody who may edit and publish everything of the demonstration, with a password of this installation's own."""
    if find_staff(session, DEMO_KEY) is not None:
        return
    password, now = first_password(), house.clock()
    staff = add_staff(session, NewStaff(DEMO_KEY, "演示人员", password), now, must_change=False)
    for role in _DEMO_ROLES:
        give_role(session, staff, organisation_id, role, by="演示", now=now)
    path = _password_path(house)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(password)


def _password_path(house: Parts) -> Path:
    return house.settings.var_dir / "demo-password"


def demo_is_current(house: Parts) -> bool:
    """Was the demonstration brought in from just these files? Then a start need not do it again."""
    return _stamp_path(house).exists() and _stamp_path(house).read_text() == _fingerprint()


def _stamp_path(house: Parts) -> Path:
    return house.settings.var_dir / "demo-content.sha256"


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for path in sorted(CONTENT.rglob("*.*")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def has_demo(session: Session) -> bool:
    return session.scalar(select(Account.id).where(Account.key == DEMO_KEY)) is not None


def _demo_account(house: Parts, session: Session) -> Account:
    account = session.scalar(select(Account).where(Account.key == DEMO_KEY))
    if account is None:
        return add_account(session, demo_credentials(DEMO_KEY), house.clock())
    if not account.demo:
        raise DomainError("not_demo", f"公众号 {DEMO_KEY} 不是演示公众号，没有改动它")
    return account


def _good_rows(path: Path) -> list:  # type: ignore[type-arg]
    rows, errors = read_entries(path)
    if errors:
        raise Invalid("bad_content", f"{path.name} {errors[0]}")
    return rows
