"""What every roster reader is given and returns: ReadOptions, RosterRow, Problem, Reading."""

from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum

from pydantic import Field

from inventory.errors import UsageError
from inventory.messages import Message, _, say
from inventory.records.base import Frozen
from inventory.records.people import Role
from inventory.rosters.hidden import Hidden


class Severity(StrEnum):
    """Error: the row is lost. Warning: the row is kept, but somebody should look."""

    ERROR = "error"
    WARNING = "warning"


class Problem(Frozen):
    """Something wrong in a file. The message stands alone: it names line and column itself.

    `line` counts from 1 and is where the row starts; `column` is the name in the header, empty
    when the whole line is meant. `value` is the cell: personal data, shown on a terminal and
    nowhere else. It is left out of every dump, so a stored Problem does not hold it. `hides`: the
    line may hide anybody of the delivery's school and role, so nobody there has left by absence.
    """

    file: str
    line: int
    column: str = ""
    message: Message
    severity: Severity = Severity.ERROR
    value: str = Field(default="", exclude=True, repr=False)
    hides: bool = False


class UnreadableError(UsageError):
    """A file lost too many rows to be believed; `problems` are those found until then."""

    def __init__(self, message: Message, problems: tuple[Problem, ...]) -> None:
        super().__init__(message)
        self.problems = problems


class RosterStatus(StrEnum):
    """Where a person is on the way through a school, whatever the source calls it."""

    PLANNED = "planned"
    WAITING = "waiting"
    ACTIVE = "active"
    ON_LEAVE = "on_leave"
    EXTERNAL = "external"
    LEAVER = "leaver"

    def on(self, day: date, starts_on: date | None, leaves_on: date | None) -> "RosterStatus":
        """The status on a day: the planned start on their first day, leavers left before it.

        The last day at school counts as being there. A place on the waiting list stays one,
        because no date turns it into an admission.
        """
        if leaves_on is not None and leaves_on < day:
            return RosterStatus.LEAVER
        if self is RosterStatus.PLANNED and starts_on is not None and starts_on <= day:
            return RosterStatus.ACTIVE
        return self


class RosterRow(Frozen):
    """One person in one class, as the file says it. A person in two classes has two rows.

    `record_id` is the person's id in the source; `other_ids` are further ids of the same row,
    best first, so that a key column which comes or goes does not make a new person. `status` is
    the status on the day of reading. `email` is the address the school gave, never a private
    one. Empty text and None: the file does not say. `org_ref` and `class_ref` are the ids of
    school and class in the source, by which a later delivery of changes names them.
    """

    line: int
    record_id: str
    other_ids: tuple[str, ...] = ()
    given_name: str
    family_name: str
    birth_date: date | None = None
    school_class: str = ""
    year_group: int | None = None
    role: Role
    status: RosterStatus = RosterStatus.ACTIVE
    starts_on: date | None = None
    leaves_on: date | None = None
    email: str = ""
    home_school: str = ""
    school_number: str = ""
    school_year: str = ""
    org_ref: str = ""
    class_ref: str = ""


class RosterClass(Frozen):
    """A class, perhaps with nobody in it, or a course; `ref`, `org_ref`: see RosterRow."""

    ref: str
    name: str
    org_ref: str = ""
    year_group: int | None = None
    course: bool = False


class Earlier(Frozen):
    """What a source has delivered before and is in force: changes are changes of this.

    Each row has its school number. `classes` are those of each school, by number. `lost` are ids
    of people whose rows could not be read. In the `unsure` schools (by number) and roles, who was
    not named may only have been unreadable.
    """

    rows: tuple[RosterRow, ...] = ()
    classes: Mapping[str, tuple[RosterClass, ...]] = {}
    lost: frozenset[str] = frozenset()
    unsure: frozenset[tuple[str, Role]] = frozenset()
    school_year: str = ""


def _nothing_earlier() -> Earlier:
    return Earlier()


class ReadOptions(Frozen):
    """What a file does not say about itself.

    `day` decides who has left and who has started; `roles` are those the file may hold;
    `columns` maps fields to header names (format csv); `school` is the official number that a
    school number in the file must agree with. Of a file with several schools it is the only one
    that is taken; `schools` maps what the file calls a school to its number, `known_schools` are
    the numbers of the inventory, and `earlier` gives what the source delivered before.
    """

    day: date
    roles: tuple[Role, ...] = Field(min_length=1)
    columns: Mapping[str, str] = {}
    school: str = ""
    schools: Mapping[str, str] = {}
    known_schools: frozenset[str] = frozenset()
    earlier: Callable[[], Earlier] = _nothing_earlier


class Reading(Frozen):
    """One file, read. `row_count` is rows + lost + repeated: every line is accounted for.

    `lost` has the line of every lost row, with the person's id where it could be read: a person
    on a lost row has not left. `repeated` are lines that say again what an earlier line said.
    `complete` is False when the last line has no line end, as in a copy that was cut off. `hidden`
    are lost rows, and the lines behind which a file was cut off: whom they may hide must not be
    taken for a leaver because of absence.
    `separator` is the character, or ``TAB``, and empty for a workbook. `status_missing` is True
    when the format knows a status but this file has no such column. `rows`, the ids in `lost`
    and the values in `problems` are personal data, the rest is not.

    A file that holds several schools has `covers`: the (school number, role) it has rows of, and
    no others may lose anybody by it. Its rows each have a school number; those of one line are
    one person. `lost` is then numbered through all files of a package. `partial`: it was put
    together with what was delivered `earlier`. `classes` are those that a later delivery may name,
    by school. `notes` are further lines of the summary, `made_by` the code of our inventory that
    wrote it.
    """

    file: str
    format: str
    rows: tuple[RosterRow, ...]
    problems: tuple[Problem, ...]
    lost: Mapping[int, str]
    repeated: tuple[int, ...]
    dropped_columns: tuple[str, ...]
    encoding: str
    separator: str
    line_ends: str
    sha256: str
    size: int
    row_count: int
    school_year: str
    status_missing: bool
    complete: bool
    hidden: tuple[Hidden, ...] = ()
    covers: frozenset[tuple[str, Role]] | None = None
    partial: bool = False
    classes: Mapping[str, tuple[RosterClass, ...]] = {}
    notes: tuple[Message, ...] = ()
    made_by: str = ""

    @property
    def absence_counts(self) -> bool:
        """True when everybody who is not in the file is known not to be in it."""
        return self.complete and all(one.key for one in self.hidden)

    def summary(self) -> tuple[Message, ...]:
        """What was read and how, without a name: for the terminal and the delivery."""
        form = (
            _(
                "{file}: {rows} rows read, {lost} lost "
                "({encoding}, separator {separator}, line ends {line_ends})"
            )
            if self.separator
            else _("{file}: {rows} rows read, {lost} lost ({encoding})")
        )
        said = [
            say(
                form, file=self.file, rows=len(self.rows), lost=len(self.lost),
                encoding=self.encoding, separator=self.separator, line_ends=self.line_ends,
            )
        ]  # fmt: skip
        if self.repeated:
            said.append(
                say(
                    _("{file}: lines that only repeat an earlier one and were read once: {count}"),
                    file=self.file, count=len(self.repeated),
                )
            )  # fmt: skip
        said += self.notes
        if self.dropped_columns:
            said.append(
                say(
                    _("{file}: columns not read and not stored: {columns}"),
                    file=self.file, columns=", ".join(self.dropped_columns),
                )
            )  # fmt: skip
        if self.status_missing:
            said.append(
                say(
                    _(
                        "{file}: there is no status column, so everybody in it counts as active. "
                        "Add the column to the export to tell planned, waiting and left apart."
                    ),
                    file=self.file,
                )
            )
        if not self.absence_counts:
            said.append(
                say(
                    _(
                        "{file}: some rows are unreadable or may be missing. Nobody whom they may "
                        "be about is taken for a leaver just because this file does not name "
                        "them; the plan says for which schools that holds."
                    ),
                    file=self.file,
                )
            )
        return tuple(said)
