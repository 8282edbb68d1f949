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


TABLE = {endpoint.path: endpoint for endpoint in ENDPOINTS}
PREFIXES = ("cgi-bin", "datacube", "sns", "wxaapi")


def create_api(world: World) -> Blueprint:
    """The blueprint, at the root. Takes up the asynchronous work that a stop interrupted."""
    blueprint = Blueprint("api", __name__)
    _add_tokens(blueprint, world)
    oauth.add_routes(blueprint, world)
    misc.add_public_routes(blueprint, world)
    for prefix in PREFIXES:
        blueprint.add_url_rule(f"/{prefix}/<path:rest>", prefix, _answerer(world), methods=["GET", "POST"])
    mass.resume(world)
    publish.resume(world)
    return blueprint


def _answerer(world: World) -> Callable[[str], Response]:
    """Answers every address under a prefix: by its endpoint, or with 40066 like the platform."""

    def unknown() -> tuple[Account | None, Response]:
        raise ApiError(40066)

    def answer(rest: str) -> Response:
        endpoint = TABLE.get(request.path)
        return dispatch(world, endpoint) if endpoint else guarded(world, unknown)

    return answer


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
