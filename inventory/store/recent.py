"""What happened last, in the whole inventory and to one record: the journal as screens show it."""

import json
from typing import Any, NamedTuple

from inventory.journal import Entry
from inventory.records.runs import Outcome
from inventory.store.journals import JournalLine
from inventory.store.reading import SqliteReader

_LOOK_BACK = 50_000
"""Entries that are looked at: what a busy day writes, read in some milliseconds."""
_CLEAR = "j.seq, j.time, j.kind, j.action, j.school, j.record, j.run, j.commitment, p.body"
_WITH_PAYLOAD = f"SELECT {_CLEAR} FROM journal j LEFT JOIN payload p ON p.seq = j.seq"


class Happening(NamedTuple):
    """Like entries of one moment: the newest of them, and how many there are.

    `school` is the one they all belong to; empty when there are several, or none.
    """

    newest: JournalLine
    size: int
    school: str


def newest_happenings(reader: SqliteReader, limit: int) -> list[Happening]:
    """What people did last, newest first.

    What a run did is not listed: the run itself is, when it began and how it ended.
    """
    groups = reader.execute(
        "SELECT max(seq), count(*), min(school), max(school) FROM journal "
        "WHERE seq > (SELECT seq FROM head) - ? AND (run = '' OR kind IN ('run', 'handout')) "
        "GROUP BY time, kind, action ORDER BY 1 DESC LIMIT ?",
        (_LOOK_BACK, limit),
    )
    marks = ", ".join("?" * len(groups))
    newest = [group[0] for group in groups]
    rows = reader.execute(f"{_WITH_PAYLOAD} WHERE j.seq IN ({marks})", newest)
    lines = {row[0]: _line(row) for row in rows}
    return [
        Happening(lines[seq], count, first if first == last else "")
        for seq, count, first, last in groups
        if seq in lines
    ]


def lines_of_record(reader: SqliteReader, record: str, limit: int) -> list[JournalLine]:
    """The journal of one record, newest entry first."""
    sql = f"{_WITH_PAYLOAD} WHERE j.record = ? ORDER BY j.seq DESC LIMIT ?"
    return [_line(row) for row in reader.execute(sql, (record, limit))]


def outcomes_of_run(reader: SqliteReader, run_id: str) -> dict[Outcome, int]:
    """How many changes of a run have which outcome; those not begun have none."""
    rows = reader.execute(
        "SELECT outcome, count(*) FROM run_change WHERE run = ? GROUP BY outcome", (run_id,)
    )
    return {Outcome(outcome): count for outcome, count in rows}


def delivery_entries(reader: SqliteReader) -> dict[str, int]:
    """The journal entry of every delivery: a plan with a lower base does not know it."""
    return dict(reader.execute("SELECT id, seq FROM delivery WHERE complete = 1"))


def _line(row: tuple[Any, ...]) -> JournalLine:
    body = json.loads(row[8]) if row[8] is not None else None
    return JournalLine(Entry(*row[:8]), body)
