"""The FAQ's part in the chat: a number after a suggestion, and questions in people's own words."""

from dataclasses import dataclass

from accounts.directory import AccountDirectory
from chat.answer import PASS, Answer, say
from chat.turn import Conversation, Hook, Turn
from core.clock import SHANGHAI
from faq import answers
from faq.rules import Decision
from faq.shelf import FaqShelf

_NUMERALS = {"一": 1, "二": 2, "两": 2, "三": 3, "第一个": 1, "第二个": 2, "第三个": 3}


@dataclass(frozen=True, slots=True)
class FaqChat:
    """Answers from the shelf; keeps nothing itself."""

    shelf: FaqShelf
    directory: AccountDirectory

    def conversation(self) -> Conversation:
        """A number after a suggestion."""
        return Conversation(answers.CHOICE, lambda turn: _number(turn.words) is not None, self.choose)

    def question(self) -> Hook:
        """A question in people's own words."""
        return Hook("faq", self.ask)

    def choose(self, turn: Turn) -> Answer:
        """A number answers what was suggested last; anything else is a new question."""
        number = _number(turn.words)
        if number is None or turn.talk is None or turn.talk.topic != answers.CHOICE:
            return PASS
        ids = turn.talk.data.get("ids", [])
        if not 1 <= number <= len(ids):
            return say(f"请回复 1 到 {len(ids)} 之间的数字，或直接换个说法再问。", turn.talk)
        entry = self.shelf.entries_of(turn.account.key).by_id.get(ids[number - 1])
        if entry is None:
            return say("这条内容刚刚调整过，请把您的问题再说一遍。")
        return answers.answer(self.directory.get(turn.account.key), entry)

    def ask(self, turn: Turn) -> Answer:
        """The answer, or a choice of three; PASS when nothing is near enough (the fallback names a person)."""
        if not turn.said:
            return PASS
        sure = self.shelf.answer(turn.account.key, turn.said)
        if sure is not None:
            return answers.answer(self.directory.get(turn.account.key), sure)
        found = self.shelf.ask(turn.account.key, turn.said, turn.now.astimezone(SHANGHAI).date())
        match found.decision:
            case Decision.ANSWER:
                return answers.answer(self.directory.get(turn.account.key), found.matches[0].entry)
            case Decision.SUGGEST:
                return answers.suggest(found.matches)
            case Decision.HANDOFF:
                return PASS


def _number(words: str) -> int | None:
    if words.isascii() and words.isdigit() and len(words) <= 2:
        return int(words)
    return _NUMERALS.get(words)
