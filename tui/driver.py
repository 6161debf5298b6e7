"""Drawing on a terminal that may go away at any moment."""

from contextlib import suppress
from typing import Any, TextIO, cast

from textual.drivers.linux_driver import LinuxDriver


class SteadyDriver(LinuxDriver):
    """Textual's driver, whose writing thread outlives the terminal.

    The stock one ends with the first failed write, and everybody who has something to draw then
    waits for it for ever (Textual 8.2.8, seen with a closed terminal).
    """

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._file = cast("Any", _Forgiving(cast("TextIO", self._file)))


class _Forgiving:
    """A stream that takes everything, and loses what there is no terminal for."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Write, as far as there is a terminal."""
        with suppress(OSError):
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        """Flush, as far as there is a terminal."""
        with suppress(OSError):
            self._stream.flush()
