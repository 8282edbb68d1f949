"""Helps beside the form, a piece of page each (htmx): what the account would answer now, what is already there, statutes,
and what people asked. Installed by `faq.console`."""

from flask import Blueprint, Response, render_template, request

from accounts.directory import AccountView
from core.text import normalise
from faq.answers import answer_text
from faq.desk import accounts_below, faq_shelf, statutes, today
from faq.gaps.service import list_like
from faq.rules import Decision, Match
from faq.statutes.changes import changed, replaced
from faq.statutes.search import search
from house.current import parts
from house.permissions import Permission
from staff.guard import needs

_AIDS = "/o/<organisation_key>/entries/aids"
_SHOWN = 5
_ALIKE = 0.5
"""Confidence from which an entry may be about the same."""

_ARTICLES = 8
_LONGEST = 300
_DECISIONS = {
    Decision.ANSWER: ("green", "直接回答第一条"),
    Decision.SUGGEST: ("orange", "列出几条让人选"),
    Decision.HANDOFF: ("red", "答不上，转人工"),
}


def install(pages: Blueprint) -> None:
    pages.add_url_rule(f"{_AIDS}/try", view_func=try_out)
    pages.add_url_rule(f"{_AIDS}/near", view_func=near)
    pages.add_url_rule(f"{_AIDS}/articles", view_func=articles)
    pages.add_url_rule(f"{_AIDS}/asked", view_func=asked)


@needs(Permission.LOOK)
def try_out(organisation_key: str) -> Response:
    """What an official account would answer now."""
    account, question = _account(), _asked_for("question")
    shelf = faq_shelf()
    found = shelf.ask(account.key, question, today(), _SHOWN) if shelf and account and question else None
    html = render_template(
        "faq/console_try.html",
        title="试一试",
        account=account,
        accounts=accounts_below(),
        question=question,
        found=found,
        decisions=_DECISIONS,
        text=answer_text(account, found.matches[0].entry)
        if found and account and found.decision is Decision.ANSWER
        else "",
        whole=not request.headers.get("HX-Request"),
    )
    return Response(html)


@needs(Permission.ENTRIES)
def near(organisation_key: str) -> Response:
    """Entries that may be about the same as the question being typed."""
    account, question = _account(), _asked_for("question")
    shelf = faq_shelf()
    own = request.args.get("code", "")
    same, alike = None, list[Match]()
    if shelf and account and question:
        entries = shelf.entries_of(account.key)
        position = entries.same(entries.speller.spell(question))
        if position is not None and entries.entry_at(position).code != own:
            same = entries.entry_at(position)
        matches = shelf.ask(account.key, question, today(), _SHOWN).matches
        alike = [
            one for one in matches if one.score >= _ALIKE and one.entry.code != own and one.entry != same
        ]
    return Response(render_template("faq/console_near.html", same=same, alike=alike[:3]))


@needs(Permission.ENTRIES)
def articles(organisation_key: str) -> Response:
    """Articles of statutes by number or by words, each with its text, to be cited."""
    query = request.args.get("law", "").strip()[:100]
    library = statutes()
    html = render_template(
        "faq/console_articles.html",
        query=query,
        empty=not library.volumes,
        found=search(library, query, _ARTICLES) if query else None,
        named=library.find(query) if query else None,
        changed=changed,
        replaced=replaced,
    )
    return Response(html)


@needs(Permission.ENTRIES)
def asked(organisation_key: str) -> Response:
    """What people asked like this and got no good answer to, to be added as alternates."""
    phrasings = [_asked_for("question"), *request.args.get("alternates", "").split("\n")]
    known = [text for text in map(normalise, phrasings) if text]
    account_ids = [one.id for one in accounts_below()]
    with parts().db.read() as session:
        found = list_like(session, account_ids, known) if known else []
    return Response(render_template("faq/console_asked.html", found=found, asked=bool(known)))


def _account() -> AccountView | None:
    """The one that was chosen, else the first."""
    accounts = accounts_below()
    wanted = request.args.get("account", "")
    return next((one for one in accounts if one.key == wanted), accounts[0] if accounts else None)


def _asked_for(field: str) -> str:
    return request.args.get(field, "").strip()[:_LONGEST]
