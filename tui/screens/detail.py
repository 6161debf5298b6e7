"""One change, warning or result on the whole screen: for small terminals and long operations."""

from textual.app import ComposeResult

from tui.cells import clean
from tui.presenters.changes import Detail
from tui.screens.base import BaseScreen
from tui.texts import Texts
from tui.widgets.detail_pane import DetailPane


class DetailScreen(BaseScreen):
    """The detail pane alone."""

    def __init__(self, texts: Texts, detail: Detail) -> None:
        super().__init__(texts)
        self._detail = detail

    @property
    def crumb(self) -> str:
        """What the detail is about."""
        return clean(self._detail.title)

    def compose_parts(self) -> ComposeResult:
        """The pane."""
        yield DetailPane(self.texts)

    def on_mount(self) -> None:
        """Fill it."""
        self.query_one(DetailPane).show(self._detail)
