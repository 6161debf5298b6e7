"""The roster formats by name. A new format is one file with a `read`, and one line here.

A format that can be told by its looks has a second line, among the RECOGNISERS.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

from inventory.errors import UsageError
from inventory.messages import Message, _
from inventory.rosters import asv, mapped, schild, sophomorix, webuntis
from inventory.rosters.detecting import Recogniser, detect
from inventory.rosters.rows import Reading, ReadOptions

RosterReader = Callable[[Path, ReadOptions], Reading]

READERS: Mapping[str, RosterReader] = {
    "csv": mapped.read,
    "schild": schild.read,
    "asv-bw": asv.read_bw,
    "asv-bayern": asv.read_bayern,
    "webuntis": webuntis.read,
    "sophomorix": sophomorix.read,
}

RECOGNISERS: Mapping[str, Recogniser] = {
    "schild": schild.recognise,
    "asv-bw": asv.recognise_bw,
    "asv-bayern": asv.recognise_bayern,
    "webuntis": webuntis.recognise,
    "sophomorix": sophomorix.recognise,
}

TAKE_COLUMNS = ("csv", "asv-bw", "asv-bayern")
"""The formats that heed the setting `columns`."""

AUTO = "auto"
"""Stands for whatever format the file is recognised as."""

FORMATS = (AUTO, *READERS)
"""Every word that may be given for a format."""


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
