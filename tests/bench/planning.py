"""Roster and directory plan of people who are all new, in memory, against schulsync's planner."""

import gc
import json
import random
import subprocess
import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, cast

from pydantic import SecretStr

from inventory.records import School
from inventory.records.changes import Change
from inventory.records.deliveries import Delivery
from inventory.records.places import SchoolType
from inventory.store.reading import SqliteReader
from inventory.store.writing import create_store
from provisioning.directory.entries import Subtree
from provisioning.directory.planner import DirectoryPlanner
from provisioning.directory.searching import SearchConnection
from provisioning.directory.settings import DirectorySettings
from provisioning.lab.names import Names
from provisioning.roster.desired import Wishes
from provisioning.roster.links import Links
from provisioning.roster.names import NameHasher, NameMaker
from provisioning.roster.people import People
from provisioning.roster.planner import RosterPlanner
from provisioning.roster.settings import AccountSettings
from provisioning.roster.wishing import Rules
from tests.bench.measuring import Line, in_turns, seconds, tell
from tests.directory.city import City
from tests.roster.delivered import Delivered

DAY = date(2026, 9, 1)
SIZES = ((2_000, 0.5, 5), (20_000, 0.05, 1))
"""Persons, largest ratio of our time to schulsync's, rounds."""
PEER = Path(__file__).parents[2] / ".venv" / "peers" / "bin" / "python"
_PEER_CODE = """
import json, sys, time
from schulsync.models import Rolle, SollPerson
from schulsync.planner import berechne_plan
people = [SollPerson(str(n), given, family, Rolle.SCHUELER, name)
          for n, (given, family, name) in enumerate(json.load(sys.stdin))]
started = time.perf_counter()
plan = berechne_plan(people, [], set())
took = time.perf_counter() - started
assert len(plan.anlegen) == len(people)
print(took)
"""
_UNASKED = cast(SearchConnection, None)
"""Comparing asks no server: what the directory holds was read before."""
SCHOOL = School(id="s1", number="100001", name="Nord", school_type=SchoolType.GESAMTSCHULE)
Row = tuple[str, str, str]
"""Given name, family name, class."""


def measure() -> list[Line]:
    """Both are given the people as objects and give back all changes as objects."""
    return [_line(*size) for size in SIZES]


def _line(persons: int, goal: float, rounds: int) -> Line:
    people = _people(persons)
    pair = in_turns(lambda: _ours(people), lambda: _theirs(people), rounds)
    tell(f"{persons:,}: ours {pair.first:.3f} s, schulsync {pair.second:.3f} s")
    return Line(
        f"roster and directory plan of {persons:,} new persons, in memory",
        "schulsync 0.1.1, berechne_plan",
        pair.ratio,
        goal,
        f"{pair.first:.2f} s and {pair.second:.2f} s",
    )


def _people(persons: int) -> list[Row]:
    names, dice = Names(1), random.Random(1)
    drawn = (names.draw(dice, "utf-8") for _ in range(persons))
    return [
        (name.given, name.family, f"{5 + n % 9}{'abcd'[n % 4]}") for n, name in enumerate(drawn)
    ]


def _ours(people: list[Row]) -> float:
    rows = [
        (f"p{line}", {
            "given_name": given, "family_name": family, "school_class": name, "role": "student",
            "year_group": int(name[0]), "keys": [str(line)],
        })
        for line, (given, family, name) in enumerate(people)
    ]  # fmt: skip
    delivery = Delivery(
        id="d", made_at=0, actor="", source="s", system="x", school="s1", role="student",
        school_year="2026/27", file_name="", sha256="", size=0, format="csv", encoding="",
        row_count=len(rows), problem_count=0,
    )  # fmt: skip
    wishes = Wishes(Delivered((delivery, rows)), DAY, Links(()))
    settings = AccountSettings()
    hasher = NameHasher(SecretStr("k" * 44))
    rules = Rules(settings, NameMaker(settings, hasher, lambda _hash: False), DAY)
    found: list[Any] = []
    city = City(SCHOOL)
    current = People(city, DAY)

    def plan(reader: SqliteReader) -> None:
        planner = RosterPlanner(reader, rules)
        for item in planner.compare(current, wishes):
            found.append(item)
            if isinstance(item, Change):
                city.put(*(edit.record for edit in planner.edits(item)))
        directory = DirectoryPlanner(_UNASKED, _settings(), DAY)
        found.extend(directory.compare(Subtree([]), directory.desired(city)))

    gc.disable()  # as `make_plan` does
    try:
        with tempfile.TemporaryDirectory() as name:
            create_store(store := Path(name) / "inventory.sqlite")  # nothing was delivered before
            with SqliteReader(store) as reader:
                took = seconds(lambda: plan(reader))
    finally:
        gc.enable()
    made = sum(isinstance(one, Change) and one.kind == "person" for one in found)
    assert made == 2 * len(people), made
    return took


def _settings() -> DirectorySettings:
    fields: Mapping[str, object] = {
        "url": "ldaps://localhost", "ca_file": "ca.pem", "bind_dn": "cn=sync,dc=example",
        "password": "env:NONE", "base": "ou=schools,dc=example",
    }  # fmt: skip
    return DirectorySettings.model_validate(fields)


def _theirs(people: list[Row]) -> float:
    done = subprocess.run(
        [PEER, "-c", _PEER_CODE], input=json.dumps(people), capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    return float(done.stdout)
