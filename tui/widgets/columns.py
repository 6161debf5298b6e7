"""Columns of a table: how wide each is, and a row as one line of cells. No Textual in it."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from tui.cells import Align, clean, fit

GAP = " "
WIDEST = 40
NARROWEST = 12


@dataclass(frozen=True, slots=True)
class Column:
    """A column; the one that `grows` takes what the others leave, or gives way to them."""

    title: str
    align: Align = "left"
    grows: bool = False


def wanted_widths(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> list[int]:
    """How wide each column would like to be for these rows: as its widest cell, at most 40."""
    return [
        min(WIDEST, max(cell_len(clean(text)) for text in (column.title, *cells)))
        for column, cells in zip(columns, _by_column(len(columns), rows), strict=True)
    ]


def laid_out(columns: Sequence[Column], wanted: Sequence[int], available: int) -> list[int]:
    """Widths in cells; the growing column takes what is left of `available`, at least 12."""
    widths = list(wanted)
    for place, column in enumerate(columns):
        if column.grows:
            others = total_width(widths) - widths[place]
            widths[place] = max(NARROWEST, available - others)
    return widths


def total_width(widths: Sequence[int]) -> int:
    """The cells that columns of these widths take with the gaps between them."""
    return sum(widths) + len(GAP) * max(0, len(widths) - 1)


def _by_column(count: int, rows: Sequence[Sequence[str]]) -> list[list[str]]:
    return [[row[place] for row in rows if place < len(row)] for place in range(count)]


def line(columns: Sequence[Column], widths: Sequence[int], cells: Sequence[str]) -> str:
    """These cells side by side; missing ones are blank."""
    blank = [""] * (len(columns) - len(cells))
    return GAP.join(
        fit(text, width, column.align)
        for text, width, column in zip([*cells, *blank], widths, columns, strict=True)
    )
