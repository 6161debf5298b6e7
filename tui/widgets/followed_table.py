"""A table beside the record that its cursor is on."""

from collections.abc import Callable, Sequence

from tui.pagers import Pager
from tui.widgets.columns import Column
from tui.widgets.virtual_table import VirtualTable


class FollowedTable(VirtualTable):
    """Calls `moved` at once when the cursor moves: list and record are painted together."""

    def __init__(
        self, columns: Sequence[Column], pager: Pager, empty: str, moved: Callable[[], None]
    ) -> None:
        super().__init__(columns, pager, empty)
        self._moved = moved

    def watch_cursor(self, old: int, new: int) -> None:
        """Move, then tell."""
        super().watch_cursor(old, new)
        self._moved()
