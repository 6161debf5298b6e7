"""A table that draws only the rows on screen, whatever their number.

`render_line` asks the pager for a window of three screens; moving the cursor inside it repaints
two lines. The first column stays while the others scroll sideways; a sign in the header shows
that there are more.
"""

from collections.abc import Hashable, Sequence

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from inventory.errors import SchoolnetError
from tui.cells import fit
from tui.keymap import Context
from tui.pagers import Look, Pager, Row
from tui.widgets.columns import Column, laid_out, total_width, wanted_widths
from tui.widgets.keys import bindings
from tui.widgets.strips import GUTTER, row_strip

COLUMN_STEP = 8


class VirtualTable(ScrollView, can_focus=True, inherit_bindings=False):
    """Rows of a pager under a header, with a cursor that stays on its row."""

    BINDINGS = bindings(Context.LIST)
    COMPONENT_CLASSES = {  # noqa: RUF012  Textual's own declaration
        "virtual-table--header",
        "virtual-table--cursor",
        "virtual-table--blurred",
        *(f"virtual-table--{look}" for look in Look),
    }

    cursor = reactive(0, repaint=False)

    class Moved(Message):
        """The cursor is on another row, or the row under it is another one."""

        def __init__(self, table: "VirtualTable", key: Hashable | None) -> None:
            self.table, self.key = table, key
            super().__init__()

        @property
        def control(self) -> "VirtualTable":
            """The table, for `on` selectors."""
            return self.table

    class Opened(Moved):
        """Enter or a double click on a row."""

    class Unreadable(Message):
        """The pager could not read."""

        def __init__(self, error: SchoolnetError) -> None:
            self.error = error
            super().__init__()

    def __init__(
        self,
        columns: Sequence[Column],
        pager: Pager,
        empty: str,
        *,
        id: str | None = None,  # noqa: A002
    ) -> None:
        super().__init__(id=id)
        self.columns = columns
        self.pager = pager
        self._empty = Row((empty,), Look.MUTED)
        self._wanted = [0] * len(columns)
        self._widths = list(self._wanted)
        self._start, self._rows = 0, list[Row]()
        self._key: Hashable | None = None

    # What others do with a table

    def show(self, pager: Pager) -> None:
        """Show another list, its first row under the cursor."""
        self.pager, self._key = pager, None
        self._rows, self._wanted = [], [0] * len(self.columns)
        self.set_reactive(VirtualTable.cursor, 0)
        self.scroll_to(x=0, y=0, animate=False)
        self.refresh_rows()

    def refresh_rows(self) -> None:
        """Read the rows on screen anew; repaint those that differ. The cursor stays on its row."""
        shown = range(self.scroll_offset.y, self.scroll_offset.y + self._room.height - 1)
        old_rows = [self._row(index) for index in shown if index < len(self.pager)]
        old_cursor, old_size, old_widths = self.cursor, self.virtual_size, self._widths
        self._rows = []
        self._fit()
        self.set_reactive(VirtualTable.cursor, self._place_of_key())
        if (self.cursor, self.virtual_size, self._widths) == (old_cursor, old_size, old_widths):
            for index, old_row in zip(shown, old_rows, strict=False):
                if self._row(index) != old_row:
                    self._repaint(index)
        else:
            self._scroll_to_cursor()
            self.refresh()
        self._tell_key()

    def move_to(self, key: Hashable) -> None:
        """Put the cursor on a row, if it is shown."""
        index = self.pager.index_of(key)
        if index is not None:
            self.cursor = index

    @property
    def key(self) -> Hashable | None:
        """The key of the row under the cursor; None in an empty table."""
        return self.pager.key_at(self.cursor) if self.cursor < len(self.pager) else None

    def marked(self, index: int) -> bool:
        """True when the row has a mark; tables with marks know."""
        return False

    # Keys and mouse

    def action_move(self, rows: int) -> None:
        """Move the cursor by rows."""
        self.cursor = min(max(0, self.cursor + rows), max(0, len(self.pager) - 1))

    def action_page(self, pages: int) -> None:
        """Move the cursor by screens."""
        self.action_move(pages * max(1, self._room.height - 1))

    def action_first(self) -> None:
        """Move to the first row."""
        self.cursor = 0

    def action_last(self) -> None:
        """Move to the last row."""
        self.action_move(len(self.pager))

    def action_shift(self, steps: int) -> None:
        """Move the columns sideways."""
        self.scroll_to(x=self.scroll_offset.x + steps * COLUMN_STEP, animate=False)

    def action_open(self) -> None:
        """Open the row under the cursor."""
        if self.key is not None:
            self.post_message(self.Opened(self, self.key))

    def on_click(self, event: events.Click) -> None:
        """Move to the clicked row; a second click opens it."""
        index = self.scroll_offset.y + event.y - 1
        if event.y > 0 and index < len(self.pager):
            self.cursor = index
            if event.chain == 2:
                self.action_open()

    # Drawing

    def on_mount(self) -> None:
        """The cursor is on the first row: say so."""
        self._tell_key()

    def on_resize(self) -> None:
        """Columns fit the new width."""
        self._fit()
        self._scroll_to_cursor()
        self.refresh()

    def on_focus(self) -> None:
        """The cursor looks alive."""
        self._repaint(self.cursor)

    def on_blur(self) -> None:
        """The cursor looks asleep."""
        self._repaint(self.cursor)

    def watch_cursor(self, old: int, new: int) -> None:
        """Repaint two lines, or scroll."""
        if not self._scroll_to_cursor():
            self._repaint(old)
            self._repaint(new)
        self._tell_key()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Move the bar only by whole cells: in a long list most pages leave it as it is."""
        if self.show_vertical_scrollbar:
            rows = max(1, self.virtual_size.height // max(1, self.size.height))
            self.vertical_scrollbar.position = new_value // rows * rows
        if round(old_value) != round(new_value):
            self.refresh(self._room.region)

    def render_line(self, y: int) -> Strip:
        """One line of the screen; line 0 is the header."""
        left, top = self.scroll_offset
        if y == 0:
            titles = [column.title for column in self.columns]
            return self._strip("  ", titles, left, "header")
        index = top + y - 1
        if index < len(self.pager):
            row, here = self._row(index), index == self.cursor
            name = ("cursor" if self.has_focus else "blurred") if here else row.look
            signs = ("❯" if here and self.has_focus else " ") + ("✓" if self.marked(index) else " ")
            return self._strip(signs, row.cells, left, name)
        row = self._empty if index == 0 else Row(("",))
        text = fit("  " + row.cells[0], self._room.width)
        return Strip([Segment(text, self._style(row.look))], self._room.width)

    def _strip(self, signs: str, cells: Sequence[str], left: int, name: str) -> Strip:
        style, width = self._style(name), self._room.width
        return row_strip(signs, self.columns, cells, self._widths, left, width, style)

    @property
    def _room(self) -> Size:
        return self.scrollable_content_region.size

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"virtual-table--{name}")

    def _row(self, index: int) -> Row:
        if not self._start <= index < self._start + len(self._rows):
            screen = max(self._room.height, 10)
            self._start = max(0, index - screen)
            self._rows = list(self._read(self._start, 3 * screen))
        place = index - self._start
        return self._rows[place] if place < len(self._rows) else Row(("",))

    def _read(self, start: int, length: int) -> Sequence[Row]:
        try:
            return self.pager.window(start, length)
        except SchoolnetError as error:
            # Later, by the table itself: while drawing, the screen is taken for the sender.
            self.call_later(self._tell_error, error)
            return [Row(("",))] * length  # asked again at the next refresh, not at every line

    def _tell_error(self, error: SchoolnetError) -> None:
        self.post_message(self.Unreadable(error))

    def _fit(self) -> None:
        """Fit columns to the rows on screen; they grow with what comes, and never shrink."""
        if len(self.pager):
            self._row(min(self.scroll_offset.y, len(self.pager) - 1))
        fitting = wanted_widths(self.columns, [row.cells for row in self._rows])
        self._wanted = [max(pair) for pair in zip(self._wanted, fitting, strict=True)]
        self._widths = laid_out(self.columns, self._wanted, self._room.width - GUTTER)
        self.virtual_size = Size(GUTTER + total_width(self._widths), len(self.pager) + 1)

    def _place_of_key(self) -> int:
        index = None if self._key is None else self.pager.index_of(self._key)
        if index is None:
            index = min(self.cursor, max(0, len(self.pager) - 1))
        return index

    def _tell_key(self) -> None:
        if self.key != self._key:
            self._key = self.key
            self.post_message(self.Moved(self, self._key))

    def _scroll_to_cursor(self) -> bool:
        top, lines = self.scroll_offset.y, max(1, self._room.height - 1)
        if top <= self.cursor < top + lines:
            return False
        y = self.cursor if self.cursor < top else self.cursor - lines + 1
        self.scroll_to(y=y, animate=False, force=True)  # before the first scrollbar, too
        return True

    def _repaint(self, index: int) -> None:
        self.refresh_line(index + 1)
