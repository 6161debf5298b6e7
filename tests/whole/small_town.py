"""Ten primary and four secondary schools over a summer: 400 fourth-graders change schools.

Everybody and every count is known beforehand, so that a test can say exactly what must come out.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

from inventory.records.places import School, SchoolType
from inventory.rosters.settings import SourceSettings
from tests.desk import Desk

PUPILS = "Interne ID-Nummer;Nachname;Vorname;Klasse;Geburtsdatum;Status;Aufnahmedatum;Entlassdatum"
TEACHERS = "eindeutige Nummer (GUID);Nachname;Vorname;Kürzel;E-Mail (Dienstlich)"
FOURTH, THIRD, FIFTH = 40, 3, 10
"""Pupils of a primary school's fourth and third grade and of a secondary school's fifth."""
_GIVEN = ("Ada", "Ben", "Cem", "Dilek", "Emil", "Frida", "Gül", "Hanno", "Ida", "Jörg")
_FAMILY = ("Ahorn", "Birke", "Çelik", "Dorn", "Eiche", "Fichte", "Ginster", "Hasel", "Iltis",
           "Jasmin", "Kiefer", "Linde", "Mohn", "Nelke", "Olive", "Pappel", "Quitte", "Rose",
           "Salbei", "Tanne", "Ulme", "Veilchen", "Weide", "Yılmaz", "Zeder", "Müller", "Đorđević",
           "Öztürk", "Weiß", "Groß", "Klein", "Lang", "Kurz", "Stein", "Berg", "Thal", "Feld",
           "Bach", "Brunn", "Wald", "Heide")  # fmt: skip


@dataclass(frozen=True)
class Child:
    """A row of a pupils' export."""

    number: int
    given: str
    family: str
    born: date
    class_name: str
    status: int = 2
    admitted: str = "01.08.2026"
    left: str = ""

    def row(self) -> str:
        """The line."""
        cells = (self.number, self.family, self.given, self.class_name, f"{self.born:%d.%m.%Y}",
                 self.status, self.admitted, self.left)  # fmt: skip
        return ";".join(map(str, cells))


@dataclass(frozen=True)
class Adult:
    """A row of a teachers' export."""

    guid: str
    given: str
    family: str
    email: str

    def row(self) -> str:
        """The line."""
        return f"{self.guid};{self.family};{self.given};{self.family[:3].upper()};{self.email}"


@dataclass
class Roll:
    """What one school exports at one time."""

    school: School
    pupils: list[Child] = field(default_factory=list)
    teachers: list[Adult] = field(default_factory=list)
    staff: list[Adult] = field(default_factory=list)


def schools() -> list[School]:
    """Ten primary schools, then four secondary ones."""
    types = [SchoolType.GRUNDSCHULE] * 10 + [SchoolType.GYMNASIUM] * 4
    return [
        School(id=f"s{n}", number=f"{100_001 + n}", name=f"{kind.value} {n}", school_type=kind)
        for n, kind in enumerate(types)
    ]


def first_year() -> list[Roll]:
    """Everybody in 2026/27."""
    rolls = []
    names = _names()
    for n, school in enumerate(schools()):
        roll = Roll(school)
        if n < 10:
            for at in range(FOURTH):
                given, family, born = next(names)
                letter = "ab"[at % 2]
                roll.pupils.append(Child(1001 + at, given, family, born, f"4{letter}"))
            for at in range(THIRD):
                roll.pupils.append(_child(2001 + at, n, at, 2017, "3a"))
        else:
            for at in range(FIFTH):
                roll.pupils.append(_child(1001 + at, n, at, 2015, "5a"))
        for at in range(3):
            roll.teachers.append(
                Adult(f"{n:08}-0000-4000-8000-{at:012}", _GIVEN[at], f"Lehrer{n}x{at}",
                      f"l{n}.{at}@schule.example")
            )  # fmt: skip
        rolls.append(roll)
    return rolls


def _names() -> Iterator[tuple[str, str, date]]:
    """Names of the fourth-graders: the second of each school is called as the next one's first."""
    every = [(given, family) for family in _FAMILY for given in _GIVEN]
    for n in range(10 * FOURTH):
        alike = n % FOURTH == 1
        given, family = every[(n + FOURTH - 1) % (10 * FOURTH) if alike else n]
        yield given, family, date(2016, 1, 1) + timedelta(days=n * 7 % 360)


def _child(number: int, school: int, at: int, year: int, class_name: str) -> Child:
    return Child(number, _GIVEN[at % 10], f"Kind{year}x{school}x{at}", date(year, 5, 1 + at),
                 class_name)  # fmt: skip


def moved_up(old: Roll) -> list[Child]:
    """The pupils who stay, a class further."""
    kept = [child for child in old.pupils if not child.class_name.startswith("4")]
    return [
        replace(child, class_name=f"{int(child.class_name[0]) + 1}{child.class_name[1:]}")
        for child in kept
    ]


def newcomers(rolls: list[Roll], goal: int) -> list[Child]:
    """The fourth-graders of all primary schools who go to the secondary school `goal` (0 to 3)."""
    fourth = [c for roll in rolls[:10] for c in roll.pupils if c.number <= 1000 + FOURTH]
    mine = [child for n, child in enumerate(fourth) if n % 4 == goal]
    return [
        replace(child, number=5001 + n, class_name=f"5{'abcd'[n % 4]}", admitted="01.08.2027")
        for n, child in enumerate(mine)
    ]


def deliver(desk: Desk, roll: Roll, year: str, *, teachers: bool = True) -> None:
    """Take in what a school exports."""
    _take_in(desk, roll.school, "student", PUPILS, [c.row() for c in roll.pupils], year)
    if teachers:
        _take_in(desk, roll.school, "teacher", TEACHERS, [a.row() for a in roll.teachers], year)
    if roll.staff:
        _take_in(desk, roll.school, "staff", TEACHERS, [a.row() for a in roll.staff], year)


def _take_in(
    desk: Desk, school: School, role: str, header: str, rows: list[str], year: str
) -> None:
    source = SourceSettings.model_validate({
        "name": f"{school.number} {role}", "files": "*", "format": "schild",
        "school": school.number, "roles": [role], "school_year": year,
    })  # fmt: skip
    path: Path = desk.place.folder / f"{school.number}-{role}.csv"
    path.write_text("".join(f"{row}\r\n" for row in (header, *rows)), encoding="utf-8", newline="")
    desk.take_in(source, path)
    path.unlink()
