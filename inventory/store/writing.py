"""The store's writing side: short transactions that journal everything they change."""

import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from inventory.errors import StaleError, StoreError, UsageError
from inventory.journal import Entry, commit, link
from inventory.messages import _, say
from inventory.records.base import Edit
from inventory.store.codec import Codec, codec_of, edit_body
from inventory.store.reading import BUSY_SECONDS, translated
from inventory.store.schema import check_version, migrate
from inventory.times import FOREVER, Clock, to_micros

SLICE = 2000
"""Rows in one transaction: the lock is held well under a second."""
_EDITS = 10_000
"""Edits in one transaction: a third of a second. Ids are random, so each slice writes nearly
every page of the indexes anew, and fewer slices write fewer pages."""
_CACHE_KIB = 64 * 1024
"""Enough for the indexes of a city's largest kind; only what is used is taken."""
_LOOK_UP = 500


def connect(path: Path) -> sqlite3.Connection:
    """A writing connection: WAL, full sync, freed pages overwritten from the first day."""
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    return connection


def create_store(path: Path) -> None:
    """Create the store, or bring an older one up to date. Mode 0600 or what the folder gives.

    Raises StoreError when the folder is not there, cannot be written or is full.
    """
    try:
        if not path.exists():
            path.touch(mode=0o660 if path.parent.stat().st_mode & 0o070 else 0o600)
    except OSError as error:
        message = _("{path} cannot be used: {detail}. Check the folder, its owner and its disk.")
        detail = error.strerror or str(error)
        raise StoreError(say(message, path=str(path), detail=detail)) from error
    with translated(path):
        connection = connect(path)
        try:
            connection.execute("BEGIN IMMEDIATE")
            migrate(connection)
            connection.execute("COMMIT")
        finally:
            connection.close()


class Writer:
    """One writing connection. Use it from one thread, in short transactions."""

    def __init__(self, path: Path, clock: Clock, actor: str) -> None:
        self.path = path
        self.clock = clock
        self.actor = actor
        with translated(path):
            self.connection = connect(path)
            try:
                check_version(self.connection, path)
            except BaseException:
                self.connection.close()
                raise

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @contextmanager
    def transaction(self) -> Iterator["Transaction"]:
        """Everything inside is committed together, or nothing is.

        Raises StaleError when a record is not as an edit's `before` says, UsageError when a
        value that must be unique is taken, UnreachableError when the lock cannot be had.
        """
        with translated(self.path):
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                transaction = Transaction(self.connection, to_micros(self.clock()), self.actor)
                yield transaction
                transaction.flush()
                self.connection.execute("COMMIT")
            except sqlite3.IntegrityError as error:
                self.connection.execute("ROLLBACK")
                raise _taken(error) from error
            except BaseException:
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")
                raise

    def edit(self, edits: Sequence[Edit], reason: str = "") -> None:
        """Write edits in slices, each its own transaction."""
        for start in range(0, len(edits), _EDITS):
            with self.transaction() as transaction:
                transaction.edit(edits[start : start + _EDITS], reason=reason)


def _taken(error: sqlite3.IntegrityError) -> Exception:
    text = str(error).removeprefix("UNIQUE constraint failed: ")
    if text.endswith(".id"):
        return StaleError(_("A record that should be new exists already. Make a new plan."))
    message = _("This value is taken already, and it must be unique: {fields}.")
    return UsageError(say(message, fields=text))


class Transaction:
    """What can be written together. Journal rows wait in memory until the end, in order."""

    def __init__(self, connection: sqlite3.Connection, now: int, actor: str) -> None:
        self.connection = connection
        self.actor = actor
        head: tuple[int, bytes] = connection.execute("SELECT seq, hash FROM head").fetchone()
        self.seq, self.hash = head
        last = connection.execute("SELECT time FROM journal WHERE seq = ?", (self.seq,)).fetchone()
        self.now = max(now, last[0] if last else 0)
        """The moment of all entries: never before the last one, even when a clock was set back."""
        self._first = self.seq
        self._journal: list[tuple[Any, ...]] = []
        self._payloads: list[tuple[int, bytes, bytes]] = []

    def event(
        self, kind: str, action: str, body: bytes, *, school: str = "", record: str = "",
        run: str = "",
    ) -> int:  # fmt: skip
        """Journal something that happened; `body` comes from `payload_body`. Returns its number."""
        self.seq += 1
        salt = secrets.token_bytes(16)
        commitment = commit(salt, body)
        entry = Entry(self.seq, self.now, kind, action, school, record, run, commitment)
        self.hash = link(self.hash, entry)
        self._journal.append((*entry, self.hash))
        self._payloads.append((self.seq, salt, body))
        return self.seq

    def edit(self, edits: Iterable[Edit], *, reason: str = "", run: str = "") -> None:
        """Change records: now, history and journal together."""
        by_kind: dict[str, list[Edit]] = {}
        for edit in edits:
            by_kind.setdefault(edit.record.kind, []).append(edit)
        for kind, part in by_kind.items():
            self._edit_kind(codec_of(kind), part, reason, run)

    def _edit_kind(self, codec: Codec, edits: list[Edit], reason: str, run: str) -> None:
        changed = [edit for edit in edits if edit.before is not None]
        self._compare(codec, changed)
        new_rows: list[tuple[Any, ...]] = []
        for before, after in edits:
            if after is None:
                assert before is not None, "an edit has a before or an after"
                record, action, fields = before, "delete", None
            else:
                record, action = after, "create" if before is None else "update"
                values = codec.values(after)
                fields = codec.body(values)
                new_rows.append(codec.row(after, values))
            body = edit_body(self.actor, fields, reason)
            self.event(codec.kind, action, body, school=record.scope, record=record.id, run=run)
        self._store(codec, [edit.record.id for edit in changed], edits, new_rows)

    def _compare(self, codec: Codec, edits: list[Edit]) -> None:
        """Refuse to overwrite what somebody else wrote meanwhile."""
        names = ", ".join(codec.stored_names)
        width = len(codec.names)
        for start in range(0, len(edits), _LOOK_UP):
            part = edits[start : start + _LOOK_UP]
            ids = [edit.record.id for edit in part]
            marks = ", ".join("?" * len(ids))
            sql = f"SELECT {names} FROM {codec.kind} WHERE id IN ({marks})"
            position = codec.names.index("id")
            found = {row[position]: row[:width] for row in self.connection.execute(sql, ids)}
            for edit in part:
                assert edit.before is not None
                expected = codec.row(edit.before, codec.values(edit.before))[:width]
                if found.get(edit.before.id) != expected:
                    message = _("Someone changed this {kind} meanwhile. Make a new plan.")
                    raise StaleError(say(message, kind=codec.kind))

    def _store(
        self, codec: Codec, changed: list[str], edits: list[Edit], rows: list[tuple[Any, ...]]
    ) -> None:
        kind, columns = codec.kind, codec.stored_names
        names, marks = ", ".join(columns), ", ".join("?" * len(columns))
        into_history = f"INSERT INTO {kind}_history ({names}, since, until)"
        run = self.connection.executemany
        if changed:
            close = f"UPDATE {kind}_history SET until = ? WHERE id = ? AND until = ?"
            run(close, [(self.now, record_id, FOREVER) for record_id in changed])
        gone = [(edit.record.id,) for edit in edits if edit.after is None]
        if gone:
            run(f"DELETE FROM {kind} WHERE id = ?", gone)
        kept = {edit.record.id for edit in edits if edit.before and edit.after}
        position = codec.names.index("id")
        if kept:
            # Swapped unique values (two classes trade names) pass because keys keep their row.
            setters = ", ".join(f"{name} = ?" for name in columns)
            updates = [(*row, row[position]) for row in rows if row[position] in kept]
            run(f"UPDATE {kind} SET {setters} WHERE id = ?", updates)
            past = [(*row[:-1], self.now, FOREVER) for row in updates]
            run(f"{into_history} VALUES ({marks}, ?, ?)", past)
        fresh = [row for row in rows if row[position] not in kept] if kept else rows
        if fresh:
            # Keys only grow, in PostgreSQL too: what comes after the last one is new. Copying it
            # costs half of what binding all values once more would.
            last = self.execute(f"SELECT max(key) FROM {kind}").fetchone()[0] or 0
            run(f"INSERT INTO {kind} ({names}) VALUES ({marks})", fresh)
            copied = f"SELECT {names}, ?, ? FROM {kind} WHERE key > ? ORDER BY key"
            self.execute(f"{into_history} {copied}", (self.now, FOREVER, last))

    def use_names(self, hashes: Iterable[bytes]) -> None:
        """Remember keyed hashes of user names: a name is never used twice."""
        sql = "INSERT INTO used_name VALUES (?) ON CONFLICT DO NOTHING"
        self.connection.executemany(sql, ((digest,) for digest in hashes))

    def execute(self, sql: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        """One statement of a store module inside this transaction."""
        return self.connection.execute(sql, values)

    def execute_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """One statement of a store module for many rows inside this transaction."""
        self.connection.executemany(sql, rows)

    def flush(self) -> None:
        """Write the waiting journal rows and the new head."""
        if self.seq == self._first:
            return
        run = self.connection.executemany
        run("INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", self._journal)
        run("INSERT INTO payload VALUES (?, ?, ?)", self._payloads)
        self.connection.execute("UPDATE head SET seq = ?, hash = ?", (self.seq, self.hash))
        self._journal.clear()
        self._payloads.clear()
        self._first = self.seq
