"""The walk: every address of the application × everybody × their own union and others, and what must come of it.

It knows no page by name, but that those of a kind of campaign are asked for one of that kind: a new one is walked by itself, and one that can't be is a RuntimeError that says what is missing.
"""

import io
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from campaigns.registry import ballot_kinds
from campaigns.stage import asks_who
from house.permissions import TITLES, Permission
from proofs.isolation.world import PROVINCE, A, C, Person, Tenant, World
from staff.guard import need_of
from staff.roles import ALLOWED, Role

_OF_BALLOTS = {
    "receipts": "finds a ballot by a number that nobody guesses; names nobody",
    "receipt": "a ballot for who knows its number; names nobody",
    "ledger": "a ledger for everybody; names nobody",
    "block": "a ledger for everybody; names nobody",
    "digests": "a ledger for everybody; hashes",
    "ranking": "votes for everybody, as the organiser shows them",
    "counts": "votes for everybody, as the organiser shows them",
}
"""Pages that every kind with ballots has."""
OPEN = {
    "webhook.verify": "the platform calls it; signed",
    "webhook.receive": "the platform calls it; signed",
    "health.healthz": "load balancers; says that the process lives",
    "health.readyz": "load balancers; says which neighbour is away",
    "health.metrics": "Prometheus; numbers by account key",
    "assets.serve": "browser files from an allow-list",
    "media.serve": "pictures, sound and video that are shown to everybody, under random names",
    "media.serve_small": "the same pictures for lists",
    "faq_pages.index": "answers for everybody",
    "faq_pages.show": "answers for everybody",
    "calculator_pages.index": "calculators for everybody; nothing is kept",
    "calculator_pages.show": "calculators for everybody; nothing is kept",
    "statute_pages.index": "laws for everybody",
    "statute_pages.show": "laws for everybody",
    "column_pages.index": "series for everybody",
    "column_pages.show": "series for everybody",
    "column_pages.item": "series for everybody",
    "campaign_pages.index": "campaigns for everybody",
    "campaign_pages.front": "campaigns for everybody",
    "campaign_pages.rules": "campaigns for everybody",
    "campaign_pages.share": "signs the campaign's own pages for share cards, which everybody may send on",
    "campaign_pages.preview": "a signed link of half an hour; looking only",
    "quiz.verify": "says whether a certificate's number is real; names are masked",
    "vote.play": "candidates for everybody",
    "vote.candidate": "candidates for everybody",
    **{f"{kind}.{page}": why for kind in ballot_kinds() for page, why in _OF_BALLOTS.items()},
    "vote.result": "votes for everybody, after the end",
    "photo.play": "works that were let through, for everybody",
    "photo.candidate": "works that were let through, for everybody",
    "photo.months": "works that were let through, for everybody",
    "photo.awards": "awards for everybody, once they are public",
    "photo.exhibition": "awarded works for everybody, once they are public",
    "photo.verify": "says whether a certificate's number is real; names nobody",
    "jury_day.phone": "asks for the follower's own session",
    "jury_day.sit_down": "asks for the follower's own session",
    "jury_day.vote": "asks for the follower's own session",
    "jury_day.mine": "asks for the follower's own session",
    "jury_day.phone_state": "how far a jury day is, for who knows its random address; numbers",
    "jury_day.phone_work": "the work on a jury day's screen, for who knows its random address; names nobody",
    "jury_day.screen": "the big screen, for who knows its random address; names nobody",
    "jury_day.screen_state": "how far a jury day is, for who knows its random address; numbers",
    "jury_day.screen_work": "the work on a jury day's screen, for who knows its random address; names nobody",
    "signin.begin": "leads to the platform's sign-in",
    "signin.finish": "comes back from it with a code of the platform's",
    "signin.look": "a one-use link; says whose it is",
    "signin.enter": "a one-use link; used up",
    "signin.me": "asks for the follower's own session",
    "signin.my_data": "asks for the follower's own session",
    "signin.take_along": "asks for the follower's own session",
    "signin.consent": "asks for the follower's own session",
    "signin.ask_erase": "asks for the follower's own session",
    "signin.erase": "asks for the follower's own session",
    "signin.large": "keeps in a cookie how large letters are",
    "draw_pages.front": "asks for the follower's own session",
    "draw_pages.turn": "asks for the follower's own session",
    "draw_pages.result": "asks for the follower's own session",
    "draw_pages.winners": "masked names of those who agreed to be shown",
    "draw_pages.fair": "what a draw was committed to, for everybody",
    "draw_pages.ledger": "turns without people, once the draw is over",
    "draw_pages.mine": "asks for the follower's own session",
    "draw_pages.show": "asks for the follower's own session",
    "draw_pages.claim": "asks for the follower's own session",
    "draw_pages.see": "asks for the follower's own session",
    "draw_pages.hide": "asks for the follower's own session",
    "verify.serve": "the platform fetches it; it holds what the platform gave",
    "simulator.hand_on": "only where the simulator is switched on, never in production",
}
"""Addresses outside the console, and why they need nobody to be signed in to it; those of campaigns that ask who somebody is
(`campaigns.stage.on_stage`) say so themselves."""

_ALIKE: Mapping[str, Any] = {
    "package": "own",
    "version": "1",
    "file": "console.css",
    "path": "nowhere",
    "nowhere": "nowhere",
}
LAST = "console.sign_out"
"""It ends the session of whoever walks."""

_NO_PLACE = "没有这个单位或公众号"


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody (None: not signed in) at an address. `place` is the union in it, `things` whose things it names."""

    endpoint: str
    method: str
    path: str
    person: Person | None
    place: str
    things: str
    need: Permission | str | None

    def __str__(self) -> str:
        return f"{self.person.login if self.person else 'anonymous'} {self.method} {self.path}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; `text` is all that can be read of it, unpacked."""

    status: int
    location: str
    text: str


Ask = Callable[[Visit], Answer]


def check_open(app: Flask) -> None:
    """Raises RuntimeError for an address outside the console of which nobody wrote down why it is open."""
    outside = {rule.endpoint for rule in app.url_map.iter_rules() if not _in_console(rule)}
    if unknown := {one for one in outside - OPEN.keys() if not asks_who(app, one)}:
        raise RuntimeError(f"write down in OPEN why these need no sign-in: {sorted(unknown)}")


def own_visits(app: Flask, world: World) -> list[Visit]:
    """Everybody at their own union's things; the administrator of the province at those of the first."""
    return [
        one
        for person in world.people
        for one in _visits(app, person, world.tenants[_home(person)], world.tenants[_home(person)])
    ]


def other_visits(app: Flask, world: World, *, everywhere: bool = False) -> list[Visit]:
    """Everybody at unions they have nothing to do with: administrators at all of them, others at the nearest, or
    `everywhere` too."""
    return [
        one
        for person in world.people
        for tenant in _others(person, world, everywhere)
        for one in _visits(app, person, tenant, tenant)
        if one.place
    ]


def swapped_visits(app: Flask, world: World) -> list[Visit]:
    """People of the first union at their own union, asking there for things of another by what names them."""
    mine = world.tenants[A]
    return [
        one
        for person in world.of(A)
        for other in _others(person, world, everywhere=True)
        for one in _visits(app, person, mine, other)
        if one.place and one.path != _path(app, one, mine, mine)
    ]


def anonymous_visits(app: Flask, world: World) -> list[Visit]:
    """Nobody, at every address there is."""
    mine = world.tenants[A]
    others = [one for one in world.tenants.values() if one is not mine]
    return [
        *_visits(app, None, mine, mine),
        *(one for other in others for one in _visits(app, None, mine, other) if not one.need),
    ]


def judge(visit: Visit, answer: Answer, world: World) -> Iterator[str]:
    """What is wrong with an answer: words for the kind, and where."""
    if answer.status in (400, 500):  # 502 is the platform's
        yield f"broken {answer.status}"
    if leaked := [tenant.key for tenant in _forbidden(visit, world) if tenant.mark in answer.text.lower()]:
        yield f"leak of {'、'.join(leaked)}"
    if visit.need is None or visit.need == "open":
        return
    if visit.person is None:
        if answer.status != 302 or not answer.location.startswith("/console/signin"):
            yield f"not sent to sign in: {answer.status}"
        return
    yield from _judge_known(visit, visit.person, answer)


def _judge_known(visit: Visit, person: Person, answer: Answer) -> Iterator[str]:
    known = not visit.place or _belongs(person, visit.place)
    allowed = visit.need == "signed_in" or (bool(visit.place) and known and _may(person, visit))
    if not known:
        if answer.status != 404 or _NO_PLACE not in answer.text:
            yield f"place exists: {answer.status}"
    elif not allowed:
        if answer.status != 403 or _no_permission(visit) not in answer.text:
            yield f"not forbidden: {answer.status}"
    elif _NO_PLACE in answer.text or _no_permission(visit) in answer.text:
        yield f"refused: {answer.status}"
    elif answer.location.startswith("/console/signin") and visit.endpoint != LAST:
        yield "signed out"


def read_text(body: bytes) -> str:
    """All that can be read of an answer; files that are packed are unpacked."""
    if not body.startswith(b"PK"):
        return body.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        return "\n".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())


def _visits(app: Flask, person: Person | None, place: Tenant, things: Tenant) -> list[Visit]:
    """Pages first, then forms; what ends the session last."""
    found = [
        Visit(
            rule.endpoint,
            method,
            _build(rule, place, things),
            person,
            place.key if {"account_key", "organisation_key"} & rule.arguments else "",
            things.key,
            need_of(app, rule.endpoint),
        )
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) & {"GET", "POST"})
    ]
    walked = [one for one in found if person is None or one.need is not None]
    return sorted(walked, key=lambda one: (one.endpoint == LAST, one.method))


def _build(rule: Rule, place: Tenant, things: Tenant) -> str:
    own = things.kinds.get(max(filter(rule.endpoint.startswith, things.kinds), key=len, default=""), {})
    made = {**_ALIKE, **things.address, **own, "account_key": place.key, "organisation_key": place.key}
    if missing := rule.arguments - made.keys():
        raise RuntimeError(
            f"{rule.rule}: say in proofs/isolation/world.py what {sorted(missing)} of a union is"
        )
    built = rule.build({name: made[name] for name in rule.arguments}, append_unknown=False)
    if built is None:
        raise RuntimeError(f"{rule.rule}: no address can be made from {made}")
    return built[1]


def _path(app: Flask, visit: Visit, place: Tenant, things: Tenant) -> str:
    rules = app.url_map.iter_rules(visit.endpoint)
    return next(_build(rule, place, things) for rule in rules if visit.method in (rule.methods or ()))


def _in_console(rule: Rule) -> bool:
    return rule.rule.startswith("/console")


def _home(person: Person) -> str:
    return person.place if person.place not in ("", PROVINCE) else A


def _belongs(person: Person, key: str) -> bool:
    """Has somebody to do with a union? The province's administrator with both of theirs."""
    return person.place == key or (person.place == PROVINCE and key != C)


def _others(person: Person, world: World, everywhere: bool) -> list[Tenant]:
    others = [tenant for key, tenant in world.tenants.items() if not _belongs(person, key)]
    return others if everywhere or person.role is Role.ADMIN else others[:1]


def _may(person: Person, visit: Visit) -> bool:
    inherited = ALLOWED[person.role or Role.VIEWER]
    if person.place == PROVINCE:
        inherited -= {Permission.PERSONAL}
    return visit.need in inherited


def _no_permission(visit: Visit) -> str:
    """What the guard says; a view may ask for more than that, and says so itself."""
    title = TITLES[visit.need] if isinstance(visit.need, Permission) else "？"
    return f"您在这里没有「{title}」的权限"


def _forbidden(visit: Visit, world: World) -> Iterable[Tenant]:
    """Whose texts must not be in the answer."""
    if visit.person is not None:
        return [one for key, one in world.tenants.items() if not _belongs(visit.person, key)]
    shown = visit.place if visit.need is None else ""
    return [one for key, one in world.tenants.items() if key != shown]
