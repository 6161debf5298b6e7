"""What happened to one record: when, who, what."""

from collections.abc import Hashable, Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal

from tui.inventory_sources import RecordEvent, RecordSource, ShownRecord
from tui.keymap import Context
from tui.pagers import ListPager
from tui.presenters.records import event_detail, event_rows, record_title
from tui.screens.detail import DetailScreen
from tui.screens.polling import PollingScreen
from tui.texts import Texts
from tui.widgets.columns import Column
from tui.widgets.detail_pane import DetailPane
from tui.widgets.virtual_table import VirtualTable

MOST = 500


class HistoryScreen(PollingScreen):
    """The record's entries of the journal, newest first, one of them in full beside them."""

    CONTEXTS = (Context.LIST, Context.EVERYWHERE)

    def __init__(self, texts: Texts, source: RecordSource, record: ShownRecord) -> None:
        super().__init__(texts)
        self._source = source
        self._record = record
        self._events: Sequence[RecordEvent] = ()

    @property
    def crumb(self) -> str:
        """Whose history it is."""
        return self.texts("History of {record}", record=record_title(self._record, self.texts))

    def compose_parts(self) -> ComposeResult:
        """The list beside the entry."""
        texts = self.texts
        columns = (
            Column(texts("When")),
            Column(texts("Who")),
            Column(texts("What"), grows=True),
        )
        with Horizontal(id="body"):
            yield VirtualTable(columns, ListPager(()), texts("The journal has no entry."))
            yield DetailPane(texts)

    def version(self) -> object:
        """Another value whenever somebody has written."""
        return self._source.version()

    def read(self) -> None:
        """Read the entries again."""
        self._events = self._source.history(self._record.kind, self._record.id, MOST)
        table = self.query_one(VirtualTable)
        table.pager = ListPager(event_rows(self._events, self.texts))
        table.refresh_rows()
        self._show(table.key)

    def on_virtual_table_moved(self, event: VirtualTable.Moved) -> None:
        """Show the entry in full."""
        self._show(event.key)

    def on_virtual_table_opened(self, event: VirtualTable.Opened) -> None:
        """Show the entry in full on the whole screen."""
        if isinstance(event.key, int):
            detail = event_detail(self._events[event.key], self.texts)
            self.app.push_screen(DetailScreen(self.texts, detail))

    def _show(self, key: Hashable) -> None:
        if isinstance(key, int) and key < len(self._events):
            self.query_one(DetailPane).show(event_detail(self._events[key], self.texts))
