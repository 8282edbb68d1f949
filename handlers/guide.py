"""Keyword rules in the chat: the hook that answers, and the conversation through a rule's numbered choices.

The Talk holds the rule's code and the numbers that were chosen; the texts are read from the rule as it is now.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chat.answer import PASS, Answer, Reply, Talk, say
from chat.content import ContentReply, fill
from chat.turn import Conversation, Hook, Turn
from handlers.contents import ContentAnswers
from handlers.keywords import KeywordShelf, Rule
from handlers.replies import GuideReply, Question, RandomReply, RuleReply

TOPIC = "guide"
_NUMERALS = {numeral: number for number, numeral in enumerate("一二三四五六七八九", 1)}
_BACK = frozenset({"0", "返回", "返回上一级", "上一级", "上一步", "后退"})
_END = frozenset({"退出", "结束", "取消", "不用了"})


@dataclass(frozen=True, slots=True)
class KeywordChat:
    """Answers from the shelf; keeps nothing itself."""

    shelf: KeywordShelf
    contents: ContentAnswers

    def hook(self) -> Hook:
        """Words that a rule matches."""
        return Hook("keyword", self.answer)

    def conversation(self) -> Conversation:
        """A number, or the way back."""
        return Conversation(TOPIC, lambda turn: _number(turn.words) is not None or _leaves(turn), self.go_on)

    def answer(self, turn: Turn) -> Answer:
        rule = self.shelf.find(turn.account.key, turn.words, turn.now)
        return PASS if rule is None else self._reply(turn, rule, rule.reply, ())

    def go_on(self, turn: Turn) -> Answer:
        """PASS when no guide is under way, or its rule is gone."""
        talk = turn.talk
        if talk is None or talk.topic != TOPIC:
            return PASS
        rule = self.shelf.rules_of(turn.account.key).by_code.get(str(talk.data.get("code")))
        path = tuple(talk.data.get("path", ()))
        if rule is None or not rule.enabled or _at(rule.reply, path) is None:
            return say("这组选项刚刚调整过，请把您想问的再说一遍。")
        if turn.words in _END:
            return say("好的，已结束。还有别的问题，随时告诉我。")
        if turn.words in _BACK:
            return self._back(turn, rule, path)
        return self._choose(turn, rule, path, _number(turn.words) or 0)

    def _back(self, turn: Turn, rule: Rule, path: tuple[int, ...]) -> Answer:
        if not path:
            return say("好的，已回到开头。还有别的问题，随时告诉我。")
        up = path[:-1]
        reply = _at(rule.reply, up)
        return PASS if reply is None else self._reply(turn, rule, reply, up)

    def _choose(self, turn: Turn, rule: Rule, path: tuple[int, ...], number: int) -> Answer:
        """Below the last question that was shown: after a reply, another of its choices may be wanted."""
        here = _at(rule.reply, path)
        if not isinstance(here, GuideReply):
            path = path[:-1]
            here = _at(rule.reply, path)
        if not isinstance(here, GuideReply):
            return PASS
        many = len(here.menu.choices)
        if not 1 <= number <= many:
            return say(f"请回复 1 到 {many} 之间的数字，回复 0 返回。", turn.talk)
        chosen = here.menu.choices[number - 1]
        return self._reply(turn, rule, chosen.reply, (*path, number))

    def _reply(self, turn: Turn, rule: Rule, reply: RuleReply, path: tuple[int, ...]) -> Answer:
        talk = Talk(TOPIC, {"code": rule.code, "path": list(path)})
        if isinstance(reply, GuideReply):
            return say(fill(question_text(reply.menu, first=not path), turn.account), talk)
        answer = self.contents.answer(_content(reply, turn), turn)
        if not path:
            return answer
        if answer is PASS:
            return say("这条内容刚刚调整过，请选别的，或回复 0 返回。", talk)
        return replace(answer, talk=talk) if isinstance(answer, Reply) else answer


def question_text(question: Question, *, first: bool) -> str:
    """A question as followers see it."""
    lines = [f"{number}. {choice.label}" for number, choice in enumerate(question.choices, 1)]
    return f"{question.ask}\n\n" + "\n".join(lines) + f"\n\n回复数字选择，0 {'退出' if first else '返回'}"


def _content(reply: ContentReply | RandomReply, turn: Turn) -> ContentReply:
    return reply.pick(turn.message.key) if isinstance(reply, RandomReply) else reply


def _at(reply: RuleReply, path: Sequence[int]) -> RuleReply | None:
    """What the numbers lead to; None when they lead nowhere (any more)."""
    for number in path:
        if not isinstance(reply, GuideReply) or not 1 <= number <= len(reply.menu.choices):
            return None
        reply = reply.menu.choices[number - 1].reply
    return reply


def _number(words: str) -> int | None:
    """1–99 as it is typed or spoken."""
    if words.isascii() and words.isdigit() and len(words) <= 2:
        return int(words)
    return _NUMERALS.get(words)


def _leaves(turn: Turn) -> bool:
    return turn.words in _BACK or turn.words in _END
