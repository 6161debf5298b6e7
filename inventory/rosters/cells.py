"""From lines to cells: separators, and quoted cells that may hold separators and line ends.

Python's csv module is not used because a stray quote makes it swallow the rows that follow
without a word. Here a quote that does not close costs its own line and no other.
"""

from collections.abc import Iterator, Sequence
from enum import Enum

SEPARATORS = (";", "\t", ",", "|")

MAX_CELL_LINES = 100
"""A quoted cell that runs on for more lines than this is taken for a stray quote."""


class Flaw(Enum):
    """Why a line has no cells."""

    ENCODING = "encoding"
    QUOTES = "quotes"


class _Scan(Enum):
    OPEN = "open"
    WRONG = "wrong"


Cells = list[str] | Flaw


def records(
    lines: Sequence[str | None], separator: str, start: int = 0, width: int = 0
) -> Iterator[tuple[int, Cells]]:
    """Cut lines into records: (number of the first line, from 1; cells or what is wrong).

    Lines without any text in their cells are left out (spreadsheets leave ``;;;;`` behind).
    `width` is the number of columns when it is known: a line that is as wide by itself is never
    taken for the inside of a quoted cell.
    """
    blank = f'{separator} \t"'
    at = start
    while at < len(lines):
        line = lines[at]
        used = 1
        if line is None:
            yield at + 1, Flaw.ENCODING
        elif '"' not in line:
            if line.strip(blank):
                yield at + 1, line.split(separator)
        elif line.strip(blank):
            cells, used = _quoted(lines, at, separator, width)
            yield at + 1, cells
        at += used


def _quoted(lines: Sequence[str | None], at: int, separator: str, width: int) -> tuple[Cells, int]:
    """The cells of a record with quotes, and how many lines it takes."""
    text = lines[at] or ""
    for used in range(1, MAX_CELL_LINES + 1):
        cells = _scan(text, separator)
        if isinstance(cells, list):
            return cells, used
        following = lines[at + used] if at + used < len(lines) else None
        if cells is _Scan.WRONG or following is None or _is_row(following, separator, width):
            break
        text = f"{text}\n{following}"
    return Flaw.QUOTES, 1


def _is_row(line: str, separator: str, width: int) -> bool:
    """True when the line has all columns by itself and does not begin with a cell's end."""
    head = line.partition('"')[0]
    return width > 1 and line.count(separator) >= width - 1 and separator in head


def _scan(text: str, separator: str) -> list[str] | _Scan:
    """Cut one record (RFC 4180; spaces around the quotes are allowed)."""
    cells: list[str] = []
    at = 0
    while True:
        start = at
        while text.startswith(" ", start):
            start += 1
        if not text.startswith('"', start):
            end = text.find(separator, at)
            if end < 0:
                cells.append(text[at:])
                return cells
            cells.append(text[at:end])
            at = end + 1
            continue
        end = _closing(text, start + 1)
        if end < 0:
            return _Scan.OPEN
        cells.append(text[start + 1 : end].replace('""', '"'))
        at = end + 1
        while text.startswith(" ", at):
            at += 1
        if at == len(text):
            return cells
        if text[at] != separator:
            return _Scan.WRONG
        at += 1


def _closing(text: str, at: int) -> int:
    """Where the quote that closes the cell is; -1 when there is none. Doubled quotes are text."""
    while True:
        end = text.find('"', at)
        if end < 0 or not text.startswith('""', end):
            return end
        at = end + 2
