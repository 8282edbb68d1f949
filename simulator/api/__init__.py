"""The platform API at the root: /cgi-bin/…, /datacube/…, /sns/…, /connect/…"""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, request

from ..accounts import Account
from ..world import World
from . import custom, drafts, figures, mass, material, menu, misc, oauth, people, publish, templates
from .errors import ApiError
from .gate import Endpoint, dispatch, guarded, json_body, respond
from .tokens import issue_stable_token, issue_token

ENDPOINTS: tuple[Endpoint, ...] = (
    *custom.ENDPOINTS,
    *drafts.ENDPOINTS,
    *figures.ENDPOINTS,
    *mass.ENDPOINTS,
    *material.ENDPOINTS,
    *menu.ENDPOINTS,
    *misc.ENDPOINTS,
    *people.ENDPOINTS,
    *publish.ENDPOINTS,
    *templates.ENDPOINTS,
)


def create_api(world: World) -> Blueprint:
    """The blueprint, at the root."""
    blueprint = Blueprint("api", __name__)
    for endpoint in ENDPOINTS:
        blueprint.add_url_rule(
            endpoint.path, endpoint.path.replace(".", "_"), _view(world, endpoint), methods=["GET", "POST"]
        )
    _add_tokens(blueprint, world)
    oauth.add_routes(blueprint, world)
    misc.add_public_routes(blueprint, world)
    _add_unknown(blueprint, world)
    mass.resume(world)
    publish.resume(world)
    return blueprint


def _view(world: World, endpoint: Endpoint) -> Callable[[], Response]:
    return lambda: dispatch(world, endpoint)


def _add_tokens(blueprint: Blueprint, world: World) -> None:
    @blueprint.route("/cgi-bin/token", methods=["GET", "POST"])
    def token() -> Response:
        def answer() -> tuple[Account, Response]:
            account, payload = issue_token(world, request.args)
            return account, respond(payload)

        return guarded(world, answer)

    @blueprint.route("/cgi-bin/stable_token", methods=["GET", "POST"])
    def stable_token() -> Response:
        def answer() -> tuple[Account, Response]:
            if request.method != "POST":
                raise ApiError(43002)
            account, payload = issue_stable_token(world, json_body())
            return account, respond(payload)

        return guarded(world, answer)


def _add_unknown(blueprint: Blueprint, world: World) -> None:
    def unknown(**_: str) -> Response:
        def answer() -> tuple[None, Response]:
            raise ApiError(40066)

        return guarded(world, answer)

    for prefix in ("cgi-bin", "datacube", "sns", "wxa", "wxaapi", "customservice"):
        blueprint.add_url_rule(
            f"/{prefix}/<path:rest>", f"unknown-{prefix}", unknown, methods=["GET", "POST"]
        )
