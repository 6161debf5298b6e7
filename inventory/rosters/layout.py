"""What a format says about one file: which column holds what, and which columns it must have."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from inventory.errors import UsageError
from inventory.messages import _
from inventory.records.people import Role
from inventory.rosters.reading import Table
from inventory.rosters.rows import RosterStatus
from inventory.rosters.values import clean, likely_date

FIELDS = (
    "given_name", "family_name", "birth_date", "school_class", "year_group", "role", "status",
    "starts_on", "leaves_on", "email", "home_school", "school_number", "school_year",
)  # fmt: skip
"""What a column can hold, beside the person's id."""

SUFFIX = "name_suffix"
"""The field that tells namesakes apart where name and birth date are the id."""


@dataclass(frozen=True)
class Layout:
    """`columns` maps fields to header names; `keys` maps the header names that hold a person's
    id, best first, to how it is compared.

    `role` None: the role stands in a column. `statuses` has the words or numbers of the status
    column, in small letters. `status_missing`: see Reading. `read_date` is given the cell and
    whether its column is known to have the day first.

    `fallbacks` maps a field to the column that is read where its own cell is empty. `weak` are
    keys that are given to another person later (initials): they identify a row that has no
    better one. `by_name`: name and birth date together are one more id, the last. What only tells
    namesakes apart stands behind the sign `suffix` in the family name, or in a column of its own
    (the field SUFFIX).
    Class names that begin with one of `no_classes` name no class, those with one of
    `leaver_classes` hold people who have left.
    """

    format: str
    role: Role | None
    columns: Mapping[str, str]
    keys: Mapping[str, Callable[[str], str]]
    statuses: Mapping[str, RosterStatus]
    status_missing: bool
    read_date: Callable[[str, bool], date | None] = likely_date
    fallbacks: Mapping[str, str] = field(default_factory=dict)
    weak: frozenset[str] = frozenset()
    by_name: bool = False
    suffix: str = ""
    no_classes: tuple[str, ...] = ()
    leaver_classes: tuple[str, ...] = ()

    def headers(self) -> tuple[str, ...]:
        """Every column that is read."""
        return (*self.columns.values(), *self.keys, *self.fallbacks.values())


def missing(table: Table, needed: Sequence[Sequence[str]]) -> str:
    """The columns that are not there, for a message; of each group one is needed."""
    return ", ".join(
        " / ".join(group) for group in needed if not any(table.positions(n) for n in group)
    )


def refuse(table: Table, absent: str) -> UsageError:
    """The error for a file without these columns.

    A first line without any known name may be a person: then it is not repeated.
    """
    file = table.source.file
    if not table.recognised:
        return UsageError(
            _(
                "{file}: the first line has none of the columns that belong to this format "
                "(needed: {missing}). Export with a header line, or check the format."
            ),
            file=file,
            missing=absent,
        )
    return UsageError(
        _(
            "{file}: columns are missing: {missing}. The file has: {found}. Add the missing ones "
            "to the export and import it again."
        ),
        file=file,
        missing=absent,
        found=", ".join(shown(name) for name in table.header if name),
    )


def shown(name: str) -> str:
    """A header name as it may be printed: no control characters, not endless."""
    text = clean(name)
    return "?" if text is None else text[:60]
