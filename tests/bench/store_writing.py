"""Bulk writes: the store against a bare executemany of the same rows."""

import sqlite3
import tempfile
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

from inventory.records.base import Edit
from inventory.store.codec import codec_of
from inventory.store.writing import Writer, connect, create_store
from inventory.times import system_clock
from tests.bench.devices import devices
from tests.bench.measuring import Line, in_turns, seconds, tell

RECORDS = 100_000
ROUNDS = 5
TABLES = ("device", "device_history", "journal", "payload")
ACTOR = "bench"


class _Rows(NamedTuple):
    table: str
    rows: Sequence[tuple[Any, ...]]


def measure() -> list[Line]:
    """The store against the four tables it fills, and against one table without an index."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        edits = [Edit(None, device) for device in devices(RECORDS)]
        fresh = count()

        def new_file() -> Path:
            return folder / f"{next(fresh)}.sqlite"

        def store() -> float:
            path = new_file()
            create_store(path)
            with Writer(path, system_clock, ACTOR) as writer:
                return _gone(path, seconds(lambda: writer.edit(edits)))

        parts = _written_rows(new_file(), edits)

        def same_tables() -> float:
            path = new_file()
            create_store(path)
            return _gone(path, _bare(connect(path), parts))

        def one_table() -> float:
            path = new_file()
            connection = connect(path)
            connection.execute(_plain_table())
            return _gone(path, _bare(connection, parts[:1]))

        same = in_turns(store, same_tables, ROUNDS)
        one = in_turns(store, one_table, ROUNDS)
        tell(f"store {same.first:.2f} s, same tables {same.second:.2f} s, one {one.second:.2f} s")
    what = f"bulk write of {RECORDS:,} records into the store"
    return [
        Line(
            what,
            "bare executemany of ready rows into the same four tables and indexes",
            same.ratio,
            1.6,
            f"{RECORDS / same.first:,.0f} and {RECORDS / same.second:,.0f} records/s",
        ),
        Line(what, "bare executemany into one table without an index", one.ratio),
    ]


def _written_rows(path: Path, edits: list[Edit]) -> list[_Rows]:
    """What the store writes for these edits, table by table."""
    create_store(path)
    with Writer(path, system_clock, ACTOR) as writer:
        writer.edit(edits)
        read = writer.connection.execute
        return [_Rows(table, read(f"SELECT * FROM {table}").fetchall()) for table in TABLES]


def _bare(connection: sqlite3.Connection, parts: Sequence[_Rows]) -> float:
    """Seconds for one transaction with one executemany a table, with the store's own settings."""

    def write() -> None:
        connection.execute("BEGIN IMMEDIATE")
        for table, rows in parts:
            marks = ", ".join("?" * len(rows[0]))
            connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
        connection.execute("COMMIT")

    try:
        return seconds(write)
    finally:
        connection.close()


def _plain_table() -> str:
    columns = ", ".join(codec_of("device").stored_names)
    return f"CREATE TABLE device (key INTEGER PRIMARY KEY, {columns})"


def _gone(path: Path, took: float) -> float:
    path.unlink()
    return took
