"""A dialog before something is changed. Enter never confirms; Escape is the default."""

from collections.abc import Sequence
from typing import TypeVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from tui.cells import clean
from tui.keymap import Context
from tui.texts import Texts
from tui.widgets.bars import FooterBar
from tui.widgets.keys import bindings

T = TypeVar("T")


class Dialog(ModalScreen[T], inherit_bindings=False):
    """Says what will happen and asks for a line; returns an answer only after that and F2."""

    BINDINGS = bindings(Context.CONFIRM)

    def __init__(self, texts: Texts, title: str, lines: Sequence[str]) -> None:
        super().__init__()
        self.texts = texts
        self._title = title
        self._lines = lines

    def compose_question(self) -> ComposeResult:
        """What is to be typed."""
        raise NotImplementedError  # abstract; ABCMeta cannot join Textual's metaclass

    @property
    def answer(self) -> T | None:
        """What was answered; None: it is not enough yet."""
        raise NotImplementedError  # abstract; ABCMeta cannot join Textual's metaclass

    @property
    def missing(self) -> str:
        """What is said while it is not enough."""
        raise NotImplementedError  # abstract; ABCMeta cannot join Textual's metaclass

    @property
    def typed(self) -> str:
        """The line as it is; empty where none is asked for."""
        found = self.query(Input)
        return found.first().value if found else ""

    def compose(self) -> ComposeResult:
        """Title, what will happen, what to type, the answer to it."""
        with Vertical(id="dialog"):
            yield Static(clean(self._title), id="title", markup=False)
            for line in self._lines:
                yield Static(clean(line), markup=False)
            yield from self.compose_question()
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
        if not self.typed:
            self.action_refuse()

    def action_refuse(self) -> None:
        """Close and change nothing."""
        self.dismiss(None)

    def action_carry_out(self) -> None:
        """Close and do it, if everything is typed."""
        if self.answer is not None:
            self.dismiss(self.answer)

    def _show_answer(self) -> None:
        self.query_one("#answer", Static).update(
            self.missing
            if self.answer is None
            else self.texts("F2 does it now. Esc changes nothing.")
        )
