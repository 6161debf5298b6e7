"""The line in which a filter is typed."""

from collections.abc import Callable

from textual.widgets import Input


class FilterInput(Input):
    """Calls `leave` on Enter at once: keys typed right after it are for the list."""

    def __init__(self, placeholder: str, leave: Callable[[], None]) -> None:
        super().__init__(compact=True, placeholder=placeholder)
        self.cursor_blink = False  # twice a second a repaint, for nothing
        self._leave = leave

    async def action_submit(self) -> None:
        """Enter."""
        self._leave()
