"""Deliveries in the store: rows in slices, visible only when the last one is in."""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from typing import Any

from pydantic_core import from_json

from inventory.errors import SchoolnetError, StaleError
from inventory.messages import _, say
from inventory.records.changes import canonical_json
from inventory.records.deliveries import Delivery
from inventory.rosters.rows import Problem, RosterClass
from inventory.store.codec import payload_body
from inventory.store.reading import SqliteReader
from inventory.store.writing import SLICE, Transaction, Writer

COLUMNS = (
    "id", "made_at", "actor", "source", "system", "school", "role", "school_year", "file_name",
    "sha256", "size", "format", "encoding", "row_count", "problem_count", "absence_counts",
    "complete",
)  # fmt: skip

PARTS = ("delivery_row", "delivery_problem", "delivery_class")
_COUNTS = "complete = 1 AND state <> 'withdrawn'"

# A delivery's `state` in the store. One that was replaced once keeps its rows ("") and can be put
# in force again; those before it only their counts; a withdrawn one counts as never delivered.
DROPPED, WITHDRAWN = "dropped", "withdrawn"

DeliveryRow = tuple[int, str, dict[str, Any]]
"""Line in the file, id of the person, mapped fields as JSON values."""


def save_delivery(
    writer: Writer,
    delivery: Delivery,
    rows: Iterable[DeliveryRow],
    problems: Sequence[Problem],
    gone: Collection[str] = (),
    onto: str | None = None,
    classes: Iterable[RosterClass] = (),
) -> Delivery:
    """Store a delivery in place of the one in force (of the same source, school and role).

    Returns it as it stands then: complete. The rows of the one it replaces are kept, those of
    the ones before are dropped.

    A source whose format changed has another system from then on: its deliveries of before are
    replaced too, or they would keep people whom nobody names for ever. `gone` are sources that
    nothing will come from any more: for the same reason, what they delivered of the same school,
    role and system is replaced too.
    `classes` are those that later changes may name.
    `onto` is the id of the delivery that this one was put together with (empty: none was there).
    Problems are kept without the cells they were found in: those are personal data. Raises
    StaleError when another import of the same scope dropped rows of this one meanwhile, or came
    after `onto`; then, as after any error, nothing of this delivery is kept.
    """
    try:
        _save(writer, delivery, rows, problems, gone, onto, classes)
    except BaseException:
        with suppress(SchoolnetError):  # on a full disk they stay, unseen, for the next import
            _discard(writer, delivery)
        raise
    return delivery.model_copy(update={"complete": True})


def _save(
    writer: Writer,
    delivery: Delivery,
    rows: Iterable[DeliveryRow],
    problems: Sequence[Problem],
    gone: Collection[str],
    onto: str | None,
    classes: Iterable[RosterClass],
) -> None:
    marks = ", ".join("?" * len(COLUMNS))
    with writer.transaction() as tx:
        row = tuple(getattr(delivery, name) for name in COLUMNS)
        columns = ", ".join(COLUMNS)
        tx.execute(f"INSERT INTO delivery ({columns}, seq, state) VALUES ({marks}, 0, '')", row)
        tx.execute_many(
            "INSERT INTO delivery_problem VALUES (?, ?, ?)",
            ((delivery.id, i, p.model_dump_json().encode()) for i, p in enumerate(problems)),
        )
        tx.execute_many(
            "INSERT INTO delivery_class VALUES (?, ?, ?)",
            ((delivery.id, i, c.model_dump_json().encode()) for i, c in enumerate(classes)),
        )
    waiting, count = iter(rows), 0
    while part := list(islice(waiting, SLICE)):
        count += len(part)
        with writer.transaction() as tx:
            tx.execute_many(
                "INSERT INTO delivery_row VALUES (?, ?, ?, ?)",
                ((delivery.id, line, person, canonical_json(body)) for line, person, body in part),
            )
    with writer.transaction() as tx:
        if onto is not None:
            _check_newest(tx, delivery, onto)
        scope = (delivery.school, delivery.role, delivery.id, delivery.source)
        _drop_older(tx, scope, delivery.sha256)
        older = f"{_OTHERS} AND source = ? AND system = ?"
        for source in gone:
            replaced = (*scope[:-1], source, delivery.system)
            for table in PARTS:
                tx.execute(f"DELETE FROM {table} WHERE delivery IN ({older})", replaced)
            tx.execute(f"DELETE FROM delivery WHERE id IN ({older})", replaced)
        body = payload_body(actor=writer.actor, delivery=delivery.model_dump(mode="json"))
        seq = tx.event("delivery", "create", body, school=delivery.school, record=delivery.id)
        # Order by the journal, not by the clock: a clock that was set back must not make an
        # older delivery the newest.
        sql = "UPDATE delivery SET complete = 1, seq = ? WHERE id = ?"
        finished = tx.execute(sql, (seq, delivery.id)).rowcount
        _check_whole(tx, delivery, count if finished else -1)


_OTHERS = "SELECT id FROM delivery WHERE school = ? AND role = ? AND id <> ?"


def _drop_older(tx: Transaction, scope: tuple[str, str, str, str], sha256: str) -> None:
    """Of the other deliveries of a scope keep the rows of the newest only: it can come back.

    The same file once more is no step: what it replaced the first time stays.
    """
    others = f"{_OTHERS} AND source = ?"
    kept = f"{others} AND complete = 1 AND state = '' AND sha256 <> ? ORDER BY seq DESC LIMIT 1"
    found = tx.execute(kept, (*scope, sha256)).fetchone()
    older, values = f"{others} AND id <> ?", (*scope, found[0] if found else "")
    for table in PARTS:
        tx.execute(f"DELETE FROM {table} WHERE delivery IN ({older})", values)
    tx.execute(f"DELETE FROM delivery WHERE complete = 0 AND id IN ({older})", values)
    gone = f"UPDATE delivery SET state = ? WHERE state = '' AND id IN ({older})"
    tx.execute(gone, (DROPPED, *values))


def _check_newest(tx: Transaction, delivery: Delivery, onto: str) -> None:
    """Refuse changes of a delivery that is no longer in force: they would bring it back."""
    sql = (
        f"SELECT id, system FROM delivery WHERE {_COUNTS} AND school = ? AND role = ? "
        "AND source = ? ORDER BY seq DESC LIMIT 1"
    )
    newest = tx.execute(sql, (delivery.school, delivery.role, delivery.source)).fetchone()
    if (newest[0] if newest and newest[1] == delivery.system else "") != onto:
        raise _meanwhile(delivery)


def _meanwhile(delivery: Delivery) -> StaleError:
    message = _("{file}: source {source} was imported by someone else at the same time. "
                "Import the file again.")  # fmt: skip
    return StaleError(say(message, file=delivery.file_name, source=delivery.source))


def rewrite_rows(
    tx: Transaction, person: str, corrected: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    """Correct what was delivered about a person."""
    sql = "SELECT delivery, line, body FROM delivery_row WHERE person = ?"
    rows = tx.execute(sql, (person,)).fetchall()
    tx.execute_many(
        "UPDATE delivery_row SET body = ? WHERE delivery = ? AND line = ?",
        [(canonical_json(corrected(json.loads(body))), d, line) for d, line, body in rows],
    )


def _check_whole(tx: Transaction, delivery: Delivery, count: int) -> None:
    """Refuse what a parallel import dropped: missing rows would look like people who left."""
    sql = "SELECT count(*) FROM delivery_row WHERE delivery = ?"
    if tx.execute(sql, (delivery.id,)).fetchone()[0] != count:
        raise _meanwhile(delivery)


def _discard(writer: Writer, delivery: Delivery) -> None:
    with writer.transaction() as tx:
        for table in PARTS:
            tx.execute(f"DELETE FROM {table} WHERE delivery = ?", (delivery.id,))
        tx.execute("DELETE FROM delivery WHERE id = ?", (delivery.id,))


def deliveries(reader: SqliteReader) -> list[Delivery]:
    """All complete deliveries, withdrawn ones among them, newest first."""
    return _deliveries(reader, "complete = 1")


def past_deliveries(reader: SqliteReader, school: str = "") -> list[Delivery]:
    """All deliveries that were not withdrawn, newest first; of one school, if asked."""
    if school:
        return _deliveries(reader, f"{_COUNTS} AND school = ?", school)
    return _deliveries(reader, _COUNTS)


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
    newest = f"SELECT max(seq) FROM delivery WHERE {_COUNTS}{only}"
    rows = reader.execute(
        f"SELECT {', '.join(COLUMNS)} FROM delivery "
        f"WHERE seq IN ({newest} GROUP BY source, school, role){only} ORDER BY seq DESC",
        (school, school) if school else (),
    )
    return [delivery_of(row) for row in rows]


def replaced_deliveries(reader: SqliteReader) -> list[Delivery]:
    """The delivery that each one in force replaced: for its counts."""
    group = "GROUP BY source, school, role"
    newest = f"SELECT max(seq) FROM delivery WHERE {_COUNTS} {group}"
    older = f"SELECT max(seq) FROM delivery WHERE {_COUNTS} AND seq NOT IN ({newest}) {group}"
    sql = f"SELECT {', '.join(COLUMNS)} FROM delivery WHERE seq IN ({older})"
    return [delivery_of(row) for row in reader.execute(sql)]


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
    in_force = f"SELECT max(seq) FROM delivery WHERE {_COUNTS} GROUP BY source, school, role"
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
