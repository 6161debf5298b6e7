"""The journal in the store: reading it and proving it."""

import json
from collections.abc import Iterator
from itertools import groupby
from typing import Any, NamedTuple

from inventory.journal import ChainRow, Entry, verify_chain
from inventory.messages import Message, _, say
from inventory.records import KINDS
from inventory.records.base import derive_id
from inventory.store.codec import Codec, codec_of
from inventory.store.reading import SqliteReader, translated
from inventory.times import FOREVER

_PAGE = 5000
_CLEAR = "seq, time, kind, action, school, record, run, commitment"


class JournalLine(NamedTuple):
    """An entry with its payload; the payload is None after an erasure."""

    entry: Entry
    body: dict[str, Any] | None


def entries(
    reader: SqliteReader, *, after: int = 0, record: str = "", school: str = "", limit: int = 500
) -> list[JournalLine]:
    """Entries in order, from `after` on, of one record or school if asked."""
    return _lines(reader, "", (after, record, record, school, school, limit))


def newest_entries(
    reader: SqliteReader, *, school: str = "", limit: int = 500
) -> list[JournalLine]:
    """The newest entries, of one school if asked, in order."""
    return _lines(reader, "DESC", (0, "", "", school, school, limit))[::-1]


def _lines(reader: SqliteReader, order: str, values: tuple[int | str, ...]) -> list[JournalLine]:
    rows = reader.execute(
        f"SELECT {', '.join('j.' + c for c in _CLEAR.split(', '))}, p.body FROM journal j "
        "LEFT JOIN payload p ON p.seq = j.seq WHERE j.seq > ? AND (? = '' OR j.record = ?) "
        f"AND (? = '' OR j.school = ?) ORDER BY j.seq {order} LIMIT ?",
        values,
    )
    return [
        JournalLine(Entry(*row[:8]), json.loads(row[8]) if row[8] is not None else None)
        for row in rows
    ]


def moved_since(reader: SqliteReader, base: int, kinds: frozenset[str], run: str) -> dict[str, int]:
    """Schools in which records of these kinds moved after entry `base`, not by this run.

    The empty school id stands for city-wide records: when it is there, all schools moved.
    """
    marks = ", ".join("?" * len(kinds))
    rows = reader.execute(
        "SELECT school, max(seq) FROM journal WHERE seq > ? AND run <> ? "
        f"AND kind IN ({marks}) GROUP BY school",
        (base, run, *sorted(kinds)),
    )
    return dict(rows)


def head_hash(reader: SqliteReader) -> tuple[int, str]:
    """Number and hash of the newest entry: what a report prints, an anchor outside the store."""
    seq, digest = reader.execute("SELECT seq, hash FROM head")[0]
    return seq, digest.hex()


def inventory_code(reader: SqliteReader) -> str:
    """What tells this inventory from all others, as long as it lives; empty before its first
    entry. It says nothing of what is in it.
    """
    first = reader.execute("SELECT hash FROM journal ORDER BY seq LIMIT 1")
    return derive_id("inventory", first[0][0].hex()) if first else ""


def holds_head(reader: SqliteReader, noted: str) -> bool:
    """True when a head noted outside, as NUMBER:HASH or its beginning, is in the chain."""
    number, _colon, beginning = noted.partition(":")
    found = reader.execute("SELECT hash FROM journal WHERE seq = ?", (number,))
    return bool(found and beginning and found[0][0].hex().startswith(beginning.lower()))


def _chain(reader: SqliteReader) -> Iterator[ChainRow]:
    after = 0
    while rows := reader.execute(
        f"SELECT {', '.join('j.' + c for c in _CLEAR.split(', '))}, j.hash, "
        "CAST(p.salt AS BLOB), CAST(p.body AS BLOB) FROM journal j "
        "LEFT JOIN payload p ON p.seq = j.seq WHERE j.seq > ? ORDER BY j.seq LIMIT ?",
        (after, _PAGE),
    ):
        for row in rows:
            yield ChainRow(Entry(*row[:8]), row[8], row[9], row[10])
        after = rows[-1][0]


def _erased(reader: SqliteReader) -> dict[str, int]:
    """Records that erasures name, and the number of the last erasure that does."""
    rows = reader.execute(
        "SELECT j.seq, p.body FROM journal j JOIN payload p ON p.seq = j.seq "
        "WHERE j.kind = 'erasure' ORDER BY j.seq"
    )
    return {record: seq for seq, body in rows for record in json.loads(body)["records"]}


def verify_journal(reader: SqliteReader) -> Iterator[Message]:
    """All that is wrong with chain, payloads, current and history rows; nothing when it holds."""
    reader.execute("BEGIN")  # one picture: a writer may commit between two pages
    try:
        seq, digest = reader.execute("SELECT seq, hash FROM head")[0]
        yield from verify_chain(_chain(reader), seq, digest, _erased(reader))
        for kind in KINDS:
            yield from _verify_tables(reader, codec_of(kind))
    finally:
        reader.execute("COMMIT")


def _rebuilt(codec: Codec, versions: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """History rows of one record from its payloads, oldest first; none for a spoilt payload."""
    rows: list[tuple[Any, ...]] = []
    for _record, time, body in versions:
        if rows and rows[-1][-1] == FOREVER:
            rows[-1] = (*rows[-1][:-1], time)
        try:
            after = json.loads(body)["after"]
        except (ValueError, KeyError):
            return []
        if after is not None:
            record = codec.from_body(after)
            rows.append((*codec.row(record, codec.values(record)), time, FOREVER))
    return rows


def _verify_tables(reader: SqliteReader, codec: Codec) -> Iterator[Message]:
    names = ", ".join(codec.stored_names)
    kind, position = codec.kind, codec.names.index("id")
    with translated(reader.path):
        payloads = reader.connection.execute(
            "SELECT j.record, j.time, p.body FROM journal j JOIN payload p ON p.seq = j.seq "
            "WHERE j.kind = ? AND j.action IN ('create', 'update', 'delete') "
            "ORDER BY j.record, j.seq",
            (kind,),
        )
        history = reader.connection.execute(
            f"SELECT {names}, since, until FROM {kind}_history ORDER BY id, since, key"
        )
        stored = groupby(history, key=lambda row: row[position])
        stored_id, stored_rows = next(stored, ("", iter(())))
        expected_now: dict[str, int] = {}
        for record_id, versions in groupby(payloads, key=lambda row: row[0]):
            rebuilt = _rebuilt(codec, list(versions))
            kept = list(stored_rows) if stored_id == record_id else []
            if rebuilt != kept:
                message = _("The history of {kind} {record} is not what the journal says.")
                yield say(message, kind=kind, record=record_id)
            if rebuilt and rebuilt[-1][-1] == FOREVER:
                expected_now[record_id] = hash(rebuilt[-1][:-2])
            if stored_id == record_id:
                stored_id, stored_rows = next(stored, ("", iter(())))
    yield from _verify_now(reader, codec, expected_now)


def _verify_now(reader: SqliteReader, codec: Codec, expected: dict[str, int]) -> Iterator[Message]:
    names, position = ", ".join(codec.stored_names), codec.names.index("id")
    message = _("The {kind} {record} is not what the journal says.")
    for row in reader.execute(f"SELECT {names} FROM {codec.kind}"):
        if expected.pop(row[position], None) != hash(row):
            yield say(message, kind=codec.kind, record=row[position])
    for record_id in expected:
        yield say(message, kind=codec.kind, record=record_id)
