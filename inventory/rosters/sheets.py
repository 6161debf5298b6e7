"""The CSV files inside a package: read by column name, every lost line in a ledger of its own."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from difflib import get_close_matches

from inventory.errors import UsageError
from inventory.messages import _
from inventory.rosters.layout import missing, refuse, shown
from inventory.rosters.ledger import Ledger
from inventory.rosters.lines import lose_line
from inventory.rosters.packages import Package
from inventory.rosters.reading import Row, Source, Table, source_of_bytes
from inventory.rosters.values import clean, is_damaged_id

_SIMILAR = 0.8
"""So like a column's name that it is taken for a misspelling of it, and said."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One data row: its line, and its clean cells by the names the format gives its columns."""

    line: int
    cells: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        """The cell; empty when the column is not there."""
        return self.cells.get(name, "")


@dataclass
class Sheet:
    """One file of a package. `columns` are those of the format's that are there; `last` is the
    line of the last row, or of the header when there is none.
    """

    name: str
    columns: frozenset[str]
    ledger: Ledger
    row_count: int = 0
    last: int = 1
    entries: list[Entry] = field(default_factory=list)
    dropped: tuple[str, ...] = ()
    encoding: str = ""
    separator: str = ""
    line_ends: str = ""
    ended: bool = True
    foreign: tuple[int, ...] = ()

    def look_at_lines(self) -> None:
        """Warn of lines that were read by guess, and of a last line without its end."""
        for line in self.foreign:
            if line not in self.ledger.lost:
                message = _(
                    "Line {line}: it is not written in the encoding of the other lines and was "
                    "read as {encoding}. Check the letters in its names."
                )
                encoding = self.encoding.rpartition(" ")[2]
                self.ledger.warn(line, "", message, encoding=encoding)
        if not self.ended and self.last not in self.ledger.lost:
            message = _(
                "Line {line}: it is the last line and has no line end, as in a copy that was cut "
                "off. Export the list again, or end the line if the file is complete."
            )
            self.ledger.warn(self.last, "", message)


def read_sheet(
    package: Package, name: str, columns: Sequence[str], needed: Sequence[str], ids: Sequence[str]
) -> Sheet:
    """Read the wanted columns of one file of a package; see `read_table`."""
    spelled = package.spelled[name]
    source = source_of_bytes(spelled, package.files[name], f"{package.name}: {spelled}")
    return read_table(source, columns, needed, ids)


def read_table(
    source: Source, columns: Sequence[str], needed: Sequence[str], ids: Sequence[str]
) -> Sheet:
    """Read the wanted columns of a file.

    `needed` columns must be there. A row without one of `ids` is lost; the last of them is the
    person's. Raises UsageError when the file is no such table.
    """
    table = Table(source, columns)
    there = _found(table, columns)
    if absent := missing(table, [[one] for one in needed if one not in there]):
        raise refuse(table, absent)
    ledger = Ledger(source.file)
    sheet = Sheet(
        source.file, frozenset(there), ledger, encoding=source.text.encoding,
        separator="TAB" if table.separator == "\t" else table.separator,
        line_ends=source.text.line_ends, ended=source.text.ended, foreign=source.text.foreign,
    )  # fmt: skip
    sheet.dropped = _look_at_header(table, columns, there, ledger)
    raw = list(table.rows([*there.values()]))
    if raw and table.breaks_off(raw[-1]):
        message = _("Line {line}: the file breaks off inside this line. Export the list again.")
        ledger.lose(raw[-1].line, "", message)
    sheet.row_count = len(raw)
    sheet.last = raw[-1].line if raw else table.header_line
    names = [*there]
    sheet.entries = [e for one in raw if (e := _entry(one, names, table, ids, ledger)) is not None]
    return sheet


def headers_of(package: Package) -> Mapping[str, Sequence[str]]:
    """The header names of each file of a package that has any: by them formats are recognised."""
    found: dict[str, Sequence[str]] = {}
    for name, data in package.files.items():
        with suppress(UsageError):
            found[name] = Table(source_of_bytes(name, data, name), ()).header
    return found


def judged(sheets: Sequence[Sheet]) -> None:
    """After the last row of all. Raises UnreadableError when most rows of a file are lost."""
    for sheet in sheets:
        if sheet.row_count:
            sheet.ledger.judge(sheet.row_count)


def _found(table: Table, columns: Sequence[str]) -> dict[str, int]:
    """Where each column is: ``Sourced ID`` and ``sourced_id`` are ``sourcedId``."""
    loose = {_loose(name): at for at, name in reversed([*enumerate(table.header)])}
    found: dict[str, int] = {}
    for name in columns:
        exact = table.positions(name)
        if exact:
            found[name] = exact[0]
        elif _loose(name) in loose:
            found[name] = loose[_loose(name)]
    return found


def _loose(name: str) -> str:
    return re.sub(r"[\W_]", "", name).casefold()


def _look_at_header(
    table: Table, columns: Sequence[str], there: Mapping[str, int], ledger: Ledger
) -> tuple[str, ...]:
    """Warn of doubled, nameless and misspelt columns; the names of those that are not read."""
    read = set(there.values())
    for name in table.doubled():
        message = _("Line {line}: the column {column} is there twice; the first one is read.")
        if table.positions(name)[0] in read:
            ledger.warn(table.header_line, shown(name), message)
    absent = {_loose(name): name for name in columns if name not in there}
    dropped = [name for at, name in enumerate(table.header) if name and at not in read]
    for name in dropped:
        if like := get_close_matches(_loose(name), absent, n=1, cutoff=_SIMILAR):
            message = _(
                "Line {line}: the column {column} is not read. If it is meant to be {meant}, "
                "correct its name in the export."
            )
            ledger.warn(table.header_line, shown(name), message, meant=absent[like[0]])
    return tuple(dict.fromkeys(shown(name) for name in dropped))


def _entry(
    raw: Row, names: Sequence[str], table: Table, ids: Sequence[str], ledger: Ledger
) -> Entry | None:
    """A row's clean cells, or None when it is lost; then the ledger knows why, and the id."""
    if not raw.cells:
        lose_line(raw, len(table.header), ledger)
        sides = ((clean(cell) or "" for cell in guess) for guess in raw.guesses)
        ledger.told[raw.line] = [dict(zip(names, side, strict=True)) for side in sides]
        return None
    if raw.line in ledger.lost:
        return None  # the file breaks off here
    cells: dict[str, str] = {}
    for name, cell in zip(names, raw.cells, strict=True):
        text = clean(cell)
        if text is None:
            message = _(
                "Line {line}, {column}: it holds letters that were damaged before the export, "
                "or control characters. Correct it in the source."
            )
            ledger.lose(raw.line, name, message, cell)
        cells[name] = text or ""
    for name in ids:
        if is_damaged_id(cells[name]):
            message = _(
                "Line {line}, {column}: a spreadsheet turned this id into a number and its "
                "digits are lost. Export again and do not save it with a spreadsheet."
            )
            ledger.lose(raw.line, name, message, cells[name])
            cells[name] = ""
        elif not cells[name]:
            message = _("Line {line}, {column}: the id is missing. Enter it in the source.")
            ledger.lose(raw.line, name, message)
    if raw.line in ledger.lost:
        ledger.lost[raw.line] = cells[ids[-1]] if ids else ""
        ledger.told[raw.line] = [cells]
        return None
    return Entry(raw.line, cells)


def splits(text: str) -> Iterator[str]:
    """The values of a cell that holds several, separated by commas."""
    return (one for part in text.split(",") if (one := part.strip()))
