"""Choosing a kind of records."""

from collections.abc import Callable, Mapping

from textual.app import ComposeResult

from tui.keymap import Context
from tui.pagers import ListPager, Row
from tui.presenters.fields import kind_title
from tui.screens.base import BaseScreen
from tui.texts import Texts
from tui.widgets.columns import Column
from tui.widgets.virtual_table import VirtualTable


class KindsScreen(BaseScreen):
    """All kinds with how many records each has."""

    CONTEXTS = (Context.LIST, Context.EVERYWHERE)

    def __init__(
        self, texts: Texts, counts: Mapping[str, int], current: str, chosen: Callable[[str], None]
    ) -> None:
        super().__init__(texts)
        self._counts = counts
        self._current = current
        self._chosen = chosen

    @property
    def crumb(self) -> str:
        """What is to be done."""
        return self.texts("Other kind …")

    def compose_parts(self) -> ComposeResult:
        """One table."""
        texts = self.texts
        rows = (
            (kind, Row((kind_title(kind, texts), texts.number(count))))
            for kind, count in self._counts.items()
        )
        columns = (Column(texts("Kind")), Column(texts("Count"), align="right"))
        yield VirtualTable(columns, ListPager(rows), "")

    def on_mount(self) -> None:
        """Begin with the kind that is shown."""
        self.query_one(VirtualTable).move_to(self._current)

    def on_virtual_table_opened(self, event: VirtualTable.Opened) -> None:
        """Go back to the list with this kind."""
        self.dismiss()
        self._chosen(str(event.key))
