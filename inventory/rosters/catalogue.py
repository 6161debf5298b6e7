"""The roster formats by name. A new format is one file with a `read`, and one line here.

A format that can be told by its looks has a second line, among the RECOGNISERS.
"""

from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from zipfile import is_zipfile

from inventory.errors import UsageError
from inventory.messages import Message, _
from inventory.rosters import asv, mapped, oneroster, schild, sds, sophomorix, ucs_school, webuntis
from inventory.rosters.detecting import Recogniser, detect
from inventory.rosters.packages import open_package
from inventory.rosters.rows import Reading, ReadOptions

RosterReader = Callable[[Path, ReadOptions], Reading]

READERS: Mapping[str, RosterReader] = {
    "csv": mapped.read,
    "schild": schild.read,
    "asv-bw": asv.read_bw,
    "asv-bayern": asv.read_bayern,
    "webuntis": webuntis.read,
    "sophomorix": sophomorix.read,
    "oneroster": oneroster.read,
    "sds": sds.read,
    "ucs-school": ucs_school.read,
}

RECOGNISERS: Mapping[str, Recogniser] = {
    "schild": schild.recognise,
    "asv-bw": asv.recognise_bw,
    "asv-bayern": asv.recognise_bayern,
    "webuntis": webuntis.recognise,
    "sophomorix": sophomorix.recognise,
    "oneroster": oneroster.recognise,
    "sds": sds.recognise,
    "ucs-school": ucs_school.recognise,
}

TAKE_COLUMNS = ("csv", "asv-bw", "asv-bayern")
"""The formats that heed the setting `columns`."""

AUTO = "auto"
"""Stands for whatever format the file is recognised as."""

FORMATS = (AUTO, *READERS)
"""Every word that may be given for a format."""

PACKAGES: Mapping[str, frozenset[str]] = {"oneroster": oneroster.FILES, "sds": sds.FILES}
"""Formats that come as a zip file or folder, and the names of the files that are read of it."""

SEVERAL_SCHOOLS = frozenset({*PACKAGES, "ucs-school"})
"""Formats that name the school of each person, and may hold several."""


def files_in(name: str) -> frozenset[str]:
    """The files that packages of a format may hold; none for a format that is one file."""
    every = frozenset().union(*PACKAGES.values())
    return every if name == AUTO else PACKAGES.get(name, frozenset())


def fingerprint(path: Path, name: str) -> str:
    """The SHA-256 by which a delivery is known: of the file, or of what is read of a package.

    Raises UsageError when it cannot be read.
    """
    if name == AUTO and (path.is_dir() or is_zipfile(path)):
        name, _told = format_of(path, name)
    if name in PACKAGES:
        return open_package(path, PACKAGES[name]).sha256
    try:
        return sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise UsageError(
            _("{path} cannot be read: {reason}. Check the name and who may read it."),
            path=str(path), reason=error.strerror or "",
        ) from error  # fmt: skip


def reader(name: str) -> RosterReader:
    """The reader of a format. Raises UsageError that names the known formats."""
    if name not in READERS:
        raise UsageError(
            _("{format} is no roster format. Known are: {known}."),
            format=name,
            known=", ".join(READERS),
        )
    return READERS[name]


def format_of(path: Path, name: str) -> tuple[str, tuple[Message, ...]]:
    """The format that `name` means for a file, and what the summary says of it.

    That is `name` itself, or for AUTO what the file is recognised as. Raises UsageError when it
    cannot be read, or when no format claims it, or more than one.
    """
    if name != AUTO:
        return name, ()
    found, why = detect(path, RECOGNISERS)
    return found, (why,)
