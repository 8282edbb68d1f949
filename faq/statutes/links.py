"""Addresses of the library's pages, for the chat and for other pages."""

from urllib.parse import quote

from faq.statutes.shelf import Volume
from faq.statutes.store import ArticleView


def library_url(h5_url: str) -> str:
    """All statutes; `h5_url` is where the account's pages begin."""
    return f"{h5_url}/statutes"


def volume_url(h5_url: str, volume: Volume) -> str:
    return f"{library_url(h5_url)}/{quote(volume.name, safe='')}"


def article_url(h5_url: str, volume: Volume, article: ArticleView) -> str:
    """The article on its statute's page."""
    return f"{volume_url(h5_url, volume)}#{article.anchor}"
