"""The terminal interface: its frame, and which screen opens what.

Import this module only after `tui.environment.prepare_environment`; Textual reads its settings
when it is imported.
"""

import asyncio
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from textual.app import App
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.screen import Screen

from tui.driver import SteadyDriver
from tui.links import ImportsLink, Link, PlanLink, QuestionsLink, RecordsLink, RunLink
from tui.presenters.records import first_view
from tui.screens.base import BaseScreen
from tui.screens.imports import ImportsScreen
from tui.screens.plan import PlanScreen
from tui.screens.questions import QuestionsScreen
from tui.screens.records import RecordsScreen
from tui.screens.run import RunScreen
from tui.sources import Workplace
from tui.texts import Texts

DARK, LIGHT = "textual-dark", "textual-light"
_ENDING = (signal.SIGHUP, signal.SIGINT, signal.SIGTERM)


class SchoolnetApp(App[None], inherit_bindings=False):
    """Watches and stages; what changes the outside world runs in its own process.

    `first` builds the first screen, `above` the one that is opened on it at once, if any. The
    language is that of `texts`, for all screens.
    """

    CSS_PATH = [  # noqa: RUF012  Textual loads no screen's own sheet for the first screen
        "app.tcss",
        "screens/confirm.tcss",
        "screens/plan.tcss",
        "screens/questions.tcss",
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
        self._signals: list[int] = []

    @contextmanager
    def ended_by_signals(self) -> Iterator[None]:
        """Within this context a signal ends the interface in good order, and changes nothing else.

        An exception raised in the middle of Textual's own work would leave its threads waiting
        for each other. `return_code` is then the shell's: 128 and the number of the signal.
        """
        before = {
            number: signal.signal(number, lambda heard, _frame: self._signals.append(heard))
            for number in _ENDING
        }
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def get_driver_class(self) -> type[Driver]:
        """On a terminal of this machine the driver that survives its end; else Textual's choice."""
        chosen = super().get_driver_class()
        return SteadyDriver if chosen is LinuxDriver else chosen

    def get_default_screen(self) -> Screen[None]:
        """The first screen."""
        return self._first()

    def on_mount(self) -> None:
        """Open what was asked for on the first screen."""
        for number in _ENDING:
            asyncio.get_running_loop().add_signal_handler(number, self._end, number)
        if self._signals:  # one came while the interface was starting
            self._end(self._signals[0])
        if self._above:
            self.push_screen(self._above())

    def _end(self, number: int) -> None:
        if number == signal.SIGHUP:
            _let_go_of_terminal()
        self.exit(return_code=128 + number)

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
            case QuestionsLink():
                self.push_screen(QuestionsScreen(texts, workplace.questions()))
            case RecordsLink(kind=kind, where=where, named=named, record=record):
                view = first_view(kind, where, named)
                records, accounts = workplace.records(), workplace.accounts()
                self.push_screen(RecordsScreen(texts, records, accounts, view, record))

    def change_theme(self) -> None:
        """Light or dark."""
        self.theme = LIGHT if self.theme == DARK else DARK


def _let_go_of_terminal() -> None:
    """The terminal is gone: what is still written to it must not fail on the way out."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    os.close(nowhere)
