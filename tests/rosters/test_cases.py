"""Every file and package in tests/cases/rosters is read and compared with the JSON beside it."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from inventory.errors import UsageError
from inventory.rosters.catalogue import format_of, reader
from inventory.rosters.hidden import Hidden
from inventory.rosters.rows import Earlier, Reading, ReadOptions

CASES = Path(__file__).parent.parent / "cases" / "rosters"
DAY = date(2024, 7, 1)


def outcome(case: dict[str, Any]) -> dict[str, Any]:
    named = ("roles", "columns", "school", "schools", "known_schools")
    options = {name: case[name] for name in named if name in case}
    path = CASES / case["file"]
    try:
        name, told = format_of(path, case["format"])
        earlier = Earlier()
        for before in case.get("earlier", ()):
            asked = ReadOptions(day=DAY, earlier=lambda kept=earlier: kept, **options)
            earlier = _kept(reader(name)(CASES / before, asked))
        found = reader(name)(path, ReadOptions(day=DAY, earlier=lambda: earlier, **options))
    except UsageError as error:
        return {"error": str(error.message)}
    return {
        "summary": [str(message) for message in (*told, *found.summary())],
        "rows": [row.model_dump(mode="json", exclude_defaults=True) for row in found.rows],
        "problems": [
            f"{'' if p.file == found.file else p.file + ' '}{p.severity}: {p.message} [{p.value}]"
            for p in found.problems
        ],
        "lost": {str(line): record_id for line, record_id in found.lost.items()},
        "repeated": list(found.repeated),
        "school_year": found.school_year,
        "absence_counts": found.absence_counts,
        **({"hidden": hidden} if (hidden := [*map(_shown, unknown(found))]) else {}),
        **({"covers": sorted(map(list, found.covers))} if found.covers is not None else {}),
    }


def _kept(found: Reading) -> Earlier:
    """What a delivery leaves for changes that come later."""
    scopes = {(number, role) for number, role in found.covers or ()
              if any(one.may_be(number, role) for one in found.hidden)}  # fmt: skip
    return Earlier(
        rows=tuple(row.model_copy(update={"line": 0}) for row in found.rows),
        classes=found.classes, lost=frozenset(filter(None, found.lost.values())),
        unsure=frozenset(scopes), school_year=found.school_year,
    )  # fmt: skip


def unknown(found: Reading) -> list[Hidden]:
    """The lost rows that show no id."""
    return [one for one in found.hidden if not one.key]


def _shown(one: Hidden) -> str:
    """FILE LINE: the schools, roles and names that it tells; ``any`` for what it does not tell."""
    told = (
        sorted(one.schools), sorted(role.value for role in one.roles), map(" ".join, one.names)
    )  # fmt: skip
    return f"{one.file} {one.line}: " + ", ".join(" or ".join(part) or "any" for part in told)


@pytest.mark.parametrize("path", sorted(CASES.glob("*.json")), ids=lambda path: path.stem)
def test_file_is_read_as_expected(path: Path) -> None:
    case = json.loads(path.read_text())
    assert outcome(case) == case["expected"]
