"""What a click on the menu answers, in memory, and the hook that answers it."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from accounts.directory import AccountDirectory, AccountView
from chat.answer import PASS, SILENT, Answer
from chat.content import ContentReply
from chat.turn import Hook, Turn
from core.errors import DomainError
from core.logs import get_logger
from menus.rules import check_menu, leaves
from menus.service import newest_menu
from menus.store import list_variants
from menus.variants import key_prefix
from wechat.messages import Click, MenuAction, View

log = get_logger(__name__)


class MenuShelf:
    """Replies by account key and menu key."""

    def __init__(self, directory: AccountDirectory) -> None:
        self._directory = directory
        self._replies: dict[str, dict[str, ContentReply]] = {}

    def load(self, session: Session) -> None:
        """One account's damaged menu is no other's: it keeps the replies it had."""
        self._replies = {account.key: self._of(session, account) for account in self._directory.all()}

    def _of(self, session: Session, account: AccountView) -> dict[str, ContentReply]:
        try:
            return _replies(session, account.id)
        except DomainError as error:
            log.error("menu_unreadable", account=account.key, problem=error.message)
            return self._replies.get(account.key, {})

    def find(self, account_key: str, menu_key: str) -> ContentReply | None:
        return self._replies.get(account_key, {}).get(menu_key)


def _replies(session: Session, account_id: int) -> dict[str, ContentReply]:
    """Of the published menu, and of the personalised ones below their own keys."""
    found = {
        leaf.key: leaf.reply
        for leaf in leaves(newest_menu(session, account_id) or ())
        if leaf.reply is not None
    }
    for variant in list_variants(session, account_id):
        prefix = key_prefix(variant.public_id)
        for leaf in leaves(check_menu(variant.live_tree, variant.name) if variant.live_tree else ()):
            if leaf.reply is not None:
                found[prefix + leaf.key] = leaf.reply
    return found


def click_hook(shelf: MenuShelf, answer_content: Callable[[ContentReply, Turn], Answer]) -> Hook:
    """Answers a click; a page that was opened needs no answer."""

    def answer(turn: Turn) -> Answer:
        match turn.message:
            case Click(menu_key=key) | MenuAction(menu_key=key):
                content = shelf.find(turn.account.key, key)
                return PASS if content is None else answer_content(content, turn)
            case View():
                return SILENT
            case _:
                return PASS

    return Hook("menu", answer)
