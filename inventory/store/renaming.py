"""New names for a person in the store; after a protected change the former one is nowhere in it."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from inventory.records.base import Edit
from inventory.store.codec import payload_body
from inventory.store.erasure import (
    erase_from_plans,
    erase_from_runs,
    forget_pages,
    joined_ids,
)
from inventory.store.saving import rewrite_rows
from inventory.store.writing import Transaction, Writer

Body = dict[str, Any]


def change_names(
    writer: Writer,
    person: str,
    edits: Sequence[Edit],
    former: Iterable[bytes],
    corrected: Callable[[Body], Body],
    reason: str,
) -> None:
    """Write the edits, and what schools have delivered already as `corrected` says.

    `former` are keyed hashes by which the former names are known when they are delivered again.
    """
    with writer.transaction() as tx:
        for one in joined_ids(tx, person):
            rewrite_rows(tx, one, corrected)
        tx.use_names(former)
        tx.edit(edits, reason=reason)


def change_names_protected(
    writer: Writer,
    person: str,
    edits: Sequence[Edit],
    former: Iterable[bytes],
    corrected: Callable[[Body], Body],
    reason: str,
) -> None:
    """The same, and destroy all that says what the edited records were before.

    The records stay the same, and begin anew: their earlier payloads and history are gone, as
    after an erasure, and with them the person's planned changes and what runs noted. Copies are
    left until `forget_former` has followed.
    """
    ids = sorted({edit.record.id for edit in edits} | {person})
    with writer.transaction() as tx:
        named = sorted({*ids, *_erased_before(tx, person)})
        body = payload_body(actor=writer.actor, reason=reason, records=named)
        tx.event("erasure", "update", body, record=person)
        one = [(record_id,) for record_id in ids]
        sql = "DELETE FROM payload WHERE seq IN (SELECT seq FROM journal WHERE record = ?)"
        tx.execute_many(sql, one)
        for edit in edits:
            tx.execute(f"DELETE FROM {edit.record.kind}_history WHERE id = ?", (edit.record.id,))
        for each in joined_ids(tx, person):  # rows stand under the id they were taken in with
            erase_from_plans(tx, each, {*ids, each})
            erase_from_runs(tx, each)
            tx.execute("DELETE FROM plan_change WHERE person = ?", (each,))
            tx.execute("DELETE FROM brought WHERE person = ?", (each,))
            rewrite_rows(tx, each, corrected)
        tx.use_names(former)
        tx.edit(edits, reason=reason)


def _erased_before(tx: Transaction, person: str) -> Iterator[str]:
    """What earlier changes of this person's names erased: it is said anew, as theirs goes too."""
    sql = (
        "SELECT p.body FROM journal j JOIN payload p ON p.seq = j.seq "
        "WHERE j.kind = 'erasure' AND j.record = ?"
    )
    for (body,) in tx.execute(sql, (person,)):
        yield from json.loads(body)["records"]


def forget_former(writer: Writer, person: str, remove_log: Callable[[str], None]) -> None:
    """Remove what a protected change leaves outside of the rows; it is safe to repeat.

    `remove_log` is told each run that touched the person. Raises UnreachableError when others
    read for so long that old copies are left.
    """
    with writer.transaction() as tx:
        ids = joined_ids(tx, person)
        runs = {run for each in ids for run in erase_from_runs(tx, each)}
    for run in sorted(runs):
        remove_log(run)
    forget_pages(writer)
