"""Ctrl+C, SIGTERM and a closed terminal as one exception, held back while servers start or end."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Any, Self

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(SystemExit):
    """A signal asked us to end. The exit code is the shell's for it: 128 and its number."""

    def __init__(self, number: int) -> None:
        super().__init__(128 + number)


class Signals:
    """Within this context a signal raises `Interrupted` in the main thread."""

    def __init__(self) -> None:
        self._held = 0
        self._waiting = 0
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        self._before = {number: signal.signal(number, self._heard) for number in _SIGNALS}
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    @contextmanager
    def held(self) -> Iterator[None]:
        """A signal that comes inside is raised at the end: nothing is left half started."""
        self._held += 1
        try:
            yield
        finally:
            self._held -= 1
            if self._waiting and not self._held:
                number, self._waiting = self._waiting, 0
                raise Interrupted(number)

    def _heard(self, number: int, _frame: FrameType | None) -> None:
        if self._held:
            self._waiting = number
        else:
            raise Interrupted(number)
