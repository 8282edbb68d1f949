"""The control API under /simulator/api/: what the phone page, tests and proofs use to act as a person.

Everything is JSON. Errors are `{"error": "…"}` in Chinese with a 4xx status. Requests that change something must be
`application/json`, so that no foreign web page can send them without asking first.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request

from .accounts import Account
from .faults import BadFault
from .followers import Follower
from .media_store import BadData
from .person import Deed, Refused
from .world import World

Json = dict[str, Any]

MAX_NAME = 20


def create_control(world: World) -> Blueprint:
    """The blueprint, without prefix."""
    blueprint = Blueprint("control", __name__, url_prefix="/simulator/api")
    _add_errors(blueprint)
    _add_lists(blueprint, world)
    _add_followers(blueprint, world)
    _add_deeds(blueprint, world)
    _add_operations(blueprint, world)
    return blueprint


def _problem(message: str, status: int) -> tuple[Response, int]:
    return jsonify({"error": message}), status


def _add_errors(blueprint: Blueprint) -> None:
    blueprint.register_error_handler(Refused, lambda error: _problem(str(error), error.status))
    blueprint.register_error_handler(BadData, lambda error: _problem(str(error), 400))
    blueprint.register_error_handler(BadFault, lambda error: _problem(str(error), 400))
    blueprint.register_error_handler(404, lambda error: _problem(error.description, 404))
    blueprint.register_error_handler(415, lambda error: _problem("请求要用 application/json", 415))
    blueprint.register_error_handler(400, lambda error: _problem("请求不是有效的 JSON", 400))
    blueprint.register_error_handler(413, lambda error: _problem("文件太大，请换一个小一些的", 413))


def _payload() -> Json:
    """The JSON object of the request; an empty body with the right type counts as `{}`."""
    if not request.is_json:
        abort(415)
    if not request.get_data():
        return {}
    payload = request.get_json()
    if not isinstance(payload, dict):
        abort(400)
    return payload


def _account(world: World, key: str) -> Account:
    account = next((account for account in world.accounts() if account.key == key), None)
    if account is None:
        abort(404, f"没有公众号 {key}")
    return account


def _follower(world: World, account: Account, openid: str) -> Follower:
    follower = world.followers.get(account.key, openid)
    if follower is None:
        abort(404, "没有这位粉丝")
    return follower


def _follower_json(follower: Follower, last: tuple[int, float] | None = None) -> Json:
    seq, at = last or (0, None)
    return {
        "openid": follower.openid,
        "name": follower.name,
        "subscribed": follower.subscribed,
        "subscribed_at": follower.subscribed_at,
        "remark": follower.remark,
        "last_seq": seq,
        "last_at": at,
    }


def _add_lists(blueprint: Blueprint, world: World) -> None:
    @blueprint.get("/accounts")
    def accounts() -> Response:
        return jsonify(
            [
                {
                    "key": account.key,
                    "name": account.name,
                    "kind": account.kind,
                    "verified": account.verified and not world.faults.current.unverified,
                    "mode": account.credentials.mode,
                }
                for account in world.accounts()
            ]
        )

    @blueprint.get("/exchanges/<exchange_id>")
    def exchange(exchange_id: str) -> Response:
        found = world.exchanges.get(exchange_id)
        if found is None:
            abort(404, "没有这次往来的记录")
        return jsonify(found)

    @blueprint.get("/calls")
    def calls() -> Response:
        rows = world.database.all("SELECT * FROM calls ORDER BY id DESC LIMIT 200")
        counters = world.database.all("SELECT name, value FROM counters")
        return jsonify(
            {
                "calls": [dict(row) for row in rows],
                "counters": {row["name"]: row["value"] for row in counters},
                "exchanges": world.exchanges.counts(),
            }
        )


def _add_followers(blueprint: Blueprint, world: World) -> None:
    @blueprint.get("/<account_key>/followers")
    def followers(account_key: str) -> Response:
        account = _account(world, account_key)
        last = world.chat.last(account.key)
        people = world.followers.list_all(account.key)
        return jsonify([_follower_json(person, last.get(person.openid)) for person in people])

    @blueprint.post("/<account_key>/followers")
    def new_follower(account_key: str) -> Response:
        account = _account(world, account_key)
        name = str(_payload().get("name", "")).strip()
        if not name or len(name) > MAX_NAME:
            raise Refused(f"名字应有 1 到 {MAX_NAME} 个字")
        return jsonify(_follower_json(world.followers.create(account, name)))

    @blueprint.get("/<account_key>/followers/<openid>/messages")
    def messages(account_key: str, openid: str) -> Response:
        follower = _follower(world, _account(world, account_key), openid)
        since = request.args.get("since", 0, type=int)
        rows = world.chat.since(account_key, openid, since)
        return jsonify(
            {
                "messages": rows,
                "seq": rows[-1]["seq"] if rows else since,
                "subscribed": follower.subscribed,
                "typing": follower.typing_until > world.clock(),
                "menu_version": world.menus.version(account_key),
            }
        )

    @blueprint.get("/<account_key>/followers/<openid>/menu")
    def menu(account_key: str, openid: str) -> Response:
        _follower(world, _account(world, account_key), openid)
        tags = world.tags.of_follower(account_key, openid)
        return jsonify(world.menus.for_follower(account_key, tags) or {"button": []})

    @blueprint.get("/<account_key>/followers/<openid>/exchanges")
    def exchanges(account_key: str, openid: str) -> Response:
        limit = min(request.args.get("limit", 30, type=int), 200)
        # The platform's own events (a mass send that ended) belong to nobody's phone but are worth seeing.
        senders = (openid, _account(world, account_key).system_openid)
        return jsonify(world.exchanges.recent(account_key, senders, limit))

    @blueprint.get("/<account_key>/scenes")
    def scenes(account_key: str) -> Response:
        codes = world.qrcodes.list_live(_account(world, account_key).key)
        return jsonify([{"scene": code.scene, "ticket": code.ticket} for code in codes])


DeedMaker = Callable[[Account, Follower, Json], Deed]


def _add_deeds(blueprint: Blueprint, world: World) -> None:
    """Everything a person does: `POST …/followers/<openid>/<deed>`; `?wait=0` answers before the webhook does."""
    person = world.person

    def popup(account: Account, follower: Follower, body: Json) -> Deed:
        template_id, accepted = str(body.get("template_id", "")), bool(body.get("accept", True))
        world.note_subscription(account.key, follower.openid, template_id, accepted)
        return person.answer_popup(account, follower, template_id, accepted)

    deeds: dict[str, DeedMaker] = {
        "follow": lambda account, follower, body: person.follow(account, follower, body.get("scene")),
        "unfollow": lambda account, follower, body: person.unfollow(account, follower),
        "send": person.send,
        "click": lambda account, follower, body: person.click(account, follower, str(body.get("key", ""))),
        "view": lambda account, follower, body: person.view(account, follower, str(body.get("url", ""))),
        "scan": lambda account, follower, body: person.scan(account, follower, str(body.get("scene", ""))),
        "menu_tap": lambda account, follower, body: person.tap_menu_message(
            account, follower, str(body.get("id", "")), str(body.get("content", ""))
        ),
        "location_report": person.report_location,
        "subscribe_popup": popup,
    }

    @blueprint.post("/<account_key>/followers/<openid>/<deed>")
    def act(account_key: str, openid: str, deed: str) -> Response:
        if deed not in deeds:
            abort(404, f"没有 {deed} 这个动作")
        payload = _payload()
        account = _account(world, account_key)
        follower = _follower(world, account, openid)
        done = deeds[deed](account, follower, payload)
        exchange = world.delivery.begin(done.parcel)
        if done.bubble is not None:
            world.chat.add(account.key, openid, "in", *done.bubble, exchange.id)
        if world.followers.is_blocked(account.key, openid):
            return jsonify(world.delivery.withhold(exchange).outcome())
        if request.args.get("wait") == "0":
            world.jobs.now(lambda: world.delivery.finish(done.parcel, exchange))
            return jsonify(exchange.outcome())
        return jsonify(world.delivery.finish(done.parcel, exchange).outcome())


def _add_operations(blueprint: Blueprint, world: World) -> None:
    @blueprint.get("/faults")
    def faults() -> Response:
        return jsonify(dataclasses.asdict(world.faults.current))

    @blueprint.put("/faults")
    def set_faults() -> Response:
        return jsonify(dataclasses.asdict(world.faults.update(_payload())))

    @blueprint.post("/reset")
    def reset() -> Response:
        _payload()
        world.reset()
        return jsonify({"ok": True})

    @blueprint.post("/<account_key>/verify")
    def verify(account_key: str) -> Response:
        _payload()
        attempt = world.delivery.verify(_account(world, account_key), world.new_echostr())
        return jsonify({"ok": attempt.outcome == "answered", **dataclasses.asdict(attempt)})
