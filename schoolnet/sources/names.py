"""What records are called where others name them by id."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from inventory.records import KINDS
from inventory.store.queries import Filter, In, Order, Query
from inventory.store.reading import SqliteReader

REFERENCES: Mapping[str, str] = {"profile": "port_profile"} | {
    kind: kind
    for kind in (
        "school", "site", "building", "room", "switch", "interface", "lag", "school_class",
        "person",
    )
}  # fmt: skip
"""Fields that hold the id of another record, and its kind."""

_PART = 500


def fields_of_name(kind: str) -> tuple[str, ...]:
    """The fields that say what a record is called. A school's number is not part of its name."""
    return ("name",) if kind == "school" else KINDS[kind].sorted_by


def called(kind: str, fields: Mapping[str, Any]) -> str:
    """What a record with these fields is called: ``Muster, Erika``."""
    return ", ".join(str(fields[name]) for name in fields_of_name(kind) if fields.get(name))


class Names:
    """Names by id, read when they are first asked for and kept until `forget`."""

    def __init__(self, reader: SqliteReader) -> None:
        self._reader = reader
        self._known: dict[str, dict[str, str]] = defaultdict(dict)
        self._orders: dict[str, dict[str, int]] = {}

    def forget(self) -> None:
        """Somebody has written: ask again."""
        self._known.clear()
        self._orders.clear()

    def of(self, kind: str, ids: Iterable[object]) -> Mapping[str, str]:
        """The names of these records; one that is gone has none."""
        known = self._known[kind]
        missing = sorted({str(i) for i in ids if i} - known.keys())
        for start in range(0, len(missing), _PART):
            known.update(self._read(kind, In(field="id", values=tuple(missing[start:][:_PART]))))
        return known

    def order(self, kind: str) -> Mapping[str, int]:
        """Where each record of a kind stands in the reading order."""
        if kind not in self._orders:
            query = Query(kind=kind, order=(Order(),), columns=("id",))
            found = enumerate(self._reader.rows(query))
            self._orders[kind] = {str(row[0]): place for place, row in found}
        return self._orders[kind]

    def _read(self, kind: str, where: Filter) -> dict[str, str]:
        fields = fields_of_name(kind)
        above = ("switch",) if kind == "interface" else ()
        query = Query(kind=kind, where=where, columns=("id", *above, *fields))
        rows = self._reader.rows(query)
        names = {
            str(row[0]): called(kind, dict(zip(fields, row[1 + len(above) :], strict=True)))
            for row in rows
        }
        if above:  # the same names are on every switch
            switches = self.of("switch", [row[1] for row in rows])
            for row in rows:
                names[str(row[0])] = f"{switches.get(str(row[1]), '')} {names[str(row[0])]}".strip()
        return names
