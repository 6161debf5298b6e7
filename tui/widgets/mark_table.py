"""A virtual table whose rows can be marked: one, a range, all."""

from collections.abc import Hashable, Sequence

from tui.keymap import Context
from tui.pagers import Marks, Pager
from tui.widgets.columns import Column
from tui.widgets.keys import bindings
from tui.widgets.virtual_table import VirtualTable


class MarkTable(VirtualTable):
    """Marks stay with their rows, whatever the order or filter."""

    BINDINGS = bindings(Context.MARKS)

    class Marked(VirtualTable.Moved):
        """The marks changed."""

    def __init__(
        self,
        columns: Sequence[Column],
        pager: Pager,
        empty: str,
        *,
        id: str | None = None,  # noqa: A002
    ) -> None:
        super().__init__(columns, pager, empty, id=id)
        self.marks = Marks()
        self._range_from: Hashable | None = None

    def marked(self, index: int) -> bool:
        """True for a marked row and inside a range that is being drawn."""
        return index in self._range() or self.pager.key_at(index) in self.marks

    def action_mark(self) -> None:
        """Mark the row, or take its mark, and go on to the next."""
        if self.key is not None:
            self.marks.toggle(self.key)
            self._changed()
            self.action_move(1)

    def action_mark_range(self) -> None:
        """Begin a range here; the second time, mark all from there to here."""
        if self._range_from is None:
            self._range_from = self.key
        else:
            self.marks.add(self.pager.key_at(index) for index in self._range())
            self._range_from = None
        self._changed()

    def action_mark_all(self) -> None:
        """Mark all rows of the list, or take all marks when all have one."""
        if all(key in self.marks for key in self.pager.all_keys()):
            self.marks.clear()
        else:
            self.marks.add(self.pager.all_keys())
        self._changed()

    def watch_cursor(self, old: int, new: int) -> None:
        """A range that is being drawn grows with the cursor."""
        super().watch_cursor(old, new)
        if self._range_from is not None:
            self.refresh()

    def _range(self) -> range:
        begin = None if self._range_from is None else self.pager.index_of(self._range_from)
        if begin is None:
            return range(0)
        return range(min(begin, self.cursor), max(begin, self.cursor) + 1)

    def _changed(self) -> None:
        self.refresh()
        self.post_message(self.Marked(self, self.key))
