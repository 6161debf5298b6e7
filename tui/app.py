"""The terminal interface: its frame, and which screen opens what.

Import this module only after `tui.environment.prepare_environment`; Textual reads its settings
when it is imported.
"""

from collections.abc import Callable

from textual.app import App
from textual.screen import Screen

from tui.screens.base import BaseScreen
from tui.screens.run import RunScreen
from tui.sources import Workplace
from tui.texts import Texts

DARK, LIGHT = "textual-dark", "textual-light"


class SchoolnetApp(App[None], inherit_bindings=False):
    """Watches and stages; what changes the outside world runs in its own process.

    `first` builds the first screen. The language is that of `texts`, for all screens.
    """

    CSS_PATH = [  # noqa: RUF012  Textual loads no screen's own sheet for the first screen
        "app.tcss",
        "screens/confirm.tcss",
        "screens/plan.tcss",
        "screens/run.tcss",
    ]
    ENABLE_COMMAND_PALETTE = False
    TITLE = "schoolnet"

    def __init__(self, texts: Texts, workplace: Workplace, first: Callable[[], BaseScreen]) -> None:
        super().__init__()
        self.texts = texts
        self.workplace = workplace
        self._first = first

    def get_default_screen(self) -> Screen[None]:
        """The first screen."""
        return self._first()

    def open_run(self, run_id: str) -> None:
        """Watch a run."""
        self.push_screen(RunScreen(self.texts, self.workplace.run(run_id)))

    def change_theme(self) -> None:
        """Light or dark."""
        self.theme = LIGHT if self.theme == DARK else DARK
