"""The roster formats by name. A new format is one file with a `read`, and one line here."""

from collections.abc import Callable, Mapping
from pathlib import Path

from inventory.errors import UsageError
from inventory.messages import _
from inventory.rosters import mapped, schild
from inventory.rosters.rows import Reading, ReadOptions

RosterReader = Callable[[Path, ReadOptions], Reading]

READERS: Mapping[str, RosterReader] = {
    "csv": mapped.read,
    "schild": schild.read,
}


def reader(name: str) -> RosterReader:
    """The reader of a format. Raises UsageError that names the known formats."""
    if name not in READERS:
        raise UsageError(
            _("{format} is no roster format. Known are: {known}."),
            format=name,
            known=", ".join(READERS),
        )
    return READERS[name]
