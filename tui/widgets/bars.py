"""The lines at the top and bottom of every screen."""

from collections.abc import Sequence

from rich.cells import cell_len
from textual.content import Content
from textual.widgets import Static

from inventory.errors import SchoolnetError
from tui.cells import clean, fit
from tui.keymap import Context, Key, footer_keys, name_of
from tui.sources import Status, Workplace
from tui.texts import Texts

LOOK_EVERY = 1.0


class TopBar(Static):
    """Where we are, what is staged, what runs, who we are."""

    def __init__(self, workplace: Workplace, texts: Texts) -> None:
        super().__init__(id="top-bar")
        self._workplace = workplace
        self._texts = texts
        self._status: Status | None = None

    def on_mount(self) -> None:
        """Look once a second."""
        self._look()
        self.set_interval(LOOK_EVERY, self._look)

    def _look(self) -> None:
        if self.screen.is_current:
            status = self._ask()
            if status != self._status:
                self._status = status
                self.refresh()

    def _ask(self) -> Status | None:
        try:
            return self._workplace.status()
        except SchoolnetError:  # asked every second: the bar says so, not a row of toasts
            return None

    def render(self) -> Content:
        """One line: the left part gives way to the right one."""
        actor = clean(self._workplace.actor)
        right = "  ".join([*_status_parts(self._status, self._texts), actor, ""])
        room = max(0, self.size.width - cell_len(right))
        return Content(fit(f" schoolnet  {self._workplace.name}", room) + right)


def _status_parts(status: Status | None, texts: Texts) -> list[str]:
    if status is None:
        return [texts("!! the store does not answer")]
    parts = []
    if status.plan_changes:
        parts.append(texts("Plan: {count} open", count=texts.number(status.plan_changes)))
    if status.run_total:
        percent = 100 * status.run_done // status.run_total
        parts.append(texts("Run: {percent} %", percent=percent))
    return parts


class FooterBar(Static):
    """The keys that do something here, as many as fit; a click does the same."""

    def __init__(self, contexts: Sequence[Context], texts: Texts) -> None:
        super().__init__(id="footer-bar")
        self._contexts = contexts
        self._texts = texts

    def render(self) -> Content:
        """One line. The keys of every screen stay, the others give way from the end."""
        keys = footer_keys(self._contexts)
        widths = {key: cell_len(self._content(key).plain) for key in keys}
        kept = {key for key in keys if key.context is Context.EVERYWHERE}
        room = self.size.width - sum(widths[key] for key in kept)
        for key in keys:
            if key not in kept and widths[key] <= room:
                kept.add(key)
                room -= widths[key]
        return Content("").join(self._content(key) for key in keys if key in kept)

    def action_press(self, key: str) -> None:
        """A click on a key's name is that key."""
        self.app.simulate_key(key)

    def _content(self, key: Key) -> Content:
        return Content.from_markup(
            "[@click=press('"
            + key.keys[0]
            + "')] [bold $footer-key-foreground]$name[/] $label [/]",
            name=name_of(key.keys[0], self._texts),
            label=self._texts(key.label),
        )
