"""Files that are no roster, files that are too bad, and what must never leave the parser."""

import os
from pathlib import Path

import pytest

from inventory.errors import UsageError
from inventory.rosters import schild
from inventory.rosters.ledger import MAX_LOST_ROWS
from inventory.rosters.rows import UnreadableError
from tests.rosters.support import PUPILS, Pupil, export, pupils_of, read_bytes

GOOD = Pupil("1", "Müller", "Änne", "5a")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf\r\n \r\n", "is empty"),
        (b"PK\x03\x04\x14\x00", "no Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Excel"),
        (b"%PDF-1.7\n", "PDF"),
        (export([GOOD]).encode("utf-16-le"), "no text file"),
        (b'"Nachname;Vorname\n', "cannot be read as a header"),
        (b"Nachn\x81me;Vorname\n", "cannot be read as a header"),
        (b"sep=;\n", "cannot be read as a header"),
        (b"<html><body>Login</body></html>\n", "none of the columns"),
    ],
)
def test_what_is_no_roster_is_refused_with_a_reason(data: bytes, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        read_bytes(data)


def test_folder_missing_file_and_pipe_are_refused(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path, says in (
        (tmp_path, "is a folder"),
        (tmp_path / "none.csv", "does not exist"),
        (pipe, "no regular file"),
        (tmp_path / ("x" * 300), "cannot be read"),
    ):
        with pytest.raises(UsageError, match=says):
            schild.read(path, PUPILS)


def test_very_large_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(2**40)
    with pytest.raises(UsageError, match="256 MiB"):
        schild.read(path, PUPILS)


def test_too_many_lost_rows_end_the_read_with_their_problems() -> None:
    good = [GOOD._replace(record_id=f"g{at}") for at in range(3 * MAX_LOST_ROWS)]
    bad = [GOOD._replace(record_id=f"b{at}", status="?") for at in range(MAX_LOST_ROWS + 10)]
    with pytest.raises(UnreadableError) as caught:
        read_bytes(export([*good, *bad]).encode())
    lines = {problem.line for problem in caught.value.problems}
    assert len(lines) == MAX_LOST_ROWS + 1
    assert str(min(lines)) in str(caught.value.message)
    found = read_bytes(export([*good, *bad[:MAX_LOST_ROWS]]).encode())
    assert len(found.lost) == MAX_LOST_ROWS


def test_unmapped_columns_leave_no_trace() -> None:
    secret = "Konfessionslos-4711"
    rows = [GOOD, Pupil("2", "Mai", "", "5a"), Pupil("3", "Gut", "Ole", "5a", status="?"),
            Pupil("4", "Kühn", "Ina", "5a"), Pupil("5", "Lang", "Ina", "5a")]  # fmt: skip
    rows = [row._replace(remark=secret) for row in rows]
    text = export(rows) + f'6;Rau;"Ina;5a;2;{secret}\n7;Rau;Ina;5a;2;{secret};{secret}\n'
    with pytest.raises(UnreadableError) as caught:
        read_bytes(text.encode())
    good = "".join(export([GOOD._replace(record_id=f"g{n}")]).splitlines(True)[1] for n in range(9))
    found = read_bytes((text + good).encode())
    assert set(found.lost) == {3, 4, 7, 8}
    problems = (*found.problems, *caught.value.problems)
    said = [found.model_dump_json(), repr(found), *map(str, found.summary())]
    said += [repr(problem) + problem.value for problem in problems] + [str(caught.value)]
    assert not [one for one in said if secret in one]
    assert found.dropped_columns == ("Bemerkung",)


def test_stored_problem_does_not_hold_the_cell() -> None:
    rows = [GOOD, Pupil("2", "Mai", "Ole", "5a"), Pupil("3", "@Planted", "Ole", "5a")]
    (problem,) = read_bytes(export(rows).encode()).problems
    assert problem.value == "@Planted"
    assert "Planted" not in problem.model_dump_json() + repr(problem) + str(problem.message)


def test_header_names_are_printable() -> None:
    text = export([GOOD]).replace("Bemerkung", "\x1b[2JBemerkung")
    assert read_bytes(text.encode()).dropped_columns == ("?",)


@pytest.mark.parametrize("inside", ["\n", "\r\n", "\n\n", '""', ";", "\nStraße\nOrt"])
def test_cells_may_hold_line_ends_separators_and_quotes(inside: str) -> None:
    rows = [GOOD._replace(record_id=str(at)) for at in range(3)]
    text = export([row._replace(remark=f'"a{inside}b"') for row in rows])
    assert pupils_of(read_bytes(text.encode())) == rows


def test_stray_quote_swallows_no_rows() -> None:
    rows = [GOOD._replace(record_id=str(at)) for at in range(9)]
    text = export([row._replace(remark='"x') if at == 2 else row for at, row in enumerate(rows)])
    text = text.replace("6;Müller;Änne;5a;2;x", '6;Müller;Änne;5a;2;x"')
    found = read_bytes(text.encode())
    assert [*found.lost] == [4]
    assert [row.record_id for row in found.rows] == ["0", "1", "3", "4", "5", "6", "7", "8"]
