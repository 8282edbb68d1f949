"""Publishing: first the platform, then ours. Used by the console, commands and the worker."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from sqlalchemy.orm import Session

from accounts.directory import AccountView
from house.parts import Parts
from menus import service, variants
from menus.rules import MenuItem, to_buttons
from models.menus import MenuVariant
from wechat.client import WeChatAPI
from wechat.errors import WeChatError

Work = Callable[[], AbstractContextManager[Session]]
"""Opens the unit of work in which the outcome is kept."""

_NO_SUCH_MENU = 65301


def publish_menu(
    house: Parts, account: AccountView, items: tuple[MenuItem, ...], *, work: Work, by: str, note: str
) -> None:
    """Publish to all followers. Raises WeChatError when the platform refuses (nothing changed then), Conflict while
    somebody else publishes."""
    with _turn(house, account.id):
        house.platform.api(account).menu.create({"button": to_buttons(items, account)})
        with work() as session:
            service.save_menu(session, account.id, items, house.clock(), by=by, note=note)


def publish_variant(
    house: Parts,
    account: AccountView,
    variant: MenuVariant,
    items: tuple[MenuItem, ...],
    *,
    work: Work,
    by: str,
) -> None:
    """Publish to the followers with its tag. The platform can't change one: the new one comes before the old one goes, so
    that nobody is without. Raises WeChatError, Conflict."""
    api = house.platform.api(account)
    prefix = variants.key_prefix(variant.public_id)
    body = {"button": to_buttons(items, account, prefix), "matchrule": {"tag_id": str(variant.tag_id)}}
    with _turn(house, account.id):
        menu_ids = [*_known_ids(house, variant), str(api.menu.add_conditional(body)["menuid"])]
        live = service.to_tree(items)
        with work() as session:
            variants.note_published(session, variant, menu_ids, live, by=by, now=house.clock())
        _take_away(house, api, variant, menu_ids, keep=menu_ids[-1:])


def withdraw_variant(house: Parts, account: AccountView, variant: MenuVariant, *, work: Work) -> None:
    """Take a personalised menu from phones. Raises WeChatError, Conflict."""
    with _turn(house, account.id):
        _take_away(house, house.platform.api(account), variant, _known_ids(house, variant), keep=[])
        with work() as session:
            variants.note_withdrawn(session, variant)


@contextmanager
def _turn(house: Parts, account_id: int) -> Iterator[None]:
    with house.db.work() as session:
        until = service.claim_publishing(session, account_id, house.clock())
    try:
        yield
    finally:
        with house.db.work() as session:
            service.end_publishing(session, account_id, until)


def _known_ids(house: Parts, variant: MenuVariant) -> list[str]:
    """As they are now that it is our turn."""
    with house.db.read() as session:
        return variants.get_menu_ids(session, variant)


def _take_away(
    house: Parts, api: WeChatAPI, variant: MenuVariant, menu_ids: list[str], *, keep: list[str]
) -> None:
    for menu_id in menu_ids:
        if menu_id in keep:
            continue
        try:
            api.menu.del_conditional(menu_id)
        except WeChatError as error:
            if error.errcode != _NO_SUCH_MENU:
                raise
        menu_ids = [one for one in menu_ids if one != menu_id]
        with house.db.work() as session:
            variants.note_menu_ids(session, variant, menu_ids)
