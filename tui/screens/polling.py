"""A screen that keeps up with what others write."""

from collections.abc import Hashable
from time import monotonic

from inventory.errors import SchoolnetError
from inventory.messages import Message
from tui.screens.base import BaseScreen
from tui.texts import Texts

LOOK_EVERY = 1.0
REST = 10
"""After reading, the screen rests this many times as long as it took."""


class PollingScreen(BaseScreen):
    """Looks once a second whether anything was written; reads only then, and only in front."""

    def __init__(self, texts: Texts) -> None:
        super().__init__(texts)
        self._seen: Hashable = None
        self._rest_until = 0.0
        self._failure: Message | None = None

    def version(self) -> Hashable:
        """Another value whenever there is something new to read."""
        raise NotImplementedError  # abstract; ABCMeta cannot join Textual's metaclass

    def read(self) -> None:
        """Read everything and show it."""
        raise NotImplementedError  # abstract; ABCMeta cannot join Textual's metaclass

    def on_mount(self) -> None:
        """Begin to look."""
        self.look()
        self.set_interval(LOOK_EVERY, self.look)

    def on_screen_resume(self) -> None:
        """In front again: what was missed is read at once."""
        self.look()

    def look(self) -> None:
        """Read if there is something new. What fails is tried again, and said once."""
        if not self.is_current or monotonic() < self._rest_until:
            return
        try:
            self._read_new()
            self._failure = None
        except SchoolnetError as error:
            if error.message != self._failure:
                self._failure = error.message
                self.tell(error.message, "error")

    def _read_new(self) -> None:
        version = self.version()
        if version != self._seen:
            began = monotonic()
            self.read()
            self._seen = version
            self._rest_until = monotonic() + REST * (monotonic() - began)

    def action_refresh(self) -> None:
        """Read now, whether or not anything is new."""
        self._seen, self._rest_until = None, 0.0
        self.look()
