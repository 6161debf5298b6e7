"""Results of hooks in the store: which hook was told which change of a run, and how it ended."""

from collections.abc import Set
from typing import NamedTuple

from inventory.messages import Message
from inventory.records.changes import Change
from inventory.store.codec import payload_body
from inventory.store.reading import SqliteReader
from inventory.store.writing import Transaction


class HookFailure(NamedTuple):
    """A hook that did not succeed for a change; `key` says to a person what that is about."""

    hook: str
    key: str
    message: Message


def succeeded(reader: SqliteReader, run_id: str) -> frozenset[tuple[str, str]]:
    """(change, hook) of all that need not be told again."""
    sql = "SELECT change, hook FROM run_hook WHERE run = ? AND good = 1"
    return frozenset((change, hook) for change, hook in reader.execute(sql, (run_id,)))


def told(reader: SqliteReader, run_id: str) -> frozenset[str]:
    """The changes of a run that some hook was told."""
    rows = reader.execute("SELECT DISTINCT change FROM run_hook WHERE run = ?", (run_id,))
    return frozenset(row[0] for row in rows)


def forget_hook_failures(tx: Transaction, run_id: str, kept: Set[tuple[str, str]]) -> None:
    """Forget the failures of a run but those `kept`, by (change, hook): the journal has them."""
    sql = "SELECT change, hook FROM run_hook WHERE run = ? AND good = 0"
    gone = {(change, hook) for change, hook in tx.execute(sql, (run_id,))} - kept
    sql = "DELETE FROM run_hook WHERE run = ? AND change = ? AND hook = ?"
    tx.execute_many(sql, [(run_id, *one) for one in sorted(gone)])


def save_hook(
    tx: Transaction, run_id: str, change: Change, hook: str, failure: Message | None
) -> None:
    """Say how a hook ended for a change, in the run and in the journal."""
    stored = failure.model_dump_json().encode() if failure else None
    tx.execute(
        "INSERT INTO run_hook VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (run, change, hook) DO UPDATE "
        "SET good = excluded.good, message = excluded.message, at = excluded.at",
        (run_id, change.id, hook, int(failure is None), stored, tx.now),
    )
    body = payload_body(
        actor=tx.actor, hook=hook, change=change.id, target=change.target, key=change.key,
        message=failure.model_dump(mode="json") if failure else None,
    )  # fmt: skip
    record = change.person or change.record
    action = "failed" if failure else "done"
    tx.event("hook", action, body, school=change.school, record=record, run=run_id)


def hook_counts(reader: SqliteReader, run_id: str) -> dict[str, int]:
    """How many hooks of a run are done and failed; empty when it had none."""
    sql = "SELECT good, count(*) FROM run_hook WHERE run = ? GROUP BY good ORDER BY good DESC"
    return {"done" if good else "failed": n for good, n in reader.execute(sql, (run_id,))}


def failed_hooks(reader: SqliteReader, run_id: str) -> list[HookFailure]:
    """What did not succeed, in plan order."""
    rows = reader.execute(
        "SELECT h.hook, c.key, h.message FROM run_hook h JOIN run ON run.id = h.run "
        "JOIN plan_change c ON c.plan = run.plan AND c.id = h.change "
        "WHERE h.run = ? AND h.good = 0 ORDER BY c.position, h.hook",
        (run_id,),
    )
    return [HookFailure(hook, key, Message.model_validate_json(body)) for hook, key, body in rows]
