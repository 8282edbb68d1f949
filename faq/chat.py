"""The FAQ's part in the chat: questions in people's own words, and what follows an answer.

After an answer or a choice the conversation goes on: a number chooses, 「更多」 shows what else there is, 「有用」 and 「没用」 say what
the answer was worth, 「那试用期呢」 is asked of what was asked before, 「十九条」 of the statute that was cited. The Talk holds the ids
that were offered, those still to be offered, the entry that was shown, what was asked, and what was asked back.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from accounts.directory import AccountDirectory, AccountView
from chat.answer import PASS, Answer, Reply, Talk, say
from chat.turn import Conversation, Hook, Turn
from core.clock import SHANGHAI
from core.errors import Invalid
from faq import answers
from faq.calculators.catalog import CALCULATORS
from faq.calculators.chat import CalculatorChat
from faq.citations import parse_citation
from faq.clarify import Clarification, clarifications, clarify
from faq.followup import follows, joined, stripped
from faq.knowledge import Found
from faq.rules import MAX_SUGGESTIONS, Decision, suggestions
from faq.shelf import FaqShelf
from faq.statutes import chat as statutes
from faq.statutes.chat import StatuteChat
from faq.statutes.reading import may_follow
from faq.store import EntryView

TOPIC = "faq_talk"
_NUMERALS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "第一个": 1, "第二个": 2, "第三个": 3}
_MORE = frozenset({"更多", "还有吗", "还有呢", "还有别的吗", "相关问题", "换一批", "下一页", "继续"})
_USEFUL = frozenset({"有用", "有帮助", "解决了", "明白了", "懂了", "👍", "很有用", "有用的"})
_USELESS = frozenset(
    {"没用", "没有用", "无用", "没帮助", "没解决", "答非所问", "不对", "不是这个", "都不是", "👎", "没有帮助"}
)
_ABOUT_AN_ANSWER = _MORE | _USEFUL | _USELESS
_RECKON = frozenset(
    {
        "怎么算",
        "怎么算的",
        "多少钱",
        "能拿多少",
        "赔多少",
        "帮我算",
        "帮我算算",
        "算一下",
        "算一算",
        "具体怎么算",
        "那怎么算",
    }
)
_NONE_OF_OURS = 0.01
"""How sure the nearest entry is of words that have nothing to do with work: 「今天天气」 .004, but 「外地户口」 .03."""

_SAID = 160
"""Letters of a question that are remembered."""


@dataclass(frozen=True, slots=True)
class FaqChat:
    """Answers from the shelf; keeps nothing itself."""

    shelf: FaqShelf
    directory: AccountDirectory
    statutes: StatuteChat
    calculators: CalculatorChat

    def question(self) -> Hook:
        """A question in people's own words."""
        return Hook("faq", self.ask)

    def conversation(self) -> Conversation:
        """Whatever goes on from an answer or a choice."""
        return Conversation(TOPIC, self.may_answer, self.go_on)

    def ask(self, turn: Turn) -> Answer:
        """The answer, a choice of three, or a question back; PASS when nothing is near enough (the fallback names a
        person)."""
        if not turn.said:
            return PASS
        if turn.words in _ABOUT_AN_ANSWER:  # an answer of long ago
            return _noted(say("收到。要接着问的话，请把问题再说一遍，我马上查。"), faq="talk")
        sure = self.shelf.answer(turn.account.key, turn.said)
        if sure is not None:
            unclear = clarify(turn.words, sure.topic)
            return self._answer(turn, sure, turn.said) if unclear is None else _ask_back(*unclear, turn.said)
        return self._decide(turn, turn.said, self._search(turn, turn.said))

    def may_answer(self, turn: Turn) -> bool:
        words = turn.words
        return _number(words) is not None or words in _ABOUT_AN_ANSWER or follows(words) or may_follow(words)

    def go_on(self, turn: Turn) -> Answer:
        """PASS for a question of its own."""
        if turn.talk is None or turn.talk.topic != TOPIC:
            return PASS
        state, words = _State.of(turn.talk), turn.words
        number = _number(words)
        if number is not None:
            return self._choose(turn, state, number)
        if words in _MORE:
            return self._more(turn, state)
        if words in _ABOUT_AN_ANSWER:
            return self._judged(turn, state, useful=words in _USEFUL)
        return self._lean(turn, state)

    def _lean(self, turn: Turn, state: "_State") -> Answer:
        """What leans on the answer shown, or on the question before."""
        shown = self._entry(turn, state.shown)
        if shown is not None and may_follow(turn.words):
            return self._statute(turn, shown)
        if shown is not None and turn.words in _RECKON:
            answer = self._reckon(turn, shown)
            if answer is not PASS:
                return answer
        return self._follow(turn, state) if state.said else PASS

    def _choose(self, turn: Turn, state: "_State", number: int) -> Answer:
        """A number: of the questions that were offered, or of the answers to what was asked back."""
        back = state.clarification
        many = len(back.choices) if back else len(state.ids)
        if not many:
            return PASS
        if not 1 <= number <= many:
            return say(f"请回复 1 到 {many} 之间的数字，或直接换个说法再问。", turn.talk)
        if back:
            asked = back.choices[number - 1].words
            answer = self._decide(turn, asked, self._search(turn, asked), back=False)
            return replace(answer, note=None) if isinstance(answer, Reply) else answer
        entry = self._entry(turn, state.ids[number - 1])
        if entry is None:
            return say("这条内容刚刚调整过，请把您的问题再说一遍。")
        answer = self._answer(turn, entry, state.said or entry.question)
        still = {"ids": list(state.ids), "more": list(state.more)}  # another of them may be wanted next
        return replace(answer, talk=Talk(TOPIC, {**(answer.talk.data if answer.talk else {}), **still}))

    def _more(self, turn: Turn, state: "_State") -> Answer:
        """The next three of what was found, or what is near the answer."""
        more = [entry for id_ in state.more if (entry := self._entry(turn, id_))]
        shown = self._entry(turn, state.shown)
        if not more and shown is not None:
            near = self._search(turn, shown.question).matches
            more = [match.entry for match in near if match.entry.id != shown.id]
        if not more:
            return say("就这些了。换个说法再问，或回复「人工」请工作人员联系您。", turn.talk)
        offer = self._offer(turn, more, state.said, "相关的还有：")
        return replace(offer, note=None)  # nothing new was asked

    def _judged(self, turn: Turn, state: "_State", *, useful: bool) -> Answer:
        shown = self._entry(turn, state.shown)
        code = shown.code if shown else ""
        talk = Talk(TOPIC, {**(turn.talk.data if turn.talk else {}), "judged": True})
        if useful:
            thanks = say("能帮上您就好！还有问题随时问我。", talk)
            return thanks if state.judged else _noted(thanks, faq="useful", entry=code)
        hotline = self._account(turn).profile.hotline
        text = f"抱歉没帮上忙，已经记下来，我们会补上。\n\n您可以换个说法再问，回复「更多」看相近的问题，或回复「人工」请工作人员联系您；急事请拨打 {hotline}。"
        sorry = say(text, talk)
        return sorry if state.judged else _noted(sorry, faq="useless", entry=code, question=state.said)

    def _statute(self, turn: Turn, shown: EntryView) -> Answer:
        """「19条」 after an answer: of the statute it cites first."""
        for citation in shown.citations:
            try:
                cited = parse_citation(citation)
            except Invalid:
                continue
            talk = Talk(statutes.TOPIC, {"law": cited.law, "article": cited.article})
            return self.statutes.go_on(replace(turn, talk=talk))
        return PASS

    def _reckon(self, turn: Turn, shown: EntryView) -> Answer:
        """「怎么算」 after an answer on whose topic there is a calculator."""
        found = next((one for one in CALCULATORS if one.topic and one.topic == shown.topic), None)
        return PASS if found is None else self.calculators.begin(turn, found.key)

    def _follow(self, turn: Turn, state: "_State") -> Answer:
        """A question that leans on the one before; one that stands on its own is left to the hook."""
        new = stripped(turn.words)
        if self.shelf.answer(turn.account.key, new) is not None:
            return PASS
        alone = self._search(turn, new).matches if new != turn.words else ()
        if alone and alone[0].score < _NONE_OF_OURS:
            return PASS  # 「今天天气呢」: whatever was asked before
        asked = joined(turn.words, state.said)[:_SAID]
        found = self._search(turn, asked)
        fresh = [match for match in found.matches if match.entry.id != state.shown]
        if found.decision is Decision.HANDOFF or not fresh:
            return PASS
        if found.decision is Decision.ANSWER and fresh[0] is found.matches[0]:
            return _noted(self._answer(turn, fresh[0].entry, asked), faq="answer")
        head = "您是想问：" if fresh[0] is found.matches[0] else "刚才那条最接近。您是不是还想问："
        return self._offer(turn, suggestions(fresh), asked, head)

    def _decide(self, turn: Turn, asked: str, found: Found, *, back: bool = True) -> Answer:
        match found.decision:
            case Decision.HANDOFF:
                return PASS
            case _ if back and (unclear := clarify(turn.words, found.matches[0].entry.topic)):
                return _ask_back(*unclear, asked)
            case Decision.ANSWER:
                return self._answer(turn, found.matches[0].entry, asked)
            case Decision.SUGGEST:
                return self._offer(turn, suggestions(found.matches, len(found.matches)), asked)

    def _answer(self, turn: Turn, entry: EntryView, asked: str) -> Reply:
        talk = Talk(TOPIC, {"shown": entry.id, "said": asked[:_SAID]})
        return answers.answer(self._account(turn), entry, talk)

    def _offer(self, turn: Turn, entries: Sequence[EntryView], asked: str, head: str = "您是想问：") -> Reply:
        """Up to three to choose from by number; the rest for 「更多」."""
        ids = [entry.id for entry in entries]
        data = {"ids": ids[:MAX_SUGGESTIONS], "more": ids[MAX_SUGGESTIONS:], "said": asked[:_SAID]}
        return _noted(answers.suggest(entries[:MAX_SUGGESTIONS], Talk(TOPIC, data), head), faq="suggest")

    def _search(self, turn: Turn, asked: str) -> Found:
        return self.shelf.ask(turn.account.key, asked, turn.now.astimezone(SHANGHAI).date())

    def _entry(self, turn: Turn, id_: int) -> EntryView | None:
        return self.shelf.entries_of(turn.account.key).by_id.get(id_)

    def _account(self, turn: Turn) -> AccountView:
        return self.directory.get(turn.account.key)


@dataclass(frozen=True, slots=True)
class _State:
    """What the Talk remembers; whatever is not of the form we write (an older version's) is left out."""

    ids: tuple[int, ...]
    more: tuple[int, ...]
    shown: int
    said: str
    judged: bool
    clarification: Clarification | None

    @classmethod
    def of(cls, talk: Talk) -> "_State":
        data, known = talk.data, clarifications()
        back, shown, said = data.get("back"), data.get("shown"), data.get("said")
        return cls(
            _ids(data.get("ids")),
            _ids(data.get("more")),
            shown if isinstance(shown, int) else 0,
            said if isinstance(said, str) else "",
            data.get("judged") is True,
            known[back] if isinstance(back, int) and 0 <= back < len(known) else None,
        )


def _ids(value: object) -> tuple[int, ...]:
    return tuple(one for one in value if isinstance(one, int)) if isinstance(value, list) else ()


def _ask_back(number: int, one: Clarification, asked: str) -> Reply:
    lines = [f"{n}. {choice.label}" for n, choice in enumerate(one.choices, 1)]
    text = f"{one.ask}\n" + "\n".join(lines) + "\n\n回复数字就行；都不是的话，把情况多说两句。"
    return _noted(say(text, Talk(TOPIC, {"back": number, "said": asked[:_SAID]})), faq="suggest")


def _noted(reply: Reply, **note: str) -> Reply:
    """`reply`, and what listeners are told of it."""
    return replace(reply, note=note)


def _number(words: str) -> int | None:
    if words.isascii() and words.isdigit() and len(words) <= 2:
        return int(words)
    return _NUMERALS.get(words)
