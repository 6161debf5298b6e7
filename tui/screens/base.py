"""What all screens share: the bars, the keys that hold everywhere, errors as sentences."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar, TypeVar, cast

from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import Static

from inventory.errors import SchoolnetError
from inventory.messages import Message, _
from tui.cells import clean, fit
from tui.keymap import Context
from tui.screens.confirm import ReasonScreen
from tui.texts import Texts
from tui.widgets.bars import FooterBar, TopBar
from tui.widgets.keys import bindings
from tui.widgets.virtual_table import VirtualTable

if TYPE_CHECKING:
    from tui.app import SchoolnetApp

T = TypeVar("T")


class BaseScreen(Screen[None], inherit_bindings=False):
    """A full screen: bar, crumbs, the screen's own parts, footer."""

    BINDINGS = bindings(Context.EVERYWHERE)
    CONTEXTS: ClassVar[Sequence[Context]] = (Context.EVERYWHERE,)
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012

    def __init__(self, texts: Texts) -> None:
        super().__init__()
        self.texts = texts

    @property
    def crumb(self) -> str:
        """What this screen is called in the line of crumbs."""
        raise NotImplementedError  # abstract; ABCMeta cannot join Textual's metaclass

    def compose_parts(self) -> ComposeResult:
        """The screen's own parts, between crumbs and footer."""
        raise NotImplementedError  # abstract; ABCMeta cannot join Textual's metaclass

    def compose(self) -> ComposeResult:
        """The frame around the parts."""
        yield TopBar(self.desk.workplace, self.texts)
        yield Crumbs()
        yield from self.compose_parts()
        yield FooterBar(self.CONTEXTS, self.texts)

    @property
    def desk(self) -> "SchoolnetApp":
        """The application, by its own type."""
        return cast("SchoolnetApp", self.app)

    def attempt(self, ask: Callable[[], T]) -> T | None:
        """Ask a source; say what went wrong instead of failing."""
        try:
            return ask()
        except SchoolnetError as error:
            self.tell(error.message, "error")
            return None

    def tell(self, message: Message, severity: str = "information") -> None:
        """Show a sentence for some seconds."""
        text = clean(self.texts.render(message))
        self.notify(text, severity=severity, markup=False)  # type: ignore[arg-type]

    def ask_reason(
        self, title: str, lines: Sequence[str], carry_out: Callable[[str], None]
    ) -> None:
        """Say what will happen and ask why; with a reason, do it."""

        def answered(reason: str | None) -> None:
            if reason:
                self.attempt(lambda: carry_out(reason))

        self.app.push_screen(ReasonScreen(self.texts, title, lines), answered)

    def on_virtual_table_unreadable(self, event: VirtualTable.Unreadable) -> None:
        """A list could not be read."""
        self.tell(event.error.message, "error")

    def action_help(self) -> None:
        """Show the keys of this screen."""
        from tui.screens.help import HelpScreen

        self.app.push_screen(HelpScreen(self.texts, self.CONTEXTS))

    def action_back(self) -> None:
        """Leave this screen for the one it was opened from."""
        if self.app.screen_stack.index(self) > 0:
            self.dismiss()
        else:
            self.tell(Message(id=_("This is the first screen; q leaves schoolnet.")))

    def action_leave(self) -> None:
        """End the interface; a run goes on."""
        self.app.exit()

    def action_change_theme(self) -> None:
        """Light or dark."""
        self.desk.change_theme()


class Crumbs(Static):
    """The way from the first screen to this one."""

    def render(self) -> str:
        """One line; what does not fit is cut with a sign."""
        screens = [screen for screen in self.app.screen_stack if isinstance(screen, BaseScreen)]
        return fit(" " + " › ".join(screen.crumb for screen in screens), self.size.width)
