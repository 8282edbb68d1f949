"""All statutes in memory: by name, by what people call them, and article by article."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from faq.statutes.names import known_name, name_key, rank
from faq.statutes.store import ArticleView, StatuteView, list_statutes


class Volume:
    """A statute with its articles by number. Immutable."""

    def __init__(self, statute: StatuteView) -> None:
        self.statute = statute
        self._position = {article.key: position for position, article in enumerate(statute.articles)}

    @property
    def name(self) -> str:
        return self.statute.name

    @property
    def articles(self) -> tuple[ArticleView, ...]:
        return self.statute.articles

    @property
    def titled(self) -> str:
        """《劳动合同法》（2012年修正）."""
        return f"《{self.name}》（{self.statute.edition}）"

    def article(self, number: int, branch: int = 0) -> ArticleView | None:
        position = self._position.get((number, branch))
        return None if position is None else self.articles[position]

    def beside(self, number: int, branch: int, step: int) -> ArticleView | None:
        """The next (`step` 1) or the last article (-1) seen from one that exists; number 0 stands before the first."""
        position = self._position.get((number, branch), -1) + step
        return self.articles[position] if 0 <= position < len(self.articles) else None

    @property
    def itemised(self) -> bool:
        """Is it a notice whose parts are numbered 一、二、三, which we call articles?"""
        first = self.articles[0]
        return first.chapter.startswith("一、")


class Library:
    """A set of statutes. Immutable; every look-up is one or two in a dictionary."""

    def __init__(self, statutes: Iterable[StatuteView]) -> None:
        ordered = sorted(statutes, key=lambda statute: rank(statute.name))
        self.volumes = tuple(Volume(statute) for statute in ordered)
        self._by_name = {volume.name: volume for volume in self.volumes}
        self._by_key = {name_key(volume.statute.title): volume for volume in self.volumes}
        self._by_key |= {name_key(volume.name): volume for volume in self.volumes}

    def __len__(self) -> int:
        return len(self.volumes)

    def find(self, said: str) -> Volume | None:
        """The statute that `said` names: 劳动合同法, 《中华人民共和国劳动合同法》, 工伤条例, 司法解释一."""
        key = name_key(said)
        return self._by_key.get(key) or self._by_name.get(known_name(key) or "")


class StatuteShelf:
    """The library at work; `load` swaps in a new one at once."""

    def __init__(self) -> None:
        self.library = Library(())

    def load(self, session: Session) -> None:
        self.library = Library(list_statutes(session))
