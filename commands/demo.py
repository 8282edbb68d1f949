"""`flask demo …`: the demonstration account with everything in it."""

import hashlib
from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.profile import read_profile
from accounts.service import add_account, demo_credentials, set_profile
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

group = AppGroup("demo", help="演示公众号")
CONTENT = ROOT / "content"
DEMO_KEY = "demo"


@group.command("load")
def load() -> None:
    """Make the account `demo` and bring in all demonstration content, learnt and ready to answer; safe to repeat."""
    click.echo(load_demo(parts()))
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
        if newest_menu(session, account.id) is None:
            save_menu(session, account.id, read_menu(CONTENT / "demo" / "menu.yaml"), now)
    _stamp_path(house).write_text(_fingerprint())
    return f"演示公众号 {DEMO_KEY} 已就绪：新增 {entries} 条问答、{rules} 条关键词规则"


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
