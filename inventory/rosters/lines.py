"""Lines that have no cells, or the wrong number of them: why each of them is lost."""

from inventory.messages import _
from inventory.rosters.cells import Flaw
from inventory.rosters.ledger import Ledger
from inventory.rosters.reading import Row


def lose_line(raw: Row, width: int, ledger: Ledger) -> None:
    """Record that a whole line is lost; `width` is the number of columns in the header."""
    if raw.line in ledger.lost:
        return  # the file breaks off here: said before
    if raw.flaw is Flaw.ENCODING:
        message = _(
            "Line {line}: its letters fit no encoding (UTF-8, Windows-1252, MacRoman). "
            "Export the list again as UTF-8."
        )
        ledger.lose(raw.line, "", message)
    elif raw.flaw is Flaw.QUOTES:
        message = _(
            "Line {line}: a quotation mark is not closed, or text follows it. Correct the "
            "cell in the source and export the list again."
        )
        ledger.lose(raw.line, "", message)
    else:
        message = _(
            "Line {line}: it has {count} cells and the header has {columns}. Look for a "
            "separator or a line break inside a cell."
        )
        ledger.lose(raw.line, "", message, count=raw.width, columns=width)
