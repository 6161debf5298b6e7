"""Reports as CSV (RFC 4180): plain, or as German Excel opens it with a double click."""

import csv
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from inventory.reports.tables import Table, Translate, Value
from inventory.reports.values import iso, plain, starts_a_formula


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a CSV file is written. `german`: decimal comma, dd.mm.yyyy."""

    delimiter: str
    encoding: str
    german: bool

    def text(self, value: Value, texts: Translate) -> str:
        """A cell. A text that a spreadsheet would calculate gets an apostrophe before it."""
        shown = plain(value, texts)
        match shown:
            case None:
                return ""
            case str():
                return "'" + shown if starts_a_formula(shown) else shown
            case date():
                return self._day(shown)
            case Decimal():
                return f"{shown:f}".replace(".", ",") if self.german else f"{shown:f}"
        return str(shown)

    def _day(self, day: date) -> str:
        if not self.german:
            return iso(day)
        text = f"{day.day:02}.{day.month:02}.{day.year:04}"
        return f"{text} {day:%H:%M:%S}" if isinstance(day, datetime) else text


DIALECTS = {
    "plain": Dialect(",", "utf-8", german=False),
    "excel-de": Dialect(";", "utf-8-sig", german=True),  # Excel knows UTF-8 by its mark only
}


def write_csv(path: Path, table: Table, dialect: Dialect) -> int:
    """Write the titles and rows, and nothing else; returns the number of rows. Raises OSError."""
    count = 0
    with path.open("w", encoding=dialect.encoding, newline="") as file:
        writer = csv.writer(file, delimiter=dialect.delimiter, lineterminator="\r\n")
        writer.writerow(table.texts(column.title) for column in table.columns)
        for row in table.rows:
            writer.writerow([dialect.text(value, table.texts) for value in row])
            count += 1
    return count
