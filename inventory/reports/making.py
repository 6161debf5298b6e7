"""From a question to a file: read in one picture, written aside, journalled, then given away."""

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple

from inventory.errors import UsageError
from inventory.messages import _, say
from inventory.outfiles import refuse_existing, settle, telling
from inventory.records.base import new_id
from inventory.reports.csv_files import DIALECTS, write_csv
from inventory.reports.json_files import SCHEMA, stamp_body, write_json
from inventory.reports.questions import Ask, Report, resolve
from inventory.reports.tables import Stamp, Table, Translate
from inventory.store.codec import payload_body
from inventory.store.journals import head_hash
from inventory.store.overlay import shadow_as_of
from inventory.store.reading import SqliteReader
from inventory.store.reporting import one_picture
from inventory.store.writing import Writer
from inventory.times import BERLIN, end_of_day, today

FORMATS = ("csv", "xlsx", "json")
STAMP_SUFFIX = ".stamp.json"
"""Beside a CSV file stands its stamp: a line in the file itself would be read as data."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How a report looks. Raises UsageError for a format or dialect there is not."""

    format: str = "csv"
    dialect: str = ""

    def __post_init__(self) -> None:
        if self.format not in FORMATS:
            message = _("There is no report format {name}. Formats are: {names}.")
            raise UsageError(say(message, name=self.format, names=", ".join(FORMATS)))
        if self.dialect and self.format != "csv":
            raise UsageError(say(_("--dialect goes with --format csv only.")))
        if self.dialect and self.dialect not in DIALECTS:
            message = _("There is no CSV dialect {name}. Dialects are: {names}.")
            raise UsageError(say(message, name=self.dialect, names=", ".join(DIALECTS)))

    def write(self, path: Path, table: Table) -> int:
        """Write the table; returns the number of rows. Raises OSError."""
        if self.format == "csv":
            return write_csv(path, table, DIALECTS[self.dialect or "plain"])
        if self.format == "json":
            return write_json(path, table)
        from inventory.reports.xlsx_files import write_xlsx

        return write_xlsx(path, table)


class Receipt(NamedTuple):
    """What became of it. `entry` is the report's own number in the journal."""

    stamp: Stamp
    rows: int
    sha256: str
    entry: int


@dataclass(frozen=True, slots=True)
class ReportMaker:
    """Makes reports of one inventory.

    `open_reader` gives a new connection each time; `writer` journals, as its actor and by its
    clock.
    """

    open_reader: Callable[[], SqliteReader]
    writer: Writer
    texts: Translate
    city: str = ""

    def save(self, report: Report, ask: Ask, shape: Shape, path: Path) -> Receipt:
        """Write a report to a new file that only its owner may read, and a CSV's stamp beside it.

        Raises UsageError when the question cannot be asked or the file exists, SchoolnetError
        when it cannot be written: then there is no file, whole or part.
        """
        beside = [path.with_name(path.name + STAMP_SUFFIX)] if shape.format == "csv" else []
        for target in (path, *beside):
            refuse_existing(target)
        with self._drawn_up(report, ask, shape, path) as (made, file), telling(path):
            for target in beside:
                _write_stamp(file.with_name("stamp"), made, path.name).rename(target)
            file.rename(path)
        return made

    def send(self, report: Report, ask: Ask, shape: Shape, stream: BinaryIO) -> Receipt:
        """Write a report into a stream, when it is whole and journalled.

        Raises as `save`, and what the stream raises.
        """
        aside = Path(tempfile.gettempdir(), report.name)
        with self._drawn_up(report, ask, shape, aside) as (made, file), file.open("rb") as source:
            shutil.copyfileobj(source, stream)
        return made

    @contextmanager
    def _drawn_up(
        self, report: Report, ask: Ask, shape: Shape, path: Path
    ) -> Iterator[tuple[Receipt, Path]]:
        """The journalled report in a private folder next to `path`, which ends with the context."""
        ask = report.check(ask, today(self.writer.clock))
        with ExitStack() as stack:
            with telling(path):
                folder = tempfile.TemporaryDirectory(prefix=".schoolnet-", dir=path.parent)
                file = Path(stack.enter_context(folder), "report")
                stamp, school, rows = self._write(report, ask, shape, file)
                digest = settle(file)
            yield self._journal(stamp, school, ask.reason, shape, rows, digest), file

    def _write(self, report: Report, ask: Ask, shape: Shape, file: Path) -> tuple[Stamp, str, int]:
        """Write the file; returns its stamp, the id of its school, and its number of rows."""
        shown = [i for i, c in enumerate(report.columns) if ask.with_names or not c.named]
        columns = tuple(report.columns[i] for i in shown)
        with self.open_reader() as reader:
            if ask.as_of:
                shadow_as_of(reader, end_of_day(ask.as_of))
            with one_picture(reader):
                question = resolve(reader, ask)
                seq, digest = head_hash(reader)
                stamp = Stamp(
                    id=new_id(), report=report.name, city=self.city,
                    moment=self.writer.clock().astimezone(BERLIN),
                    parameters=ask.parameters(), head=f"{seq}:{digest}",
                )  # fmt: skip
                # Named columns end here, whatever a report puts into them.
                rows = (tuple(row[i] for i in shown) for row in report.rows(reader, question))
                table = Table(self.texts(report.title), columns, rows, stamp, self.texts)
                return stamp, question.school_id, shape.write(file, table)

    def _journal(
        self, stamp: Stamp, school: str, reason: str, shape: Shape, rows: int, sha256: str
    ) -> Receipt:
        body = payload_body(
            actor=self.writer.actor, reason=reason, report=stamp.report,
            parameters={**stamp.parameters, "format": shape.format, "dialect": shape.dialect},
            rows=rows, sha256=sha256, head=stamp.head,
        )  # fmt: skip
        with self.writer.transaction() as tx:
            entry = tx.event("report", "create", body, school=school, record=stamp.id)
        return Receipt(stamp, rows, sha256, entry)


def _write_stamp(file: Path, made: Receipt, name: str) -> Path:
    """The stamp of the file that will be called `name`."""
    body = {
        "schema": SCHEMA, **stamp_body(made.stamp),
        "file": name, "sha256": made.sha256, "count": made.rows,
    }  # fmt: skip
    file.write_bytes(json.dumps(body, ensure_ascii=False, indent=2).encode() + b"\n")
    file.chmod(0o600)
    return file
