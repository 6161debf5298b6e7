"""The terminal interface: its frame, and which screen opens what.

Import this module only after `tui.environment.prepare_environment`; Textual reads its settings
when it is imported.
"""

from collections.abc import Callable

from textual.app import App
from textual.screen import Screen

from tui.links import ImportsLink, Link, PlanLink, RecordsLink, RunLink
from tui.presenters.records import first_view
from tui.screens.base import BaseScreen
from tui.screens.imports import ImportsScreen
from tui.screens.plan import PlanScreen
from tui.screens.records import RecordsScreen
from tui.screens.run import RunScreen
from tui.sources import Workplace
from tui.texts import Texts

DARK, LIGHT = "textual-dark", "textual-light"


class SchoolnetApp(App[None], inherit_bindings=False):
    """Watches and stages; what changes the outside world runs in its own process.

    `first` builds the first screen, `above` the one that is opened on it at once, if any. The
    language is that of `texts`, for all screens.
    """

    CSS_PATH = [  # noqa: RUF012  Textual loads no screen's own sheet for the first screen
        "app.tcss",
        "screens/confirm.tcss",
        "screens/plan.tcss",
        "screens/records.tcss",
        "screens/run.tcss",
        "screens/today.tcss",
    ]
    ENABLE_COMMAND_PALETTE = False
    TITLE = "schoolnet"

    def __init__(
        self,
        texts: Texts,
        workplace: Workplace,
        first: Callable[[], BaseScreen],
        above: Callable[[], BaseScreen] | None = None,
    ) -> None:
        super().__init__()
        self.texts = texts
        self.workplace = workplace
        self._first = first
        self._above = above

    def get_default_screen(self) -> Screen[None]:
        """The first screen."""
        return self._first()

    def on_mount(self) -> None:
        """Open what was asked for on the first screen."""
        if self._above:
            self.push_screen(self._above())

    def open_run(self, run_id: str) -> None:
        """Watch a run."""
        self.push_screen(RunScreen(self.texts, self.workplace.run(run_id)))

    def follow(self, link: Link) -> None:
        """Open what a row leads to. Raises SchoolnetError when it is not there any more."""
        texts, workplace = self.texts, self.workplace
        match link:
            case PlanLink(plan=plan_id):
                self.push_screen(PlanScreen(texts, workplace.plan(plan_id)))
            case RunLink(run=run_id):
                self.open_run(run_id)
            case ImportsLink():
                self.push_screen(ImportsScreen(texts, workplace.today()))
            case RecordsLink(kind=kind, where=where, named=named, record=record):
                view = first_view(kind, where, named)
                self.push_screen(RecordsScreen(texts, workplace.records(), view, record))

    def change_theme(self) -> None:
        """Light or dark."""
        self.theme = LIGHT if self.theme == DARK else DARK
