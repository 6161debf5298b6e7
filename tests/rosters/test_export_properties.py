"""People of several roles and schools, exported and read again, are where they were."""

import csv
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from inventory.exports import apple_school_manager, oneroster
from inventory.exports.packing import standard_cell, write_zip
from inventory.exports.people import Roster, Someone
from inventory.records import Account, Enrolment, Person, School, SchoolClass
from inventory.records.people import AccountState, Role
from inventory.records.places import SchoolType
from inventory.rosters.delivering import ALL_ROLES
from inventory.rosters.oneroster import read
from inventory.rosters.rows import Reading, ReadOptions

SCHOOLS = tuple(
    School(id=f"s{n}", number=f"01234{n}", name=f"Schule {n}", school_type=SchoolType.GYMNASIUM)
    for n in range(3)
)
CLASSES = tuple(
    SchoolClass(id=f"c{n}-{school.id}", school=school.id, name=name, grade=5)
    for school in SCHOOLS for n, name in enumerate(("5a", '1/b, "rot"'))
)  # fmt: skip
NAMES = st.sampled_from(["Änne", "von der Au, geb. Mai", "O'Hara", 'Eva "Evi"', "Đorđević", "文"])
Place = tuple[str, Role, str]
"""School, role, class or nothing."""
PLACES: Sequence[Place] = [
    *((school.id, role, "") for school in SCHOOLS for role in ALL_ROLES),
    *((one.school, role, one.id) for one in CLASSES for role in ALL_ROLES),
]
PEOPLE = st.lists(
    st.tuples(NAMES, NAMES, st.lists(st.sampled_from(PLACES), min_size=1, max_size=5, unique=True)),
    min_size=1, max_size=6,
)  # fmt: skip
TEACHES, WORKS, LEARNS = Role.TEACHER, Role.STAFF, Role.STUDENT


def roster(people: Sequence[tuple[str, str, Sequence[Place]]]) -> Roster:
    found = []
    for n, (given_name, family_name, places) in enumerate(people):
        who = f"p{n}"
        person = Person(id=who, school=places[0][0], given_name=given_name, family_name=family_name)
        account = Account(person=who, school=places[0][0], user_name=who, state=AccountState.ACTIVE)
        there = tuple(
            Enrolment(id=f"e{n}-{at}", person=who, school=school, role=role, school_class=group,
                      school_year="2026/27")
            for at, (school, role, group) in enumerate(places)
        )  # fmt: skip
        found.append(Someone(person, account, there))
    used = {e.school_class for one in found for e in one.enrolments}
    there_are = {e.school for one in found for e in one.enrolments}
    return Roster([s for s in SCHOOLS if s.id in there_are],
                  [c for c in CLASSES if c.id in used], found)  # fmt: skip


def taken_in(exported: Roster) -> Reading:
    options = ReadOptions(day=date(2026, 9, 1), roles=ALL_ROLES,
                          known_schools=frozenset(s.number for s in SCHOOLS))  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.zip"
        write_zip(path, oneroster.files(exported, "code"), standard_cell)
        return read(path, options)


def where(found: Reading) -> dict[str, set[Place]]:
    numbers = {school.number: school.id for school in SCHOOLS}
    places: dict[str, set[Place]] = {}
    for row in found.rows:
        place = (numbers[row.school_number], row.role, row.class_ref)
        places.setdefault(row.record_id, set()).add(place)
    return places


def settled(places: Sequence[Place]) -> set[Place]:
    """Without those that say less than another: in no class beside one in a class."""
    return {p for p in places if p[2] or not any(o[:2] == p[:2] and o[2] for o in places)}


@given(PEOPLE)
def test_oneroster_read_again_has_everybody_at_all_schools_and_in_all_classes(
    people: list[tuple[str, str, list[Place]]],
) -> None:
    found = taken_in(roster(people))
    assert not found.problems
    assert found.absence_counts
    read_places = where(found)
    names = {row.record_id: (row.given_name, row.family_name) for row in found.rows}
    for n, (given_name, family_name, places) in enumerate(people):
        mine = read_places[f"p{n}"]
        assert names[f"p{n}"] == (given_name, family_name)
        assert {school for school, _role, _group in mine} == {place[0] for place in places}
        assert {place for place in mine if place[2]} == {place for place in places if place[2]}
        if len({role for _school, role, _group in places}) == 1:
            assert mine == settled(places)


def test_a_teacher_who_is_a_pupil_at_another_school_is_no_teacher_there() -> None:
    """The format has one role a person, and their schools: the classes tell where it is another."""
    places = [("s0", TEACHES, "c0-s0"), ("s1", LEARNS, "c0-s1"), ("s2", TEACHES, "")]
    assert where(taken_in(roster([("Eva", "Lang", places)]))) == {"p0": set(places)}
    only_here = [("s0", TEACHES, ""), ("s0", LEARNS, "c0-s0")]
    assert where(taken_in(roster([("Eva", "Lang", only_here)]))) == {"p0": set(only_here)}


def apple(exported: Roster) -> dict[str, list[dict[str, str]]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.zip"
        write_zip(path, apple_school_manager.files(exported), apple_school_manager.cell)
        with zipfile.ZipFile(path) as archive:
            tables = {name: archive.read(name).decode().split("\n") for name in archive.namelist()}
    return {
        name.removesuffix(".csv"): list(csv.DictReader(
            lines, escapechar="\\", doublequote=False, strict=True))
        for name, lines in tables.items()
    }  # fmt: skip


def filled(row: dict[str, str], column: str) -> Iterator[str]:
    return (value for name, value in row.items() if name.startswith(column) and value)


@given(PEOPLE)
def test_apple_gets_each_person_once_with_all_locations(
    people: list[tuple[str, str, list[Place]]],
) -> None:
    tables = apple(roster(people))
    persons = {row["person_id"]: row for row in (*tables["students"], *tables["staff"])}
    assert len(persons) == len(tables["students"]) + len(tables["staff"]) == len(people)
    staff = {row["person_id"] for row in tables["staff"]}
    rostered = {(row["student_id"], row["class_id"]) for row in tables["rosters"]}
    instructing = {
        (who, row["class_id"]) for row in tables["classes"] for who in filled(row, "instructor_id")
    }
    at = {row["class_id"]: row["location_id"] for row in tables["classes"]}
    assert {row["location_id"] for row in tables["locations"]} >= {*at.values()}
    for n, (given_name, family_name, places) in enumerate(people):
        who, row = f"p{n}", persons[f"p{n}"]
        assert (row["first_name"], row["last_name"]) == (given_name, family_name)
        assert {*filled(row, "location_id")} == {place[0] for place in places}
        grown = any(role in {TEACHES, WORKS} for _school, role, _group in places)
        assert grown is (who in staff)
        learns = {(who, group) for _school, role, group in places if group and role is LEARNS}
        works = {(who, group) for _s, role, group in places if group and role is not LEARNS}
        assert {one for one in rostered if one[0] == who} == (set() if grown else learns)
        assert {one for one in instructing if one[0] == who} == works
    for who, group in rostered | instructing:
        assert at[group] in {*filled(persons[who], "location_id")}
