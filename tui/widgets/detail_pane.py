"""The pane that shows one change, warning or result in full."""

from itertools import zip_longest

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip

from tui.cells import clean
from tui.presenters.changes import Detail, Field
from tui.texts import Texts

WIDEST_NAME = 16


class DetailPane(ScrollView, can_focus=True):
    """Scrolls; nothing in it is cut, long lines fold.

    Draws its lines itself: another detail repaints the pane, not the whole screen.
    """

    def __init__(self, texts: Texts, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._texts = texts
        self._detail = Detail("")
        self._lines: list[Strip] = []

    def show(self, detail: Detail) -> None:
        """Show another detail, from its top."""
        if detail != self._detail:
            self._detail = detail
            self._lay_out()
            self.scroll_to(y=0, animate=False)

    def on_resize(self) -> None:
        """Lines fold at the new width."""
        self._lay_out()

    def notify_style_update(self) -> None:
        """Light or dark."""
        super().notify_style_update()
        if self.is_attached:
            self._lay_out()

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        room, index = self.scrollable_content_region.size, self.scroll_offset.y + y
        if index >= len(self._lines):
            return Strip.blank(room.width, self.rich_style)
        strip = self._lines[index]
        if self.text_selection and (span := self.text_selection.get_span(index)):
            strip = self._selected(strip, *span)
        return strip.apply_offsets(0, index)

    def get_selection(self, selection: Selection) -> tuple[str, str]:
        """The text that the mouse has selected."""
        return selection.extract("\n".join(line.text.rstrip() for line in self._lines)), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        """Show what is selected."""
        self.refresh()

    def _lay_out(self) -> None:
        room = self.scrollable_content_region.size
        if not room.width:
            return  # hidden: laid out when it gets its size
        options = self.app.console.options.update(width=room.width, height=None)
        content = _render(self._detail, self._texts)
        lines = self.app.console.render_lines(content, options, style=self.rich_style)
        before, self._lines = self._lines, [Strip(line, room.width).simplify() for line in lines]
        for index, (old, new) in enumerate(zip_longest(before, self._lines)):
            if old != new:
                self.refresh_line(index)
        # Only what does not fit changes the size: a new size lays out the whole screen.
        self.virtual_size = Size(room.width, max(len(lines), room.height))

    def _selected(self, strip: Strip, start: int, end: int) -> Strip:
        width = strip.cell_length
        end = width if end == -1 else end
        style = self.screen.get_component_rich_style("screen--selection")
        parts = strip.divide([start, end, width])
        return Strip.join(
            [part.apply_style(style) if place == 1 else part for place, part in enumerate(parts)]
        )


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
        heads = detail.heads if any(detail.heads) else (texts("now"), texts("after"))
        for title in (texts("Field"), *heads):
            table.add_column(title, overflow="fold")
        for field in detail.fields:
            table.add_row(*_field_cells(field, signed=any(detail.heads)))
        parts += [Text(), table]
    for title, lines in (
        (texts("Exactly this is sent"), detail.operations),
        (texts("The way back"), detail.undo),
    ):
        if lines:
            parts += [Text(), _text(title, "underline")]
            parts += [_text(f" {line}") for line in lines]
    return Group(*parts)


def _field_cells(field: Field, *, signed: bool) -> list[Text]:
    style = "bold" if field.differs else ""
    sign = ("≠ " if field.differs else "  ") if signed else ""
    return [_text(cell, style) for cell in (f"{sign}{field.name}", field.now, field.after)]


def _text(text: str, style: str = "") -> Text:
    return Text(clean(text), style=style, overflow="fold")
