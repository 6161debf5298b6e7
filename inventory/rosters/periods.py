"""First and last days in the tables of a package: which of them are a person's own."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from inventory.messages import _
from inventory.rosters.fields import Fields
from inventory.rosters.layout import Layout
from inventory.rosters.sheets import Sheet
from inventory.rosters.values import likely_date

_FEW = 5
"""Below so many dates a majority says nothing."""


class Period(NamedTuple):
    """First and last day; None where there is none of the person's own."""

    starts_on: date | None = None
    leaves_on: date | None = None


def periods(
    sheet: Sheet, begin: str, end: str, school: str, sessions: Mapping[str, Period]
) -> dict[int, Period]:
    """Each row's own first and last day, by its line. A date that cannot be read costs its row.

    Days that are the school year's own are nobody's (see `yearly`). `school` is the column that
    names the school: each has its own year.
    """
    names = {"starts_on": begin, "leaves_on": end}
    layout = layout_of("", **names)
    found: dict[int, Period] = {}
    for entry in sheet.entries:
        cells = {field: entry[name] for field, name in names.items()}
        fields = Fields(entry.line, cells, layout, sheet.ledger, dict.fromkeys(names, False))
        starts_on, leaves_on = fields.due_date("starts_on"), fields.due_date("leaves_on")
        if starts_on and leaves_on and leaves_on < starts_on:
            message = _(
                "Line {line}, {column}: the person leaves before the first day. Correct one of "
                "the two dates in the source."
            )
            fields.lose("leaves_on", message)
        found[entry.line] = Period(starts_on, leaves_on)
    firsts = [s.starts_on for s in sessions.values() if s.starts_on]
    lasts = [s.leaves_on for s in sessions.values() if s.leaves_on]
    by_school: defaultdict[str, list[int]] = defaultdict(list)
    for entry in sheet.entries:
        by_school[entry[school]].append(entry.line)
    for lines in by_school.values():
        starts = yearly((found[line].starts_on for line in lines), firsts)
        ends = yearly((found[line].leaves_on for line in lines), lasts)
        for line in lines:
            own = found[line]
            found[line] = Period(
                None if own.starts_on in starts else own.starts_on,
                None if own.leaves_on in ends else own.leaves_on,
            )
    return found


def yearly(dates: Iterable[date | None], sessions: Iterable[date]) -> set[date]:
    """Days that are the school year's, not one person's: a year's end has not made anybody leave.

    `sessions` are the first or last days of terms; else what most of the dates say.
    """
    found = Counter(day for day in dates if day is not None)
    most = {day for day, count in found.items() if count * 2 > found.total() >= _FEW}
    return most | set(sessions)


def layout_of(format_name: str, **columns: str) -> Layout:
    """A layout that only tells Fields which header name a field has."""
    return Layout(format=format_name, role=None, columns=columns, keys={}, statuses={},
                  read_date=_date, status_missing=False)  # fmt: skip


def _date(text: str, day_first: bool) -> date | None:
    return likely_date(text[:10] if "T" in text else text, day_first)
