"""Records of any kind: a list of any length, one of them in words beside it."""

from collections.abc import Callable, Hashable
from dataclasses import replace

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.timer import Timer
from textual.widgets import Static

from inventory.messages import _, say
from inventory.store.queries import Order
from tui.cells import clean
from tui.inventory_sources import RecordSource, ShownRecord
from tui.keymap import Context
from tui.lives import AccountSource, Life
from tui.pagers import IdPager, ListPager
from tui.presenters.changes import Detail
from tui.presenters.fields import kind_title
from tui.presenters.records import View, columns_of, first_view, head_line, record_detail, row_of
from tui.screens.base import Crumbs
from tui.screens.detail import DetailScreen
from tui.screens.history import HistoryScreen
from tui.screens.holding import ask_to_hold
from tui.screens.kinds import KindsScreen
from tui.screens.polling import PollingScreen
from tui.texts import Texts
from tui.widgets.columns import Column
from tui.widgets.detail_pane import DetailPane
from tui.widgets.filter_input import FilterInput
from tui.widgets.followed_table import FollowedTable
from tui.widgets.keys import bindings

TYPING_PAUSE = 0.15
"""Seconds after the last letter before a filter is asked for."""


class RecordsScreen(PollingScreen):
    """Looks and copies; only accounts are held and released here, and that asks why."""

    BINDINGS = bindings(Context.RECORDS)
    CONTEXTS = (Context.RECORDS, Context.LIST, Context.EVERYWHERE)

    def __init__(
        self,
        texts: Texts,
        source: RecordSource,
        accounts: AccountSource,
        view: View,
        record: str = "",
    ) -> None:
        """`record` is the id of the one to begin with; empty: the first."""
        super().__init__(texts)
        self._source = source
        self._accounts = accounts
        self._view = view
        self._begin_with = record
        self._total = 0
        self._shown: Hashable = None
        self._typing: Timer | None = None

    @property
    def crumb(self) -> str:
        """What kind of records is shown."""
        return kind_title(self._view.kind, self.texts)

    def compose_parts(self) -> ComposeResult:
        """Head and filter, the list beside the record."""
        yield Static(id="head", markup=False)
        yield FilterInput(self.texts("Words to look for"), self._leave_filter)
        with Horizontal(id="body"):
            empty = self.texts("No such records.")
            yield FollowedTable([Column("")], ListPager(()), empty, self._show_detail)
            yield DetailPane(self.texts)

    def on_mount(self) -> None:
        """The list has the focus."""
        self._filter.display = False
        self._show_view(anew=True)
        super().on_mount()
        self.set_focus(self._table)

    # The list

    def version(self) -> object:
        """Another value whenever somebody has written."""
        return self._source.version()

    def read(self) -> None:
        """Ask for the rows again; the cursor stays on its record."""
        self._total = self._source.counts()[self._view.kind]
        self._ask()
        if self._begin_with:
            key = self._source.key_of(self._view.kind, self._begin_with)
            self._begin_with = ""
            if key is None:
                self.tell(say(_("This record is gone.")), "warning")
            else:
                self._table.move_to(key)
        self._show_detail()

    def _show_view(self, *, anew: bool = False) -> None:
        """Show another view; `anew` with its first row under the cursor."""
        columns = columns_of(self._view, self.texts)
        self._table.columns = columns
        if anew:
            self._table.show(ListPager(()))
            self.query_one(Crumbs).refresh()
            self.action_refresh()
        else:
            self.attempt(self._ask)

    def _ask(self) -> None:
        render = row_of(self._view, self.texts)
        pager = IdPager(self._source, self._view.query, render, self.texts("(deleted)"))
        self._table.pager = pager
        self._table.refresh_rows()
        line = head_line(self._view, len(pager), self._total, self.texts)
        self.query_one("#head", Static).update(clean(line))

    # The record under the cursor

    def on_virtual_table_moved(self) -> None:
        """Another record came under the cursor: show it in words."""
        if self._table.key != self._shown:
            self._show_detail()

    def on_virtual_table_opened(self) -> None:
        """Show it in words on the whole screen."""
        detail = self.attempt(self._detail)
        if detail:
            self.app.push_screen(DetailScreen(self.texts, detail))

    def _show_detail(self) -> None:
        self._shown = self._table.key
        detail = self.attempt(self._detail)
        self.query_one(DetailPane).show(detail or Detail(""))

    def _detail(self) -> Detail | None:
        if self._table.key is None:
            return None
        record = self._record()
        if record is None:
            return Detail(self.texts("(deleted)"), (self.texts("This record is gone."),))
        return record_detail(record, self._accounts.life(record.kind, record.id), self.texts)

    def _record(self) -> ShownRecord | None:
        key = self._table.key
        return self._source.record(self._view.kind, key) if isinstance(key, int) else None

    # Filter

    def action_filter(self) -> None:
        """Type words; the list follows."""
        self._filter.display = True
        self.set_focus(self._filter)

    def on_input_changed(self) -> None:
        """Ask when the typing pauses."""
        if self._typing:
            self._typing.stop()
        self._typing = self.set_timer(TYPING_PAUSE, self._filter_now)

    def _leave_filter(self) -> None:
        self._filter_now()
        self.set_focus(self._table)

    def _filter_now(self) -> None:
        if self._filter.value != self._view.typed:
            self._view = replace(self._view, typed=self._filter.value)
            self._show_view()
            self._show_detail()

    def action_back(self) -> None:
        """Take away the filter; without one, leave this screen."""
        if self._filter.display:
            self._filter.value = ""
            self._leave_filter()
            self._filter.display = False
        else:
            super().action_back()

    # Keys

    def action_sort(self) -> None:
        """Sort by the next column."""
        self._sort(self._view.next_order())

    def action_turn(self) -> None:
        """Show the other end of the order."""
        self._sort(self._view.turned())

    def _sort(self, order: Order) -> None:
        self._view = replace(self._view, order=order)
        self._show_view()

    def action_kinds(self) -> None:
        """Choose another kind of records."""

        def chosen(kind: str) -> None:
            self._view = first_view(kind)
            self._filter.value, self._filter.display = "", False
            self._show_view(anew=True)

        counts = self.attempt(self._source.counts)
        if counts:
            self.app.push_screen(KindsScreen(self.texts, counts, self._view.kind, chosen))

    def action_history(self) -> None:
        """What happened to this record."""
        record = self.attempt(self._record)
        if record:
            self.app.push_screen(HistoryScreen(self.texts, self._source, record))

    def action_hold(self) -> None:
        """Hold the account of this record, or release it."""
        self.attempt(lambda: ask_to_hold(self, self._accounts, self._life(), self.action_refresh))

    def _life(self) -> Life | None:
        record = self._record()
        return self._accounts.life(record.kind, record.id) if record else None

    def action_copy(self) -> None:
        """Copy what the record is called."""
        self._copy(lambda cells: cells[0])

    def action_copy_line(self) -> None:
        """Copy all cells with tabs between them, as spreadsheets take them."""
        self._copy("\t".join)

    def _copy(self, chosen: Callable[[tuple[str, ...]], str]) -> None:
        rows = self.attempt(lambda: self._table.pager.window(self._table.cursor, 1))
        if rows:
            text = "\t".join(clean(part) for part in chosen(rows[0].cells).split("\t"))
            self.app.copy_to_clipboard(text)
            self.tell(say(_("Copied: {text}"), text=text.replace("\t", "  ")))

    @property
    def _table(self) -> FollowedTable:
        return self.query_one(FollowedTable)

    @property
    def _filter(self) -> FilterInput:
        return self.query_one(FilterInput)
