"""The console whose views need nothing but somebody signed in: what granian serves when the proof has to fail. The
permissions are taken away from outside; the product has no switch for it.
"""

from collections.abc import Callable
from typing import Any

from flask import Flask

import app as application
from house.permissions import Permission
from staff import guard

TARGET = "proofs.console.control:create_web"
Patch = Callable[[Any, str, Any], None]


def create_web() -> Flask:
    """The application of the product, with every declared permission ignored."""
    ignore_permissions(setattr)
    return application.create_web()


def ignore_permissions(patch: Patch) -> None:
    """Raises AttributeError where there is nothing to take away any more."""
    if not hasattr(guard, "need_of"):
        raise AttributeError("the guard has no need_of any more: the control removes nothing")
    declared = guard.need_of

    def need_of(app: Flask, endpoint: str) -> guard.Need | None:
        need = declared(app, endpoint)
        return "signed_in" if isinstance(need, Permission) else need

    patch(guard, "need_of", need_of)
