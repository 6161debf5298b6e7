"""WebUntis: exports of pupils and of teachers, between TABs or commas.

Header names are those of the sample files of CmoneBK/Schild-WebUntis-Tool (MIT), and several
public tools read the same ones. WebUntis has no status: somebody is there from `entryDate` to
`exitDate`.
"""

from pathlib import Path

from inventory.errors import UsageError
from inventory.messages import Message, _
from inventory.rosters.detecting import Glimpse, by_columns
from inventory.rosters.profiles import Keys, Profile, known_headers, read_profiled
from inventory.rosters.reading import Table, load
from inventory.rosters.rows import Reading, ReadOptions
from inventory.rosters.values import prefixed_key

_COLUMNS = {
    "family_name": ("longName",),
    "given_name": ("foreName",),
    "birth_date": ("birthDate",),
    "starts_on": ("entryDate",),
    "leaves_on": ("exitDate",),
}
# The external key is the number of the school's own administration: it stays when a pupil is
# entered in WebUntis anew. The short name is given to the next one when somebody has left.
_KEYS: Keys = {"externKey": str, "id": prefixed_key("id")}
_SHORT_NAME: Keys = {"name": prefixed_key("short")}

PUPILS = Profile(
    format="webuntis",
    pupils=True,
    columns={**_COLUMNS, "school_class": ("klasse.name",)},
    keys={**_KEYS, **_SHORT_NAME},
    weak=frozenset({"name"}),
    telling=("klasse.name", "schulpflicht", "majority", "medicalReportDuty"),
    needed=("family_name", "given_name", "school_class"),
)
TEACHERS = Profile(
    format="webuntis",
    pupils=False,
    columns=_COLUMNS,
    keys={"pnr": prefixed_key("pnr"), **_KEYS, **_SHORT_NAME},
    weak=frozenset({"name"}),
    telling=("pnr", "title"),
    needed=("family_name", "given_name"),
)

CLASS_LIST = ("Klasse", "Langname")
"""Columns of a list of classes, which names no pupil."""


def read(path: Path, options: ReadOptions) -> Reading:
    """Read an export of pupils or of teachers.

    Raises UsageError when the file cannot be read, lacks a column, is a list of classes, or
    holds people of another role than the options name.
    """
    table = Table(load(path), {*known_headers((PUPILS, TEACHERS)), *CLASS_LIST})
    if is_class_list(table):
        raise UsageError(
            _(
                "{file} is WebUntis' list of classes: it names no people. Export the pupils "
                "(Students) or the teachers (Teachers) and import that."
            ),
            file=table.source.file,
        )
    return read_profiled(table, (PUPILS, TEACHERS), options)


def recognise(glimpse: Glimpse) -> Message | None:
    """By the columns of people, or of a list of classes, which `read` then refuses."""
    columns = glimpse.profiled(PUPILS, TEACHERS)
    table = glimpse.table(CLASS_LIST)
    if not columns and table is not None and is_class_list(table):
        columns = CLASS_LIST
    return by_columns(glimpse, "webuntis", columns)


def is_class_list(table: Table) -> bool:
    """True for a list of classes."""
    return all(map(table.positions, CLASS_LIST)) and not table.positions("foreName")
