"""Tables as CSV files in a zip file: the same content is always the same bytes."""

import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The first moment that zip files know: the time of writing is not part of the content."""

_UNIX = 3
_REGULAR_0600 = 0o100600 << 16


class File(NamedTuple):
    """One CSV file: its name, header and rows."""

    name: str
    header: Sequence[str]
    rows: Iterable[Sequence[str]]


def standard_cell(text: str) -> str:
    """A cell as RFC 4180 has it: quoted where needed, quotes doubled."""
    return f'"{text.replace(chr(34), chr(34) * 2)}"' if any(c in text for c in '",\r\n') else text


def write_zip(path: Path, files: Iterable[File], cell: Callable[[str], str]) -> Mapping[str, int]:
    """Write the files at the top of a zip file; returns their numbers of rows. Raises OSError."""
    counts: dict[str, int] = {}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for file in files:
            lines = [",".join(map(cell, row)) for row in file.rows]
            text = "".join(f"{line}\n" for line in (",".join(file.header), *lines))
            info = zipfile.ZipInfo(file.name, _EPOCH)
            info.create_system, info.external_attr = _UNIX, _REGULAR_0600
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, text.encode(), compresslevel=9)
            counts[file.name] = len(lines)
    return counts
