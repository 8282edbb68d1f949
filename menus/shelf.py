"""What a click on the menu answers, in memory, and the hook that answers it."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from accounts.directory import AccountDirectory
from chat.answer import PASS, SILENT, Answer
from chat.content import ContentReply
from chat.turn import Hook, Turn
from menus.rules import leaves
from menus.service import newest_menu
from wechat.messages import Click, MenuAction, View


class MenuShelf:
    """Replies by account key and menu key."""

    def __init__(self, directory: AccountDirectory) -> None:
        self._directory = directory
        self._replies: dict[str, dict[str, ContentReply]] = {}

    def load(self, session: Session) -> None:
        self._replies = {
            account.key: {
                leaf.key: leaf.reply
                for leaf in leaves(newest_menu(session, account.id) or ())
                if leaf.reply is not None
            }
            for account in self._directory.all()
        }

    def find(self, account_key: str, menu_key: str) -> ContentReply | None:
        return self._replies.get(account_key, {}).get(menu_key)


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
