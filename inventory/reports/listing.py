"""Reading in the order people expect (school, building, room) without holding the records."""

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple, TypeVar

from inventory.records import School
from inventory.reports.tables import Value
from inventory.store.queries import Eq, In, Order, Query
from inventory.store.queries import Value as Stored
from inventory.store.reading import SqliteReader

T = TypeVar("T")
PAGE = 500
"""Rows that are read and joined at once."""
_LAST = 2**31


def pages(items: Iterable[T], size: int = PAGE) -> Iterator[list[T]]:
    """The items in lists of at most `size`."""
    rest = iter(items)
    while page := list(islice(rest, size)):
        yield page


def lookup(
    reader: SqliteReader,
    kind: str,
    values: Iterable[Stored],
    columns: Sequence[str],
    field: str = "id",
) -> dict[Stored, tuple[Stored, ...]]:
    """Columns of the records whose `field` is one of the values, by that value."""
    wanted = {value for value in values if value}
    found: dict[Stored, tuple[Stored, ...]] = {}
    for part in pages(wanted):
        where = In(field=field, values=tuple(part))
        rows = reader.rows(Query(kind=kind, where=where, columns=(field, *columns)))
        found.update((row[0], row[1:]) for row in rows)
    return found


class _Room(NamedTuple):
    rank: int
    site: str
    building: str
    name: str


class Places:
    """Names of schools, buildings and rooms, and their place in the reading order."""

    def __init__(self, reader: SqliteReader) -> None:
        in_order = (Order(),)
        schools = reader.records(School, order=in_order)
        self._schools = {s.id: (rank, s.number, s.name) for rank, s in enumerate(schools)}
        sites = dict(_pairs(reader, Query(kind="site", columns=("id", "name"))))
        query = Query(kind="building", order=in_order, columns=("id", "site", "name"))
        buildings = {
            id_: (rank, sites.get(site, ""), str(name))
            for rank, (id_, site, name) in enumerate(reader.rows(query))
        }
        query = Query(kind="room", order=in_order, columns=("id", "building", "name"))
        rooms = [
            (*buildings.get(building, (_LAST, "", "")), str(name), str(id_))
            for id_, building, name in reader.rows(query)
        ]
        rooms.sort(key=lambda room: room[0])  # stable: rooms of a building stay in their order
        self._rooms = {
            id_: _Room(rank, site, building, name)
            for rank, (_rank, site, building, name, id_) in enumerate(rooms)
        }

    def rank(self, school: Stored, room: Stored = "") -> tuple[int, int]:
        """Where a thing stands in the reading order; what is nowhere stands last."""
        known = self._schools.get(str(school))
        place = self._rooms.get(str(room))
        return known[0] if known else _LAST, place.rank if place else _LAST

    def school(self, school: Stored) -> tuple[Value, Value]:
        """Official number and name; both empty for the whole city."""
        return self._schools.get(str(school), (0, "", ""))[1:]

    def room(self, room: Stored) -> tuple[Value, Value, Value]:
        """Site, building and room; all empty when there is none."""
        return self._rooms.get(str(room), _Room(0, "", "", ""))[1:]


def _pairs(reader: SqliteReader, query: Query) -> Iterator[tuple[Stored, str]]:
    return ((row[0], str(row[1])) for row in reader.rows(query))


def in_order(
    reader: SqliteReader,
    kind: str,
    where: Eq | None,
    sorted_on: tuple[str, ...],
    rank: Callable[..., object],
) -> "array[int]":
    """Row keys by ``rank(*sorted_on)``, equals in the kind's own reading order."""
    query = Query(kind=kind, where=where, order=(Order(),), columns=("key", *sorted_on))
    rows = reader.rows(query)
    rows.sort(key=lambda row: rank(*row[1:]))  # type: ignore[arg-type, return-value]  # ranks compare
    return array("q", (int(row[0] or 0) for row in rows))


def window_pages(
    reader: SqliteReader, kind: str, keys: Sequence[int], columns: Sequence[str]
) -> Iterator[list[dict[str, Stored]]]:
    """The rows of these keys, some hundred at a time, by column name."""
    for part in pages(keys):
        rows = reader.window(kind, part, columns)
        yield [dict(zip(columns, row, strict=True)) for row in rows if row is not None]
