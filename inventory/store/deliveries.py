"""Deliveries in the store, and what is in force of them; `saving` puts them there."""

from collections.abc import Iterator, Sequence
from typing import Any

from pydantic_core import from_json

from inventory.records.deliveries import Delivery
from inventory.rosters.rows import Problem, RosterClass
from inventory.store.reading import SqliteReader

COLUMNS = (
    "id", "made_at", "actor", "source", "system", "school", "role", "school_year", "file_name",
    "sha256", "size", "format", "encoding", "row_count", "problem_count", "absence_counts",
    "complete",
)  # fmt: skip
"""Of a delivery's row, in the order of the record's fields."""
PARTS = ("delivery_row", "delivery_problem", "delivery_class")
"""Tables with what belongs to a delivery."""
COUNTS = "complete = 1 AND state <> 'withdrawn'"
"""Which deliveries count as delivered."""

# A delivery's `state` in the store. One that was replaced once keeps its rows ("") and can be put
# in force again; those before it only their counts; a withdrawn one counts as never delivered.
DROPPED, WITHDRAWN = "dropped", "withdrawn"

DeliveryRow = tuple[int, str, dict[str, Any]]
"""Line in the file, id of the person, mapped fields as JSON values."""


def deliveries(reader: SqliteReader) -> list[Delivery]:
    """All complete deliveries, withdrawn ones among them, newest first."""
    return _deliveries(reader, "complete = 1")


def past_deliveries(reader: SqliteReader, school: str = "") -> list[Delivery]:
    """All deliveries that were not withdrawn, newest first; of one school, if asked."""
    if school:
        return _deliveries(reader, f"{COUNTS} AND school = ?", school)
    return _deliveries(reader, COUNTS)


def _deliveries(reader: SqliteReader, where: str, *values: str) -> list[Delivery]:
    rows = reader.execute(
        f"SELECT {', '.join(COLUMNS)} FROM delivery WHERE {where} ORDER BY seq DESC", values
    )
    return [delivery_of(row) for row in rows]


def withdrawn_files(reader: SqliteReader) -> set[tuple[str, str]]:
    """Source and SHA-256 of files that were withdrawn and not taken in again since."""
    pair = "SELECT source, sha256 FROM delivery WHERE complete = 1 AND state"
    return {*reader.execute(f"{pair} = 'withdrawn' EXCEPT {pair} <> 'withdrawn'")}


def delivery_of(row: Sequence[Any]) -> Delivery:
    """A delivery from its row, in the order of `COLUMNS`."""
    return Delivery.model_validate(dict(zip(COLUMNS, row, strict=True)))


def newest_deliveries(reader: SqliteReader, school: str = "") -> list[Delivery]:
    """The delivery in force for each source, school and role; of one school, if asked."""
    only = " AND school = ?" if school else ""
    newest = f"SELECT max(seq) FROM delivery WHERE {COUNTS}{only}"
    rows = reader.execute(
        f"SELECT {', '.join(COLUMNS)} FROM delivery "
        f"WHERE seq IN ({newest} GROUP BY source, school, role){only} ORDER BY seq DESC",
        (school, school) if school else (),
    )
    return [delivery_of(row) for row in rows]


def replaced_deliveries(reader: SqliteReader, school: str = "") -> list[Delivery]:
    """The delivery that each one in force replaced; of one school, if asked. See `state`."""
    counts, only = (f"{COUNTS} AND school = ?", (school,)) if school else (COUNTS, ())
    group = "GROUP BY source, school, role"
    newest = f"SELECT max(seq) FROM delivery WHERE {counts} {group}"
    older = f"SELECT max(seq) FROM delivery WHERE {counts} AND seq NOT IN ({newest}) {group}"
    sql = f"SELECT {', '.join(COLUMNS)} FROM delivery WHERE seq IN ({older})"
    return [delivery_of(row) for row in reader.execute(sql, only * 2)]


def delivery_rows(reader: SqliteReader, delivery_id: str) -> Iterator[DeliveryRow]:
    """The rows of a delivery in file order."""
    rows = reader.execute(
        "SELECT line, person, body FROM delivery_row WHERE delivery = ? ORDER BY line",
        (delivery_id,),
    )
    return ((line, person, from_json(body)) for line, person, body in rows)


class DeliveredRows:
    """The rows of all deliveries in force, of one delivery or of some persons at a time."""

    def __init__(self, reader: SqliteReader) -> None:
        self._reader = reader
        self._in_force = newest_deliveries(reader)
        self._order = {delivery.id: place for place, delivery in enumerate(self._in_force)}

    def in_force(self) -> Sequence[Delivery]:
        """The deliveries, newest first."""
        return self._in_force

    def are_kept(self) -> bool:
        """Whether all rows are still there. Two imports of one source meanwhile take them away."""
        marks = ", ".join("?" * len(self._order))
        there = f"SELECT count(*) FROM delivery WHERE state = '' AND id IN ({marks})"
        return bool(self._reader.execute(there, [*self._order])[0][0] == len(self._order))

    def rows(self, delivery: Delivery) -> Iterator[tuple[str, dict[str, Any]]]:
        """Person and fields of each row, in file order."""
        return ((person, body) for _, person, body in delivery_rows(self._reader, delivery.id))

    def rows_of(self, persons: Sequence[str]) -> Iterator[tuple[Delivery, str, dict[str, Any]]]:
        """All rows of these persons, in the order of deliveries and lines."""
        marks = ", ".join("?" * len(persons))
        found = self._reader.execute(
            f"SELECT delivery, line, person, body FROM delivery_row WHERE person IN ({marks})",
            persons,
        )
        order = self._order
        rows = sorted((order[d], line, p, body) for d, line, p, body in found if d in order)
        return ((self._in_force[at], p, from_json(body)) for at, _line, p, body in rows)


def is_delivered(reader: SqliteReader, person: str) -> bool:
    """True when a delivery in force has a row of this person."""
    in_force = f"SELECT max(seq) FROM delivery WHERE {COUNTS} GROUP BY source, school, role"
    sql = (
        "SELECT 1 FROM delivery_row WHERE person = ? AND delivery IN "
        f"(SELECT id FROM delivery WHERE seq IN ({in_force})) LIMIT 1"
    )
    return bool(reader.execute(sql, (person,)))


def delivery_problems(reader: SqliteReader, delivery_id: str) -> list[Problem]:
    """What was wrong in the file, in order."""
    rows = reader.execute(
        "SELECT body FROM delivery_problem WHERE delivery = ? ORDER BY position", (delivery_id,)
    )
    return [Problem.model_validate_json(row[0]) for row in rows]


def delivery_classes(reader: SqliteReader, delivery_id: str) -> list[RosterClass]:
    """The classes and courses of a delivery that later changes may name."""
    rows = reader.execute(
        "SELECT body FROM delivery_class WHERE delivery = ? ORDER BY position", (delivery_id,)
    )
    return [RosterClass.model_validate_json(row[0]) for row in rows]


def hiding_lines(reader: SqliteReader, delivery: Delivery) -> Iterator[str]:
    """Where the rows of a delivery stand that could be anybody's, each as ``FILE, LINE``."""
    told = (p for p in delivery_problems(reader, delivery.id) if p.hides)
    yield from dict.fromkeys(f"{problem.file}, {problem.line}" for problem in told)
