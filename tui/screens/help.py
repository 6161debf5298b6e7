"""The keys that hold on the screen it was opened from."""

from collections.abc import Sequence

from textual.app import ComposeResult

from tui.keymap import TITLES, Context, keys_of, name_of
from tui.pagers import ListPager, Look, Row
from tui.screens.base import BaseScreen
from tui.texts import Texts
from tui.widgets.columns import Column
from tui.widgets.virtual_table import VirtualTable


class HelpScreen(BaseScreen):
    """A table made from the one table of keys."""

    CONTEXTS = (Context.LIST, Context.EVERYWHERE)

    def __init__(self, texts: Texts, contexts: Sequence[Context]) -> None:
        super().__init__(texts)
        self._contexts = contexts

    @property
    def crumb(self) -> str:
        """What this screen is called."""
        return self.texts("Help")

    def compose_parts(self) -> ComposeResult:
        """One table."""
        columns = (Column(self.texts("Keys")), Column(self.texts("What they do"), grows=True))
        yield VirtualTable(columns, ListPager(enumerate(help_rows(self._contexts, self.texts))), "")

    def action_help(self) -> None:
        """It is shown."""


def help_rows(contexts: Sequence[Context], texts: Texts) -> list[Row]:
    """The keys of these contexts under a heading each."""
    rows = []
    for context in contexts:
        rows.append(Row((texts(TITLES[context]),), Look.MUTED))
        for key in keys_of(context):
            names = ", ".join(name_of(name, texts) for name in key.keys)
            rows.append(Row((f" {names}", texts(key.label))))
    return rows
