"""What reports ask of the store: one picture for many reads, and the journal of a period."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from inventory.journal import Entry
from inventory.store.reading import SqliteReader

_PAGE = 1000


class PeriodLine(NamedTuple):
    """An entry with its payload (None: erased) and, for changed records, the payload before it."""

    entry: Entry
    body: dict[str, Any] | None
    previous: dict[str, Any] | None


@contextmanager
def one_picture(reader: SqliteReader) -> Iterator[None]:
    """All reads inside see the same moment, whoever commits meanwhile.

    No writer is blocked, but the write-ahead log cannot be emptied until it ends: seconds, not
    minutes.
    """
    reader.execute("BEGIN")
    try:
        yield
    finally:
        reader.execute("COMMIT")


def entries_between(
    reader: SqliteReader, first: int, last: int, school: str = ""
) -> Iterator[PeriodLine]:
    """Entries written from `first` to `last` (microseconds, both included), in order, by pages."""
    after = 0
    while rows := reader.execute(
        "SELECT j.seq, j.time, j.kind, j.action, j.school, j.record, j.run, j.commitment, p.body, "
        "CASE WHEN j.action IN ('update', 'delete') THEN ("
        "SELECT b.body FROM journal q JOIN payload b ON b.seq = q.seq WHERE q.record = j.record "
        "AND q.kind = j.kind AND q.seq < j.seq ORDER BY q.seq DESC LIMIT 1) END "
        "FROM journal j LEFT JOIN payload p ON p.seq = j.seq WHERE j.seq > ? "
        "AND j.time >= ? AND j.time <= ? AND (? = '' OR j.school = ?) ORDER BY j.seq LIMIT ?",
        (after, first, last, school, school, _PAGE),
    ):
        for row in rows:
            yield PeriodLine(Entry(*row[:8]), _loaded(row[8]), _loaded(row[9]))
        after = rows[-1][0]


def _loaded(body: bytes | None) -> dict[str, Any] | None:
    return None if body is None else json.loads(body)
