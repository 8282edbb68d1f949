"""Entries in memory, in layers: what a union has of its own lies upon what it inherits, which many share.

Built by `Layers` for the shelf. Which layers there are: the unions from the top of the tree down; the first with entries is the
base. One with more entries of its own than it inherits stands alone: a base of all it has.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from faq.ranking import Phrased, Topic
from faq.samples import digest, fingerprint, phrasings
from faq.spelling import Speller
from faq.store import EntryView, inherit
from faq.synonyms import Table, merge, shipped_synonyms

_K = TypeVar("_K")


class EntrySet:
    """The entries of one layer, and what tells those of a topic apart. Immutable."""

    def __init__(
        self, entries: Iterable[EntryView], speller: Speller, before: "EntrySet | None" = None
    ) -> None:
        """What `before` (a set with the same speller) had worked out for entries and topics that stay is taken over: one
        changed entry must be in the chat within two seconds."""
        self.entries: tuple[EntryView, ...] = tuple(entries)
        self.speller = speller
        self.by_id = {entry.id: entry for entry in self.entries}
        self.by_code = {entry.code: entry for entry in self.entries}
        self.by_public_id = {entry.public_id: entry for entry in self.entries}
        self.topics = tuple(entry.topic for entry in self.entries)
        self.digests = tuple(digest(entry) for entry in self.entries)
        self.fingerprint = fingerprint(self.entries, speller)
        self.mark = self._mark()
        """Names what can be found, and on which days: the same in every process."""
        spelt = {} if before is None else dict(zip(before.entries, before.phrased, strict=True))
        self.phrased: tuple[Phrased, ...] = tuple(
            spelt.get(entry) or _phrased(entry, speller) for entry in self.entries
        )
        self.by_phrasing = {
            text: position
            for position in reversed(range(len(self.entries)))
            for text in self.phrased[position].phrasings
            if text
        }
        self._topics: dict[str, Topic] | None = None
        self._topics_before = (before and before._topics) or {}
        # Those that may be left out must not take the places of those that stay.
        self.dated = sum(
            entry.valid_from is not None or entry.valid_until is not None for entry in self.entries
        )

    def by_topic(self) -> dict[str, Topic]:
        """What tells the entries of each topic apart, where any classifier may come to know them; made when first asked for."""
        if self._topics is None:
            self._topics = self._made_topics(self._topics_before)
            self._topics_before = {}
        return self._topics

    def _made_topics(self, before: Mapping[str, Topic]) -> dict[str, Topic]:
        members: dict[str, list[int]] = defaultdict(list)
        if self.fingerprint:
            for position, topic in enumerate(self.topics):
                members[topic].append(position)
        made: dict[str, Topic] = {}
        for name, positions in members.items():
            entries = [self.phrased[position] for position in positions]
            known = before.get(name)
            same = known is not None and known.is_of(positions, entries)
            made[name] = known if known is not None and same else Topic(positions, entries)
        return made

    def _mark(self) -> str:
        name = hashlib.blake2b(repr(self.speller.synonyms).encode(errors="replace"), digest_size=8)
        for one, entry in zip(self.digests, self.entries, strict=True):
            name.update(f"{one} {entry.valid_from} {entry.valid_until}\n".encode())
        return name.hexdigest()


def _phrased(entry: EntryView, speller: Speller) -> Phrased:
    return Phrased([speller.spell(text) for text in phrasings(entry)], speller.spell(entry.answer))


class Layer:
    """A union's own entries (`own`) upon those that it inherits (`above`; None for a base). Immutable.

    A position names an entry: those above come first, own ones from `first` on.
    """

    def __init__(self, own: EntrySet, above: "Layer | None" = None) -> None:
        self.own = own
        self.above = above
        self.first: int = above.end if above is not None else 0
        self.end: int = self.first + len(own.entries)
        self.by_id: Mapping[int, EntryView] = own.by_id
        self.by_code: Mapping[str, EntryView] = own.by_code
        self.by_public_id: Mapping[str, EntryView] = own.by_public_id
        self.replaced: tuple[EntryView, ...] = ()
        """What was inherited before an own entry got its code."""
        self.hidden: frozenset[int] = frozenset()
        """Ids of all entries above that were replaced, here or on the way."""
        self.dated = own.dated
        if above is not None:
            self.replaced = tuple(above.by_code[code] for code in own.by_code if code in above.by_code)
            self.hidden = above.hidden.union(entry.id for entry in self.replaced)
            self.by_id = _Inherited(own.by_id, above.by_id, self.shows)
            self.by_code = _Inherited(own.by_code, above.by_code, self.shows)
            self.by_public_id = _Inherited(own.by_public_id, above.by_public_id, self.shows)
            self.dated += above.dated
        self.count: int = len(own.entries) + (above.count - len(self.replaced) if above is not None else 0)
        """How many entries there are."""
        self.mark: str = hashlib.blake2b(
            f"{own.mark} {above.mark if above is not None else ''}".encode(), digest_size=8
        ).hexdigest()
        """Another one when something else can be found, the day and answers' wordings apart; the same in every process."""

    @property
    def base(self) -> "Layer":
        """The undermost, which may be shared by many."""
        return self if self.above is None else self.above.base

    @property
    def entries(self) -> Sequence[EntryView]:
        """All, own ones first; put together anew each time."""
        if self.above is None:
            return self.own.entries
        return (*self.own.entries, *filter(self.shows, self.above.entries))

    @property
    def speller(self) -> Speller:
        return self.own.speller

    def shows(self, entry: EntryView) -> bool:
        """Has no own entry its place?"""
        return entry.id not in self.hidden

    def entry_at(self, position: int) -> EntryView:
        layer = self
        while layer.above is not None and position < layer.first:
            layer = layer.above
        return layer.own.entries[position - layer.first]

    def topic_at(self, position: int) -> str:
        return self.entry_at(position).topic

    def same(self, spelled: str) -> int | None:
        """The position of the entry that is put in just these words; the nearest union's."""
        layer: Layer | None = self
        while layer is not None:
            found = layer.own.by_phrasing.get(spelled)
            if found is not None and self.shows(layer.own.entries[found]):
                return layer.first + found
            layer = layer.above
        return None


class _Inherited(Mapping[_K, EntryView]):
    """What a layer has under its keys, and of those above what it shows."""

    def __init__(
        self,
        own: Mapping[_K, EntryView],
        above: Mapping[_K, EntryView],
        shows: Callable[[EntryView], bool],
    ) -> None:
        self._own, self._above, self._shows = own, above, shows

    def __getitem__(self, key: _K) -> EntryView:
        own = self._own.get(key)
        if own is not None:
            return own
        above = self._above[key]
        if not self._shows(above):
            raise KeyError(key)
        return above

    def __iter__(self) -> Iterator[_K]:
        yield from self._own
        yield from (key for key, entry in self._above.items() if key not in self._own and self._shows(entry))

    def __len__(self) -> int:
        return sum(1 for _ in self)


Chain = tuple[int, ...]
"""A union's id, then those above it up to the root."""


class Layers:
    """The layers of all unions, each made once; what did not change since `before` is taken over."""

    def __init__(
        self,
        entries: Mapping[int, list[EntryView]],
        synonyms: Mapping[int, Table],
        before: "Layers | None" = None,
    ) -> None:
        """`entries` and `synonyms`: each union's own."""
        self._entries = entries
        self._synonyms = synonyms
        self._before = before._made if before is not None else {}
        self._made: dict[Chain, Layer | None] = {(): None}
        self._spellers: dict[tuple[tuple[str, str], ...], Speller] = {
            layer.speller.synonyms: layer.speller for layer in self._before.values() if layer is not None
        }

    def get(self, chain: Chain) -> Layer | None:
        """What the union at the end of `chain` has; None where there is nothing."""
        if chain not in self._made:
            self._made[chain] = self._make(chain)
        return self._made[chain]

    def _make(self, chain: Chain) -> Layer | None:
        above, own = self.get(chain[1:]), self._entries.get(chain[0], [])
        if not own and (above is None or not self._synonyms.get(chain[0])):
            return above
        if above is None or len(own) > above.count:
            above, own = None, inherit(self._entries.get(one, []) for one in chain)
        speller = self._speller(chain)
        known = self._before.get(chain)
        if known is None or known.speller is not speller:
            return Layer(EntrySet(own, speller), above)
        if known.own.entries != tuple(own):
            return Layer(EntrySet(own, speller, known.own), above)
        return known if known.above is above else Layer(known.own, above)

    def _speller(self, chain: Chain) -> Speller:
        if not self._synonyms.get(chain[0]) and chain[1:]:
            return self._speller(chain[1:])
        kept = [self._synonyms.get(one, {}) for one in chain]
        synonyms = tuple(sorted(merge([*kept, shipped_synonyms()]).items()))
        if synonyms not in self._spellers:
            self._spellers[synonyms] = Speller(dict(synonyms))
        return self._spellers[synonyms]
