"""Rosters as XLSX: what counts is what a cell holds, and nothing is read from the wrong sheet."""

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from inventory.errors import UsageError
from inventory.records.people import Role
from inventory.rosters.rows import Reading, ReadOptions
from tests.rosters.support import DAY, Pupil, check_accounts, export, pupils_of, read_bytes

COLUMNS = {
    "record_id": "ID", "family_name": "Name", "given_name": "Vorname", "birth_date": "Geboren",
    "school_class": "Klasse",
}  # fmt: skip
OPTIONS = ReadOptions(day=DAY, roles=(Role.STUDENT,), columns=COLUMNS)
HEADER = ("ID", "Name", "Vorname", "Geboren", "Klasse", "Bemerkung")


def workbook(rows: Sequence[Sequence[object]], more: Callable[[Any], None] | None = None) -> bytes:
    """An XLSX file with one sheet, ``Liste``; text is written as text, never as a number."""
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"strings_to_numbers": False}) as book:
        sheet = book.add_worksheet("Liste")
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        for line, row in enumerate(rows):
            for at, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(line, at, datetime.combine(cell, time()), day)
                elif isinstance(cell, str) and cell.startswith("="):
                    sheet.write_formula(line, at, cell, None, "7b")
                else:
                    sheet.write(line, at, cell)
        if more:
            more(book)
    return data.getvalue()


def read(data: bytes) -> Reading:
    return read_bytes(data, OPTIONS, "csv")


def test_cells_are_read_as_what_they_hold() -> None:
    found = read(
        workbook(
            [
                (),
                HEADER,
                ("0017", "Jäger", "Ute", date(2012, 2, 1), "7a", "x"),
                (18, "Kühn", "Ole", "03.04.2012", '="7"&"b"', "x"),
                (),
                (19.0, "Noll", "Ina\nMaria", "2012-06-05", "5.1", None),
            ]
        )
    )
    assert [
        (r.line, r.record_id, r.given_name, r.birth_date, r.school_class) for r in found.rows
    ] == [
        (3, "0017", "Ute", date(2012, 2, 1), "7a"),
        (4, "18", "Ole", date(2012, 4, 3), "7b"),
        (6, "19", "Ina Maria", date(2012, 6, 5), "5.1"),
    ]
    assert found.dropped_columns == ("Bemerkung",)
    assert str(found.summary()[0]) == "export.csv: 3 rows read, 0 lost (xlsx)"
    assert found.absence_counts


def test_rows_that_cannot_be_read_are_named_by_their_row() -> None:
    good = [(at, "Jäger", "Ute", date(2012, 2, 1), "7a", "") for at in range(5)]
    bad = [(12345678901234567, "Kühn", "Ole", "", "7a", ""), (9, "", "Ole", "", "7a", "")]
    found = read(workbook([HEADER, *good, *bad]))
    assert [*found.lost] == [7, 8]
    assert found.row_count == 7


def test_hidden_and_empty_sheets_are_not_read() -> None:
    def more(book: Any) -> None:
        book.add_worksheet("leer")
        hidden = book.add_worksheet("Werte")
        hidden.write(0, 0, "Religion")
        hidden.hide()

    found = read(workbook([HEADER, ("1", "Jäger", "Ute", "", "7a", "")], more))
    assert len(found.rows) == 1


def test_other_formats_may_be_workbooks() -> None:
    pupils = [Pupil("0017", "Müller", "Änne", "5a"), Pupil("18", "Groß", "Ole", "5a")]
    rows = [line.split(";") for line in export(pupils).splitlines()]
    for name in ("schild", "auto"):
        assert pupils_of(read_bytes(workbook(rows), format_name=name)) == pupils


def _far_away(book: Any) -> None:
    book.get_worksheet_by_name("Liste").write(0, 5000, "x")


def _second_sheet(book: Any) -> None:
    book.add_worksheet("Andere").write(0, 0, "ID")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        pytest.param(
            workbook([HEADER], _second_sheet), "several sheets .* Liste, Andere", id="two"
        ),
        pytest.param(workbook([]), "is empty", id="empty"),
        pytest.param(workbook([HEADER]), "header line and no rows", id="no rows"),
        pytest.param(workbook([("Name", "Vorname")]), "columns are missing: ID", id="missing"),
        pytest.param(workbook([HEADER], _far_away), "far outside", id="far away"),
    ],
)
def test_workbook_that_is_no_list_is_refused_with_a_reason(data: bytes, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        read(data)


def test_zip_file_that_is_no_workbook_says_so() -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as packed:
        packed.writestr("users.csv", "x")
    with pytest.raises(UsageError, match="no Excel workbook"):
        read(data.getvalue())


def test_workbook_with_a_damaged_member_is_refused() -> None:
    good = workbook([HEADER, ("1", "Jäger", "Ute", "", "7a", "")])
    damaged = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good)) as old, zipfile.ZipFile(damaged, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, content[: len(content) // 2] if "sheet1" in name else content)
    with pytest.raises(UsageError, match="damaged Excel"):
        read(damaged.getvalue())


GOOD = workbook([HEADER, *((at, "Jäger", "Ute", date(2012, 2, 1), "7a", "") for at in range(9))])


@given(at=st.integers(0, len(GOOD) - 1), cut=st.integers(0, 30), junk=st.binary(max_size=30))
def test_damaged_workbook_is_refused_or_read_in_full(at: int, cut: int, junk: bytes) -> None:
    try:
        found = read(GOOD[:at] + junk + GOOD[at + cut :])
    except UsageError:
        return
    check_accounts(found)
    assert found.row_count == 9
