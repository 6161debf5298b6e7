"""The pane that shows one change, warning or result in full."""

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from inventory.messages import _
from tui.cells import clean
from tui.presenters.changes import Detail
from tui.texts import Texts


WIDEST_NAME = 20


class DetailPane(VerticalScroll, can_focus=True):
    """Scrolls; nothing in it is cut, long lines fold."""

    def __init__(self, texts: Texts, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._texts = texts
        self._detail: Detail | None = None

    def compose(self) -> ComposeResult:
        """One piece of text."""
        yield Static()

    def show(self, detail: Detail) -> None:
        """Show another detail, from its top."""
        if detail != self._detail:
            self._detail = detail
            self.query_one(Static).update(_render(detail, self._texts))
            self.scroll_to(y=0, animate=False)


def _render(detail: Detail, texts: Texts) -> RenderableType:
    parts: list[RenderableType] = [_text(detail.title, "bold")]
    parts += [_text(line) for line in detail.lines]
    if detail.facts:
        facts = Table(box=None, padding=(0, 1, 0, 0), expand=True, show_header=False)
        facts.add_column(max_width=WIDEST_NAME, overflow="fold")
        facts.add_column(ratio=1, overflow="fold")
        for name, value in detail.facts:
            facts.add_row(_text(name, "dim"), _text(value))
        parts += [Text(), facts]
    if detail.fields:
        table = Table(box=None, padding=(0, 2, 0, 0), expand=True, header_style="underline")
        for title in (_("Field"), _("now"), _("after")):
            table.add_column(texts(title), overflow="fold")
        for field in detail.fields:
            table.add_row(_text(field.name), _text(field.now), _text(field.after))
        parts += [Text(), table]
    for title, lines in (
        (texts("Exactly this is sent"), detail.operations),
        (texts("The way back"), detail.undo),
    ):
        if lines:
            parts += [Text(), _text(title, "underline")]
            parts += [_text(f" {line}") for line in lines]
    return Group(*parts)


def _text(text: str, style: str = "") -> Text:
    return Text(clean(text), style=style, overflow="fold")
