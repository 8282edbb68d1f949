"""What a menu can lead to: our pages, entries, tags. For the console's pages and the worker."""

from collections.abc import Callable
from datetime import date
from urllib.parse import unquote, urlsplit

from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from accounts.directory import AccountView
from columns.store import list_columns
from core.clock import SHANGHAI
from faq.calculators.catalog import BY_KEY, CALCULATORS
from house.current import parts
from house.entries import find_entries, has_page
from house.parts import Parts
from menus.checks import Facts, named_entries
from models.content import Entry
from models.menus import Tree
from wechat.errors import WeChatError

_PAGES: tuple[tuple[str, str], ...] = (
    ("静静有问题（全部问答）", "{h5}/faq"),
    ("栏目（全部）", "{h5}/columns"),
    ("法律法规", "{h5}/statutes"),
    ("我的", "{h5}/me"),
    ("维权计算器（全部）", "{h5}/calculators"),
    *((f"计算器：{one.title}", f"{{h5}}/calculators/{one.key}") for one in CALCULATORS),
)


def page_choices(session: Session, account: AccountView) -> list[tuple[str, str]]:
    """Title and address of the house's pages that menus often open."""
    columns = _open_columns(session, account)
    return [
        *_PAGES,
        *((f"栏目：{title}", f"{{h5}}/columns/{code}") for code, title in columns.items()),
        *((to.title, f"{{h5}}{to.path}") for one in parts().targets for to in one.find(session, account.id)),
    ]


def _open_columns(session: Session, account: AccountView) -> dict[str, str]:
    """Titles by code of the columns that have anything to show."""
    columns = list_columns(session, account.organisation_ids)
    return {one.code: one.title for one in columns if one.shown and one.live_items}


def number_in(text: str) -> int | None:
    """A number as forms and addresses carry it; None for anything that no database holds."""
    return int(text) if text.isdecimal() and len(text) < 10 else None


def today(house: Parts) -> date:
    return house.clock().astimezone(SHANGHAI).date()


def gather_facts(house: Parts, session: Session, account: AccountView, tree: Tree) -> Facts:
    """What checking `tree` needs to know."""
    codes = {entry.code for entry in answered_with(session, account, tree, today(house))}
    return Facts(frozenset(codes), _page_finder(house, session, account), _own_hosts(account))


def answered_with(session: Session, account: AccountView, tree: Tree, day: date) -> list[Entry]:
    """The entries that a menu answers with on a day, as far as they are there."""
    return find_entries(session, account.organisation_ids, named_entries(tree), day)


def names_in(session: Session, account: AccountView, *trees: Tree) -> dict[str, str]:
    """What people call the pages and entries that menus lead to."""
    day = today(parts())
    entries = [entry for tree in trees for entry in answered_with(session, account, tree, day)]
    return {url: title for title, url in page_choices(session, account)} | {
        entry.code: entry.question for entry in entries
    }


def _own_hosts(account: AccountView) -> frozenset[str]:
    return frozenset({urlsplit(account.site_url).hostname or ""})


def _page_finder(house: Parts, session: Session, account: AccountView) -> Callable[[str], bool]:
    routes, day = house.routes.bind("localhost"), today(house)

    def serves(path: str) -> bool:
        try:
            endpoint, values = routes.match(f"/h5/{account.key}{unquote(path)}", method="GET")
        except RequestRedirect:
            return True
        except HTTPException:
            return False
        if endpoint == "faq_pages.show":
            return has_page(session, account.organisation_ids, values["public_id"], day)
        for one in house.targets:
            if endpoint == one.endpoint:
                return path in {target.path for target in one.find(session, account.id)}
        if endpoint == "column_pages.show":
            return values["code"] in _open_columns(session, account)
        return endpoint != "calculator_pages.show" or values["key"] in BY_KEY

    return serves


def list_tags(account: AccountView) -> dict[int, str]:
    """The followers' tags by id, from the platform; none while it can't be asked."""
    try:
        rows = parts().platform.api(account).tag.get()
    except WeChatError:
        return {}
    return {int(row["id"]): f"{row['name']}（{row.get('count', 0)} 人）" for row in rows}
