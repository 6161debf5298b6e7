"""The zip file of six tables that Apple School Manager takes by SFTP.

Names, columns and rules are those of Apple's user guide, "Template information for importing data
into Apple School Manager" and the pages of the six templates: ids have letters, digits and
hyphens; cells with a space or comma are quoted, a quotation mark in a name is escaped with a
backslash, lines end with LF; each class belongs to a course; all files lie at the top.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from inventory.exports.packing import File
from inventory.exports.people import Roster, Someone
from inventory.records.base import derive_id
from inventory.records.people import Role

MAX_INSTRUCTORS = 15
"""instructor_id to instructor_id_15 (Apple Classes template)."""

_USUAL_INSTRUCTORS = 3
_STAFF = ("person_id", "person_number", "first_name", "middle_name", "last_name")
_ACCOUNT = ("email_address", "sis_username")


def files(roster: Roster) -> list[File]:
    """The six files. A person who teaches or works at a school is staff, also when a pupil too."""
    students = [one for one in roster.people if one.role is Role.STUDENT]
    staff = [one for one in roster.people if one.role is not Role.STUDENT]
    pupils = {one.person.id for one in students}
    grades = {c.id: c.grade for c in roster.classes if c.grade is not None}
    instructors = _instructors(roster)
    locations = {s.id: apple_id(s.id) for s in roster.schools}
    more = max((len(one.schools) for one in roster.people), default=1)
    columns = ("location_id", *(f"location_id_{n}" for n in range(2, more + 1)))
    teaching = max(_USUAL_INSTRUCTORS, *(len(found) for found in instructors.values()), 0)
    return [
        File("students.csv", (*_STAFF, "grade_level", *_ACCOUNT, "password_policy", *columns),
             (_student(one, grades, _places(one, locations, more)) for one in students)),
        File("staff.csv", (*_STAFF, *_ACCOUNT, *columns),
             ([*_name(one), *_account(one), *_places(one, locations, more)] for one in staff)),
        File("courses.csv", ("course_id", "course_number", "course_name", "location_id"),
             ([_course(c.id), c.name, c.name, locations[c.school]] for c in roster.classes)),
        File("classes.csv", ("class_id", "class_number", "course_id", "instructor_id",
                             *(f"instructor_id_{n}" for n in range(2, teaching + 1)),
                             "location_id"),
             ([apple_id(c.id), c.name, _course(c.id), *_filled(instructors[c.id], teaching),
               locations[c.school]] for c in roster.classes)),
        File("rosters.csv", ("roster_id", "class_id", "student_id"),
             ([apple_id(e.id), apple_id(e.school_class), apple_id(e.person)]
              for one, e in roster.members() if one.person.id in pupils)),
        File("locations.csv", ("location_id", "location_name"),
             ([locations[s.id], s.name] for s in roster.schools)),
    ]  # fmt: skip


def cell(text: str) -> str:
    """A cell as Apple wants it: quotes only where they are needed."""
    shown = re.sub(r'(["\\])', r"\\\1", " ".join(text.split()))
    return f'"{shown}"' if re.search(r'[\s,;"]', shown) else shown


def apple_id(name: str) -> str:
    """An id that stays. Ids of records that people gave themselves may hold other signs."""
    if re.fullmatch(r"[0-9A-Za-z-]+", name):
        return name
    return derive_id("apple school manager", name)


def _course(class_id: str) -> str:
    """Courses are out of scope, and each class must belong to one: it gets its own."""
    return f"course-{apple_id(class_id)}"


def _instructors(roster: Roster) -> defaultdict[str, list[str]]:
    """Class -> who is in it and no pupil; more than Apple takes are left out, always the same."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for one, enrolment in roster.members():
        if one.role is not Role.STUDENT and enrolment.role is not Role.STUDENT:
            found[enrolment.school_class].append(apple_id(one.person.id))
    return defaultdict(list, {c: ids[:MAX_INSTRUCTORS] for c, ids in found.items()})


def _name(one: Someone) -> list[str]:
    return [apple_id(one.person.id), "", one.person.given_name, "", one.person.family_name]


def _account(one: Someone) -> list[str]:
    return [one.email, one.account.user_name]


def _student(one: Someone, grades: Mapping[str, int], places: Sequence[str]) -> list[str]:
    found = [grades[e.school_class] for e in one.enrolments if e.school_class in grades]
    grade = str(max(found)) if found else ""
    return [*_name(one), grade, *_account(one), "", *places]


def _places(one: Someone, locations: dict[str, str], width: int) -> list[str]:
    return [*_filled([locations[school] for school in one.schools], width)]


def _filled(values: Sequence[str], width: int) -> Iterator[str]:
    yield from values
    yield from [""] * (width - len(values))
