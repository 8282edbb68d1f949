"""The router: asks the hooks in order, first without effects, then with."""

from collections.abc import Sequence
from dataclasses import dataclass

from chat.answer import PASS, SILENT, Answer, say
from chat.turn import Hook, Turn
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
    """Hooks in order, those that carry on a conversation first. A turn goes to the first that does not PASS; nobody's
    turn is silent."""

    def __init__(self, hooks: Sequence[Hook], conversations: Sequence[Hook] = ()) -> None:
        names = [hook.name for hook in (*conversations, *hooks)]
        if len(set(names)) != len(names):
            raise ValueError(f"two hooks share a name: {names}")
        self._conversations = tuple(conversations)
        self._hooks = (*conversations, *hooks)

    def resumes(self, turn: Turn) -> bool:
        """Does the conversation that `turn.talk` remembers go on with this turn?"""
        return any(hook.wants(turn) for hook in self._conversations)

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
