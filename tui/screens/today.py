"""The start screen: work to do, runs, what happened last, and how much there is."""

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from inventory.messages import _, say
from inventory.times import Clock, system_clock, to_micros
from tui.inventory_sources import Today, TodaySource
from tui.keymap import Context
from tui.links import ImportsLink, Line, Link, PlanLink, QuestionsLink, RecordsLink
from tui.pagers import ListPager
from tui.presenters.today import Rows, happening_rows, kind_rows, run_rows, todo_rows
from tui.screens.polling import PollingScreen
from tui.texts import Texts
from tui.widgets.columns import Column
from tui.widgets.keys import bindings
from tui.widgets.virtual_table import VirtualTable


class TodayScreen(PollingScreen):
    """Four lists; a row leads to what it is about."""

    BINDINGS = bindings(Context.TODAY)
    CONTEXTS = (Context.TODAY, Context.LIST, Context.EVERYWHERE)

    def __init__(self, texts: Texts, source: TodaySource, clock: Clock = system_clock) -> None:
        super().__init__(texts)
        self._source = source
        self._clock = clock
        self._today = Today()

    @property
    def crumb(self) -> str:
        """The day's work."""
        return self.texts("Today")

    def compose_parts(self) -> ComposeResult:
        """Work, runs and the journal's end on the left, the inventory on the right."""
        texts = self.texts
        todo = (Column("!!"), Column(texts("To do"), grows=True))
        runs = (
            Column(texts("Runs")),
            Column(texts("State"), grows=True),
            Column(texts("Done"), align="right"),
            Column("✗"),
        )
        last = (
            Column(texts("When")),
            Column(texts("Who")),
            Column(texts("Happened last"), grows=True),
        )
        kinds = (Column(texts("Inventory"), grows=True), Column(texts("Count"), align="right"))
        nothing = ListPager(())
        with Horizontal(id="body"):
            with Vertical(id="left"):
                yield VirtualTable(todo, nothing, texts("Nothing to do."), id="todo")
                yield VirtualTable(runs, nothing, texts("No run yet."), id="runs")
                yield VirtualTable(last, nothing, texts("Nothing yet."), id="last")
            yield VirtualTable(kinds, nothing, "", id="kinds")

    def on_mount(self) -> None:
        """The work has the focus."""
        super().on_mount()
        self.set_focus(self.query_one("#todo"))

    def version(self) -> object:
        """Another value whenever somebody has written."""
        return self._source.version()

    def read(self) -> None:
        """Fill the lists; each cursor stays on its row."""
        self._today = self._source.today()
        texts, now = self.texts, to_micros(self._clock())
        self._fill("#todo", todo_rows(self._today, texts))
        self._fill("#runs", run_rows(self._today, now, texts))
        self._fill("#last", happening_rows(self._today.happenings, now, texts))
        self._fill("#kinds", kind_rows(self._today, texts))

    def _fill(self, table_id: str, rows: Rows) -> None:
        table = self.query_one(table_id, VirtualTable)
        table.pager = ListPager(rows)
        table.refresh_rows()

    def on_virtual_table_opened(self, event: VirtualTable.Opened) -> None:
        """Go where the row leads."""
        if isinstance(event.key, Line) and event.key.link:
            self._follow(event.key.link)

    def _follow(self, link: Link) -> None:
        self.attempt(lambda: self.desk.follow(link))

    # Keys

    def action_plan(self) -> None:
        """Open the newest plan that waits."""
        if self._today.plan:
            self._follow(PlanLink(self._today.plan.plan.id))
        else:
            self.tell(say(_("No plan is open. Make one: schoolnet plan")))

    def action_runs(self) -> None:
        """Go to the list of runs."""
        self.set_focus(self.query_one("#runs"))

    def action_imports(self) -> None:
        """Open what the schools delivered."""
        self._follow(ImportsLink())

    def action_questions(self) -> None:
        """Open the newcomers who may be somebody we know."""
        self._follow(QuestionsLink())

    def action_records(self) -> None:
        """Open the records of the kind under the cursor, or go there first."""
        table = self.query_one("#kinds", VirtualTable)
        if self.focused is table and isinstance(table.key, Line):
            self._follow(RecordsLink(table.key.name))
        else:
            self.set_focus(table)
