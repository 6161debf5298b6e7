"""Import and plan of a whole city into an empty directory, at three sizes."""

import json
import tempfile
from pathlib import Path
from statistics import mean
from typing import NamedTuple

from provisioning.lab.city import FULL_SIZE, City
from provisioning.lab.exports import sources_toml, write_exports
from provisioning.lab.slapd import Slapd
from tests.bench.measuring import Line, Use, tell, use_of
from tests.desk import Desk
from tests.whole.directory_desk import directory_toml

PERSONS_OF_FULL_CITY = 75_000
SMALL, MIDDLE, LARGE = 10_000, 20_000, 100_000
PENDING = 3  # the exit code of a plan with changes


class Term(NamedTuple):
    """What one size took."""

    persons: int
    changes: int
    imported: Use
    planned: Use

    @property
    def whole(self) -> Use:
        """Import and plan after each other."""
        return self.imported.and_then(self.planned)


def measure() -> list[Line]:
    """Each larger city between two small ones, so that all meet the same machine.

    The goals are 1.2 times the number of persons. An empty directory still costs what its
    certificates, its first search and two starts of Python cost: the small one has that too.
    """
    first, middle, between, large, last = (
        _term(persons) for persons in (SMALL, MIDDLE, SMALL, LARGE, SMALL)
    )
    return [_line(middle, (first, between), 2.4), _line(large, (between, last), 12.0)]


def _line(term: Term, around: tuple[Term, Term], goal: float) -> Line:
    clock = term.whole.clock / mean(one.whole.clock for one in around)
    processor = term.whole.processor / mean(one.whole.processor for one in around)
    return Line(
        f"import + plan of {term.persons:,} persons into an empty directory",
        f"{around[0].persons:,} persons",
        clock,
        goal,
        f"{_said(term)}; small: {_said(around[1])}; ratio of processor time {processor:.1f}",
    )


def _said(term: Term) -> str:
    imported, planned = term.imported, term.planned
    return (
        f"import {imported.clock:.1f} s, {imported.memory:.0f} MiB; "
        f"plan of {term.changes:,} changes {planned.clock:.1f} s, {planned.memory:.0f} MiB"
    )


def city_of(persons: int) -> City:
    """A city of about as many persons; schools keep their size, so it has more of them."""
    return City(seed=11, schools=round(FULL_SIZE * persons / PERSONS_OF_FULL_CITY))


class TakenIn(NamedTuple):
    """A city whose exports were imported: how its commands are called, and how many rows came."""

    desk: Desk
    call: list[str]
    rows: int
    imported: Use


def take_in(folder: Path, slapd: Slapd, city: City) -> TakenIn:
    """Found a place for a city and import what its schools export, in a process of its own."""
    desk = Desk(folder, directory_toml(slapd), sources_toml(city, "import", city.first_year))
    desk.add(*(member.record for member in city.members))
    write_exports(city, folder / "import", city.first_year)
    call = ["-P", "-m", "schoolnet", "-C", str(folder)]
    imported, text = use_of([*call, "import", "roster", "--json"], 0, Path.cwd())
    rows = sum(one["row_count"] for one in json.loads(text)["deliveries"])
    return TakenIn(desk, call, rows, imported)


def _term(persons: int) -> Term:
    with tempfile.TemporaryDirectory() as name, Slapd(Path(name) / "slapd") as slapd:
        city = city_of(persons)
        made = take_in(Path(name) / "place", slapd, city)
        day = f"{city.first_year}-08-20"
        planned, text = use_of(
            [*made.call, "plan", "roster", "directory", "--on", day, "--json"], PENDING, Path.cwd()
        )
        stages = json.loads(text)["stages"]
    changes = sum(sum(stage["counts"].values()) for stage in stages)
    term = Term(made.rows, changes, made.imported, planned)
    tell(_said(term))
    return term
