"""One row of a table as a strip of the screen: the first column stays, the others move."""

from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.cells import fit
from tui.widgets.columns import GAP, Column, line, total_width

GUTTER = 2  # one cell for the cursor, one for the mark
MORE_LEFT, MORE_RIGHT = "‹", "›"


def row_strip(
    signs: str,
    columns: Sequence[Column],
    cells: Sequence[str],
    widths: Sequence[int],
    left: int,
    width: int,
    style: Style,
) -> Strip:
    """`signs` and the cells in `width` cells, scrolled `left` cells; signs where more is hidden."""
    fixed = signs + fit(cells[0] if cells else "", widths[0]) + (MORE_LEFT if left else GAP)
    room = max(0, width - GUTTER - widths[0] - len(GAP))
    moving = Strip([Segment(line(columns[1:], widths[1:], cells[1:]), style)])
    hidden = total_width(widths[1:]) - left - room
    if hidden > 0 and room:
        shown = moving.crop(left, left + room - 1)
        moving = Strip.join([shown, Strip([Segment(MORE_RIGHT, style)])])
    else:
        moving = moving.crop(left, left + room)
    strip = Strip.join([Strip([Segment(fixed, style)]), moving])
    return strip.adjust_cell_length(width, style).simplify()
