"""The console without its guard of tenants: what granian serves when the proof has to fail. It is taken away from outside;
the product has no switch for it.
"""

from collections.abc import Callable, Sequence
from typing import Any

from flask import Flask

import app as application
from accounts.directory import AccountView, OrganisationView
from core.errors import NotFound
from house.current import parts
from house.permissions import Permission
from models import tenancy
from staff import guard
from staff.roles import ALLOWED, Access

TARGET = "proofs.isolation.control:create_web"
Patch = Callable[[Any, str, Any], None]


def create_web() -> Flask:
    """The application of the product: every place is there for everybody, and what somebody may do anywhere they may do
    everywhere."""
    open_all_doors(setattr)
    return application.create_web()


def open_all_doors(patch: Patch) -> None:
    """Raises AttributeError where there is nothing to take away any more."""
    for module, name, part in (
        (tenancy, "guard", lambda _sessions: None),
        (guard, "_place", _any_place),
        (Access, "permissions", _any_permissions),
    ):
        if not hasattr(module, name):
            raise AttributeError(f"{module} has no {name} any more: the control removes nothing")
        patch(module, name, part)


def _any_place(named: dict[str, Any], _access: Access) -> tuple[OrganisationView | None, AccountView | None]:
    directory = parts().directory
    account = directory.find(named.get("account_key", ""))
    key, id_ = named.get("organisation_key"), account.organisation_id if account else None
    found = next((one for one in directory.organisations() if one.key == key or one.id == id_), None)
    if found is None and {"account_key", "organisation_key"} & named.keys():
        raise NotFound("no_place", "没有这个单位或公众号，或者您没有它的权限。")
    return found, account


def _any_permissions(self: Access, _chain: Sequence[int]) -> frozenset[Permission]:
    return frozenset().union(*(ALLOWED[grant.role] for grant in self.grants))
