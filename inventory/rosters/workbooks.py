"""The one table in a workbook (XLSX): row numbers with their cells as text.

What a cell holds counts, not how it is shown: a text keeps its leading zeros, a number that was
formatted to show some has none. Formulas count with the value that was saved with them.
"""

import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from inventory.errors import UsageError
from inventory.messages import _

Rows = Sequence[tuple[int, list[str]]]

MAX_UNPACKED = 1024 * 1024 * 1024
"""A workbook that unpacks to more bytes than this is refused unread."""

_FAR_CELL = re.compile(rb'<c r="(?:[A-Z]{3}\d+|[A-Z]+\d{6,})"[^>]*[^/>]>')
"""A cell with something in it beyond row 99,999 or column ZZ, as in ECMA-376 18.3.1.4."""

_EXACT = 10**15
"""From here on a spreadsheet has rounded the digits of a number."""

WORKBOOK = "xl/workbook.xml"
"""The member by which a zip file is a workbook (ECMA-376)."""


BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, RuntimeError, EOFError, OSError,
          ValueError)  # fmt: skip
"""What zipfile raises for damaged, encrypted or strange members."""


def is_workbook(data: bytes) -> bool:
    """True for an XLSX file. Another zip file is none."""
    if not data.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            return WORKBOOK in packed.namelist()
    except BROKEN:
        return False


def read_sheet(data: bytes, file: str) -> Rows:
    """The rows of the one visible sheet that has any; rows without text are left out.

    Raises UsageError when the workbook is damaged or empty, or when several sheets hold
    something: nobody can tell which of them is meant.
    """
    from python_calamine import CalamineError, SheetVisibleEnum, load_workbook

    try:
        _check_size(data, file)
        with load_workbook(io.BytesIO(data)) as book:
            visible = [
                sheet.name
                for sheet in book.sheets_metadata
                if sheet.visible is SheetVisibleEnum.Visible
            ]
            sheets = {
                name: book.get_sheet_by_name(name).to_python(skip_empty_area=False)
                for name in visible
            }
    except (CalamineError, *BROKEN) as error:
        raise UsageError(
            _("{file} is a damaged Excel file. Save it again as XLSX, or as CSV (UTF-8)."),
            file=file,
        ) from error
    filled = {name: rows for name, cells in sheets.items() if (rows := _rows(cells))}
    if not filled:
        raise UsageError(_("{file} is empty. Export the list again."), file=file)
    if len(filled) > 1:
        raise UsageError(
            _(
                "{file} has several sheets that hold something: {sheets}. Keep the one with the "
                "list, or save that one as CSV."
            ),
            file=file, sheets=", ".join(filled),
        )  # fmt: skip
    return next(iter(filled.values()))


def _check_size(data: bytes, file: str) -> None:
    """Refuse what would take all memory: it would need every cell up to the furthest one."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        size = sum(member.file_size for member in packed.infolist())
        sheets = [name for name in packed.namelist() if name.startswith("xl/worksheets/")]
        far = size <= MAX_UNPACKED and any(_FAR_CELL.search(packed.read(name)) for name in sheets)
    if size > MAX_UNPACKED:
        raise UsageError(
            _("{file} unpacks to more than {limit} MiB: this is no list of one school's people."),
            file=file, limit=MAX_UNPACKED // 1024**2,
        )  # fmt: skip
    if far:
        raise UsageError(
            _(
                "{file} has a cell far outside of any list of people (beyond row 99,999 or column "
                "ZZ). Copy the list into a new workbook, or save it as CSV (UTF-8)."
            ),
            file=file,
        )


def _rows(cells: Sequence[Sequence[object]]) -> list[tuple[int, list[str]]]:
    rows = [(line, [_text(cell) for cell in row]) for line, row in enumerate(cells, 1)]
    return [(line, row) for line, row in rows if any(map(str.strip, row))]


def _text(cell: object) -> str:
    """A cell as a text file would hold it: days as 2026-07-31, whole numbers without a point."""
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    if isinstance(cell, (date, time, timedelta)):
        return str(cell)
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell)) if abs(cell) < _EXACT else f"{cell:.2E}"
    return str(cell)
