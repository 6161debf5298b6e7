"""What others may ask of the store. Everything that reads takes a Reader."""

from array import array
from collections.abc import Iterator, Sequence
from typing import Protocol, TypeVar

from inventory.records.base import Record
from inventory.store.queries import Filter, Order, Query, Value

R = TypeVar("R", bound=Record)


class Reader(Protocol):
    """The inventory as of now, of a past day, or as it would be after a plan: same questions."""

    def get(self, model: type[R], record_id: str) -> R | None:
        """One record by its id."""

    def records(
        self, model: type[R], where: Filter | None = None, order: tuple[Order, ...] = ()
    ) -> Iterator[R]:
        """Records of a kind. The rows are read at once, so that no read lock outlives this."""

    def rows(self, query: Query) -> list[tuple[Value, ...]]:
        """Only the asked columns, as stored values."""

    def count(self, query: Query) -> int:
        """How many records match."""

    def keys(self, query: Query) -> "array[int]":
        """The row keys in order, 8 bytes a row: what lists page by."""

    def window(
        self, kind: str, keys: Sequence[int], columns: Sequence[str]
    ) -> list[tuple[Value, ...] | None]:
        """Rows by their keys, in that order; None for one that is gone."""

    def head(self) -> int:
        """The number of the newest journal entry."""
