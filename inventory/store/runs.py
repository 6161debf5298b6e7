"""Runs in the store: a run is a row; so is what a person asks of it and each result."""

from collections.abc import Iterable, Sequence
from typing import Any

from inventory.errors import UsageError
from inventory.messages import Message, _, say
from inventory.records.changes import Change
from inventory.records.runs import ChangeResult, Control, Outcome, Run, RunState
from inventory.store.reading import SqliteReader
from inventory.store.writing import Transaction, Writer

_COLUMNS = (
    "id", "plan", "digest", "actor", "started_at", "ended_at", "state", "control", "stage",
    "total", "message",
)  # fmt: skip


def _message(stored: bytes | None) -> Message | None:
    return Message.model_validate_json(stored) if stored else None


def _stored(message: Message | None) -> bytes | None:
    return message.model_dump_json().encode() if message else None


def _run(row: Sequence[Any]) -> Run:
    fields = dict(zip(_COLUMNS, row, strict=True))
    return Run.model_validate({**fields, "message": _message(fields["message"])})


def insert_run(tx: Transaction, run: Run) -> None:
    """Add a run."""
    row = [getattr(run, name) for name in _COLUMNS[:-1]]
    row[6], row[7] = run.state.value, run.control.value
    marks = ", ".join("?" * len(_COLUMNS))
    tx.execute(f"INSERT INTO run VALUES ({marks})", (*row, _stored(run.message)))


def update_run(
    tx: Transaction, run_id: str, state: RunState, *, stage: str | None = None,
    message: Message | None = None,
) -> None:  # fmt: skip
    """Set where a run is; an end also gets its moment."""
    ended = tx.now if state.ended else None
    tx.execute(
        "UPDATE run SET state = ?, ended_at = ?, stage = COALESCE(?, stage), message = ? "
        "WHERE id = ?",
        (state.value, ended, stage, _stored(message), run_id),
    )


def save_control(writer: Writer, run_id: str, control: Control) -> None:
    """Ask a run to pause, to go on or to cancel; it obeys between two batches."""
    with writer.transaction() as tx:
        tx.execute("UPDATE run SET control = ? WHERE id = ?", (control.value, run_id))


def runs(reader: SqliteReader, limit: int = 50) -> list[Run]:
    """Runs, newest first."""
    rows = reader.execute(
        f"SELECT {', '.join(_COLUMNS)} FROM run ORDER BY started_at DESC, id LIMIT ?", (limit,)
    )
    return [_run(row) for row in rows]


def get_run(reader: SqliteReader, run_id: str) -> Run:
    """One run by its id or the beginning of it; raises UsageError when there is none."""
    rows = reader.execute(
        f"SELECT {', '.join(_COLUMNS)} FROM run WHERE id >= ? AND id < ? LIMIT 2",
        (run_id, run_id + "\U0010ffff"),
    )
    if len(rows) != 1 or not run_id:  # nothing is no beginning: a script's empty variable
        raise UsageError(say(_("There is no run {run}. `schoolnet runs` lists them."), run=run_id))
    return _run(rows[0])


def control_of(reader: SqliteReader, run_id: str) -> Control:
    """What a person asked of the run last."""
    return Control(reader.execute("SELECT control FROM run WHERE id = ?", (run_id,))[0][0])


def insert_intents(tx: Transaction, run_id: str, changes: Iterable[Change]) -> None:
    """Say that these changes are about to be sent."""
    tx.execute_many(
        "INSERT INTO run_change VALUES (?, ?, ?, NULL, ?, ?, '') "
        "ON CONFLICT (run, change) DO UPDATE SET outcome = excluded.outcome, at = excluded.at",
        ((run_id, c.id, Outcome.INTENDED.value, tx.now, c.person) for c in changes),
    )


def save_results(
    tx: Transaction, run_id: str, results: Iterable[tuple[Change, ChangeResult]]
) -> None:
    """Say what became of changes."""
    tx.execute_many(
        "INSERT INTO run_change VALUES (?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (run, change) DO UPDATE SET outcome = excluded.outcome, "
        "message = excluded.message, at = excluded.at, uuid = excluded.uuid",
        (
            (run_id, c.id, r.outcome.value, _stored(r.message), tx.now, c.person, r.uuid)
            for c, r in results
        ),
    )


def forget_failures(tx: Transaction, run_id: str) -> int:
    """Make failed, skipped and rolled-back changes open again; returns how many."""
    again = (Outcome.FAILED, Outcome.SKIPPED, Outcome.ROLLED_BACK, Outcome.DIFFERS)
    marks = ", ".join("?" * len(again))
    sql = f"DELETE FROM run_change WHERE run = ? AND outcome IN ({marks})"
    return tx.execute(sql, (run_id, *(outcome.value for outcome in again))).rowcount


def runs_of_plan(reader: SqliteReader, plan_id: str) -> list[Run]:
    """Runs of one plan, newest first."""
    rows = reader.execute(
        f"SELECT {', '.join(_COLUMNS)} FROM run WHERE plan = ? ORDER BY started_at DESC", (plan_id,)
    )
    return [_run(row) for row in rows]


def save_uuids(tx: Transaction, results: Iterable[tuple[Change, ChangeResult]]) -> None:
    """Remember the directory's own id of an entry beside the key that we wrote into it."""
    tx.execute_many(
        "INSERT INTO directory_entry VALUES (?, ?) "
        "ON CONFLICT (record) DO UPDATE SET uuid = excluded.uuid",
        ((change.record, r.uuid) for change, r in results if r.uuid and change.record),
    )


def saved_uuids(reader: SqliteReader) -> dict[str, str]:
    """The directory's own ids that were remembered, by record."""
    return dict(reader.execute("SELECT record, uuid FROM directory_entry"))


def outcomes(reader: SqliteReader, run_id: str) -> dict[str, Outcome]:
    """The outcome of every change that the run has touched so far, by change id."""
    rows = reader.execute("SELECT change, outcome FROM run_change WHERE run = ?", (run_id,))
    return {change: Outcome(outcome) for change, outcome in rows}


def results_after(reader: SqliteReader, run_id: str, moment: int) -> frozenset[str]:
    """The changes of a run whose result came after a moment (microseconds)."""
    rows = reader.execute(
        "SELECT change FROM run_change WHERE run = ? AND at > ?", (run_id, moment)
    )
    return frozenset(row[0] for row in rows)


def results_of_person(
    reader: SqliteReader, person: str, target: str
) -> list[tuple[str, Change, Outcome, int]]:
    """(run, change, outcome, moment) of everything runs did for a person, newest first."""
    rows = reader.execute(
        "SELECT r.run, c.body, r.outcome, r.at FROM run_change r JOIN run ON run.id = r.run "
        "JOIN plan_change c ON c.plan = run.plan AND c.id = r.change "
        "WHERE r.person = ? AND c.target = ? ORDER BY r.at DESC",
        (person, target),
    )
    return [(row[0], Change.model_validate_json(row[1]), Outcome(row[2]), row[3]) for row in rows]


def ended_count(reader: SqliteReader, run_id: str) -> int:
    """How many changes of a run have a result: cheap enough to ask every second."""
    rows = reader.execute(
        "SELECT count(*) FROM run_change WHERE run = ? AND outcome <> 'intended'", (run_id,)
    )
    return int(rows[0][0])


def outcome_counts(reader: SqliteReader, run_id: str) -> dict[tuple[str, str], int]:
    """How many changes have which outcome, by (target, outcome)."""
    rows = reader.execute(
        "SELECT c.target, r.outcome, count(*) FROM run_change r JOIN run ON run.id = r.run "
        "JOIN plan_change c ON c.plan = run.plan AND c.id = r.change WHERE r.run = ? "
        "GROUP BY c.target, r.outcome",
        (run_id,),
    )
    return {(target, outcome): count for target, outcome, count in rows}


def bad_results(reader: SqliteReader, run_id: str) -> list[tuple[str, str, ChangeResult]]:
    """(target, key, result) of changes that did not end well, in plan order."""
    good = (Outcome.DONE.value, Outcome.FOUND_DONE.value, Outcome.INTENDED.value)
    rows = reader.execute(
        "SELECT c.target, c.key, r.change, r.outcome, r.message FROM run_change r "
        "JOIN run ON run.id = r.run JOIN plan_change c ON c.plan = run.plan AND c.id = r.change "
        "WHERE r.run = ? AND r.outcome NOT IN (?, ?, ?) ORDER BY c.position",
        (run_id, *good),
    )
    return [
        (target, key, ChangeResult(change=change, outcome=outcome, message=_message(message)))
        for target, key, change, outcome, message in rows
    ]
