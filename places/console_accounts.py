"""公众号: those of an organisation and below; register one, change its credentials, see what the platform offers it."""

from collections.abc import Sequence

from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from accounts.capabilities import HOW_TO_VERIFY, list_offers, offer
from accounts.organisations import list_tree
from accounts.service import KINDS, NewAccount, add_account, changed_fields, list_accounts, save_account
from core.differences import find_differences
from core.errors import DomainError
from house.current import parts
from house.permissions import Permission
from models.accounts import Account
from places.reload import reload_directory
from places.rules import Entered, check_entered
from staff.guard import acting, console_pages, here, needs

pages = console_pages("accounts", __name__)
pages.add_app_template_global(offer, "capability")


@pages.get("/o/<organisation_key>/accounts")
@needs(Permission.ACCOUNTS)
def index(organisation_key: str) -> Response:
    with parts().db.read() as session:
        nodes = list_tree(session, here().place.id)
        rows = list_accounts(session, [node.id for node in nodes])
    usable = {account.id for account in parts().directory.all()}
    groups = [
        (node, found)
        for node in nodes
        if (found := [row for row in rows if row.organisation_id == node.id]) or node.id == here().place.id
    ]
    html = render_template(
        "places/console_accounts.html",
        title="公众号",
        groups=groups,
        total=len(rows),
        usable=usable,
        kinds=KINDS,
        said=_said(rows),
    )
    return Response(html)


def _said(rows: Sequence[Account]) -> str:
    names = {account.key: account.name for account in rows}
    if name := names.get(request.args.get("closed", "")):
        return f"「{name}」已停用。要恢复，点它旁边的「恢复」。"
    if name := names.get(request.args.get("reopened", "")):
        return f"「{name}」已恢复，一两秒内生效。"
    return ""


@pages.get("/o/<organisation_key>/accounts/new")
@needs(Permission.ACCOUNTS)
def new(organisation_key: str) -> Response:
    return _new_form(Entered())


@pages.post("/o/<organisation_key>/accounts/new")
@needs(Permission.ACCOUNTS)
def add(organisation_key: str) -> AnyResponse:
    """Register one, then on to setting it up at the platform."""
    entered = Entered.of(request.form)
    try:
        check_entered(entered, simulated=parts().settings.simulator.enabled, new=True)
        with acting("account_added", entered.name, key=entered.key, appid=entered.appid) as session:
            add_account(session, _as_new(entered), parts().clock())
    except DomainError as error:
        return _new_form(entered, error)
    reload_directory()
    return redirect(url_for("accounts.setup", account_key=entered.key))


@pages.get("/a/<account_key>/settings")
@needs(Permission.ACCOUNTS)
def settings(account_key: str) -> Response:
    account = _stored()
    said = "已保存，一两秒内生效。" if "saved" in request.args else ""
    if "moved" in request.args:
        said = (
            f"已移到「{here().place.name}」，一两秒内生效。请到「菜单发布」和「关键词回复」里看看有没有提醒。"
        )
    return _form(account, _entered(account), said=said)


@pages.post("/a/<account_key>/settings")
@needs(Permission.ACCOUNTS)
def save(account_key: str) -> AnyResponse:
    """Change it. Somebody who was slower sees what the other saved, beside what they typed."""
    entered, stored = Entered.of(request.form), _stored()
    version = request.form.get("version", default=-1, type=int)
    changes = entered.changes()
    try:
        _check_changed(entered, stored)
        changed = "、".join(changed_fields(stored, changes))
        with acting("account_changed", stored.name, key=stored.key, changed=changed) as session:
            save_account(session, stored.id, version, changes)
    except DomainError as error:
        return _form(_stored(), entered, error)
    reload_directory()
    return redirect(url_for("accounts.settings", account_key=account_key, saved=1))


@pages.get("/a/<account_key>/capabilities")
@needs(Permission.LOOK)
def capabilities(account_key: str) -> Response:
    account = here().official
    html = render_template(
        "places/console_capabilities.html",
        title="账号能力",
        offers=list_offers(account),
        kind=KINDS[account.kind],
        how_to_verify=HOW_TO_VERIFY,
    )
    return Response(html)


def _as_new(entered: Entered) -> NewAccount:
    return NewAccount(
        key=entered.key,
        name=entered.name,
        appid=entered.appid,
        token=entered.token,
        secret=entered.secret,
        aes_key=entered.aes_key or None,
        kind=entered.kind,
        verified=entered.verified,
        organisation=here().place.key,
    )


def _stored() -> Account:
    with parts().db.read() as session:
        return session.get_one(Account, here().official.id)


def _entered(account: Account) -> Entered:
    """The form as it is opened: secrets stay empty."""
    return Entered(account.key, account.name, account.kind, account.verified, account.appid)


def _check_changed(entered: Entered, stored: Account) -> None:
    # A demonstration account keeps the AppID it was made with.
    simulated = parts().settings.simulator.enabled or (stored.demo and entered.appid == stored.appid)
    check_entered(entered, simulated=simulated, new=False, has_aes_key=bool(stored.aes_key))


def _new_form(entered: Entered, error: DomainError | None = None) -> Response:
    html = render_template(
        "places/console_new_account.html",
        title="添加公众号",
        entered=entered,
        kinds=KINDS,
        problem=error.message if error else "",
    )
    return Response(html, error.status if error else 200)


def _form(stored: Account, entered: Entered, error: DomainError | None = None, said: str = "") -> Response:
    changed = error is not None and error.code == "changed"
    html = render_template(
        "places/console_account.html",
        title="账号资料",
        stored=stored,
        # Refused for another reason, the form still stands for what was read with it.
        version=stored.version if changed or error is None else request.form.get("version", stored.version),
        entered=entered,
        kinds=KINDS,
        differences=find_differences(_texts_of(stored), _texts_of(entered)) if changed else [],
        problem=error.message if error else "",
        said=said,
    )
    return Response(html, error.status if error else 200)


def _texts_of(one: Account | Entered) -> dict[str, str]:
    """As people read them; secrets are not shown."""
    return {
        "名称": one.name,
        "类型": KINDS.get(one.kind, ""),
        "认证": "已认证" if one.verified else "未认证",
        "AppID": one.appid,
    }
