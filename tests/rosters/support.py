"""Invented exports for the roster tests, as text or as bytes."""

import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from inventory.records.people import Role
from inventory.rosters.catalogue import format_of, reader
from inventory.rosters.rows import Reading, ReadOptions, Severity

DAY = date(2026, 8, 1)
PUPILS = ReadOptions(day=DAY, roles=(Role.STUDENT,))
HEADER = ("Interne ID-Nummer", "Nachname", "Vorname", "Klasse", "Status", "Bemerkung")


class Pupil(NamedTuple):
    """The cells of one invented pupil, in the order of HEADER."""

    record_id: str
    family_name: str
    given_name: str
    school_class: str
    status: str = "2"
    remark: str = "x"


def export(
    pupils: Sequence[Pupil],
    *,
    separator: str = ";",
    line_end: str = "\n",
    columns: Sequence[int] = range(len(HEADER)),
) -> str:
    """A text export with these columns, in this order."""
    lines = [[row[at] for at in columns] for row in (HEADER, *pupils)]
    return "".join(separator.join(cells) + line_end for cells in lines)


def read_bytes(data: bytes, options: ReadOptions = PUPILS, format_name: str = "schild") -> Reading:
    """Read the bytes as an export of this format."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.csv"
        path.write_bytes(data)
        return reader(format_of(path, format_name)[0])(path, options)


def pupils_of(reading: Reading) -> list[Pupil]:
    """What was read, to compare with what was written (status and remark are not compared)."""
    return [
        Pupil(row.record_id, row.family_name, row.given_name, row.school_class)
        for row in reading.rows
    ]


def check_accounts(found: Reading) -> None:
    """Every line is a row, a repetition, or lost with an error that names it."""
    assert found.row_count == len(found.rows) + len(found.lost) + len(found.repeated)
    lines = [row.line for row in found.rows] + [*found.lost] + [*found.repeated]
    assert len(set(lines)) == len(lines)
    told = {p.line for p in found.problems if p.severity is Severity.ERROR}
    assert told == set(found.lost)
    assert all(str(p.line) in str(p.message) for p in found.problems)
