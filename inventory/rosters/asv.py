"""ASV-BW and ASV-Bayern: lists of pupils that the school puts together itself.

The header names come from public tools that read such lists, not from a description by the
makers, and schools name columns as they like: the source's setting `columns` names others.
"""

from pathlib import Path

from inventory.messages import Message
from inventory.rosters.detecting import Glimpse, by_columns
from inventory.rosters.mapped import STATUSES
from inventory.rosters.profiles import Profile, read_profiled
from inventory.rosters.reading import Table, load
from inventory.rosters.rows import Reading, ReadOptions
from inventory.rosters.values import prefixed_key

_COLUMNS = {
    "family_name": ("Familienname",),
    # The name somebody goes by; where it is empty, all given names.
    "given_name": ("Rufname", "Vornamen"),
    "birth_date": ("Geburtsdatum",),
    "school_class": ("Klasse",),
}
_NO_CLASSES = ("_",)
_LEAVER_CLASSES = ("abgang ",)
_NEEDED = ("family_name", "given_name", "school_class")

BW = Profile(
    format="asv-bw",
    pupils=True,
    columns=_COLUMNS,
    keys={"Schülernummer": str, "Schueler-ID": prefixed_key("id")},
    telling=("Schülernummer", "Schueler-ID"),
    needed=_NEEDED,
    statuses=STATUSES,
    no_classes=_NO_CLASSES,
    leaver_classes=_LEAVER_CLASSES,
)
BAYERN = Profile(
    format="asv-bayern",
    pupils=True,
    columns=_COLUMNS,
    keys={"lokales Differenzierungsmerkmal": str},
    telling=("lokales Differenzierungsmerkmal", "M/W.Kurzform"),
    needed=_NEEDED,
    statuses=STATUSES,
    no_classes=_NO_CLASSES,
    leaver_classes=_LEAVER_CLASSES,
)


def read_bw(path: Path, options: ReadOptions) -> Reading:
    """Read a list of ASV-BW. Raises UsageError when it cannot be read or lacks a column."""
    return _read(path, options, BW)


def read_bayern(path: Path, options: ReadOptions) -> Reading:
    """Read a list of ASV-Bayern. Raises UsageError when it cannot be read or lacks a column."""
    return _read(path, options, BAYERN)


def recognise_bw(glimpse: Glimpse) -> Message | None:
    """By the columns of ASV-BW."""
    return by_columns(glimpse, BW.format, glimpse.profiled(BW))


def recognise_bayern(glimpse: Glimpse) -> Message | None:
    """By the columns of ASV-Bayern."""
    return by_columns(glimpse, BAYERN.format, glimpse.profiled(BAYERN))


def _read(path: Path, options: ReadOptions, profile: Profile) -> Reading:
    mapped = profile.mapped(options.columns)
    return read_profiled(Table(load(path), mapped.known()), (mapped,), options)
