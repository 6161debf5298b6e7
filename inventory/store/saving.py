"""A delivery is stored: rows in slices, visible only when the last one is in."""

import json
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from itertools import islice
from typing import Any

from inventory.errors import SchoolnetError, StaleError
from inventory.messages import _, say
from inventory.records.changes import canonical_json
from inventory.records.deliveries import Delivery
from inventory.rosters.rows import Problem, RosterClass
from inventory.store.codec import payload_body
from inventory.store.deliveries import COLUMNS, COUNTS, DROPPED, PARTS, DeliveryRow
from inventory.store.writing import SLICE, Transaction, Writer

_OTHERS = "SELECT id FROM delivery WHERE school = ? AND role = ? AND id <> ?"


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
        f"SELECT id, system FROM delivery WHERE {COUNTS} AND school = ? AND role = ? "
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
