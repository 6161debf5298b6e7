"""SchILD-NRW text exports of pupils and teachers.

The school builds the template itself, so any subset and order of columns occurs. Header names
are those of the sample files of CmoneBK/Schild-WebUntis-Tool (MIT) and of public tools that
read the same exports. The status numbers are those of NRW's interface description (file
SchuelerBasisdaten.dat).
"""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

from inventory.errors import UsageError
from inventory.messages import _
from inventory.records.people import Role
from inventory.rosters.assembling import assemble
from inventory.rosters.layout import Layout, missing, refuse
from inventory.rosters.reading import Table, load
from inventory.rosters.rows import Reading, ReadOptions, RosterStatus
from inventory.rosters.values import german_date, guid_key, mail_key

STATUSES = {
    "0": RosterStatus.PLANNED,  # new admission
    "1": RosterStatus.WAITING,  # waiting list: no account
    "2": RosterStatus.ACTIVE,
    "3": RosterStatus.ON_LEAVE,  # exchange year and the like: keeps the account
    "6": RosterStatus.EXTERNAL,  # guest: the account belongs to the home school
    "8": RosterStatus.LEAVER,  # finished
    "9": RosterStatus.LEAVER,  # left without a certificate
}

_NAMES = {"family_name": "Nachname", "given_name": "Vorname"}
_PUPILS = {
    **_NAMES,
    "birth_date": "Geburtsdatum",
    "school_class": "Klasse",
    "year_group": "Jahrgang",
    "status": "Status",
    "starts_on": "Aufnahmedatum",
    "leaves_on": "Entlassdatum",
    "email": "E-Mail (Schule)",
    "home_school": "Nr. Stammschule",
    "school_number": "Schulnummer",
    "school_year": "Jahr",
}
_TEACHERS = {**_NAMES, "email": "E-Mail (Dienstlich)"}

_Keys = Mapping[str, Callable[[str], str]]
_GUID = "eindeutige Nummer (GUID)"


def _external_key(text: str) -> str:
    """External numbers and internal ones are both small numbers: the prefix keeps them apart."""
    return f"extern:{text}"


_PUPIL_KEYS: _Keys = {"Interne ID-Nummer": str, _GUID: guid_key, "Externe ID-Nummer": _external_key}
_TEACHER_KEYS: _Keys = {_GUID: guid_key, "E-Mail (Dienstlich)": mail_key, "Kürzel": str}

_ONLY_PUPILS = ("Klasse", "Klassenlehrer", "Status", "Aufnahmedatum", "Entlassdatum")
_ONLY_TEACHERS = ("Kürzel", "E-Mail (Dienstlich)")


def read(path: Path, options: ReadOptions) -> Reading:
    """Read an export of pupils or of teachers.

    Raises UsageError when the file cannot be read, lacks a column, or holds people of another
    role than the options name.
    """
    known = {*_PUPILS.values(), *_PUPIL_KEYS, *_TEACHERS.values(), *_TEACHER_KEYS}
    table = Table(load(path), known)
    if not table.recognised:
        raise refuse(table, ", ".join(_NAMES.values()))
    role = _role(table, options.roles)
    columns, keys = (_PUPILS, _PUPIL_KEYS) if role is Role.STUDENT else (_TEACHERS, _TEACHER_KEYS)
    needed = [[*keys], [columns["family_name"]], [columns["given_name"]]]
    if role is Role.STUDENT:
        needed.append([columns["school_class"]])
    if absent := missing(table, needed):
        raise refuse(table, absent)
    layout = Layout(
        format="schild",
        role=role,
        columns={field: name for field, name in columns.items() if table.positions(name)},
        keys={name: compared for name, compared in keys.items() if table.positions(name)},
        statuses=STATUSES,
        read_date=_date,
        status_missing=role is Role.STUDENT and not table.positions(columns["status"]),
    )
    return assemble(table, layout, options)


def _date(text: str, _day_first: bool) -> date | None:
    return german_date(text)


def _role(table: Table, roles: tuple[Role, ...]) -> Role:
    """The file does not name its role, but its columns show pupils or teachers."""
    pupils = any(table.positions(name) for name in _ONLY_PUPILS)
    teachers = any(table.positions(name) for name in _ONLY_TEACHERS) and not pupils
    fitting = [role for role in roles if not (teachers if role is Role.STUDENT else pupils)]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise UsageError(
            _(
                "{file}: its columns do not tell whether it holds {roles}. Name one role for this "
                "file (`roles` in the settings, or --role)."
            ),
            file=table.source.file,
            roles=", ".join(fitting),
        )
    message = (
        _("{file} looks like a list of pupils, but was delivered as {roles}. Is it the right file?")
        if pupils
        else _("{file} looks like a list of teachers, but was delivered as {roles}. Is it the "
               "right file?")
    )  # fmt: skip
    raise UsageError(message, file=table.source.file, roles=", ".join(roles))
