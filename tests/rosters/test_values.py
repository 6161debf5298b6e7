"""Class names, dates, school years, names: what they are read as, and what is not guessed."""

import json
from datetime import date

import pytest

from inventory.rosters import values
from inventory.rosters.classes import year_group
from inventory.rosters.rows import RosterStatus
from tests.rosters.test_cases import CASES


def test_year_group_of_class_names() -> None:
    names = json.loads((CASES / "classes" / "names.json").read_text())
    assert {name: year_group(name) for name in names} == names


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("2026", "2026/27"),
        ("2026/27", "2026/27"),
        ("2026/2027", "2026/27"),
        ("2026-27", "2026/27"),
        ("2099/00", "2099/00"),
        ("2026/28", None),
        ("26/27", None),
        ("", None),
    ],
)
def test_school_year(text: str, year: str | None) -> None:
    assert values.school_year(text) == year


@pytest.mark.parametrize(
    "name",
    ["Müller", "O'Hara", "O´Hara", "’t Hooft", "von der Au", "Karl-Heinz", "Nguyễn", "Иван", "محمد",
     "Maria (Mia)", 'Anna "Anni" Maria', "J. R.", "Meier 2"],
)  # fmt: skip
def test_names_of_all_kinds_are_names(name: str) -> None:
    assert values.is_name(values.clean(name) or "")


@pytest.mark.parametrize(
    "name",
    [
        "",
        "12345",
        "a@schule.example",
        "Stra§e",
        "M¼ller",
        "J‰ger",
        "Mai#7a",
        "Mai;Ole",
        'Mai"',
        "-",
    ],
)
def test_what_is_no_name(name: str) -> None:
    assert not values.is_name(name)


def test_status_turns_with_the_day() -> None:
    first, last = date(2026, 8, 1), date(2026, 8, 31)
    assert RosterStatus.PLANNED.on(date(2026, 7, 31), first, last) is RosterStatus.PLANNED
    assert RosterStatus.PLANNED.on(first, first, last) is RosterStatus.ACTIVE
    assert RosterStatus.ACTIVE.on(last, first, last) is RosterStatus.ACTIVE
    assert RosterStatus.ACTIVE.on(date(2026, 9, 1), first, last) is RosterStatus.LEAVER
    assert RosterStatus.WAITING.on(date(2026, 8, 2), first, None) is RosterStatus.WAITING
    assert RosterStatus.LEAVER.on(first, first, last) is RosterStatus.LEAVER
