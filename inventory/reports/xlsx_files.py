"""Reports as XLSX: text stays text, dates are dates, and the stamp is a sheet and properties.

One row is in memory at a time; what is written waits in files beside the report.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from inventory.errors import UsageError
from inventory.messages import _, say
from inventory.reports.tables import Table, Value
from inventory.reports.values import iso, plain, starts_a_formula

MAX_ROWS = 1_048_576
"""Rows of a sheet, the title row among them ("Excel specifications and limits")."""
_MAX_TEXT, _MAX_SHEET_NAME = 32_767, 31
_DAY, _MOMENT, _TEXT = 14, 22, 49
"""Number formats that everybody sees as dates are written at home (ECMA-376 Part 1, 18.8.30)."""


def write_xlsx(path: Path, table: Table) -> int:
    """Write the workbook; returns the number of rows.

    Raises OSError, or UsageError when there are more rows than a sheet can hold.
    """
    workbook = xlsxwriter.Workbook(
        str(path), {"constant_memory": True, "tmpdir": str(path.parent)}
    )  # fmt: skip
    try:
        count = _Sheet(workbook, table).write()
        _write_stamp(workbook, table)
        workbook.close()
    except FileCreateError as error:
        _let_go(workbook)
        raise error.args[0] from None
    except BaseException:
        _let_go(workbook)
        raise
    return count


def _let_go(workbook: Any) -> None:
    """Close what the library leaves open when it could not finish; the files are thrown away."""
    for sheet in workbook.worksheets():
        try:
            sheet.row_data_fh.close()
        except OSError:  # a full disk refuses the rest of the buffer too
            continue


class _Sheet:
    """The sheet with the rows."""

    def __init__(self, workbook: Any, table: Table) -> None:
        self._table = table
        self._sheet = workbook.add_worksheet(_sheet_name(table.title))
        self._title = workbook.add_format({"bold": True, "bottom": 1, "num_format": _TEXT})
        self._text = workbook.add_format({"num_format": _TEXT})
        self._quoted = workbook.add_format({"num_format": _TEXT, "quote_prefix": True})
        self._day = workbook.add_format({"num_format": _DAY})
        self._moment = workbook.add_format({"num_format": _MOMENT})

    def write(self) -> int:
        """Write titles and rows; returns the number of rows."""
        sheet, table = self._sheet, self._table
        for position, column in enumerate(table.columns):
            sheet.set_column(position, position, column.width)
            sheet.write_string(0, position, table.texts(column.title), self._title)
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_footer(f"&L{table.stamp.head}&R&P / &N")  # printed pages are stamped as well
        count = 0
        for count, row in enumerate(table.rows, start=1):
            if count == MAX_ROWS:
                message = _("More than {count} rows do not fit into XLSX. Take CSV, or one school.")
                raise UsageError(say(message, count=MAX_ROWS - 1))
            for position, value in enumerate(row):
                self._write_cell(count, position, value)
        return count

    def _write_cell(self, row: int, position: int, value: Value) -> None:
        shown = plain(value, self._table.texts)
        match shown:
            case None | "":
                return
            case str():
                # Shown as it is and never calculated, not even after it was edited.
                if len(shown) > _MAX_TEXT:
                    shown = shown[: _MAX_TEXT - 1] + "…"
                form = self._quoted if starts_a_formula(shown) else self._text
                self._sheet.write_string(row, position, shown, form)
            case datetime():
                local = shown.replace(tzinfo=None)
                self._sheet.write_datetime(row, position, local, self._moment)
            case date():
                self._sheet.write_datetime(row, position, shown, self._day)
            case int() | Decimal():
                self._sheet.write_number(row, position, shown)


def _sheet_name(title: str) -> str:
    return re.sub(r"[\[\]:*?/\\']", " ", title)[:_MAX_SHEET_NAME].strip()


def _write_stamp(workbook: Any, table: Table) -> None:
    stamp = table.stamp
    sheet = workbook.add_worksheet(_sheet_name(table.texts(_("Stamp"))))
    text = workbook.add_format({"num_format": _TEXT})
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 80)
    for row, (title, value) in enumerate(_stamp_lines(table)):
        sheet.write_string(row, 0, title, text)
        sheet.write_string(row, 1, value, text)
    workbook.set_properties({
        "title": table.title, "subject": stamp.report, "created": stamp.moment.astimezone(UTC),
    })  # fmt: skip
    workbook.set_custom_property("Report id", stamp.id)
    workbook.set_custom_property("Journal head", stamp.head)


def _stamp_lines(table: Table) -> Iterator[tuple[str, str]]:
    """What the stamp sheet says, in the report's language."""
    stamp, texts = table.stamp, table.texts
    asked = stamp.parameters
    titles = {
        "as_of": _("As of the end of"),
        "since": _("From"),
        "until": _("To"),
        "school": _("School number"),
    }
    yield texts(_("Report")), table.title
    if stamp.city:
        yield texts(_("City")), stamp.city
    yield texts(_("Drawn up at")), iso(stamp.moment)
    for name, title in titles.items():
        if name in asked:
            yield texts(title), str(asked[name])
    yield texts(_("With names")), texts(_("yes") if asked["with_names"] else _("no"))
    yield texts(_("Journal head")), stamp.head
    yield texts(_("Report id")), stamp.id
