"""Reading a past day, and reading through a plan's overlay, against reading what is stored now."""

import tempfile
from pathlib import Path

from inventory.records import Device
from inventory.records.base import Edit
from inventory.store.codec import codec_of
from inventory.store.overlay import Overlay, shadow_as_of
from inventory.store.queries import Eq, Filter, Order, Query
from inventory.store.reading import SqliteReader
from inventory.store.writing import Writer, connect, create_store
from inventory.times import FOREVER, system_clock
from tests.bench.devices import devices
from tests.bench.measuring import Line, Pair, in_turns, seconds, tell

RECORDS, VERSIONS = 250_000, 4
OVERLAID, OF = 40_000, 100_000
ROUNDS = 7
_PERIOD = 1000  # microseconds in which a version holds


def measure() -> list[Line]:
    """All records of a kind in reading order, and one school's."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "inventory.sqlite"
        school = _with_history(path)
        with SqliteReader(path) as past, SqliteReader(path) as now:
            shadow_as_of(past, _PERIOD * VERSIONS // 2)
            whole = _compare(past, now, None)
            part = _compare(past, now, Eq(field="school", value=school))
    rows = f"{RECORDS * VERSIONS:,} history rows"
    return [
        Line(
            f"all {RECORDS:,} devices as of a past day, in reading order, from {rows}",
            "the same query of now",
            whole.ratio,
            1.2,
            f"{whole.first:.2f} s and {whole.second:.2f} s",
        ),
        Line(
            f"one school's devices as of a past day, from {rows}",
            "the same query of now",
            part.ratio,
            1.2,
            f"{part.first * 1000:.0f} ms and {part.second * 1000:.0f} ms",
        ),
        _overlay(),
    ]


def _with_history(path: Path) -> str:
    """A store in which every device has changed several times; the id of one school."""
    records = _filled(path, RECORDS)
    columns = ", ".join(codec_of("device").stored_names)
    copy = f"INSERT INTO device_history ({columns}, since, until) SELECT {columns}, ?, ?"
    connection = connect(path)
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("DELETE FROM device_history")
    for version in range(VERSIONS):
        until = FOREVER if version == VERSIONS - 1 else (version + 1) * _PERIOD
        connection.execute(f"{copy} FROM device ORDER BY key", (version * _PERIOD, until))
    connection.execute("COMMIT")
    connection.close()
    return records[0].school


def _filled(path: Path, count: int) -> list[Device]:
    records = devices(count)
    create_store(path)
    with Writer(path, system_clock, "bench") as writer:
        writer.edit([Edit(None, record) for record in records])
    return records


def _compare(one: SqliteReader, other: SqliteReader, where: Filter | None) -> Pair:
    query = Query(kind="device", where=where, order=(Order(),))
    pair = in_turns(
        lambda: seconds(lambda: one.rows(query)), lambda: seconds(lambda: other.rows(query)), ROUNDS
    )
    tell(f"{pair.first:.3f} s, {pair.second:.3f} s")
    return pair


def _overlay() -> Line:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "inventory.sqlite"
        records = _filled(path, OF)
        with SqliteReader(path) as planned, SqliteReader(path) as now:
            edits = [Edit(r, r.model_copy(update={"name": "neu"})) for r in records[:OVERLAID]]
            overlay = Overlay(planned)
            overlay.put(edits)
            overlay.show()
            pair = _compare(planned, now, None)
    return Line(
        f"all {OF:,} devices through an overlay of {OVERLAID:,}",
        "without the overlay",
        pair.ratio,
        1.2,
        f"{pair.first:.2f} s and {pair.second:.2f} s",
    )
