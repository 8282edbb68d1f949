"""What stands around every console page: the way to one's places, the navigation, and helps for templates."""

from collections.abc import Sequence
from typing import Any

from flask import Flask, current_app, g, request, url_for
from markupsafe import Markup

from accounts.directory import AccountView, OrganisationView
from house.console import Alert, Alerts, NavItem
from house.current import parts
from staff.guard import CSRF_FIELD, here

_NAV = "zhijia.console_nav"
_ALERTS = "zhijia.console_alerts"
_KINDS = {"subscription": "订阅号", "service": "服务号", "test": "测试号"}


def install(app: Flask, nav: tuple[NavItem, ...], alerts: Sequence[Alerts]) -> None:
    """`nav`: of all features, in its order; `alerts`: who may have something to tell on an account's first page."""
    app.extensions[_NAV] = nav
    app.extensions[_ALERTS] = alerts
    app.jinja_env.globals |= {
        "here": lambda: g.get("here"),
        "navigation": navigation,
        "place_url": place_url,
        "csrf_field": csrf_field,
        "kind_title": _KINDS.__getitem__,
    }


def csrf_field() -> Markup:
    return Markup('<input type="hidden" name="{}" value="{}">').format(CSRF_FIELD, here().csrf)


def places() -> list[tuple[OrganisationView, list[AccountView]]]:
    """Where the person at the console has any role: organisations with their accounts, parents first."""
    directory, access = parts().directory, here().access
    by_organisation: dict[int, list[AccountView]] = {}
    for account in directory.all():
        by_organisation.setdefault(account.organisation_id, []).append(account)
    return [
        (one, by_organisation.get(one.id, []))
        for one in directory.organisations()
        if access.permissions(one.chain)
    ]


def place_url() -> str:
    """The first page of where somebody is."""
    me = here()
    if me.account is not None:
        return url_for("console.account_home", account_key=me.account.key)
    return url_for("console.organisation_home", organisation_key=me.place.key)


def alerts() -> list[Alert]:
    """What the person should look at in the account they are at."""
    me = here()
    with parts().db.read() as session:
        told = [one for tell in _alerts() for one in tell(session, me.official, parts().clock())]
    return [one for one in told if me.may(one.permission)]


def navigation() -> list[dict[str, Any]]:
    """The lines that the person may use at this place, by group: title, address, icon, whether it is the current one."""
    me = here()
    usable = [(item, _address(item)) for item in _nav() if item.permission in me.permissions]
    found = [(item, address) for item, address in usable if address is not None]
    now = _current([address for _, address in found])
    lines: dict[str, list[dict[str, Any]]] = {}
    for item, address in found:
        line = {"title": item.title, "url": address, "icon": item.icon, "now": address == now}
        lines.setdefault(item.group, []).append(line)
    return [{"group": group, "lines": together} for group, together in lines.items()]


def _current(addresses: list[str]) -> str | None:
    """The address that the current page stands below; the longest, where one lies below another."""
    above = [one for one in addresses if f"{request.path}/".startswith(f"{one}/")]
    return max(above, key=len, default=None)


def _address(item: NavItem) -> str | None:
    me = here()
    account = me.account or next(
        (
            one
            for one in parts().directory.all()
            if me.organisation and one.organisation_id == me.organisation.id
        ),
        None,
    )
    if item.at == "account":
        return url_for(item.endpoint, account_key=account.key) if account else None
    return url_for(item.endpoint, organisation_key=me.place.key) if me.organisation else None


def _nav() -> tuple[NavItem, ...]:
    nav: tuple[NavItem, ...] = current_app.extensions[_NAV]
    return nav


def _alerts() -> Sequence[Alerts]:
    found: Sequence[Alerts] = current_app.extensions[_ALERTS]
    return found
