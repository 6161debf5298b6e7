"""Plans in the store: changes are rows that never change; the selection lives beside them."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from hashlib import sha256
from itertools import islice
from typing import Any

from inventory.errors import SchoolnetError, StaleError, UsageError
from inventory.messages import _, say
from inventory.records.changes import Change, Plan, Selection
from inventory.store.codec import payload_body
from inventory.store.reading import SqliteReader
from inventory.store.writing import Transaction, Writer

_PAGE = 2000
_SLICE = 5000
"""Changes in one transaction. Ids are random: each slice writes most pages of their index anew."""
_ABANDONED = 24 * 60 * 60 * 1_000_000
"""After a day (in microseconds) a plan that is not complete will never be."""


class RowsHash:
    """SHA-256 over change rows, each preceded by its length, in order."""

    def __init__(self) -> None:
        self._hash = sha256()

    def add(self, row: bytes) -> None:
        """Take in the next row."""
        self._hash.update(len(row).to_bytes(8, "big") + row)

    def hexdigest(self) -> str:
        """The hash so far."""
        return self._hash.hexdigest()


class PlanWriter:
    """Writes one plan: begin, rows in slices, finish. Until then it is incomplete."""

    def __init__(self, writer: Writer, plan: Plan) -> None:
        self.writer = writer
        self.plan = plan
        self._position = 0
        self._hash = RowsHash()
        with writer.transaction() as tx:
            self._clear_away(tx, plan.made_at - _ABANDONED)
            body = plan.model_dump_json().encode()
            tx.execute("INSERT INTO plan VALUES (?, ?, ?, 0)", (plan.id, plan.made_at, body))

    def _clear_away(self, tx: Transaction, before: int) -> None:
        """What is left of plans whose making was killed: they hold names, and nobody sees them."""
        dead = "SELECT id FROM plan WHERE complete = 0 AND made_at < ?"
        tx.execute(f"DELETE FROM plan_change WHERE plan IN ({dead})", (before,))
        tx.execute(f"DELETE FROM plan_excluded WHERE plan IN ({dead})", (before,))
        tx.execute(f"DELETE FROM plan WHERE id IN ({dead})", (before,))

    def add(self, changes: Iterable[Change]) -> None:
        """Append changes in order."""
        waiting = map(self._row, changes)
        while rows := list(islice(waiting, _SLICE)):
            with self.writer.transaction() as tx:
                marks = ", ".join("?" * len(rows[0]))
                tx.execute_many(f"INSERT INTO plan_change VALUES ({marks})", rows)
            rows.clear()  # or two slices are in memory at once

    def _row(self, change: Change) -> tuple[Any, ...]:
        body = change.canonical()
        self._hash.add(body)
        self._position += 1
        return (
            self.plan.id, self._position, change.id, change.target, change.action.value,
            change.kind, change.key, change.record, change.person, change.school, change.role,
            change.group, change.risk.value, " ".join(change.needs), body,
        )  # fmt: skip

    def discard(self) -> None:
        """Forget a plan that will not be finished. On a full disk its rows stay, unseen."""
        with suppress(SchoolnetError), self.writer.transaction() as tx:
            tx.execute("DELETE FROM plan_change WHERE plan = ?", (self.plan.id,))
            tx.execute("DELETE FROM plan_excluded WHERE plan = ?", (self.plan.id,))
            tx.execute("DELETE FROM plan WHERE id = ? AND complete = 0", (self.plan.id,))

    def finish(self, plan: Plan) -> Plan:
        """Seal the plan: its head gets the hash of its rows and is complete.

        Raises StaleError when a person was erased meanwhile, whom the plan would still name.
        """
        sealed = plan.model_copy(update={"rows_hash": self._hash.hexdigest(), "complete": True})
        with self.writer.transaction() as tx:
            erased = "SELECT 1 FROM journal WHERE seq > ? AND kind = 'erasure'"
            if tx.execute(erased, (plan.base,)).fetchone():
                message = _("A person was erased while the plan was made. Make the plan again.")
                raise StaleError(say(message))
            tx.execute(
                "UPDATE plan SET body = ?, complete = 1 WHERE id = ?",
                (sealed.model_dump_json().encode(), sealed.id),
            )
            counts = {stage.target: dict(stage.counts) for stage in sealed.stages}
            body = payload_body(
                actor=self.writer.actor, digest=sealed.digest(Selection()), counts=counts
            )
            tx.event("plan", "create", body, record=sealed.id)
        return sealed


def plans(reader: SqliteReader, limit: int = 50) -> list[Plan]:
    """Complete plans, newest first."""
    rows = reader.execute(
        "SELECT body FROM plan WHERE complete = 1 ORDER BY made_at DESC, id LIMIT ?", (limit,)
    )
    return [Plan.model_validate_json(row[0]) for row in rows]


def get_plan(reader: SqliteReader, plan_id: str) -> Plan:
    """One plan by its id or the beginning of it; raises UsageError when there is none."""
    rows = reader.execute(
        "SELECT body FROM plan WHERE complete = 1 AND id >= ? AND id < ? LIMIT 2",
        (plan_id, plan_id + "\U0010ffff"),
    )
    if len(rows) != 1 or not plan_id:  # nothing is no beginning: a script's empty variable
        message = _("There is no plan {plan}. `schoolnet plans` lists them.")
        raise UsageError(say(message, plan=plan_id))
    return Plan.model_validate_json(rows[0][0])


def plan_changes(
    reader: SqliteReader, plan_id: str, target: str = "", after: int = 0, limit: int | None = None
) -> Iterator[Change]:
    """Changes of a plan in order, read in pages."""
    left = limit
    while left is None or left > 0:
        page = _PAGE if left is None else min(_PAGE, left)
        rows = reader.execute(
            "SELECT position, body FROM plan_change WHERE plan = ? AND position > ? "
            "AND (target = ? OR ? = '') ORDER BY position LIMIT ?",
            (plan_id, after, target, target, page),
        )
        for _position, body in rows:
            yield Change.model_validate_json(body)
        if len(rows) < page:
            return
        after = rows[-1][0]
        left = None if left is None else left - len(rows)


def get_change(reader: SqliteReader, plan_id: str, change_id: str) -> Change:
    """One change of a plan; raises UsageError when there is none."""
    rows = reader.execute(
        "SELECT body FROM plan_change WHERE plan = ? AND id = ?", (plan_id, change_id)
    )
    if not rows:
        message = _("There is no change {change} in plan {plan}.")
        raise UsageError(say(message, change=change_id, plan=plan_id))
    return Change.model_validate_json(rows[0][0])


def rows_hash(reader: SqliteReader, plan_id: str) -> str:
    """The hash of the rows as they are now: differs from the head's when one was touched."""
    hashed, after = RowsHash(), 0
    while rows := reader.execute(
        "SELECT position, CAST(body AS BLOB) FROM plan_change WHERE plan = ? AND position > ? "
        "ORDER BY position LIMIT ?",
        (plan_id, after, _PAGE),
    ):
        for _position, body in rows:
            hashed.add(body)
        after = rows[-1][0]
    return hashed.hexdigest()


def needs_of(reader: SqliteReader, plan_id: str) -> list[tuple[str, tuple[str, ...]]]:
    """Every change's id and what it needs, in plan order; nothing else is read."""
    rows = reader.execute(
        "SELECT id, needs FROM plan_change WHERE plan = ? ORDER BY position", (plan_id,)
    )
    return [(change, tuple(needs.split())) for change, needs in rows]


def get_selection(reader: SqliteReader, plan_id: str) -> Selection:
    """What is selected of a plan now."""
    excluded = reader.execute("SELECT change FROM plan_excluded WHERE plan = ?", (plan_id,))
    lifted = reader.execute("SELECT name, reason FROM plan_lifted WHERE plan = ?", (plan_id,))
    return Selection(excluded=frozenset(row[0] for row in excluded), lifted=dict(lifted))


def save_excluded(
    writer: Writer, plan_id: str, change_ids: Iterable[str], *, excluded: bool
) -> None:
    """Exclude changes from a plan, or include them again; an approval of before is void."""
    sql = (
        "INSERT INTO plan_excluded VALUES (?, ?) ON CONFLICT DO NOTHING"
        if excluded
        else "DELETE FROM plan_excluded WHERE plan = ? AND change = ?"
    )
    with writer.transaction() as tx:
        tx.execute_many(sql, ((plan_id, change) for change in change_ids))


def insert_lifted(tx: Transaction, plan_id: str, lifted: Mapping[str, str]) -> None:
    """Lift guards of one plan, each by its name and with a reason, in the journal."""
    for name, reason in lifted.items():
        tx.execute(
            "INSERT INTO plan_lifted VALUES (?, ?, ?) "
            "ON CONFLICT (plan, name) DO UPDATE SET reason = excluded.reason",
            (plan_id, name, reason),
        )
        body = payload_body(actor=tx.actor, guard=name, reason=reason)
        tx.event("guard", "lift", body, record=plan_id)
