"""A plain SQLite table behind an IdPager: the reading half of the store, for tests."""

import sqlite3
from array import array
from collections.abc import Sequence

from inventory.store.queries import Eq, Query, Value
from tui.pagers import Row


class Devices:
    """Devices `0 … count-1`; every kind of query that the tests ask."""

    def __init__(self, count: int) -> None:
        self.db = sqlite3.connect(":memory:")
        self.db.execute(
            "CREATE TABLE device (pk INTEGER PRIMARY KEY, serial TEXT, room TEXT, status TEXT)"
        )
        rows = (
            (n, f"SN{n:07}", f"B{n % 300:03}", ("active", "broken")[n % 2]) for n in range(count)
        )
        self.db.executemany("INSERT INTO device VALUES (?, ?, ?, ?)", rows)
        self.windows: list[int] = []

    def keys(self, query: Query) -> "array[int]":
        where, args = "1", list[Value]()
        if isinstance(query.where, Eq):
            where, args = f"{query.where.field} = ?", [query.where.value]
        order = [f"{o.field} {'DESC' if o.descending else 'ASC'}" for o in query.order] or ["pk"]
        sql = f"SELECT pk FROM {query.kind} WHERE {where} ORDER BY {', '.join(order)}, pk"
        return array("q", (row[0] for row in self.db.execute(sql, args)))

    def window(
        self, kind: str, keys: Sequence[int], columns: Sequence[str]
    ) -> list[tuple[Value, ...] | None]:
        self.windows.append(len(keys))
        marks = ", ".join("?" * len(keys))
        sql = f"SELECT pk, {', '.join(columns)} FROM {kind} WHERE pk IN ({marks})"
        rows = {row[0]: row[1:] for row in self.db.execute(sql, list(keys))}
        return [rows.get(key) for key in keys]


def as_row(values: tuple[Value, ...]) -> Row:
    """The stored values as they are."""
    return Row(tuple(str(value) for value in values))
