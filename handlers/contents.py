"""Content replies that staff wrote (keywords, menus, welcome), turned into answers; an `entry` is asked of the FAQ."""

from dataclasses import dataclass

from accounts.directory import AccountDirectory
from chat.answer import PASS, Answer
from chat.content import ContentReply, render
from chat.turn import Turn
from faq import answers
from faq.shelf import FaqShelf


@dataclass(frozen=True, slots=True)
class ContentAnswers:
    """Renders content for a turn."""

    faq: FaqShelf
    directory: AccountDirectory

    def answer(self, content: ContentReply, turn: Turn) -> Answer:
        """PASS when it names an entry that does not exist (any more)."""
        if not content.entry:
            return render(content, turn.account)
        entry = self.faq.entries_of(turn.account.key).by_code.get(content.entry)
        return PASS if entry is None else answers.answer(self.directory.get(turn.account.key), entry)
