"""The dialogs: certain words before the outside is changed, a reason before a decision."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.widgets import Input, Static

from tui.cells import clean
from tui.confirm import accepts
from tui.screens.dialog import Dialog
from tui.texts import Texts


class ConfirmScreen(Dialog[bool]):
    """Says what to type; returns True only when exactly that was typed."""

    def __init__(
        self, texts: Texts, title: str, lines: Sequence[str], words: tuple[str, ...]
    ) -> None:
        super().__init__(texts, title, lines)
        self._words = words

    def compose_question(self) -> ComposeResult:
        """The words, if any are asked for."""
        if self._words:
            yield Static(self.texts("To confirm, type:"), id="ask", markup=False)
            yield Static(clean(", ".join(self._words)), id="words", markup=False)
            yield Input(id="typed", compact=True)

    @property
    def answer(self) -> bool | None:
        """True once everything is typed."""
        return True if not self._words or accepts(self.typed, self._words) else None

    @property
    def missing(self) -> str:
        """Not yet."""
        return self.texts("Not confirmed yet. Esc changes nothing.")


class ReasonScreen(Dialog[str]):
    """Asks why; returns the reason, which the journal keeps."""

    def compose_question(self) -> ComposeResult:
        """One line."""
        yield Static(self.texts("Why? The journal keeps it:"), id="ask", markup=False)
        yield Input(id="typed", compact=True)

    @property
    def answer(self) -> str | None:
        """The reason without spaces around it."""
        return self.typed.strip() or None

    @property
    def missing(self) -> str:
        """Nothing is done without one."""
        return self.texts("No reason given yet. Esc changes nothing.")
