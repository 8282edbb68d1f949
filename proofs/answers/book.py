"""The statutes as far as they are known here: their facts from laws.yaml and, where it is at hand, the text itself."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from faq.citations import Law
from faq.statutes.names import known_name, name_key
from faq.statutes.numbering import NUMERAL, is_item, label, read_number
from faq.statutes.text import ArticleText, StatuteText, read_folder

_PLACE = (
    rf"第(?P<number>{NUMERAL})条(?:之(?P<branch>{NUMERAL}))?"
    rf"(?:第(?P<paragraph>{NUMERAL})款)?(?:第[（(]?(?P<item>{NUMERAL})[）)]?项)?"
)
_WHOLE = re.compile(rf"《(?P<law>[^《》]+)》{_PLACE}")
_NAMED = re.compile(rf"《(?P<law>[^《》]+)》(?:[（(][^（）()]*[）)])?(?=第)|{_PLACE}")


@dataclass(frozen=True, slots=True)
class Reference:
    """A place in a statute; what is not named is 0."""

    law: str
    number: int
    branch: int = 0
    paragraph: int = 0
    item: int = 0

    @property
    def article(self) -> tuple[str, int, int]:
        return self.law, self.number, self.branch

    def __str__(self) -> str:
        return f"《{self.law}》{label(self.number, self.branch)}"


def read_reference(citation: str) -> Reference | None:
    """A citation of the form 《劳动合同法》第九条第二款第一项; None for anything else."""
    found = _WHOLE.fullmatch(citation.strip())
    return _reference(found["law"], found) if found else None


def references_in(text: str) -> list[Reference]:
    """All that running text cites. 第N条 on its own is of the law cited last: 《劳动合同法》第九条 …… 第八十四条."""
    found: list[Reference] = []
    law = ""
    for part in _NAMED.finditer(text):
        if part["law"]:
            law = part["law"]
        elif law:
            found.append(_reference(law, part))
    return found


def _reference(law: str, place: re.Match[str]) -> Reference:
    numbers = [read_number(place[part] or "0") for part in ("number", "branch", "paragraph", "item")]
    return Reference(known_name(name_key(law)) or law, *numbers)


class Book:
    """Facts and texts by the law's name. Immutable. Of several versions of a text, the one laws.yaml names counts."""

    def __init__(self, laws: Mapping[str, Law], texts: Sequence[StatuteText]) -> None:
        self._laws = dict(laws)
        newest = {text.name: text for text in sorted(texts, key=lambda text: text.version)}
        named = {text.name: text for text in texts if self._dated(text)}
        self.texts = newest | named
        self.articles = {
            (name, article.number, article.branch): article
            for name, text in self.texts.items()
            if self._dated(text)
            for article in text.articles
        }
        """Of the texts whose version is the one laws.yaml names: these are what citations are compared with."""

    @classmethod
    def read(cls, laws: Mapping[str, Law], folder: Path) -> "Book":
        """Texts from the files of `folder`. Raises Invalid when there are none."""
        return cls(laws, read_folder(folder).texts)

    @property
    def laws(self) -> tuple[Law, ...]:
        return tuple(self._laws.values())

    def _dated(self, text: StatuteText) -> bool:
        law = self._laws.get(text.name)
        return law is not None and law.version == text.version.isoformat()

    def check_law(self, law: Law) -> str | None:
        """What is wrong with a law's facts, going by its text; None as well where there is no text."""
        text = self.texts.get(law.name)
        if text is None or not (law.text or self._dated(text)):
            return None
        if not self._dated(text):
            return f"《{law.name}》：laws.yaml 写的版本是 {law.version}，手边全文的版本是 {text.version}"
        count = sum(not article.branch for article in text.articles)
        if count != law.articles:
            return f"《{law.name}》：laws.yaml 写有 {law.articles} 条，全文有 {count} 条"
        return None

    def check(self, place: Reference) -> str | None:
        """What is wrong with a reference, in Chinese; None when it exists as far as is known here."""
        law = self._laws.get(place.law)
        if law is None:
            return f"laws.yaml 里没有《{place.law}》"
        if not 1 <= place.number <= law.articles:
            return f"《{law.name}》只有 {law.articles} 条，没有{label(place.number, place.branch)}"
        if not any(known == law.name for known, _, _ in self.articles):
            return None
        article = self.articles.get(place.article)
        if article is None:
            return f"{place}在全文里找不到"
        return _check_within(place, article)


def _check_within(place: Reference, article: ArticleText) -> str | None:
    lines = article.text.split("\n")
    if place.paragraph:
        paragraphs = _paragraphs(lines)
        if place.paragraph > len(paragraphs):
            return f"{place}只有 {len(paragraphs)} 款，没有第 {place.paragraph} 款"
        lines = paragraphs[place.paragraph - 1]
    items = sum(is_item(line) for line in lines)
    if place.item > items:
        return f"{place}在那里只有 {items} 项，没有第 {place.item} 项"
    return None


def _paragraphs(lines: Sequence[str]) -> list[list[str]]:
    """The paragraphs (款), each with the items (项) that belong to it."""
    found: list[list[str]] = []
    for line in lines:
        if found and is_item(line):
            found[-1].append(line)
        else:
            found.append([line])
    return found
