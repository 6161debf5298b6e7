"""The run: live, problems first. Leaving it stops nothing; it works in its own process."""

from collections.abc import Callable, Hashable
from time import monotonic

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Static

from inventory.errors import SchoolnetError
from inventory.messages import Message, _, say
from inventory.records.runs import Control, Outcome, RunState
from inventory.times import Clock, system_clock, to_micros
from tui.keymap import Context
from tui.pagers import ListPager
from tui.presenters.changes import Detail, applied_detail, run_branch_detail
from tui.presenters.names import PROBLEMS
from tui.presenters.runs import (
    WHOLE_RUN,
    RunForest,
    done_of,
    problem_rows,
    problems_of,
    progress_line,
    resumable,
    run_head,
    run_title,
)
from tui.screens.base import BaseScreen
from tui.screens.confirm import ConfirmScreen
from tui.screens.detail import DetailScreen
from tui.sources import AppliedChange, RunBranch, RunSource
from tui.texts import Texts
from tui.tree import Node, TreePager
from tui.widgets.columns import Column
from tui.widgets.detail_pane import DetailPane
from tui.widgets.keys import bindings
from tui.widgets.tree_table import TreeTable
from tui.widgets.virtual_table import VirtualTable

POLL = 0.2
MOST_PROBLEMS = 500
REST = 10
"""After a refresh the screen rests this many times as long as it took."""


class RunScreen(BaseScreen):
    """Stages, schools, targets and changes with what became of them; below, the problems."""

    BINDINGS = bindings(Context.RUN)
    CONTEXTS = (Context.RUN, Context.TREE, Context.LIST, Context.EVERYWHERE)

    def __init__(self, texts: Texts, source: RunSource, clock: Clock = system_clock) -> None:
        super().__init__(texts)
        self._source = source
        self._clock = clock
        self._run = source.run()
        self._outcomes: dict[Outcome, int] = {}
        self._problems_of: tuple[dict[Outcome, int], Message | None] = {}, None
        self._problems: dict[str, AppliedChange] = {}
        self._seq = -1
        self._rest_until = 0.0
        self._failure: Message | None = None

    @property
    def crumb(self) -> str:
        """The run's name."""
        return run_title(self._run, self.texts)

    def compose_parts(self) -> ComposeResult:
        """Head and bar, the tree beside the detail, the problems."""
        texts = self.texts
        progress = (
            Column(texts("Progress"), grows=True),
            Column(texts("Done"), align="right"),
            Column("✗"),
        )
        problems = (
            Column(texts("Problems")),
            Column(texts("Result")),
            Column(texts("Why"), grows=True),
        )
        yield Static(id="head", classes="head", markup=False)
        yield Static(id="progress-line", classes="head", markup=False)
        with Horizontal(id="body"):
            pager = TreePager(RunForest(self._source, texts))
            yield TreeTable[RunBranch](progress, pager, texts("Nothing to do."), id="progress")
            yield DetailPane(texts)
        yield VirtualTable(problems, ListPager(()), texts("No problems."), id="problems")

    def on_mount(self) -> None:
        """Look at the run about five times a second."""
        self._look()
        self._tree.focus()
        self.set_interval(POLL, self._look)

    # Live

    def _look(self) -> None:
        if monotonic() < self._rest_until:
            return
        try:
            self._follow()
            self._failure = None
        except SchoolnetError as error:  # tried on and on, said once
            if error.message != self._failure:
                self._failure = error.message
                self.tell(error.message, "error")

    def _follow(self) -> None:
        began = monotonic()
        seq = self._source.wait_for_change(self._seq, 0)
        if seq != self._seq:
            self._seq = seq
            self._run = self._source.run()
            self._read_progress()
        self._show_head()
        self._rest_until = monotonic() + REST * (monotonic() - began)

    def _read_progress(self) -> None:
        self._outcomes = {}
        for stage in self._source.branches(""):
            for outcome, count in stage.outcomes.items():
                self._outcomes[outcome] = self._outcomes.get(outcome, 0) + count
        self._tree.refresh_tree()
        counts = {outcome: self._outcomes.get(outcome, 0) for outcome in PROBLEMS}
        if (counts, self._run.message) != self._problems_of:
            self._problems_of = counts, self._run.message
            self._read_problems()
        focused = self.focused
        if isinstance(focused, VirtualTable):
            self._show_detail(focused.key)

    def _read_problems(self) -> None:
        problems = self._source.problems(MOST_PROBLEMS)
        self._problems = {applied.change.id: applied for applied in problems}
        table = self.query_one("#problems", VirtualTable)
        rows = problem_rows(problems, self._run.message, self.texts)
        table.pager = ListPager(rows)
        table.refresh_rows()
        self.set_class(not rows, "no-problems")

    def _show_head(self) -> None:
        now = to_micros(self._clock())
        alive = self._run.state.ended or self._source.alive()
        self.query_one("#head", Static).update(run_head(self._run, alive, self.texts))
        line = progress_line(self._run, self._outcomes, now, self.texts)
        self.query_one("#progress-line", Static).update(line)

    # What the cursor is on

    def on_virtual_table_moved(self, event: VirtualTable.Moved) -> None:
        """Show the row in full."""
        if event.table.has_focus:
            self._show_detail(event.key)

    def on_virtual_table_opened(self, event: VirtualTable.Opened) -> None:
        """Show the row in full on the whole screen."""
        detail = self.attempt(lambda: self._detail_of(event.key))
        if detail:
            self.app.push_screen(DetailScreen(self.texts, detail))

    def _show_detail(self, key: Hashable) -> None:
        detail = self.attempt(lambda: self._detail_of(key))
        if detail:
            self.query_one(DetailPane).show(detail)

    def _detail_of(self, key: Hashable) -> Detail | None:
        if isinstance(key, Node) and key.leaf < 0:
            return run_branch_detail(self._tree.pager.branch(key), self.texts)
        if isinstance(key, Node):
            found = self._source.results(key.branch, key.leaf, 1)
            return applied_detail(found[0], self.texts) if found else None
        if key == WHOLE_RUN and self._run.message:
            return Detail(self.crumb, (self.texts.render(self._run.message),))
        if isinstance(key, str) and key in self._problems:
            return applied_detail(self._problems[key], self.texts)
        return None

    # Keys

    def action_problems_only(self) -> None:
        """Give the problems the whole screen, or take it back."""
        only = not self.has_class("problems-only")
        self.set_class(only, "problems-only")
        self.query_one("#problems" if only else "#progress").focus()

    def action_pause(self) -> None:
        """The run stops after the batch it is at."""
        if self._run.state.ended:
            self.tell(say(_("The run has ended.")))
        else:
            self.attempt(lambda: self._ask_run(Control.PAUSE, _PAUSES))

    def action_go_on(self) -> None:
        """Let a paused run go on, after asking."""
        if self._run.state is not RunState.PAUSED and self._run.control is not Control.PAUSE:
            self.tell(say(_("The run is not paused.")))
            return
        self._confirm(
            self.texts("Go on with run {run}", run=self._run.id),
            self.texts("What is left of the plan will be applied."),
            (str(self._run.total - done_of(self._outcomes) - problems_of(self._outcomes)),),
            lambda: self._ask_run(Control.GO, _GOES_ON),
        )

    def action_cancel(self) -> None:
        """End the run after the batch it is at, after asking."""
        if self._run.state.ended:
            self.tell(say(_("The run has ended.")))
            return
        self._confirm(
            self.texts("Cancel run {run}", run=self._run.id),
            self.texts("It ends after the batch it is at. What is applied stays applied."),
            (),
            lambda: self._ask_run(Control.CANCEL, _CANCELS),
        )

    def action_retry(self) -> None:
        """Apply again what failed, or resume a run whose process vanished; after asking."""
        gone = resumable(self._run, self._source.alive())
        open_changes = self._run.total - done_of(self._outcomes)
        finished = self._run.state is RunState.FINISHED  # perhaps only hooks did not succeed
        if not gone and not finished and not (self._run.state.ended and open_changes):
            self.tell(say(_("There is nothing to retry: wait for the end, or see the problems.")))
            return
        self._confirm(
            self.texts("Apply the rest of run {run}", run=self._run.id),
            self.texts("Only what is not done will be applied again."),
            (str(open_changes),),
            self._retry,
        )

    def _retry(self) -> None:
        working = self._source.retry()
        if working != self._run.id:
            self.desk.open_run(working)

    def _confirm(
        self, title: str, line: str, words: tuple[str, ...], carry_out: Callable[[], None]
    ) -> None:
        def answered(confirmed: bool | None) -> None:
            if confirmed:
                self.attempt(carry_out)

        self.app.push_screen(ConfirmScreen(self.texts, title, [line], words), answered)

    def _ask_run(self, control: Control, sentence: Message) -> None:
        self._source.control(control)
        self._run = self._source.run()
        self._rest_until = 0.0
        self.tell(sentence)

    @property
    def _tree(self) -> TreeTable[RunBranch]:
        return self.query_one("#progress", TreeTable)


_PAUSES = say(_("The run pauses after the batch it is at."))
_GOES_ON = say(_("The run goes on."))
_CANCELS = say(_("The run ends after the batch it is at."))
