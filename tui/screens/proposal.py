"""A group of people who may be ones we know: who would go from where to where."""

from collections.abc import Callable, Hashable, Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Static

from tui.decisions import Move
from tui.keymap import Context
from tui.pagers import ListPager
from tui.presenters.changes import Detail
from tui.presenters.proposals import move_columns, move_detail, move_rows, moves_head
from tui.screens.base import BaseScreen
from tui.screens.detail import DetailScreen
from tui.texts import Texts
from tui.widgets.detail_pane import DetailPane
from tui.widgets.keys import bindings
from tui.widgets.virtual_table import VirtualTable


class ProposalScreen(BaseScreen):
    """The group as a list, one of them in full beside it. `approve` asks on this screen."""

    BINDINGS = bindings(Context.PROPOSAL)
    CONTEXTS = (Context.PROPOSAL, Context.LIST, Context.EVERYWHERE)

    def __init__(
        self,
        texts: Texts,
        proposal: str,
        moves: Sequence[Move],
        approve: "Callable[[ProposalScreen], None]",
    ) -> None:
        super().__init__(texts)
        self._proposal = proposal
        self._moves = {move.change.id: move for move in moves}
        self._approve = approve

    @property
    def crumb(self) -> str:
        """The group's name."""
        return self.texts("Proposal {name}", name=self._proposal)

    def compose_parts(self) -> ComposeResult:
        """What it is about, the list beside the change."""
        moves = [*self._moves.values()]
        yield Static(moves_head(moves, self.texts), id="head", markup=False)
        with Horizontal(id="body"):
            rows = ListPager(move_rows(moves, self.texts))
            yield VirtualTable(move_columns(self.texts), rows, self.texts("Nobody."))
            yield DetailPane(self.texts)

    def on_mount(self) -> None:
        """The list has the focus."""
        self.set_focus(self.query_one(VirtualTable))

    def on_virtual_table_moved(self, event: VirtualTable.Moved) -> None:
        """Show the move in full."""
        if detail := self._detail(event.key):
            self.query_one(DetailPane).show(detail)

    def on_virtual_table_opened(self, event: VirtualTable.Opened) -> None:
        """Show the move in full on the whole screen."""
        if detail := self._detail(event.key):
            self.app.push_screen(DetailScreen(self.texts, detail))

    def _detail(self, key: Hashable) -> Detail | None:
        move = self._moves.get(str(key))
        return move_detail(move, self.texts) if move else None

    def action_approve(self) -> None:
        """Ask why; then take the group in."""
        self.attempt(lambda: self._approve(self))
