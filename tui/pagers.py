"""Lists as a table sees them: how many rows, and a window of them. No Textual in it.

A pager keeps the row keys in order and reads the rest only for the rows on screen: 8 bytes a
row, whatever the sort. A key stays with its row, so cursor and marks survive a new order.
"""

from array import array
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from inventory.store.queries import Query, Value


class Look(StrEnum):
    """How a row is shown. Never the only sign: the text says it too."""

    NORMAL = "normal"
    MUTED = "muted"
    GOOD = "good"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one row, already words."""

    cells: tuple[str, ...]
    look: Look = Look.NORMAL


class Pager(Protocol):
    """What a table needs of a list."""

    def __len__(self) -> int:
        """How many rows there are."""

    def window(self, start: int, length: int) -> Sequence[Row]:
        """The rows from `start` on, at most `length`."""

    def key_at(self, index: int) -> Hashable:
        """What stays with the row when the order changes."""

    def index_of(self, key: Hashable) -> int | None:
        """Where the row is now; None when it is gone."""

    def all_keys(self) -> Iterable[Hashable]:
        """All keys in order: what "mark all" marks."""


class RowReader(Protocol):
    """The part of the store's Reader that lists need."""

    def keys(self, query: Query) -> "array[int]":
        """The row keys in order."""

    def window(
        self, kind: str, keys: Sequence[int], columns: Sequence[str]
    ) -> Sequence[tuple[Value, ...] | None]:
        """The columns of these rows in this order; None where a row is gone."""


class IdPager:
    """Any number of stored rows: their keys are read once, their columns a window at a time.

    `render` makes a Row of the query's columns; `gone` stands where a row was deleted since.
    """

    def __init__(
        self,
        reader: RowReader,
        query: Query,
        render: Callable[[tuple[Value, ...]], Row],
        gone: str,
    ) -> None:
        self._reader = reader
        self._query = query
        self._render = render
        self._gone = Row((gone,), Look.MUTED)
        self._keys = reader.keys(query)

    def ask(self, query: Query) -> None:
        """Show the answer to another question: another filter or order."""
        self._query = query
        self._keys = self._reader.keys(query)

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self._keys)

    def window(self, start: int, length: int) -> Sequence[Row]:
        """The rows from `start` on, at most `length`."""
        wanted = self._keys[start : start + length]
        rows = self._reader.window(self._query.kind, wanted, self._query.columns)
        return [self._gone if row is None else self._render(row) for row in rows]

    def key_at(self, index: int) -> int:
        """The store's key of a row."""
        return self._keys[index]

    def index_of(self, key: Hashable) -> int | None:
        """Where the row is now; None when it is gone."""
        try:
            return self._keys.index(key)  # type: ignore[arg-type]
        except ValueError:
            return None

    def all_keys(self) -> "array[int]":
        """All keys in order."""
        return self._keys


class ListPager:
    """A short list that is in memory anyway."""

    def __init__(self, rows: Iterable[tuple[Hashable, Row]]) -> None:
        self._rows = dict(rows)
        self._keys = list(self._rows)

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self._keys)

    def window(self, start: int, length: int) -> Sequence[Row]:
        """The rows from `start` on, at most `length`."""
        return [self._rows[key] for key in self._keys[start : start + length]]

    def key_at(self, index: int) -> Hashable:
        """The key given with the row."""
        return self._keys[index]

    def index_of(self, key: Hashable) -> int | None:
        """Where the row is; None when there is no such row."""
        return self._keys.index(key) if key in self._rows else None

    def all_keys(self) -> Sequence[Hashable]:
        """All keys in order."""
        return self._keys


class Marks:
    """The keys of the marked rows."""

    def __init__(self) -> None:
        self._keys: set[Hashable] = set()

    def __contains__(self, key: Hashable) -> bool:
        """True when the row is marked."""
        return key in self._keys

    def __len__(self) -> int:
        """How many rows are marked, shown or not."""
        return len(self._keys)

    def toggle(self, key: Hashable) -> None:
        """Mark a row, or take its mark."""
        self._keys ^= {key}

    def add(self, keys: Iterable[Hashable]) -> None:
        """Mark all these rows."""
        self._keys.update(keys)

    def clear(self) -> None:
        """Take all marks."""
        self._keys.clear()

    def keys(self) -> frozenset[Hashable]:
        """The marked keys."""
        return frozenset(self._keys)
