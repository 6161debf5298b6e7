"""Stored values as report values, and report values as text."""

from datetime import date, datetime
from decimal import Decimal

from inventory.reports.tables import Translate, Value, Word
from inventory.times import BERLIN, from_micros

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""First characters that make a spreadsheet calculate a text cell (OWASP, "CSV Injection")."""


def day_of(stored: object) -> date | None:
    """The day of a stored ISO date; None for no date."""
    return date.fromisoformat(str(stored)) if stored else None


def moment_of(micros: int) -> datetime:
    """A stored moment, with the time zone of Berlin."""
    return from_micros(micros).astimezone(BERLIN)


def starts_a_formula(text: str) -> bool:
    """True for a text that a spreadsheet would calculate instead of showing it."""
    return text.startswith(_FORMULA_STARTS)


def plain(value: Value, texts: Translate) -> str | int | Decimal | date | None:
    """A value for people: words by their titles, the rest as it is."""
    return texts(value.title) if isinstance(value, Word) else value


def iso(value: date) -> str:
    """A day or moment for programs (ISO 8601): moments to the second, with their offset."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return value.isoformat()
