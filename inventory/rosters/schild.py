"""SchILD-NRW: text exports of pupils and teachers, and the interface's SchuelerBasisdaten.dat.

The school builds the template of a text export itself, so any subset and order of columns
occurs. Header names are those of the sample files of CmoneBK/Schild-WebUntis-Tool (MIT) and of
public tools that read the same exports. Columns of the interface file and the status numbers
are those of NRW's interface description: cells between ``|``, Windows-1252, no id, and behind a
family name ``#CLASS`` where two pupils would otherwise be one.
"""

from collections.abc import Sequence
from pathlib import Path

from inventory.errors import UsageError
from inventory.messages import Message, _
from inventory.rosters.detecting import Glimpse, by_columns
from inventory.rosters.layout import shown
from inventory.rosters.profiles import Profile, known_headers, read_profiled
from inventory.rosters.reading import Table, load
from inventory.rosters.rows import Reading, ReadOptions, RosterStatus
from inventory.rosters.values import guid_key, mail_key, prefixed_key

STATUSES = {
    "0": RosterStatus.PLANNED,  # new admission
    "1": RosterStatus.WAITING,  # waiting list: no account
    "2": RosterStatus.ACTIVE,
    "3": RosterStatus.ON_LEAVE,  # exchange year and the like: keeps the account
    "6": RosterStatus.EXTERNAL,  # guest: the account belongs to the home school
    "8": RosterStatus.LEAVER,  # finished
    "9": RosterStatus.LEAVER,  # left without a certificate
}

_NAMES = {"family_name": ("Nachname",), "given_name": ("Vorname",)}
_COMMON = {
    **_NAMES,
    "birth_date": ("Geburtsdatum",),
    "school_class": ("Klasse",),
    "year_group": ("Jahrgang",),
    "status": ("Status",),
    "starts_on": ("Aufnahmedatum",),
    "home_school": ("Nr. Stammschule",),
    "school_year": ("Jahr",),
}
_GUID = "eindeutige Nummer (GUID)"

PUPILS = Profile(
    format="schild",
    pupils=True,
    columns={
        **_COMMON,
        "leaves_on": ("Entlassdatum",),
        "email": ("E-Mail (Schule)",),
        "school_number": ("Schulnummer",),
    },
    keys={
        "Interne ID-Nummer": str,
        _GUID: guid_key,
        # External numbers and internal ones are both small numbers.
        "Externe ID-Nummer": prefixed_key("extern"),
    },
    telling=("Klasse", "Klassenlehrer", "Status", "Aufnahmedatum", "Entlassdatum"),
    needed=("family_name", "given_name", "school_class"),
    statuses=STATUSES,
    has_status=True,
)
TEACHERS = Profile(
    format="schild",
    pupils=False,
    columns={**_NAMES, "email": ("E-Mail (Dienstlich)",)},
    keys={_GUID: guid_key, "E-Mail (Dienstlich)": mail_key, "Kürzel": str},
    weak=frozenset({"Kürzel"}),
    telling=("Kürzel", "E-Mail (Dienstlich)"),
    needed=("family_name", "given_name"),
)
INTERFACE = Profile(
    format="schild",
    pupils=True,
    columns=_COMMON,
    keys={},
    by_name=True,
    suffix="#",
    telling=("Klasse",),
    needed=("family_name", "given_name", "birth_date", "school_class"),
    statuses=STATUSES,
    has_status=True,
)

_TEXT = (PUPILS, TEACHERS)
_INTERFACE_PEOPLE = ("Nachname", "Vorname", "Geburtsdatum")


def read(path: Path, options: ReadOptions) -> Reading:
    """Read an export of pupils or of teachers, or SchuelerBasisdaten.dat.

    Raises UsageError when the file cannot be read, lacks a column, or holds people of another
    role than the options name.
    """
    table = Table(load(path), known_headers(_TEXT))
    if not is_interface(table):
        return read_profiled(table, _TEXT, options)
    if not table.positions("Klasse"):
        raise UsageError(
            _(
                "{file} is a SchILD interface file without classes ({found}). Import "
                "SchuelerBasisdaten.dat: it names each pupil's class and status."
            ),
            file=table.source.file, found=", ".join(shown(name) for name in table.header if name),
        )  # fmt: skip
    return read_profiled(table, (INTERFACE,), options)


def recognise(glimpse: Glimpse) -> Message | None:
    """By the columns of a text export, or those of the interface."""
    columns = glimpse.profiled(*_TEXT)
    table = glimpse.table(known_headers(_TEXT))
    if not columns and table is not None and is_interface(table):
        columns = tuple(filter(table.positions, (*_INTERFACE_PEOPLE, "Klasse")))
    return by_columns(glimpse, "schild", columns)


def is_interface(table: Table) -> bool:
    """True for the files of SchILD's interface: ``|`` between the cells, and no id.

    A text export that lacks its id is none: it is refused, not read by names.
    """
    ids: Sequence[str] = (*PUPILS.keys, *TEACHERS.keys)
    people = all(map(table.positions, _INTERFACE_PEOPLE))
    return table.separator == "|" and people and not any(map(table.positions, ids))
