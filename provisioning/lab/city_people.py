"""Who learns and teaches in the sample city in its first school year.

People are kept as the schools' databases keep them: each school counts its own pupils, so two
schools both have a 10001, and a person at two schools is entered twice.
"""

import math
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import IntEnum
from random import Random

from anyascii import anyascii

from inventory.records.places import SchoolType
from provisioning.lab.city import City, CitySchool
from provisioning.lab.names import HARD_NAMES, Name

PUPILS_A_TEACHER = 15
_CLASS_SIZE = 26
_FIRST_RECORD_ID = 10_001
_UPPER_STAGE = {11: "EF", 12: "Q1", 13: "Q2"}
_WITH_UPPER_STAGE = (SchoolType.GYMNASIUM, SchoolType.GESAMTSCHULE)
_COURSES = ("KM", "IT", "EH", "MT", "HO", "SO", "GT")
"""Vocational classes are named after an occupation, then the year of the course."""


class Status(IntEnum):
    """SchILD-NRW's `Status` of a pupil (its interface description)."""

    PLANNED = 0
    WAITING = 1
    ACTIVE = 2
    ON_LEAVE = 3
    EXTERNAL = 6
    FINISHED = 8
    LEFT = 9


@dataclass(frozen=True, slots=True)
class Pupil:
    """A pupil in one school's database. At vocational schools `grade` is the year of the course."""

    record_id: int
    name: Name
    born: date
    grade: int
    stream: int
    admitted: date
    status: Status = Status.ACTIVE
    left: date | None = None
    home_school: str = ""


@dataclass(frozen=True, slots=True)
class Teacher:
    """A teacher in one school's database; `code` is the Kürzel, `email` the service address."""

    guid: str
    code: str
    name: Name
    email: str


@dataclass
class Roll:
    """A school's people in one school year. No record id and no code is ever given twice."""

    pupils: list[Pupil] = field(default_factory=list)
    teachers: list[Teacher] = field(default_factory=list)
    next_record_id: int = _FIRST_RECORD_ID
    codes: set[str] = field(default_factory=set)

    def enter(self, name: Name, born: date, grade: int, stream: int, admitted: date) -> Pupil:
        """Enter a pupil under the next id."""
        pupil = Pupil(self.next_record_id, name, born, grade, stream, admitted)
        self.next_record_id += 1
        self.pupils.append(pupil)
        return pupil

    def hire(self, city: City, member: CitySchool, dice: Random) -> None:
        """Enter a new teacher."""
        name = city.names.draw(dice, encoding_of(member))
        letters = "".join(filter(str.isalpha, anyascii(name.family))).ljust(3, "x")[:3].title()
        code, count = letters, 1
        while code in self.codes:
            count += 1
            code = f"{letters}{count}"
        self.codes.add(code)
        guid = str(uuid.UUID(int=dice.getrandbits(128), version=4))
        email = f"{code.lower()}@{member.slug}.schule.example"
        self.teachers.append(Teacher(guid, code, name, email))


def encoding_of(member: CitySchool) -> str:
    """One school in three still exports in ISO-8859-1."""
    return "iso-8859-1" if member.index % 3 == 1 else "utf-8"


def names_leavers(member: CitySchool) -> bool:
    """Whether its export holds every status, leavers too, or only those who are there.

    Where courses differ in length nobody could tell a leaver from a lost row, so those do.
    """
    return member.index % 3 == 0 or member.record.final_grade is None


def class_name(member: CitySchool, pupil: Pupil) -> str:
    """The class as the school writes it: ``5a``, ``05A``, ``Q1``, ``IT2B``."""
    letter = chr(ord("a") + pupil.stream % 26)
    if member.record.school_type in _WITH_UPPER_STAGE and pupil.grade in _UPPER_STAGE:
        return _UPPER_STAGE[pupil.grade]
    if member.record.school_type is SchoolType.BERUFSKOLLEG:
        parallel, course = divmod(pupil.stream, len(_COURSES))
        return f"{_COURSES[course]}{pupil.grade}{chr(ord('A') + parallel % 26)}"
    if member.record.final_grade is None:
        return f"S{pupil.grade}{letter}"
    padded = member.index % 3 == 1
    return f"{pupil.grade:02}{letter.upper()}" if padded else f"{pupil.grade}{letter}"


def grade_size(city: City, member: CitySchool) -> int:
    """How many pupils the school takes in a year."""
    dice = city.dice("grade size", member.index)
    return city.amount(round(member.shape.grade_size * dice.uniform(0.92, 1.08)))


def stream_of(place: int, size: int) -> int:
    """Which of the parallel classes the pupil at this place of a year group goes to."""
    return place * math.ceil(size / _CLASS_SIZE) // size


def born_at(member: CitySchool, grade: int, year: int, dice: Random) -> date:
    """A birthday that fits the grade: the age counts on 30 September."""
    age = grade + member.shape.age_before
    return date(year - age - 1, 10, 1) + timedelta(days=dice.randrange(365))


def first_rolls(city: City) -> list[Roll]:
    """Everybody in the city's first school year, by school."""
    rolls: list[Roll] = []
    for member in city.members:
        dice = city.dice("people", member.index)
        roll = Roll()
        size = grade_size(city, member)
        for grade in range(member.shape.first_grade, member.shape.last_grade + 1):
            admitted = date(city.first_year - (grade - member.shape.first_grade), 8, 1)
            for place in range(size):
                name = city.names.draw(dice, encoding_of(member))
                born = born_at(member, grade, city.first_year, dice)
                roll.enter(name, born, grade, stream_of(place, size), admitted)
        for _teacher in range(max(2, round(len(roll.pupils) / PUPILS_A_TEACHER))):
            roll.hire(city, member, dice)
        _name_the_hard_way(member, roll.pupils)
        _meet_namesake(city, member, rolls, roll)
        enter_others(city, member, roll, city.first_year)
        rolls.append(roll)
    return rolls


def enter_others(city: City, member: CitySchool, roll: Roll, year: int) -> None:
    """Those whom an export with every status holds besides: planned, waiting, guests, leavers."""
    if not names_leavers(member):
        return
    dice = city.dice("others", member.index, year)
    grade = member.shape.first_grade
    guests_home = [m for m in city.members if m.index != member.index]
    others = [Status.PLANNED, Status.WAITING, Status.ON_LEAVE, Status.LEFT]
    if guests_home and member.shape.last_grade > 10:
        others.append(Status.EXTERNAL)
    for status in others:
        name = city.names.draw(dice, encoding_of(member))
        in_grade = member.shape.last_grade - 1 if status is Status.EXTERNAL else grade
        born = born_at(member, in_grade, year, dice)
        pupil = roll.enter(name, born, in_grade, 0, date(year, 8, 1))
        roll.pupils[-1] = replace(
            pupil,
            status=status,
            admitted=date(year + 1, 2, 1) if status is Status.PLANNED else pupil.admitted,
            left=date(year, 8, 31) if status is Status.LEFT else None,
            home_school=dice.choice(guests_home).record.number if status is Status.EXTERNAL else "",
        )


def _name_the_hard_way(member: CitySchool, pupils: list[Pupil]) -> None:
    """The first school has every hard name, each other one that can write it has one of them."""
    wanted: Sequence[Name] = HARD_NAMES
    if member.index > 0:
        wanted = [HARD_NAMES[member.index % len(HARD_NAMES)]]
    fitting = [name for name in wanted if name.fits(encoding_of(member))][: len(pupils)]
    for place, name in enumerate(fitting):
        at = place * len(pupils) // len(fitting)
        pupils[at] = replace(pupils[at], name=name)


def _meet_namesake(city: City, member: CitySchool, earlier: Sequence[Roll], roll: Roll) -> None:
    """One school in three has a pupil whose name and birthday another school's pupil has too."""
    alike = [
        other.index
        for other in city.members[: member.index]
        if other.shape is member.shape and encoding_of(other) == encoding_of(member)
    ]
    if member.index % 3 != 2 or not alike:
        return
    other = earlier[alike[-1]].pupils[1]
    mine = roll.pupils[1]
    roll.pupils[1] = replace(mine, name=other.name, born=other.born)
