"""The files that the sample city's schools export: SchILD-NRW lists, and one school's own CSV.

They hold what real ones hold, so also columns that nobody may read (street, telephone, private
address), different subsets of columns, two encodings, and people who are not there any more.
Numbers are those that Germany's network agency keeps for films; domains end in ``.example``.
"""

import csv
import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from provisioning.lab.city import City, CitySchool
from provisioning.lab.city_people import (
    Pupil,
    Roll,
    Status,
    class_name,
    encoding_of,
    names_leavers,
)
from provisioning.lab.city_years import rolls_of

PUPIL_FILE, TEACHER_FILE = "schueler.csv", "lehrkraefte.csv"

_CSV_SCHOOL = 2
"""The index of the one school that exports from a program of its own."""

_CSV_COLUMNS = {
    "student": {
        "record_id": "Schülernummer",
        "family_name": "Familienname",
        "given_name": "Rufname",
        "birth_date": "Geboren am",
        "school_class": "Klasse",
    },
    "teacher": {
        "record_id": "Personalnummer",
        "family_name": "Familienname",
        "given_name": "Rufname",
        "email": "Dienstadresse",
    },
}
_AGE_OF_MAJORITY = 18
_END_OF_SCHOOL_DUTY = 10

Row = dict[str, str]


def write_exports(city: City, folder: Path, year: int) -> list[Path]:
    """Write what every school exports at the start of a school year (2026 for 2026/27).

    Each school has a folder named after its number. The files of another year are replaced, as
    a school does it. Raises ValueError for a year before the city's first.
    """
    written: list[Path] = []
    for member, roll in zip(city.members, rolls_of(city, year), strict=True):
        place = folder / member.record.number
        place.mkdir(parents=True, exist_ok=True)
        if member.index == _CSV_SCHOOL:
            pupils, teachers = _own_pupils(city, member, roll), _own_teachers(roll)
        else:
            pupils = _schild_pupils(city, member, roll, year)
            teachers = _schild_teachers(city, member, roll)
        separator = "," if member.index == _CSV_SCHOOL else ";"
        for name, rows in ((PUPIL_FILE, pupils), (TEACHER_FILE, teachers)):
            _write(place / name, rows, separator, encoding_of(member))
            written.append(place / name)
    return written


def sources(city: City, folder: str, year: int | None = None) -> list[dict[str, Any]]:
    """The ``[[sources]]`` of the settings for these files.

    `folder` is where they lie, as seen from the settings file. With `year` the sources name the
    school year, for files that do not name it themselves.
    """
    found: list[dict[str, Any]] = []
    for member in city.members:
        number = member.record.number
        own = member.index == _CSV_SCHOOL
        for role, file in (("student", PUPIL_FILE), ("teacher", TEACHER_FILE)):
            source: dict[str, Any] = {
                "name": f"{number}-{role}",
                "files": f"{folder}/{number}/{file}",
                "format": "csv" if own else "schild",
                "school": number,
                "roles": [role],
            }
            if year is not None:
                source["school_year"] = school_year(year)
            if own:
                source["columns"] = _CSV_COLUMNS[role]
            found.append(source)
    return found


def sources_toml(city: City, folder: str, year: int | None = None) -> str:
    """`sources` as text for schoolnet.toml; it goes behind all plain settings."""
    return "\n".join(_table(source) for source in sources(city, folder, year))


def school_year(year: int) -> str:
    """``2026/27`` for 2026."""
    return f"{year}/{(year + 1) % 100:02}"


def _table(source: dict[str, Any]) -> str:
    lines = ["[[sources]]"]
    plain = {key: value for key, value in source.items() if key != "columns"}
    # JSON's strings and lists of strings are written alike in TOML
    lines += [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in plain.items()]
    if "columns" in source:
        lines.append("[sources.columns]")
        lines += [
            f"{field} = {json.dumps(column, ensure_ascii=False)}"
            for field, column in source["columns"].items()
        ]
    return "\n".join(lines) + "\n"


def _write(path: Path, rows: Sequence[Row], separator: str, encoding: str) -> None:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, [*rows[0]], delimiter=separator, lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(rows)


def _schild_pupils(city: City, member: CitySchool, roll: Roll, year: int) -> list[Row]:
    """A pupil list; which columns it has beside the usual ones depends on the school's template."""
    rows = []
    for pupil in roll.pupils:
        if not names_leavers(member) and pupil.status not in {Status.ACTIVE, Status.ON_LEAVE}:
            continue
        row = _schild_pupil(city, member, roll, pupil, year)
        if member.index % 7 == 5:
            del row["Status"]
        if member.index % 2 == 0:
            row["Jahr"] = str(year)
            row["Abschnitt"] = "1"
        if names_leavers(member):
            row["Nr. Stammschule"] = pupil.home_school
        rows.append(row)
    return rows


def _schild_pupil(city: City, member: CitySchool, roll: Roll, pupil: Pupil, year: int) -> Row:
    teacher = roll.teachers[(pupil.grade * 7 + pupil.stream) % len(roll.teachers)]
    years_left = member.shape.last_grade - pupil.grade + 1
    over_duty = member.shape.age_before > 5 or pupil.grade > _END_OF_SCHOOL_DUTY
    return {
        "Interne ID-Nummer": str(pupil.record_id),
        "Nachname": pupil.name.family,
        "Vorname": pupil.name.given,
        "Klasse": class_name(member, pupil),
        "Klassenlehrer": f"{'Herr' if teacher.name.sex == 'm' else 'Frau'} {teacher.name.family}",
        "Geburtsdatum": _german(pupil.born),
        "Geschlecht": pupil.name.sex,
        "vorauss. Abschlussdatum": _german(date(year + years_left, 7, 31)),
        "Aufnahmedatum": _german(pupil.admitted),
        "Entlassdatum": _german(pupil.left) if pupil.left else "",
        "Volljährig": _yes(date(year, 8, 1) >= _birthday(pupil.born, _AGE_OF_MAJORITY)),
        "Schulpflicht erfüllt": _yes(over_duty),
        "Status": str(int(pupil.status)),
        "Straße": _street(city, pupil.record_id),
        "Ortsname": "Musterstadt",
        "Postleitzahl": "12345",
        "Telefon-Nr.": _telephone(pupil.record_id),
        "Fax-Nr.": "",
        "E-Mail (privat)": f"familie{pupil.record_id}@post.example",
    }


def _schild_teachers(city: City, member: CitySchool, roll: Roll) -> list[Row]:
    rows = []
    for place, teacher in enumerate(roll.teachers):
        row = {
            "Kürzel": teacher.code,
            "Nachname": teacher.name.family,
            "Vorname": teacher.name.given,
            "E-Mail (Dienstlich)": teacher.email,
            "eindeutige Nummer (GUID)": teacher.guid,
        }
        if member.index % 2 == 0:
            row["Straße"] = _street(city, place)
            row["Telefon-Nr."] = _telephone(place)
        rows.append(row)
    return rows


def _own_pupils(city: City, member: CitySchool, roll: Roll) -> list[Row]:
    return [
        {
            "Schülernummer": f"S-{pupil.record_id}",
            "Familienname": pupil.name.family,
            "Rufname": pupil.name.given,
            "Geboren am": pupil.born.isoformat(),
            "Klasse": class_name(member, pupil),
            "Anschrift": _street(city, pupil.record_id),
            "Notfallnummer": _telephone(pupil.record_id),
        }
        for pupil in roll.pupils
        if pupil.status in {Status.ACTIVE, Status.ON_LEAVE}
    ]


def _own_teachers(roll: Roll) -> list[Row]:
    return [
        {
            "Personalnummer": f"L-{teacher.guid[:8]}",
            "Familienname": teacher.name.family,
            "Rufname": teacher.name.given,
            "Dienstadresse": teacher.email,
            "Telefon privat": _telephone(int(teacher.guid[:4], 16)),
        }
        for teacher in roll.teachers
    ]


def _street(city: City, number: int) -> str:
    streets = city.names.streets
    return f"{streets[number * 7 % len(streets)]} {number % 140 + 1}"


def _telephone(number: int) -> str:
    return f"0221 4710 {number % 1000:03}"


def _birthday(born: date, age: int) -> date:
    """The day on which somebody reaches an age; who is born on 29 February waits a day."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return date(born.year + age, 3, 1)


def _german(day: date) -> str:
    return f"{day:%d.%m.%Y}"


def _yes(answer: bool) -> str:
    return "Ja" if answer else "Nein"
