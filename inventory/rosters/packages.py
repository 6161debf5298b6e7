"""Deliveries of several files: a zip file, or a folder of CSV files.

Nothing is unpacked to disk: the members that a format knows are read into memory, within limits.
"""

import zipfile
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from hashlib import sha256
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from inventory.errors import UsageError
from inventory.messages import _
from inventory.rosters.reading import MAX_BYTES, read_bytes
from inventory.rosters.workbooks import BROKEN

MAX_MEMBERS = 1_000
"""A roster has a dozen files. What holds more is something else, or was made to do harm."""

_ENCRYPTED = 0x1
"""Bit 0 of a member's flags (APPNOTE.TXT 4.4.4)."""


class Package(NamedTuple):
    """The files of a package that its format knows, by their names in small letters.

    `spelled` gives each the name it has in the package. `others` are the files that nobody
    reads. `sha256` is the same for a zip and a folder with the same known files.
    """

    name: str
    files: Mapping[str, bytes]
    spelled: Mapping[str, str]
    others: tuple[str, ...]
    sha256: str
    size: int


def open_package(path: Path, known: Collection[str]) -> Package:
    """Read the `known` files (names in small letters) of a zip file or folder.

    They lie at the top, or together in one folder there. Raises UsageError when it is no
    package, too large, encrypted or damaged, or holds none of them.
    """
    if path.is_dir():
        members = _folder_members(path)
        chosen, others = _choose(path, members, known)
        spelled = {name: Path(member).name for name, member in chosen.items()}
        files = _bounded(path, ((n, read_bytes(path / m)) for n, m in chosen.items()))
    else:
        chosen, others, files = _from_zip(path, known)
        spelled = {name: PurePosixPath(member).name for name, member in chosen.items()}
    return Package(path.name, files, spelled, others, _digest(files), sum(map(len, files.values())))


def is_package_folder(path: Path, known: Collection[str]) -> bool:
    """True for a folder that holds at least one of these files itself."""
    return path.is_dir() and any(one.name.lower() in known for one in path.iterdir())


def _digest(files: Mapping[str, bytes]) -> str:
    lines = (f"{name}\0{sha256(files[name]).hexdigest()}\n" for name in sorted(files))
    return sha256("".join(lines).encode()).hexdigest()


def _folder_members(path: Path) -> list[str]:
    """Files in a folder and in the folders in it."""
    try:
        found = [one for one in path.iterdir() if not one.name.startswith((".", "~$", "__"))]
        deeper = [inner for one in found if one.is_dir() for inner in one.iterdir()]
    except OSError as error:
        raise UsageError(
            _("{file} cannot be read: {reason}. Check its permissions and the drive."),
            file=str(path), reason=error.strerror or type(error).__name__,
        ) from error  # fmt: skip
    return [one.relative_to(path).as_posix() for one in (*found, *deeper) if one.is_file()]


def _from_zip(
    path: Path, known: Collection[str]
) -> tuple[dict[str, str], tuple[str, ...], dict[str, bytes]]:
    data = read_bytes(path)
    if not data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        raise UsageError(
            _(
                "{file} is neither a zip file nor a folder. This format comes as several CSV "
                "files: name the zip file or the folder they are in."
            ),
            file=str(path),
        )
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            infos = {one.filename: one for one in archive.infolist() if not one.is_dir()}
            chosen, others = _choose(path, [*infos], known)
            read = ((name, _member(path, archive, infos[m])) for name, m in chosen.items())
            return chosen, others, _bounded(path, read)
    except (zipfile.LargeZipFile, *BROKEN) as error:
        raise _damaged(path) from error


def _damaged(path: Path) -> UsageError:
    return UsageError(
        _("{file} is a damaged zip file. Export or copy it again, and import it then."),
        file=str(path),
    )


def _member(path: Path, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """One member's content, never more than the limit, whatever its header says."""
    if info.flag_bits & _ENCRYPTED:
        raise UsageError(
            _(
                "{file} is encrypted with a password. Unpack it into a folder and import the "
                "folder, or have it delivered without a password over an encrypted way."
            ),
            file=str(path),
        )
    try:
        with archive.open(info) as member:
            return member.read(MAX_BYTES + 1)
    except RuntimeError as error:  # also an unknown compression: zipfile raises a subclass
        raise UsageError(
            _("{file} is compressed in a way that is not known here. Pack it as a plain zip file."),
            file=str(path),
        ) from error
    except Exception as error:  # zlib, bz2 and lzma each have their own
        raise _damaged(path) from error


def _bounded(path: Path, files: Iterable[tuple[str, bytes]]) -> dict[str, bytes]:
    """All files, as long as together they stay within the limit."""
    found: dict[str, bytes] = {}
    total = 0
    for name, data in files:
        total += len(data)
        if total > MAX_BYTES:
            raise UsageError(
                _("{file} holds more than {limit} MiB: this is no roster."),
                file=str(path), limit=MAX_BYTES // 1024**2,
            )  # fmt: skip
        found[name] = data
    return found


def _choose(
    path: Path, members: Iterable[str], known: Collection[str]
) -> tuple[dict[str, str], tuple[str, ...]]:
    """(known name -> member, names of all others): at the top, or in one folder there."""
    members = [*members]
    if len(members) > MAX_MEMBERS:
        raise UsageError(
            _("{file} holds more than {limit} files: this is no roster."),
            file=str(path), limit=MAX_MEMBERS,
        )  # fmt: skip
    places: defaultdict[str, list[str]] = defaultdict(list)
    for member in members:
        parts = PurePosixPath(member).parts
        if member.startswith("/") or "\\" in member or ".." in parts:
            raise UsageError(
                _(
                    "{file} holds a file whose name leads out of the package. Nothing of it was "
                    "read: do not open it, ask who sent it."
                ),
                file=str(path),
            )
        if _is_hidden(member):
            continue
        if len(parts) <= 2 and parts[-1].lower() in known:
            places["/".join(parts[:-1])].append(member)
    if "" in places:
        places = defaultdict(list, {"": places[""]})
    if not places:
        raise UsageError(
            _("{file} holds none of the files of this format ({known}). Check the format."),
            file=str(path), known=", ".join(sorted(known)),
        )  # fmt: skip
    ((_where, there), *more) = places.items()
    chosen = {PurePosixPath(member).name.lower(): member for member in there}
    if more or len(chosen) < len(there):
        raise UsageError(
            _("{file} holds the same file twice. Keep one set of files in it."), file=str(path)
        )
    rest = (m for m in members if m not in chosen.values() and not _is_hidden(m))
    others = sorted(PurePosixPath(m).name for m in rest)
    return chosen, tuple(others)


def _is_hidden(member: str) -> bool:
    """What macOS and office programs leave behind."""
    return any(part.startswith((".", "~$", "__MACOSX")) and part != ".."
               for part in PurePosixPath(member).parts)  # fmt: skip
