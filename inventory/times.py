"""Moments are microseconds since 1970 in UTC; days are days in Europe/Berlin."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")
FOREVER = 2**63 - 1
"""The `until` of what still holds."""

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """The real time; everything that needs the time is given a clock."""
    return datetime.now(UTC)


def to_micros(moment: datetime) -> int:
    """Microseconds since 1970 of an aware datetime."""
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def from_micros(micros: int) -> datetime:
    """The aware UTC datetime of a stored moment."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)


def end_of_day(day: date) -> int:
    """The last microsecond of a day in Berlin: what "as of this day" means."""
    midnight = datetime.combine(day + timedelta(days=1), time(), BERLIN)
    return to_micros(midnight) - 1


def today(clock: Clock) -> date:
    """The calendar day in Berlin."""
    return clock().astimezone(BERLIN).date()


def day_at(micros: int) -> date:
    """The calendar day in Berlin of a stored moment."""
    return from_micros(micros).astimezone(BERLIN).date()


def school_year_of(day: date) -> str:
    """The school year a day falls in, ``2026/27``: it starts on 1 August (SchulG NRW § 7)."""
    first = day.year if day.month >= 8 else day.year - 1
    return f"{first}/{(first + 1) % 100:02d}"
