"""Time on an emulated switch: countdowns in minutes that can be made to pass quickly."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime


class Countdown:
    """Calls ``fire`` after some minutes; one at a time."""

    def __init__(self, seconds_per_minute: float, fire: Callable[[], None]) -> None:
        self._seconds = seconds_per_minute
        self._fire = fire
        self._waiting: asyncio.TimerHandle | None = None
        self.minutes = 0
        self.started = datetime.now(UTC)

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
        self.minutes = minutes
        self.started = datetime.now(UTC)
        self._wait(minutes)

    def let_pass(self, minutes: float) -> None:
        """As if so many minutes were over now; nothing happens when it is not running."""
        if self._waiting is not None:
            self._wait(self.minutes_left - minutes)

    def stop(self) -> None:
        """Do not fire; nothing happens when it is not running."""
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _wait(self, minutes: float) -> None:
        self.stop()
        loop = asyncio.get_running_loop()
        self._waiting = loop.call_later(minutes * self._seconds, self._ended)

    def _ended(self) -> None:
        self._waiting = None
        self._fire()


def ios_time(moment: datetime) -> str:
    """A moment as IOS writes it: ``22:50:48 UTC Sat Feb 21 2009``."""
    return f"{moment.astimezone(UTC):%H:%M:%S UTC %a %b} {moment.day} {moment.year}"
