"""Read a file once and find its table: header, separator, rows of the wanted columns.

The raw cells of a row live no longer than the row: only wanted columns leave this module.
"""

import hashlib
import re
import stat
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from inventory.errors import UsageError
from inventory.messages import _
from inventory.rosters.cells import SEPARATORS, Cells, Flaw, records
from inventory.rosters.decoding import Decoded, decode
from inventory.rosters.workbooks import Rows, is_workbook, read_sheet

MAX_BYTES = 256 * 1024 * 1024
"""Larger files are refused: the whole city's pupils are a tenth of this."""

_NOT_TEXT = (
    (b"PK\x03\x04", _("{file} is a zip file and no Excel workbook, or a damaged one. Unpack it, or "
                      "save the list again as XLSX or CSV (UTF-8).")),
    (b"\xd0\xcf\x11\xe0", _("{file} is an old Excel file, or one with a password. Save it as XLSX "
                            "or CSV (UTF-8) without one.")),
    (b"%PDF", _("{file} is a PDF file. Export the list as text or CSV and import that.")),
)  # fmt: skip
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?')
"""The first line with which Excel is told the separator."""


class Source(NamedTuple):
    """A file as read: name, hash (SHA-256, hexadecimal), size in bytes, and its lines.

    `sheet` is instead of the lines where the file is a workbook: row numbers with their cells.
    """

    file: str
    sha256: str
    size: int
    text: Decoded
    sheet: Rows | None = None


def load(path: Path) -> Source:
    """Read a text file or a workbook (XLSX). Raises UsageError when it is neither."""
    data = read_bytes(path)
    if is_workbook(data):
        text = Decoded([], "xlsx", "", True, ())
        sheet = read_sheet(data, path.name)
        return Source(path.name, hashlib.sha256(data).hexdigest(), len(data), text, sheet)
    return source_of_bytes(path.name, data, str(path))


def source_of_bytes(name: str, data: bytes, shown: str) -> Source:
    """The lines of a text file's content; `shown` names the file in errors.

    Raises UsageError when it is no text.
    """
    for magic, message in _NOT_TEXT:
        if data.startswith(magic):
            raise UsageError(message, file=shown)
    text = decode(data)
    if any(line and "\0" in line for line in text.lines):
        raise UsageError(
            _(
                "{file} is no text file: it holds zero bytes. Export the list again as text or "
                "CSV (UTF-8)."
            ),
            file=shown,
        )
    if not any(line is None or line.strip() for line in text.lines):
        raise UsageError(_("{file} is empty. Export the list again."), file=shown)
    return Source(name, hashlib.sha256(data).hexdigest(), len(data), text)


def read_bytes(path: Path) -> bytes:
    """The content of a file. Raises UsageError when it is no readable file, or too large."""
    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            raise UsageError(_("{file} is a folder. Name the file in it."), file=str(path))
        if not stat.S_ISREG(found.st_mode):
            raise UsageError(_("{file} is no regular file. Name a file."), file=str(path))
        if found.st_size > MAX_BYTES:
            raise UsageError(
                _("{file} is larger than {limit} MiB: this is no list of one school's people."),
                file=str(path),
                limit=MAX_BYTES // 1024**2,
            )
        return path.read_bytes()
    except FileNotFoundError as error:
        raise UsageError(
            _("{file} does not exist. Check the name and the folder."), file=str(path)
        ) from error
    except OSError as error:
        raise UsageError(
            _("{file} cannot be read: {reason}. Check its permissions and the drive."),
            file=str(path),
            reason=error.strerror or type(error).__name__,
        ) from error


class Row(NamedTuple):
    """One data row: `cells` in the order asked for, or what is wrong with the line.

    `width` is the number of cells in the line. Where it is not that of the header, there are no
    cells, and `guesses` has them counted from the left and from the right.
    """

    line: int
    cells: tuple[str, ...]
    flaw: Flaw | None
    width: int
    guesses: tuple[tuple[str, ...], ...] = ()


class Table:
    """The table in a file: header names and, on demand, rows of chosen columns.

    `wanted` are the header names the format knows: the separator that shows most of them wins.
    A format without a header line gives the names in `header`, and how many of the last ones a
    line may lack. `separator` is empty for a workbook.
    Raises UsageError when the header cannot be read.
    """

    def __init__(
        self,
        source: Source,
        wanted: Iterable[str],
        *,
        header: Sequence[str] = (),
        optional: int = 0,
    ) -> None:
        self.source = source
        known = {fold(name) for name in wanted}
        self._start, self.separator, self.header_line, self.header = (
            (0, ";" if source.sheet is None else "", 0, [*header])
            if header
            else _header(source, known)
        )
        self._narrowest = len(self.header) - optional
        self._widest = len(self.header) if not optional else 0
        self._positions: dict[str, list[int]] = {}
        for position, name in enumerate(self.header):
            if name:
                self._positions.setdefault(fold(name), []).append(position)
        self.recognised = not known.isdisjoint(self._positions)

    def positions(self, name: str) -> Sequence[int]:
        """Where the column is; several positions when the header names it twice."""
        return self._positions.get(fold(name), ())

    def doubled(self) -> list[str]:
        """Header names that stand there more than once."""
        return [self.header[at[0]] for at in self._positions.values() if len(at) > 1]

    def nameless(self) -> list[int]:
        """Positions (from 1) of columns without a name; trailing separators are none."""
        last = max((at[-1] for at in self._positions.values()), default=0)
        return [at + 1 for at, name in enumerate(self.header[:last]) if not name]

    def rows(self, positions: Sequence[int]) -> Iterator[Row]:
        """The rows, with only the cells at these positions."""
        width = len(self.header)
        pick = itemgetter(*positions, positions[0])  # two at least, so that it makes a tuple
        found = _records(self.source, self.separator, self._start, self._narrowest)
        for line, cells in found:
            if isinstance(cells, Flaw):
                yield Row(line, (), cells, 0)
            elif self._narrowest <= len(cells) and not any(map(str.strip, cells[width:])):
                self._widest = max(self._widest, len(cells))
                filled = cells + [""] * (width - len(cells))
                yield Row(line, pick(filled)[:-1], None, len(cells))
            else:
                gap = [""] * (width - len(cells))
                sides = (cells[:width] + gap, gap + cells[-width:])
                guesses = tuple(pick(side)[:-1] for side in sides)
                yield Row(line, (), None, len(cells), guesses)

    def breaks_off(self, last: Row) -> bool:
        """True when the file stops inside its last row: no line end, and cells are missing."""
        text = self.source.text
        if text.ended:
            return False
        return last.flaw is not None or last.width < self._widest


def _records(source: Source, separator: str, start: int, width: int) -> Iterator[tuple[int, Cells]]:
    if source.sheet is not None:
        return iter(source.sheet[start:])
    return records(source.text.lines, separator, start, width)


def fold(name: str) -> str:
    """Header names are compared without case, outer and doubled spaces; ü is ue."""
    return " ".join(unicodedata.normalize("NFC", name).split()).casefold().translate(_UMLAUTS)


def _header(source: Source, known: set[str]) -> tuple[int, str, int, list[str]]:
    """(index of the first data line, separator, header line, names)."""
    if source.sheet is not None:
        header_line, names = source.sheet[0]
        return 1, "", header_line, [name.strip() for name in names]
    lines = source.text.lines
    first = next(at for at, line in enumerate(lines) if line is None or line.strip())
    told = _SEPARATOR_LINE.fullmatch(lines[first] or "")
    if told:
        first += 1
    best: tuple[int, int] = (-1, -1)
    found: tuple[int, str, int, list[str]] | None = None
    for separator in (told[1],) if told else SEPARATORS:
        following = records(lines, separator, first)
        line, cells = next(following, (0, Flaw.QUOTES))
        if isinstance(cells, Flaw):
            continue
        score = (len(known & {fold(name) for name in cells}), len(cells))
        if score > best:
            used = next(following, (len(lines) + 1, cells))[0] - 1
            best, found = score, (used, separator, line, [name.strip() for name in cells])
    if found is None:
        raise UsageError(
            _(
                "{file}: the first line cannot be read as a header: wrong letters or quotes that "
                "do not close. Export the list again as CSV (UTF-8)."
            ),
            file=source.file,
        )
    return found
