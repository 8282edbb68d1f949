"""All columns in memory, as the chat and the pages of each account find them."""

from collections.abc import Iterable, Sequence

from sqlalchemy.orm import Session

from accounts.directory import AccountDirectory
from columns.rules import read_call
from columns.store import ColumnView, ItemView, list_all_columns
from core.text import comparable


class Series:
    """A column with its live items by number. Immutable."""

    def __init__(self, column: ColumnView) -> None:
        self.column = column
        self.items = column.items
        self._position = {item.number: position for position, item in enumerate(column.items)}

    def item(self, number: int) -> ItemView | None:
        position = self._position.get(number)
        return None if position is None else self.items[position]

    def below(self, number: int | None, count: int) -> Sequence[ItemView]:
        """Up to `count` items numbered below `number` (None: the newest), the newest first."""
        return [item for item in self.items if number is None or item.number < number][:count]

    def newer(self, number: int) -> ItemView | None:
        return next((item for item in reversed(self.items) if item.number > number), None)

    def older(self, number: int) -> ItemView | None:
        return next(iter(self.below(number, 1)), None)


class ColumnSet:
    """The columns of one account that have anything to show, in order. Immutable."""

    def __init__(self, own_first: Iterable[Iterable[ColumnView]]) -> None:
        nearest: dict[str, ColumnView] = {}
        for columns in own_first:
            for column in columns:
                nearest.setdefault(column.code, column)
        shown = [column for column in nearest.values() if column.shown and column.items]
        self.series = tuple(Series(one) for one in sorted(shown, key=lambda one: (one.position, one.title)))
        self._by_code = {one.column.code: one for one in self.series}
        self._by_word: dict[str, Series] = {}
        for one in self.series:
            self._by_word.setdefault(comparable(one.column.title), one)
        for one in self.series:
            for word in one.column.words:
                self._by_word.setdefault(comparable(word), one)

    def find(self, code: str) -> Series | None:
        return self._by_code.get(code)

    def called(self, words: str) -> tuple[Series, int | None] | None:
        """The column that (normalised) words call, and the number of the item they ask for; exact words only."""
        series = self._by_word.get(words)
        if series is not None:
            return series, None
        call = read_call(words)
        series = self._by_word.get(call[0]) if call else None
        return (series, call[1]) if series and call else None


_NONE = ColumnSet(())


class ColumnShelf:
    """The sets of all accounts, by account key; `load` swaps in new ones at once."""

    def __init__(self, directory: AccountDirectory) -> None:
        self._directory = directory
        self._sets: dict[str, ColumnSet] = {}

    def load(self, session: Session) -> None:
        columns = list_all_columns(session)
        by_chain: dict[tuple[int, ...], ColumnSet] = {}
        sets: dict[str, ColumnSet] = {}
        for account in self._directory.all():
            chain = account.organisation_ids
            # Unions without columns of their own share the set of the one above.
            having = tuple(id_ for id_ in chain if columns.get(id_))
            if having not in by_chain:
                by_chain[having] = ColumnSet(columns[id_] for id_ in having)
            sets[account.key] = by_chain[having]
        self._sets = sets

    def of(self, account_key: str) -> ColumnSet:
        return self._sets.get(account_key, _NONE)
