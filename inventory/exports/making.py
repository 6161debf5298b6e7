"""From the inventory to a package: read in one picture, written aside, journalled, given away."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from inventory.errors import UsageError
from inventory.exports import apple_school_manager, oneroster
from inventory.exports.packing import File, standard_cell, write_zip
from inventory.exports.people import Roster, read_roster
from inventory.messages import _, say
from inventory.outfiles import refuse_existing, settle, telling
from inventory.records import School
from inventory.records.base import new_id
from inventory.store.codec import payload_body
from inventory.store.journals import head_hash, inventory_code
from inventory.store.reading import SqliteReader
from inventory.store.reporting import one_picture
from inventory.store.writing import Writer


class Export(NamedTuple):
    """A format: its name, what it makes of a roster and an inventory's code, how cells look."""

    name: str
    files: Callable[[Roster, str], list[File]]
    cell: Callable[[str], str]


APPLE = Export(
    "apple-school-manager", lambda roster, _code: apple_school_manager.files(roster),
    apple_school_manager.cell,
)  # fmt: skip
ONEROSTER = Export("oneroster", oneroster.files, standard_cell)


class Exported(NamedTuple):
    """What became of it: rows by file, SHA-256, the number of the journal entry."""

    rows: Mapping[str, int]
    sha256: str
    entry: int


@dataclass(frozen=True, slots=True)
class ExportMaker:
    """Makes exports of one inventory, of now. `writer` journals them as its actor."""

    open_reader: Callable[[], SqliteReader]
    writer: Writer

    def save(self, export: Export, path: Path, school: School | None, reason: str) -> Exported:
        """Write an export to a new file that only its owner may read.

        Raises UsageError when the file exists or nobody is to be exported, SchoolnetError when
        it cannot be written: then there is no file, whole or part.
        """
        refuse_existing(path)
        with telling(path):
            aside = TemporaryDirectory(prefix=".schoolnet-", dir=path.parent)
        with aside as folder:
            file = Path(folder, "export")
            with self.open_reader() as reader, one_picture(reader):
                roster = read_roster(reader, school)
                seq, digest = head_hash(reader)
                files = export.files(roster, inventory_code(reader))
            if not roster.people:
                message = _("Nobody with an active account is enrolled there: nothing to export.")
                raise UsageError(say(message))
            with telling(path):
                rows = write_zip(file, files, export.cell)
                sha256 = settle(file)
            body = payload_body(
                actor=self.writer.actor, reason=reason, export=export.name, rows=dict(rows),
                sha256=sha256, head=f"{seq}:{digest}",
            )  # fmt: skip
            with self.writer.transaction() as tx:
                entry = tx.event("export", "create", body, school=school.id if school else "",
                                 record=new_id())  # fmt: skip
            with telling(path):
                file.rename(path)
        return Exported(rows, sha256, entry)
