"""What the schools delivered, newest of each: what no plan knows yet, what has problems."""

from collections.abc import Hashable, Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal

from tui.inventory_sources import Import, TodaySource
from tui.keymap import Context
from tui.pagers import ListPager
from tui.presenters.changes import Detail
from tui.presenters.imports import import_detail, import_rows, in_order
from tui.screens.detail import DetailScreen
from tui.screens.polling import PollingScreen
from tui.texts import Texts
from tui.widgets.columns import Column
from tui.widgets.detail_pane import DetailPane
from tui.widgets.virtual_table import VirtualTable


class ImportsScreen(PollingScreen):
    """The deliveries in force, one of them in full beside them."""

    CONTEXTS = (Context.LIST, Context.EVERYWHERE)

    def __init__(self, texts: Texts, source: TodaySource) -> None:
        super().__init__(texts)
        self._source = source
        self._imports: Sequence[Import] = ()

    @property
    def crumb(self) -> str:
        """What is shown."""
        return self.texts("Imports")

    def compose_parts(self) -> ComposeResult:
        """The list beside the delivery."""
        texts = self.texts
        columns = (
            Column(texts("School")),
            Column(texts("Role")),
            Column(texts("School year")),
            Column(texts("Rows"), align="right"),
            Column("!"),
            Column(texts("Planned")),
            Column(texts("Taken in")),
        )
        empty = texts("No export yet: schoolnet import roster")
        with Horizontal(id="body"):
            yield VirtualTable(columns, ListPager(()), empty)
            yield DetailPane(texts)

    def version(self) -> object:
        """Another value whenever somebody has written."""
        return self._source.version()

    def read(self) -> None:
        """Read the deliveries again."""
        self._imports = in_order(self._source.today().imports)
        table = self.query_one(VirtualTable)
        table.pager = ListPager(import_rows(self._imports, self.texts))
        table.refresh_rows()
        self._show(table.key)

    def on_virtual_table_moved(self, event: VirtualTable.Moved) -> None:
        """Show the delivery in full."""
        self._show(event.key)

    def on_virtual_table_opened(self, event: VirtualTable.Opened) -> None:
        """Show the delivery in full on the whole screen."""
        detail = self.attempt(lambda: self._detail(event.key))
        if detail:
            self.app.push_screen(DetailScreen(self.texts, detail))

    def _show(self, key: Hashable) -> None:
        detail = self.attempt(lambda: self._detail(key))
        if detail:
            self.query_one(DetailPane).show(detail)

    def _detail(self, key: Hashable) -> Detail | None:
        taken = next((taken for taken in self._imports if taken.delivery.id == key), None)
        if taken is None:
            return None
        return import_detail(taken, self._source.problems(taken.delivery.id), self.texts)
