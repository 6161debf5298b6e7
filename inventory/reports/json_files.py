"""Reports as JSON for programs: an envelope with the stamp, then the rows, one a line.

``{"schema": 1, "stamp": {…}, "columns": [{"name": …, "title": …}], "rows": [{…}], "count": n}``
Names of columns and codes of words stay the same in every language.
"""

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TextIO

from inventory.reports.tables import Stamp, Table, Value, Word
from inventory.reports.values import iso

SCHEMA = 1


def stamp_body(stamp: Stamp) -> dict[str, object]:
    """The stamp as JSON values."""
    return stamp.model_dump(mode="json") | {"moment": iso(stamp.moment)}


def write_json(path: Path, table: Table) -> int:
    """Write the envelope; returns the number of rows. Raises OSError."""
    columns = [{"name": c.name, "title": table.texts(c.title)} for c in table.columns]
    with path.open("w", encoding="utf-8") as file:
        file.write(f'{{"schema": {SCHEMA},\n"stamp": {_dump(stamp_body(table.stamp))},\n')
        file.write(f'"columns": {_dump(columns)},\n"rows": [')
        count = _write_rows(file, table)
        file.write(f'\n],\n"count": {count}}}\n')
    return count


def _write_rows(file: TextIO, table: Table) -> int:
    count = 0
    for count, body in enumerate(_bodies(table), start=1):
        file.write(("\n" if count == 1 else ",\n") + _dump(body))
    return count


def _bodies(table: Table) -> Iterator[dict[str, object]]:
    names = [column.name for column in table.columns]
    for row in table.rows:
        yield dict(zip(names, map(_json_value, row), strict=True))


def _json_value(value: Value) -> str | int | float | None:
    match value:
        case Word():
            return value.code
        case Decimal():
            return float(value)
        case date():
            return iso(value)
    return value


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
