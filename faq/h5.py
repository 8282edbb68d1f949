"""「静静有问题」 as pages: all questions by category with a search box, and one answer in full."""

import re
from datetime import date
from typing import cast

from flask import Blueprint, Response, current_app, render_template, request

from core.clock import SHANGHAI
from core.errors import NotFound
from faq.calculators.catalog import CALCULATORS
from faq.rules import Decision, Match
from faq.shelf import FaqShelf
from faq.statutes.h5 import cite, has_statutes
from faq.store import EntryView
from house.current import parts
from web.pages import secure

SHELF = "zhijia.faq"
_RELATED = 4
_HEADING = re.compile("【([^】]{1,20})】")
pages = secure(Blueprint("faq_pages", __name__, template_folder="templates"))


def _shelf() -> FaqShelf:
    return cast(FaqShelf, current_app.extensions[SHELF])


def _today() -> date:
    return parts().clock().astimezone(SHANGHAI).date()


@pages.get("/h5/<account_key>/faq")
def index(account_key: str) -> Response:
    """All valid questions by category; with `q`, those nearest to it (none when the chat would name a person)."""
    account = parts().directory.get(account_key)
    query = request.args.get("q", "").strip()[:200]
    today = _today()
    groups: dict[str, list[EntryView]] = {}
    found: tuple[Match, ...] = ()
    if query:
        asked = _shelf().ask(account.key, query, today)
        found = () if asked.decision is Decision.HANDOFF else asked.matches
    else:
        for entry in _shelf().entries_of(account.key).entries:
            if entry.valid_on(today):
                groups.setdefault(entry.category or "其他", []).append(entry)
    html = render_template(
        "faq/index.html",
        title="静静有问题",
        account=account,
        groups=groups,
        query=query,
        found=found,
        has_statutes=has_statutes(),
    )
    return Response(html)


@pages.get("/h5/<account_key>/faq/<public_id>")
def show(account_key: str, public_id: str) -> Response:
    """One entry: the answer, its statutes (with their text where the library has it), when it was checked, and questions near it."""
    account = parts().directory.get(account_key)
    entry = _shelf().entries_of(account.key).by_public_id.get(public_id)
    if entry is None or not entry.valid_on(_today()):
        raise NotFound("no_entry", "这条问答已经下线或换了地址，请在公众号里重新提问。")
    near = _shelf().ask(account.key, entry.question, _today()).matches
    related = [match.entry for match in near if match.entry.id != entry.id][:_RELATED]
    html = render_template(
        "faq/entry.html",
        title=entry.question,
        account=account,
        entry=entry,
        citations=[cite(account, citation) for citation in entry.citations],
        paragraphs=[line for line in entry.answer.split("\n") if line.strip()],
        sections=_sections(entry.details),
        calculators=[one for one in CALCULATORS if one.topic and one.topic == entry.topic],
        related=related,
    )
    return Response(html)


def _sections(details: str) -> list[tuple[str, list[str]]]:
    """Headings and their paragraphs: a line that begins with 【怎么做】 opens a section of that name."""
    sections: list[tuple[str, list[str]]] = []
    for line in filter(None, map(str.strip, details.split("\n"))):
        found = _HEADING.match(line)
        if found or not sections:
            sections.append((found[1] if found else "", []))
        if said := line[found.end() :].strip() if found else line:
            sections[-1][1].append(said)
    return sections
