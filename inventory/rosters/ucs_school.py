"""UCS@school user imports: several schools in one file, several values in one cell.

UTF-16 with a mark, TAB, every cell quoted; columns as in Univention's example of its CSV import.
The file has no id: see `_ids`.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from inventory.messages import Message, _
from inventory.records.people import Role
from inventory.rosters.classes import year_group
from inventory.rosters.delivering import count_notes, cut_off, refuse_nobody
from inventory.rosters.detecting import Glimpse, by_columns
from inventory.rosters.fields import Fields
from inventory.rosters.hidden import Hidden, names_told, one_value
from inventory.rosters.ledger import Ledger
from inventory.rosters.orgs import Schools
from inventory.rosters.periods import layout_of
from inventory.rosters.reading import load
from inventory.rosters.register import Org
from inventory.rosters.rows import Reading, ReadOptions, RosterRow
from inventory.rosters.settling import without_shared_ids
from inventory.rosters.sheets import Entry, Sheet, judged, read_table, splits
from inventory.rosters.values import mail_key

TYPES: Mapping[str, tuple[Role, ...]] = {
    "student": (Role.STUDENT,), "teacher": (Role.TEACHER,), "staff": (Role.STAFF,),
    "staffteacher": (Role.STAFF, Role.TEACHER),
    "schüler": (Role.STUDENT,), "lehrer": (Role.TEACHER,), "mitarbeiter": (Role.STAFF,),
    "lehrer und mitarbeiter": (Role.STAFF, Role.TEACHER),
}  # fmt: skip
"""What ``Benutzertyp`` may say, in small letters."""

NO_ACCOUNT = frozenset({"guardian", "legal_guardian"})
"""Types that are counted and not read."""

_COLUMNS = ("Schulen", "Benutzertyp", "Vorname", "Nachname", "Klassen", "EMail")
_NEEDED = ("Schulen", "Benutzertyp", "Vorname", "Nachname")
_PERSON = {"given_name": "Vorname", "family_name": "Nachname", "email": "EMail"}


def recognise(glimpse: Glimpse) -> Message | None:
    """By the columns that are needed."""
    table = glimpse.table(_NEEDED)
    there = tuple(filter(table.positions, _NEEDED)) if table else ()
    return by_columns(glimpse, "ucs-school", there) if len(there) == len(_NEEDED) else None


class _Person(NamedTuple):
    """One line of the file, read: a person with schools, roles and classes by school."""

    entry: Entry
    given_name: str
    family_name: str
    email: str
    roles: tuple[Role, ...]
    schools: tuple[str, ...]
    classes: Mapping[str, list[str]]


def read(path: Path, options: ReadOptions) -> Reading:
    """Read a user import file.

    Raises UsageError when the file cannot be read or lacks a column, UnreadableError when too
    many of its rows are lost.
    """
    source = load(path)
    sheet = read_table(source, _COLUMNS, _NEEDED, ())
    kinds = [entry["Benutzertyp"].casefold() for entry in sheet.entries]
    no_account = Counter(kind for kind in kinds if kind in NO_ACCOUNT)
    entries = [e for e, kind in zip(sheet.entries, kinds, strict=True) if kind not in NO_ACCOUNT]
    people = [p for entry in entries if (p := _person(sheet, entry)) is not None]
    lost = [*sheet.ledger.lost.values()]
    people = [*_told_apart(people, sheet.ledger, lost)]
    orgs = {
        ou: Org(ou, ou, line=p.entry.line, column="Schulen", file=sheet.name)
        for p in reversed(people) for ou in p.schools
    }  # fmt: skip
    schools = Schools(options, orgs)
    other_roles: Counter[str] = Counter()
    rows = [row for p in people for row in _rows(p, schools, options, other_roles)]
    if not options.school or not rows:
        schools.tell_unknown([sheet.ledger])
    sheet.look_at_lines()
    judged([sheet])
    refuse_nobody(path.name, rows, sheet.ledger.sorted())
    notes = count_notes(path.name, no_account, other_roles, schools.elsewhere)
    return Reading(
        file=path.name, format="ucs-school", rows=tuple(without_shared_ids(rows)),
        problems=tuple(sheet.ledger.sorted()), lost=dict(enumerate(lost, start=1)),
        repeated=(), dropped_columns=sheet.dropped, encoding=sheet.encoding,
        separator=sheet.separator, line_ends=sheet.line_ends, sha256=source.sha256,
        size=source.size, row_count=sheet.row_count, school_year="", status_missing=False,
        complete=sheet.ended, hidden=tuple(_hidden(sheet, schools)),
        covers=frozenset((r.school_number, r.role) for r in rows),
        notes=tuple(notes),
    )  # fmt: skip


def _hidden(sheet: Sheet, schools: Schools) -> Iterator[Hidden]:
    """The lost lines, and the end of a file that was cut off."""
    for line, key in sorted(sheet.ledger.lost.items()):
        told = sheet.ledger.told.get(line, ())
        kind = one_value(told, "Benutzertyp", (*TYPES, *NO_ACCOUNT))
        places = schools.meant(ou for cells in told for ou in splits(cells.get("Schulen", "")))
        if places is not None and kind not in NO_ACCOUNT:
            names = names_told(told, *(_PERSON[name] for name in ("given_name", "family_name")))
            yield Hidden(file=sheet.name, line=line, key=key, names=names, schools=places,
                         roles=frozenset(TYPES.get(kind, ())))  # fmt: skip
    yield from cut_off([sheet])


def _person(sheet: Sheet, entry: Entry) -> _Person | None:
    """The person in a line, or None when the line is lost."""
    cells = {field: entry[name] for field, name in _PERSON.items()}
    fields = Fields(entry.line, cells, layout_of("ucs-school", **_PERSON), sheet.ledger, {})
    given_name, family_name = fields.name("given_name"), fields.name("family_name")
    email = fields.email()
    schools = tuple(dict.fromkeys(splits(entry["Schulen"])))
    roles = TYPES.get(entry["Benutzertyp"].casefold())
    if roles is None:
        message = _("Line {line}, {column}: this role is not known. Known are: {known}.")
        sheet.ledger.lose(entry.line, "Benutzertyp", message, entry["Benutzertyp"],
                          known=", ".join(TYPES))  # fmt: skip
    if not schools:
        message = _("Line {line}, {column}: the school is missing. Enter it in the source.")
        sheet.ledger.lose(entry.line, "Schulen", message)
    classes = _classes(entry, schools, sheet.ledger)
    if entry.line in sheet.ledger.lost or roles is None:
        sheet.ledger.lost[entry.line] = mail_key(email)
        sheet.ledger.told[entry.line] = [entry.cells]
        return None
    return _Person(entry, given_name, family_name, email, roles, schools, classes)


def _classes(entry: Entry, schools: tuple[str, ...], ledger: Ledger) -> Mapping[str, list[str]]:
    """School -> its classes: ``gsmitte-1a``, or ``1a`` where there is only one school. A name
    that does not tell its school costs the line.

    Names of schools can hold hyphens themselves: the longest that fits is meant.
    """
    found: defaultdict[str, list[str]] = defaultdict(list)
    for cell in splits(entry["Klassen"]):
        fitting = [s for s in schools if cell.casefold().startswith(f"{s.casefold()}-")]
        school = max(fitting, key=len, default="")
        name = cell[len(school) + 1 :].strip()
        if "-" not in cell and len(schools) == 1:
            found[schools[0]].append(cell)
        elif school and name:
            found[school].append(name)
        else:
            message = _(
                "Line {line}, {column}: a class is written as SCHOOL-CLASS, with one of the "
                "schools of this line. Correct it in the source."
            )
            ledger.lose(entry.line, "Klassen", message, cell)
    return found


def _told_apart(people: list[_Person], ledger: Ledger, lost: list[str]) -> Iterator[_Person]:
    """Everybody whom an address, or a name that nobody else has at the school, tells apart.

    The file has one line for each person, so the same name twice is two people. Without an
    address nothing tells which is which, today and in the next file.
    """
    names = Counter(one for p in people for ou in p.schools for one in _ids(p, ou)[-1:])
    mails = Counter(mail_key(p.email) for p in people if p.email)
    for p in people:
        if p.email and mails[mail_key(p.email)] > 1:
            column = "EMail"
            message = _(
                "Line {line}, {column}: another line has the same address. Give each person one "
                "of their own in the source."
            )
        elif not p.email and any(names[one] > 1 for ou in p.schools for one in _ids(p, ou)):
            column = "Nachname"
            message = _(
                "Line {line}, {column}: another line has the same name, and no address tells the "
                "two apart. Enter their e-mail addresses in the source."
            )
        else:
            yield p
            continue
        ledger.lose(p.entry.line, column, message)
        lost += [one for ou in p.schools for one in _ids(p, ou)]


def _ids(p: _Person, ou: str) -> list[str]:
    """The address, which is a person's own in every school; then the name, for one school only.

    A name is no id anywhere else: the next one with it is another human.
    """
    kind = "student" if Role.STUDENT in p.roles else "staff"
    by_name = name_at_school(ou, kind, p.family_name, p.given_name)
    return [mail_key(p.email), by_name] if p.email else [by_name]


def name_at_school(school: str, kind: str, family_name: str, given_name: str) -> str:
    """The id of a person whose source gives none: a hash, so that lists of ids show no names.

    It hides nothing from somebody who guesses. `kind` keeps pupils and teachers apart.
    """
    told = "|".join((school, kind, family_name, given_name)).casefold()
    return f"name:{hashlib.sha256(told.encode()).hexdigest()[:32]}"


def _rows(
    p: _Person, schools: Schools, options: ReadOptions, other_roles: Counter[str]
) -> Iterator[RosterRow]:
    """One row for each school, role and class of a person; staff is in no class."""
    for ou in p.schools:
        number = schools.number(ou)
        if not number:
            continue
        key, *others = _ids(p, ou)
        for role in p.roles:
            if role not in options.roles:
                other_roles[role.value] += 1
                continue
            classes = p.classes.get(ou, []) if role is not Role.STAFF else []
            for name in dict.fromkeys(classes or [""]):
                yield RosterRow(
                    line=p.entry.line, record_id=key, other_ids=tuple(others),
                    given_name=p.given_name, family_name=p.family_name, email=p.email,
                    school_class=name, year_group=year_group(name) if name else None, role=role,
                    school_number=number, org_ref=ou,
                )  # fmt: skip
