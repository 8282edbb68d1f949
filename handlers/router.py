"""The router: asks the hooks in order, first without effects, then with."""

from collections.abc import Sequence
from dataclasses import dataclass

from chat.answer import PASS, SILENT, Answer, say
from chat.turn import Conversation, Hook, Turn
from core.errors import DomainError
from core.logs import get_logger

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Routed:
    """Which hook answered, and what (never PASS)."""

    hook: str
    answer: Answer


NOBODY = Routed("nobody", SILENT)


class Router:
    """Hooks in order, and conversations by topic. A turn goes to the first that does not PASS; nobody's turn is silent."""

    def __init__(self, hooks: Sequence[Hook], conversations: Sequence[Conversation] = ()) -> None:
        names = [*(conversation.topic for conversation in conversations), *(hook.name for hook in hooks)]
        if len(set(names)) != len(names):
            raise ValueError(f"two hooks share a name: {names}")
        self._conversations = {conversation.topic: conversation for conversation in conversations}
        self._hooks = tuple(hooks)

    def topics_for(self, turn: Turn) -> list[str]:
        """Of the conversations that could go on with `turn`, if they are open."""
        return [topic for topic, conversation in self._conversations.items() if conversation.may_answer(turn)]

    def resume(self, turn: Turn) -> Routed | None:
        """What the conversation that `turn.talk` remembers answers; None when it does not go on with this turn."""
        conversation = self._conversations.get(turn.talk.topic) if turn.talk else None
        if conversation is None or not conversation.may_answer(turn):
            return None
        answer = conversation.answer(turn)
        return None if answer is PASS else Routed(conversation.topic, answer)

    def propose(self, turn: Turn) -> Routed | None:
        """The answer, where hooks without effects suffice; None when a hook with effects wants the turn."""
        for hook in self._hooks:
            if not hook.pure:
                if hook.wants(turn):
                    return None
                continue
            answer = hook.answer(turn)
            if answer is not PASS:
                return Routed(hook.name, answer)
        return NOBODY

    def answer(self, turn: Turn) -> Routed:
        """The answer, effects included. Raises what a hook with effects raises, except DomainErrors: their Chinese
        text is the answer."""
        for hook in self._hooks:
            if not (hook.pure or hook.wants(turn)):
                continue
            try:
                answer = hook.answer(turn)
            except DomainError as error:
                log.info("refused_in_chat", hook=hook.name, code=error.code)
                answer = say(error.message)
            if answer is not PASS:
                return Routed(hook.name, answer)
        return NOBODY
