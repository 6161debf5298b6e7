"""The roster formats by name. A new format is one file with a `read`, and one line here."""

from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path

from inventory.errors import UsageError
from inventory.messages import _
from inventory.rosters import mapped, oneroster, schild, sds, ucs_school
from inventory.rosters.packages import open_package
from inventory.rosters.rows import Reading, ReadOptions

RosterReader = Callable[[Path, ReadOptions], Reading]

READERS: Mapping[str, RosterReader] = {
    "csv": mapped.read,
    "schild": schild.read,
    "oneroster": oneroster.read,
    "sds": sds.read,
    "ucs-school": ucs_school.read,
}

PACKAGES: Mapping[str, frozenset[str]] = {"oneroster": oneroster.FILES, "sds": sds.FILES}
"""Formats that come as a zip file or folder, and the names of the files that are read of it."""

SEVERAL_SCHOOLS = frozenset({*PACKAGES, "ucs-school"})
"""Formats that name the school of each person, and may hold several."""


def fingerprint(path: Path, name: str) -> str:
    """The SHA-256 by which a delivery is known: of the file, or of what is read of a package.

    Raises UsageError when it cannot be read.
    """
    if files := PACKAGES.get(name):
        return open_package(path, files).sha256
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
