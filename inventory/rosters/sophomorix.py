"""linuxmuster (sophomorix): students.csv and teachers.csv, which have no header line.

Cells stand between ``;``, often with one more at the end: class, family name, given name and
birth date; then, where the school fills them in, an id and a department for pupils, a login and
a first password for teachers. The password never leaves the line. Lines with ``#`` are comments.
Seen in the sample files of linuxmuster-base7.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

from inventory.messages import Message, _, say
from inventory.records.people import Role
from inventory.rosters.assembling import assemble
from inventory.rosters.classes import year_group
from inventory.rosters.detecting import Glimpse
from inventory.rosters.layout import SUFFIX, Layout
from inventory.rosters.profiles import unclear_role, wrong_role
from inventory.rosters.reading import Source, Table, load
from inventory.rosters.rows import Reading, ReadOptions
from inventory.rosters.values import german_date, is_name, prefixed_key

_NAMES = {
    "family_name": "lastname",
    "given_name": "firstname",
    "birth_date": "birth date",
}
_PUPILS = {"school_class": "class", **_NAMES}
# A login is given to the next one when somebody has left, so it is no id.
_GROWN_UPS = {**_NAMES, SUFFIX: "login"}

_STUDENTS = ("class", *_NAMES.values(), "id", "department")
_TEACHERS = ("unused", *_NAMES.values(), "login", "first password")
_OPTIONAL = 2
_DATE = 3
_LOOKED_AT = 20

TEACHER_WORDS = frozenset({"lehrer", "lehrerin", "lehrkraft", "lehrkräfte", "teacher", "teachers"})
"""What stands in the place of a class in files of teachers, in small letters."""


def read(path: Path, options: ReadOptions) -> Reading:
    """Read students.csv or teachers.csv.

    Raises UsageError when the file cannot be read, or holds people of another role than the
    options name.
    """
    source = without_comments(load(path))
    pupils = _of_pupils(source, options.roles)
    header = _STUDENTS if pupils else _TEACHERS
    table = Table(source, (), header=header, optional=_OPTIONAL)
    layout = Layout(
        format="sophomorix",
        role=next(role for role in options.roles if (role is Role.STUDENT) is pupils),
        columns=_PUPILS if pupils else _GROWN_UPS,
        keys={"id": prefixed_key("id")} if pupils else {},
        statuses={},
        status_missing=False,
        by_name=True,
    )
    return assemble(table, layout, options)


def recognise(glimpse: Glimpse) -> Message | None:
    """By the birth date in the fourth cell of the first lines, and no header above them."""
    if glimpse.source is None or glimpse.source.sheet is not None:
        return None
    lines = [one for one in without_comments(glimpse.source).text.lines if one and one.strip()]
    rows = [[cell.strip(' "') for cell in line.split(";")] for line in lines[:_LOOKED_AT]]
    good = [len(row) > _DATE and is_name(row[1]) and german_date(row[_DATE]) for row in rows]
    if not good or not good[0] or sum(map(bool, good)) * 2 <= len(good):
        return None
    message = _(
        "{file}: recognised as {format}, because it has no header line and a date in the fourth "
        "cell of each line"
    )
    return say(message, file=glimpse.path.name, format="sophomorix")


def without_comments(source: Source) -> Source:
    """The file with its comments left blank, so that the numbers of the lines stay."""
    lines = ["" if line and line.lstrip().startswith("#") else line for line in source.text.lines]
    return source._replace(text=source.text._replace(lines=lines))


def _of_pupils(source: Source, roles: Sequence[Role]) -> bool:
    """Whether the file holds pupils: by the roles, unless its first cells say otherwise."""
    wished = {role is Role.STUDENT for role in roles}
    shown = _shown(_first_cells(source))
    if shown is not None and shown not in wished:
        raise wrong_role(source.file, roles, pupils=shown)
    if shown is None and len(wished) > 1:
        raise unclear_role(source.file, roles)
    return wished.pop() if shown is None else shown


def _first_cells(source: Source) -> list[str]:
    if source.sheet is not None:
        return [cells[0] for _line, cells in source.sheet]
    return [line.partition(";")[0].strip(' "') for line in source.text.lines if line]


def _shown(classes: Iterable[str]) -> bool | None:
    """What the first cells show: classes of pupils, no classes, or nothing certain."""
    found = [one.casefold() for one in classes if one.strip()]
    teachers = sum(one in TEACHER_WORDS for one in found)
    pupils = sum(year_group(one) is not None for one in found)
    if max(teachers, pupils) * 2 <= len(found):
        return None
    return pupils > teachers
