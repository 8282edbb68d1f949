"""The knowledge in memory: for each account what its union has, in layers that accounts share, with the classifiers below."""

import threading
from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy.orm import Session

from accounts.directory import AccountDirectory
from faq.classifier import Classifier
from faq.knowledge import Found, Knowledge
from faq.layers import EntrySet, Layer, Layers
from faq.rules import Thresholds
from faq.spelling import Speller
from faq.store import EntryView, LiveEntries
from faq.synonyms import all_synonyms
from faq.trained import Library


class FaqShelf:
    """The knowledge of all accounts, by account key."""

    def __init__(self, directory: AccountDirectory, thresholds: Thresholds, library: Library) -> None:
        self._directory = directory
        self._thresholds = thresholds
        self._library = library
        self._nothing = Knowledge(Layer(EntrySet([], Speller({}))), None)
        self._entries = LiveEntries()
        self._layers = Layers({}, {})
        self._known: dict[str, Knowledge] = {}
        # The worker's jobs load at the same time: the later must see what the earlier made.
        self._loading = threading.Lock()

    def load(self, session: Session) -> None:
        """Read all entries and synonyms and swap the new layers in at once; one that did not change keeps its index."""
        with self._loading:
            layers = Layers(self._entries.read(session), all_synonyms(session), self._layers)
            of_accounts = {
                account.key: layer
                for account in self._directory.all()
                if (layer := layers.get(account.organisation_ids)) is not None
            }
            self._known = self._with_classifiers(session, of_accounts)
            self._layers = layers

    def load_classifiers(self, session: Session) -> None:
        """Take classifiers that were fitted since."""
        with self._loading:
            layers = {key: known.entries for key, known in self._known.items()}
            self._known = self._with_classifiers(session, layers)

    def _with_classifiers(self, session: Session, layers: Mapping[str, Layer]) -> dict[str, Knowledge]:
        fitted = self._library.fetch(session, (layer.base.own.fingerprint for layer in layers.values()))
        classifiers: dict[int, Classifier] = {}
        for key, layer in layers.items():
            if key in self._known and (before := self._known[key].classifier) is not None:
                # Until the new one is fitted, the one before it knows most of the topics.
                classifiers.setdefault(id(layer.base), before)
        making = _Making(fitted, classifiers, self._known.values())
        return {key: making.of(layer) for key, layer in layers.items()}

    def unfitted(self) -> list[Knowledge]:
        """The distinct bases whose own classifier is still to be fitted."""
        bases = [known.base for known in self._known.values()]
        known = {one.entries.own.fingerprint: one for one in bases if not one.fitted}
        return [one for name, one in known.items() if name]

    def fingerprints(self) -> set[str]:
        """Of all distinct bases."""
        return {known.base.entries.own.fingerprint for known in self._known.values()}

    def mark(self, account_key: str) -> str:
        """`Knowledge.mark` of an account."""
        return self._of(account_key).mark

    def entries_of(self, account_key: str) -> Layer:
        """What an account has; empty for one without entries."""
        return self._of(account_key).entries

    def answer(self, account_key: str, question: str) -> EntryView | None:
        """The entry that `ask` would answer with, where that can be told at once; None says nothing."""
        return self._of(account_key).answer(question, self._thresholds)

    def ask(self, account_key: str, question: str, today: date, limit: int = 10) -> Found:
        """The decision and up to `limit` matches (two at least, or no lead could be seen)."""
        return self._of(account_key).ask(question, today, self._thresholds, limit)

    def _of(self, account_key: str) -> Knowledge:
        return self._known.get(account_key, self._nothing)


class _Making:
    """Makes what each layer's accounts know, from the base up; what did not change is taken over."""

    def __init__(
        self,
        fitted: Mapping[str, Classifier],
        others: Mapping[int, Classifier],
        before: Iterable[Knowledge],
    ) -> None:
        """`fitted`: classifiers by what they were fitted to. `others`: for a base (by its id) whose own is still to come."""
        self._fitted = fitted
        self._others = others
        every = list({id(one): one for known in before for one in known.stack()}.values())
        self._before = {id(one.entries): one for one in every}
        self._before_by_own = {id(one.entries.own): one for one in every}
        self._made: dict[int, Knowledge] = {}

    def of(self, layer: Layer) -> Knowledge:
        """What the accounts of `layer` know."""
        if id(layer) not in self._made:
            self._made[id(layer)] = self._make(layer)
        return self._made[id(layer)]

    def _make(self, layer: Layer) -> Knowledge:
        above = self.of(layer.above) if layer.above is not None else None
        own = self._fitted.get(layer.own.fingerprint) if above is None else None
        classifier = above.classifier if above is not None else own or self._others.get(id(layer))
        known = self._before.get(id(layer))
        if known is not None and known.classifier is classifier and known.above is above:
            return known
        return Knowledge(
            layer,
            classifier,
            fitted=own is not None,
            above=above,
            before=self._before_by_own.get(id(layer.own)),
        )
