"""Countdowns in minutes that can be made to pass quickly."""

import asyncio
from collections.abc import Callable


class Countdown:
    """Calls ``fire`` after some minutes; one at a time."""

    def __init__(self, seconds_per_minute: float, fire: Callable[[], None]) -> None:
        self._seconds = seconds_per_minute
        self._fire = fire
        self._waiting: asyncio.TimerHandle | None = None
        self.minutes = 0

    @property
    def running(self) -> bool:
        """Whether it was started and has neither fired nor been stopped."""
        return self._waiting is not None

    @property
    def minutes_left(self) -> float:
        """How many minutes are left; 0 when it is not running."""
        if self._waiting is None:
            return 0
        loop = asyncio.get_running_loop()
        return max(0.0, self._waiting.when() - loop.time()) / self._seconds

    def start(self, minutes: int) -> None:
        """Begin to count, from the start if it was running."""
        self.stop()
        self.minutes = minutes
        loop = asyncio.get_running_loop()
        self._waiting = loop.call_later(minutes * self._seconds, self._ended)

    def stop(self) -> None:
        """Do not fire; nothing happens when it is not running."""
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _ended(self) -> None:
        self._waiting = None
        self._fire()
