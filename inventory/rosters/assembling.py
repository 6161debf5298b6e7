"""From a table and a layout to a Reading: the part that all formats share."""

from collections.abc import Iterator, Sequence

from inventory.errors import UsageError
from inventory.messages import _
from inventory.rosters.converting import RowConverter
from inventory.rosters.fields import ROLE_WORDS
from inventory.rosters.hidden import Hidden, names_told, one_value
from inventory.rosters.layout import Layout, shown
from inventory.rosters.ledger import Ledger
from inventory.rosters.reading import Row, Table, fold
from inventory.rosters.rows import Reading, ReadOptions
from inventory.rosters.settling import (
    settle_namesakes,
    settle_repeats,
    settle_years,
    warn_of_classless,
)


def assemble(table: Table, layout: Layout, options: ReadOptions) -> Reading:
    """Read all rows of a table.

    Raises UsageError when there are none, UnreadableError when too many of them are lost.
    """
    source = table.source
    ledger = Ledger(source.file)
    converter = RowConverter(table, layout, options, ledger)
    raw = converter.raw
    if not raw:
        raise UsageError(
            _("{file} has a header line and no rows. Export the list again."), file=source.file
        )
    dropped = _look_at_header(table, layout.headers(), ledger)
    if table.breaks_off(raw[-1]):
        ledger.lose(
            raw[-1].line,
            "",
            _("Line {line}: the file breaks off inside this line. Export the list again."),
        )
    rows = [row for one in raw if (row := converter.convert(one)) is not None]
    rows, year = settle_years(rows, layout.columns.get("school_year", ""), ledger)
    id_column = next(iter(layout.keys), layout.columns["family_name"])
    rows = settle_namesakes(rows, id_column, ledger)
    rows, repeated = settle_repeats(rows, id_column, ledger)
    if "school_class" in layout.columns:
        warn_of_classless(rows, converter.classless, layout.columns["school_class"], ledger)
    _look_at_lines(table, raw[-1], ledger)
    ledger.judge(len(raw))
    return Reading(
        file=source.file, format=layout.format, rows=tuple(rows),
        problems=tuple(ledger.sorted()), lost=dict(sorted(ledger.lost.items())), repeated=repeated,
        dropped_columns=dropped, encoding=source.text.encoding,
        separator="TAB" if table.separator == "\t" else table.separator,
        line_ends=source.text.line_ends, sha256=source.sha256, size=source.size,
        row_count=len(raw), school_year=year, status_missing=layout.status_missing,
        complete=source.text.ended, hidden=tuple(_hidden(table, raw[-1], layout, ledger)),
    )  # fmt: skip


def _hidden(table: Table, last: Row, layout: Layout, ledger: Ledger) -> Iterator[Hidden]:
    """The lost rows, and the end of a file that was cut off."""
    file = ledger.file
    for line, key in sorted(ledger.lost.items()):
        told = ledger.told.get(line, ())
        role = layout.role or ROLE_WORDS.get(one_value(told, "role", ROLE_WORDS))
        roles = frozenset({role} if role else ())
        yield Hidden(file=file, line=line, key=key, names=names_told(told), roles=roles)
    if not table.source.text.ended:
        yield Hidden(file=file, line=last.line)


def _look_at_header(table: Table, used: Sequence[str], ledger: Ledger) -> tuple[str, ...]:
    """Warn of doubled and nameless columns; return the names of those that are not read."""
    read = {fold(name) for name in used}
    for name in table.doubled():
        message = (
            _("Line {line}: the column {column} is there twice; rows where they differ are lost.")
            if fold(name) in read
            else _("Line {line}: the column {column} is there twice; it is not read.")
        )
        ledger.warn(table.header_line, shown(name), message)
    for position in table.nameless():
        message = _("Line {line}: column number {position} has no name; it is not read.")
        ledger.warn(table.header_line, "", message, position=position)
    return tuple(dict.fromkeys(shown(n) for n in table.header if n and fold(n) not in read))


def _look_at_lines(table: Table, last: Row, ledger: Ledger) -> None:
    """Warn of lines that were read by guess, and of a last line without its end."""
    text = table.source.text
    for line in text.foreign:
        if line not in ledger.lost:
            message = _(
                "Line {line}: it is not written in the encoding of the other lines and was read "
                "as {encoding}. Check the letters in its names."
            )
            ledger.warn(line, "", message, encoding=text.encoding.rpartition(" ")[2])
    if not text.ended and last.line not in ledger.lost:
        message = _(
            "Line {line}: it is the last line and has no line end, as in a copy that was cut off. "
            "Export the list again, or end the line if the file is complete."
        )
        ledger.warn(last.line, "", message)
