"""Calculators in the chat: hears a request, asks for what is missing one figure at a time, and says the result.

What was said so far is in the conversation's Talk: {"key", "values", "asked", "step"}, or {"list": true} after the list.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from chat.answer import PASS, Answer, Reply, Talk, say
from chat.turn import Conversation, Hook, Turn
from core.clock import SHANGHAI
from core.errors import Invalid
from faq.calculators.base import Figure, Given, Kind, Value, check, unwritten, written
from faq.calculators.catalog import CALCULATORS, EAR
from faq.calculators.hearing import Hearing, figures_in, place_in_list, read_answer
from faq.calculators.wording import (
    ask_text,
    fitting,
    list_text,
    number,
    quantities,
    result_text,
    unknown_text,
)

TOPIC = "calculator"
_LONGEST_ANSWER = 40
_LONGEST_WORD = 12
"""Letters of an answer without any number."""
_CANCEL = frozenset({"取消", "算了", "不算了", "不算", "退出", "结束", "不用了", "停止", "不想算了"})
_AGAIN = frozenset(
    {"重新算", "重算", "重来", "重新来", "重新开始", "再算一次", "再算一遍", "从头算", "从头来", "重新计算"}
)
_UNKNOWN = re.compile(
    r"(?:我|也|真的?|还|都|这个|具体|一下子?|有点)*(?:不知道|不清楚|不晓得|不了解|忘[了记](?:了)?|不记得|记不[清得]|没注意|没数|跳过|不太?确定)"
    r"(?:了|多少|具体|是?多少钱|怎么填|哪里看|在哪里?看|诶|啊|呢)*|(?:在|去|到)?哪里?(?:能|可以)?[看查找](?:到)?(?:呢|啊)?"
)
_HOTLINE = re.compile(r"1[12][0-9]|12[0-9]{3}|1[3-9][0-9]{9}|.*(?:电话|热线|自杀|跳楼|不想活|救命).*")
"""No figures, whatever was asked for: numbers that people call, and calls for help."""
_NUMERAL = re.compile("[0-9零〇二两三四五六七八九十百千半今昨前去]|一(?![直下般样起定些点切])")
_QUESTION = re.compile(
    "吗|怎么|咋|如何|为什么|为啥|什么|啥|谁|多少|多久|多长|几[天个月年块号]|哪|能不能|可不可以|是不是|有没有|该不该|合法|违法"
)
_CHANGE = re.compile(r"那|如果|要是|假如|假设|换成|改|把|要不")
_NOT_HEARD = "没听懂要改哪一项。请连名字一起说，如「月工资改成6000」"


@dataclass
class _State:
    """A calculation under way: what was said, which figure is asked for (empty: none, there is a result) and how many
    questions were answered before."""

    hearing: Hearing
    values: dict[str, Value] = field(default_factory=dict)
    asked: str = ""
    step: int = 0

    def take(self, said: Mapping[str, Value]) -> None:
        """What was said last holds, also against what says the same in another way."""
        for mark in self.hearing.marks:
            if mark.instead and mark.figure in said and mark.instead not in said:
                self.values.pop(mark.instead, None)
        self.values |= said

    def talk(self) -> Talk:
        values = {name: written(value) for name, value in self.values.items()}
        key = self.hearing.calculator.key
        return Talk(TOPIC, {"key": key, "values": values, "asked": self.asked, "step": self.step})


class CalculatorChat:
    """Knows the calculators of the catalog; keeps nothing itself."""

    def hook(self) -> Hook:
        """A request: 「算加班费」「月薪8000干了3年半被辞退赔多少」「计算器」."""
        return Hook("calculators", self.ask)

    def conversation(self) -> Conversation:
        """Answers to what was asked, a choice from the list, and changes after a result."""
        return Conversation(TOPIC, self.may_answer, self.go_on)

    def ask(self, turn: Turn) -> Answer:
        """Starts a calculation; PASS for everything that does not ask for one."""
        heard = EAR.request(turn.words, _today(turn))
        if heard is None:
            return PASS
        if heard.hearing is None:
            return say(list_text(CALCULATORS, turn.account.h5_url), Talk(TOPIC, {"list": True}))
        return _next(turn, _State(heard.hearing, heard.values))

    def begin(self, turn: Turn, key: str) -> Reply:
        """A calculator from its first question. Raises KeyError."""
        return _next(turn, _State(EAR.by_key[key]))

    def may_answer(self, turn: Turn) -> bool:
        """Short, and neither a question nor a story."""
        words = turn.words
        if not words or len(words) > _LONGEST_ANSWER or _HOTLINE.fullmatch(words):
            return False
        if len(words) > _LONGEST_WORD and not _NUMERAL.search(words):
            return False
        return _UNKNOWN.fullmatch(words) is not None or not _is_question(words)

    def go_on(self, turn: Turn) -> Answer:
        """Goes on with the calculation in `turn.talk`; PASS leaves it."""
        if turn.talk is None or turn.talk.topic != TOPIC:
            return PASS
        if turn.words in _CANCEL:
            return say("好的，不算了。想算的时候，回复「计算器」就行。")
        if turn.talk.data.get("list"):
            return _choose(turn, turn.talk)
        state = _state_of(turn.talk)
        if state is None or _asks_anew(turn, state):
            return PASS
        if turn.words in _AGAIN:
            return _next(turn, _State(state.hearing))
        return _answered(turn, state) if state.asked else _changed(turn, state)


def _today(turn: Turn) -> date:
    return turn.now.astimezone(SHANGHAI).date()


def _is_question(words: str) -> bool:
    """「那月薪6000能拿多少」 is none: it changes a figure."""
    return _QUESTION.search(words) is not None and not (_CHANGE.match(words) and _NUMERAL.search(words))


def _choose(turn: Turn, talk: Talk) -> Answer:
    """A number after the list, or a calculator's name."""
    place = place_in_list(turn.words)
    if place is None:
        named = EAR.named(turn.words)
        return PASS if named is None else _next(turn, _State(named))
    if place not in range(1, len(CALCULATORS) + 1):
        return say(f"请回复 1 到 {len(CALCULATORS)} 之间的数字，或回复「取消」。", talk)
    return _next(turn, _State(EAR.by_key[CALCULATORS[int(place) - 1].key]))


def _state_of(talk: Talk) -> _State | None:
    """What the talk remembers; None where it is of another version of the catalog."""
    try:
        hearing = EAR.by_key[talk.data["key"]]
        figures = {figure.name: figure for figure in hearing.calculator.figures}
        values = {name: unwritten(figures[name], text) for name, text in talk.data["values"].items()}
        asked = talk.data["asked"]
        if asked and asked not in figures:
            return None
        return _State(hearing, values, asked, int(talk.data["step"]))
    except (KeyError, ValueError, TypeError, AttributeError, Invalid):
        return None


def _asks_anew(turn: Turn, state: _State) -> bool:
    """A whole request of its own, which the hook answers; but not 「那月薪6000赔多少」 about the same."""
    heard = EAR.request(turn.words, _today(turn))
    if heard is None:
        return False
    return heard.hearing is not state.hearing or not heard.values or not _CHANGE.match(turn.words)


def _answered(turn: Turn, state: _State) -> Answer:
    """The answer to the figure that was asked for, perhaps with others."""
    figure = state.hearing.figure(state.asked)
    if _UNKNOWN.fullmatch(turn.words):
        return _ask(turn, state, figure, unknown_text(figure) + "\n")
    try:
        said = _understood(turn, state, figure)
    except Invalid as error:
        return _ask(turn, state, figure, f"{error.message}。")
    if not said:
        return PASS
    state.take(said)
    state.step += figure.name in said
    return _next(turn, state)


def _understood(turn: Turn, state: _State, figure: Figure) -> dict[str, Value]:
    """The figures in an answer; empty for none. Raises Invalid for an answer of the wrong form."""
    text, today = turn.words.replace(" ", ""), _today(turn)
    others = figures_in(state.hearing, text, today, alone=False)
    if figure.name in others:
        return others
    try:
        value = read_answer(state.hearing, figure, turn.words, today)
    except Invalid:
        if others:
            return others
        raise
    if value is None:
        return others
    check(figure, value)
    # A single number is the one that was asked for, whatever words are beside it.
    return {name: other for name, other in others.items() if isinstance(other, str)} | {figure.name: value}


def _changed(turn: Turn, state: _State) -> Answer:
    """「那月薪6000呢」「工龄改成5年」「5年呢」 after a result."""
    text, today = turn.words.replace(" ", ""), _today(turn)
    said = (
        figures_in(state.hearing, text, today, alone=False)
        or _by_unit(state, text, today)
        or _other_choice(state, text, today)
    )
    if said:
        state.take(said)
        return _next(turn, state)
    if number(text) is not None or (_CHANGE.match(text) and quantities(text, today)):
        return say(f"{_NOT_HEARD}；不改了就回复「取消」。", state.talk())
    return PASS


def _by_unit(state: _State, text: str, today: date) -> dict[str, Value]:
    """A quantity whose unit only one of the figures has that were given."""
    found: dict[str, Value] = {}
    for quantity in quantities(text, today):
        fits = {
            name: value
            for name in state.values
            if (figure := state.hearing.figure(name)).kind is quantity.kind
            and (value := fitting(figure, quantity)) is not None
        }
        if len(fits) == 1:
            found |= fits
    return found


def _other_choice(state: _State, text: str, today: date) -> dict[str, Value]:
    """「工作场所改成室内」: a choice after its label."""
    for figure in state.hearing.calculator.figures:
        if figure.kind is Kind.CHOICE and figure.label in text:
            rest = re.sub("^(?:改[成为]?|换成|选)+|呢$", "", text.partition(figure.label)[2])
            try:
                value = read_answer(state.hearing, figure, rest, today)
            except Invalid:
                return {}
            return {} if value is None else {figure.name: value}
    return {}


def _next(turn: Turn, state: _State) -> Reply:
    """Asks for the next figure, or says the result."""
    for name in list(state.values):
        figure = state.hearing.figure(name)
        try:
            check(figure, state.values[name])
        except Invalid as error:
            del state.values[name]
            return _ask(turn, state, figure, f"{error.message}。")
    calculator = state.hearing.calculator
    given = Given(state.values, _today(turn))
    missing = calculator.missing(given)
    if missing:
        return _ask(turn, state, missing[0])
    state.asked = ""
    try:
        result = calculator.compute(given)
    except Invalid as error:
        again = "请把要改的说一遍，如「月工资改成6000」；回复「重新算」从头来，「取消」就不算了。"
        return say(f"【{calculator.title}】{error.message}。\n\n{again}", state.talk())
    return say(result_text(calculator, given, result, turn.account.h5_url), state.talk())


def _ask(turn: Turn, state: _State, figure: Figure, problem: str = "") -> Reply:
    """The question for `figure`. How many steps there are may change with the answers."""
    calculator = state.hearing.calculator
    state.asked = figure.name
    missing = {missing.name for missing in calculator.missing(Given(state.values, _today(turn)))}
    steps = state.step + len(missing | {figure.name})
    return say(ask_text(calculator, figure, state.step + 1, steps, problem), state.talk())
