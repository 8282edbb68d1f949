"""The library as pages: all statutes with a search over their articles, and each statute in full."""

from dataclasses import dataclass
from itertools import groupby
from typing import cast

from flask import Blueprint, Response, current_app, render_template, request, url_for

from accounts.directory import AccountView
from core.errors import NotFound
from core.text import comparable
from faq.statutes.changes import changed, replaced
from faq.statutes.numbering import is_item
from faq.statutes.reading import Articles, read
from faq.statutes.search import Results, search
from faq.statutes.shelf import Library, StatuteShelf
from faq.statutes.store import ArticleView
from house.current import parts
from web.pages import secure

SHELF = "zhijia.statutes"
_SHOWN = 30
pages = secure(Blueprint("statute_pages", __name__, template_folder="../templates"))


def _library() -> Library:
    """Empty in an application that loads no content (commands)."""
    shelf = cast(StatuteShelf | None, current_app.extensions.get(SHELF))
    return shelf.library if shelf is not None else Library(())


def has_statutes() -> bool:
    """Is there anything to look up?"""
    return bool(_library().volumes)


@pages.get("/h5/<account_key>/statutes")
def index(account_key: str) -> Response:
    """All statutes; with `q`, the articles it finds (with `law`, in that statute only)."""
    account = parts().directory.get(account_key)
    library = _library()
    query = request.args.get("q", "").strip()[:100]
    within = library.find(request.args.get("law", "")[:120])
    html = render_template(
        "faq/statutes.html",
        title="法律法规",
        account=account,
        library=library,
        query=query,
        named=library.find(query) if query else None,
        within=within,
        found=search(library, query, _SHOWN, within) if query else Results((), 0),
        changed=changed,
        replaced=replaced,
    )
    return Response(html)


@pages.get("/h5/<account_key>/statutes/<name>")
def show(account_key: str, name: str) -> Response:
    """A statute: its chapters, all articles (anchors #a19), and its appendix."""
    account = parts().directory.get(account_key)
    volume = _library().find(name)
    if volume is None:
        raise NotFound("no_statute", "条文库里没有这部法律法规，或地址不完整。请回到法律法规列表里重新查找。")
    chapters = [(heading, list(articles)) for heading, articles in groupby(volume.articles, _chapter_of)]
    html = render_template(
        "faq/statute.html",
        title=volume.name,
        account=account,
        volume=volume,
        chapters=chapters,
        changed=changed,
        replaced=replaced(volume.statute),
        is_item=is_item,
    )
    return Response(html)


def _chapter_of(article: ArticleView) -> str:
    return article.chapter


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation on a page: linked and with the article's own text, where the library has it."""

    text: str
    url: str | None = None
    article: ArticleView | None = None
    note: str = ""


def cite(account: AccountView, citation: str) -> Cited:
    """`citation` (《劳动合同法》第十九条) as pages show it; unlinked when the library lacks it or has an outdated text."""
    reading = read(comparable(citation))
    if not isinstance(reading, Articles) or len(reading.keys) != 1:
        return Cited(citation)
    volume = _library().find(reading.law)
    article = volume.article(*reading.keys[0]) if volume is not None else None
    if volume is None or article is None or replaced(volume.statute):
        return Cited(citation)
    address = url_for("statute_pages.show", account_key=account.key, name=volume.name, _anchor=article.anchor)
    return Cited(citation, address, article, changed(volume.statute, article))


def statute_url(account: AccountView, citation: str) -> str | None:
    """Where the article of a citation can be read, within this site; None as for `cite`."""
    return cite(account, citation).url
