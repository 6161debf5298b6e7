"""Which format a file has, when nobody says: told by its column names, or by what is packed in it.

Each format brings a function that looks at a Glimpse and answers what gives the format away.
"""

import zipfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from inventory.errors import UsageError
from inventory.messages import Message, _, say
from inventory.rosters.profiles import Profile, known_headers
from inventory.rosters.reading import Source, Table, load
from inventory.rosters.workbooks import BROKEN, WORKBOOK

_START = 64 * 1024
"""So many bytes of a packed file show its header."""


class Glimpse:
    """A file before its format is known.

    `members` are the names in a folder or zip file, in small letters and without folders; of any
    other file, workbooks among them, there are none. `source` is what the other file holds.
    Raises UsageError when it cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.members = _members(path)
        self.source: Source | None = None if self.members else load(path)

    def headers(self, names: Iterable[str]) -> Mapping[str, frozenset[str]]:
        """The column names in the first line of these members, in small letters."""
        found = {name: self._first_line(name) for name in names if name in self.members}
        return {
            name: frozenset(cell.strip(' "\ufeff').casefold() for cell in line.split(","))
            for name, line in found.items()
        }

    def _first_line(self, name: str) -> str:
        """Raises UsageError when the member cannot be read."""
        try:
            if self.path.is_dir():
                member = next(m for m in self.path.iterdir() if m.name.lower() == name)
                with member.open("rb") as file:
                    start = file.read(_START)
            else:
                with zipfile.ZipFile(self.path) as packed:
                    inner = next(n for n in packed.namelist() if _plain(n) == name)
                    with packed.open(inner) as file:
                        start = file.read(_START)
        except (OSError, RuntimeError, *BROKEN) as error:
            message = _("{file} cannot be read: it is damaged or encrypted. Have it packed again.")
            raise UsageError(message, file=self.path.name) from error
        return start.decode("utf-8", "replace").splitlines()[0] if start.strip() else ""

    def table(self, wanted: Iterable[str]) -> Table | None:
        """The table with the separator that shows most of these columns; None when it has none."""
        if self.source is None:
            return None
        try:
            return Table(self.source, wanted)
        except UsageError:
            return None

    def profiled(self, *profiles: Profile) -> tuple[str, ...]:
        """Columns of the first profile of which the file has all that is needed; else nothing."""
        table = self.table(known_headers(profiles))
        if table is None:
            return ()
        for one in profiles:
            groups = [tuple(filter(table.positions, group)) for group in one.groups()]
            telling = tuple(filter(table.positions, one.telling))
            if all(groups):
                return tuple(dict.fromkeys((*telling, *(group[0] for group in groups))))
        return ()


Recogniser = Callable[[Glimpse], Message | None]
"""Says what gives a file away as one of this format; None when it is none."""


def by_columns(glimpse: Glimpse, name: str, columns: Iterable[str]) -> Message | None:
    """That these columns gave the format away; None without any."""
    if not (shown := ", ".join(columns)):
        return None
    message = _("{file}: recognised as {format}, because it has the columns {columns}")
    return say(message, file=glimpse.path.name, format=name, columns=shown)


def by_members(glimpse: Glimpse, name: str, telling: Iterable[str]) -> Message | None:
    """That these files in a package gave the format away."""
    message = _("{file}: recognised as {format}, because it holds {members}")
    shown = ", ".join(sorted(glimpse.members.intersection(telling)))
    return say(message, file=glimpse.path.name, format=name, members=shown)


def detect(path: Path, recognisers: Mapping[str, Recogniser]) -> tuple[str, Message]:
    """The format of a file, and the sentence on what gave it away.

    Raises UsageError when no format claims the file, or more than one.
    """
    glimpse = Glimpse(path)
    claims = {name: why for name, claim in recognisers.items() if (why := claim(glimpse))}
    if len(claims) == 1:
        return next(iter(claims.items()))
    if claims:
        raise UsageError(
            _(
                "{file} may be of more than one format: {formats}. Name the one that is meant "
                "(`format` in the settings, or --format)."
            ),
            file=path.name, formats=", ".join(claims),
        )  # fmt: skip
    raise UsageError(
        _(
            "{file} is of no format that can be told by its columns ({formats}). Export it with "
            "the columns that docs/rosters.md names, name its format (`format` in the settings, "
            "or --format), or map its columns with the format csv."
        ),
        file=path.name, formats=", ".join(recognisers),
    )  # fmt: skip


def _members(path: Path) -> frozenset[str]:
    if path.is_dir():
        return frozenset(one.name.lower() for one in path.iterdir())
    if not path.is_file():
        return frozenset()
    try:
        with zipfile.ZipFile(path) as packed:
            names = packed.namelist()
    except BROKEN:
        return frozenset()
    if WORKBOOK in names:
        return frozenset()
    return frozenset(map(_plain, names))


def _plain(name: str) -> str:
    """A member's name in small letters, without the folders it lies in."""
    return name.rpartition("/")[2].lower()
