"""The dialog before anything outside is changed. Enter never confirms; Escape is the default."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from tui.cells import clean
from tui.confirm import accepts
from tui.keymap import Context
from tui.texts import Texts
from tui.widgets.bars import FooterBar
from tui.widgets.keys import bindings


class ConfirmScreen(ModalScreen[bool], inherit_bindings=False):
    """Says what will happen and what to type; returns True only after that and F2."""

    BINDINGS = bindings(Context.CONFIRM)

    def __init__(
        self, texts: Texts, title: str, lines: Sequence[str], words: tuple[str, ...]
    ) -> None:
        super().__init__()
        self.texts = texts
        self._title = title
        self._lines = lines
        self._words = words

    def compose(self) -> ComposeResult:
        """Title, what will happen, what to type, the answer to it."""
        with Vertical(id="dialog"):
            yield Static(clean(self._title), id="title", markup=False)
            for line in self._lines:
                yield Static(clean(line), markup=False)
            if self._words:
                yield Static(self.texts("To confirm, type:"), id="ask", markup=False)
                yield Static(clean(", ".join(self._words)), id="words", markup=False)
                yield Input(id="typed", compact=True)
            yield Static(id="answer", markup=False)
            yield FooterBar((Context.CONFIRM,), self.texts)

    def on_mount(self) -> None:
        """Nothing is typed yet."""
        self._show_answer()

    def on_input_changed(self) -> None:
        """Say whether it is enough."""
        self._show_answer()

    def on_input_submitted(self) -> None:
        """Enter decides nothing, but an empty line and Enter means no."""
        if not self.query_one(Input).value:
            self.action_refuse()

    def action_refuse(self) -> None:
        """Close and change nothing."""
        self.dismiss(False)

    def action_carry_out(self) -> None:
        """Close and do it, if everything is typed."""
        if self._typed():
            self.dismiss(True)

    def _typed(self) -> bool:
        return not self._words or accepts(self.query_one(Input).value, self._words)

    def _show_answer(self) -> None:
        self.query_one("#answer", Static).update(
            self.texts("F2 does it now. Esc changes nothing.")
            if self._typed()
            else self.texts("Not confirmed yet. Esc changes nothing.")
        )
