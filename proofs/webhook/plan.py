"""What followers send during a run: seeded, mixed, and each recognisable in the database by (openid, kind, content)."""

import itertools
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from proofs.webhook.known import KnownAnswers
from simulator import messages
from simulator.messages import compose, new_msg_id
from simulator.wire import Fields

Manner = Literal["once", "answer_lost", "twin", "hasty"]
"""How the platform delivers: once; again after its answer got lost; twice at the same moment; again after hanging up
early. Whatever is not answered in five seconds is tried again anyway."""

HUMAN = "人工"
QUESTIONS = (
    "公司收了我1000元保证金，合法吗？",
    "加班费怎么算？",
    "试用期最长多久？",
    "没签合同能要双倍工资吗？",
    "工伤怎么申请认定？",
    "年假有几天？",
    "老板拖欠工资找谁？",
    "怀孕了公司能辞退我吗？",
    "怎么加入工会？",
    "困难职工帮扶怎么申请？",
    "高温津贴是多少？",
    "辞职要提前多久说",
)
_MIX = (
    ("question", 30),
    ("keyword", 22),
    ("click", 13),
    ("human", 12),
    ("voice", 8),
    ("image", 8),
    ("follow", 7),
)
_MANNERS: tuple[tuple[Manner, int], ...] = (("once", 62), ("answer_lost", 22), ("twin", 8), ("hasty", 8))


@dataclass(frozen=True, slots=True)
class Shape:
    """What a message is. `kind` and `content` are what the log must say; `expects` is the text that answers it (None:
    ask the healthy service); `help_text` is set where it asks for a person."""

    kind: str
    content: str
    fields: Fields
    expects: str | None = None
    help_text: str | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """One message: whose, what, when and how often."""

    number: int
    openid: str
    shape: Shape
    manner: Manner
    delay_s: float
    msg_id: int | None

    @property
    def identity(self) -> tuple[str, str, str]:
        return self.openid, self.shape.kind, self.shape.content

    @property
    def help_text(self) -> str | None:
        return self.shape.help_text

    def compose(self, to: str, at_s: int) -> str:
        """The XML, the same for every try."""
        return compose(self.shape.fields, to=to, sender=self.openid, at_s=at_s, msg_id=self.msg_id)


class Planner:
    """Makes plans. Combinations of follower and words do not repeat before all were used."""

    def __init__(self, known: KnownAnswers, openids: Sequence[str], chance: random.Random) -> None:
        self._known = known
        self._openids = tuple(openids)
        self._chance = chance
        self._numbers = itertools.count(1)
        self._decks = {
            "question": self._deck(QUESTIONS),
            "voice": self._deck(QUESTIONS),
            "keyword": self._deck(tuple(known.keywords)),
            "click": self._deck(tuple(known.clicks)),
            "follow": self._deck(tuple(known.scenes)),
            "image": self._deck(("",)),
            "human": self._deck(("",)),
        }

    def messages(self, count: int, spread_s: float) -> list[Planned]:
        """`count` mixed messages that arrive at random within `spread_s` seconds."""
        kinds = self._chance.choices(*zip(*_MIX, strict=True), k=count)
        delays = sorted(self._chance.uniform(0, spread_s) for _ in range(count))
        return [self._one(kind, delay) for kind, delay in zip(kinds, delays, strict=True)]

    def questions(self) -> list[Planned]:
        """Every question once."""
        return [self._made("question", self._openids[0], words, "once") for words in QUESTIONS]

    def humans(self, count: int, spread_s: float = 0.0, manner: Manner = "once") -> list[Planned]:
        """`count` requests for a person."""
        return [self._one("human", spread_s * n / count, manner) for n in range(count)]

    def clicks(self, count: int) -> list[Planned]:
        """`count` taps on the menu, all at the same moment."""
        return [self._one("click", 0.0, "once") for _ in range(count)]

    def _deck(self, contents: Sequence[str]) -> Iterator[tuple[str, str]]:
        while True:
            cards = list(itertools.product(self._openids, contents))
            self._chance.shuffle(cards)
            yield from cards

    def _one(self, kind: str, delay_s: float, manner: Manner | None = None) -> Planned:
        openid, content = next(self._decks[kind])
        manner = manner or self._chance.choices(*zip(*_MANNERS, strict=True))[0]
        return self._made(kind, openid, content, manner, delay_s)

    def _made(self, kind: str, openid: str, content: str, manner: Manner, delay_s: float = 0.0) -> Planned:
        number = next(self._numbers)
        shape = self._shape(kind, content, number)
        is_event = shape.kind in ("click", "subscribe")
        msg_id = None if is_event else new_msg_id()
        return Planned(number, openid, shape, manner, delay_s, msg_id)

    def _shape(self, kind: str, content: str, number: int) -> Shape:
        known = self._known
        media_id = f"media-{number}-{self._chance.getrandbits(40):x}"
        shapes: dict[str, Callable[[], Shape]] = {
            "keyword": lambda: Shape("text", content, messages.text(content), known.keywords[content]),
            "question": lambda: Shape("text", content, messages.text(content)),
            "voice": lambda: Shape("voice", content, messages.voice(media_id, recognition=content)),
            "click": lambda: Shape("click", content, messages.click(content), known.clicks[content]),
            "follow": lambda: Shape(
                "subscribe",
                content,
                messages.subscribe(scene=content or None, ticket=f"ticket-{number}"),
                known.scenes[content],
            ),
            "image": lambda: Shape(
                "image", media_id, messages.image("http://127.0.0.1/1.jpg", media_id), known.received
            ),
            "human": lambda: _help_shape(f"欠薪第{number}件"),
        }
        return shapes[kind]()


def _help_shape(help_text: str) -> Shape:
    words = f"{HUMAN} {help_text}"
    return Shape("text", words, messages.text(words), help_text=help_text)
