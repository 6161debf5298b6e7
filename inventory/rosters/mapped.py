"""Any CSV file, by a mapping of fields to its column names."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from inventory.errors import UsageError
from inventory.messages import _
from inventory.records.people import Role
from inventory.rosters.assembling import assemble
from inventory.rosters.layout import FIELDS, Layout, missing, refuse
from inventory.rosters.reading import Table, load
from inventory.rosters.rows import Reading, ReadOptions, RosterStatus

STATUSES = {
    "planned": RosterStatus.PLANNED, "geplant": RosterStatus.PLANNED,
    "waiting": RosterStatus.WAITING, "warteliste": RosterStatus.WAITING,
    "active": RosterStatus.ACTIVE, "aktiv": RosterStatus.ACTIVE,
    "on_leave": RosterStatus.ON_LEAVE, "beurlaubt": RosterStatus.ON_LEAVE,
    "external": RosterStatus.EXTERNAL, "gast": RosterStatus.EXTERNAL,
    "leaver": RosterStatus.LEAVER, "abgang": RosterStatus.LEAVER,
}  # fmt: skip
"""What a status column may say, in small letters."""


def read(path: Path, options: ReadOptions) -> Reading:
    """Read a file whose columns `options.columns` names.

    Raises UsageError when the mapping lacks what is needed, or the file a mapped column.
    """
    columns = dict(options.columns)
    check_columns(columns, options.roles, path.name)
    table = Table(load(path), columns.values())
    if absent := missing(table, [[name] for name in dict.fromkeys(columns.values())]):
        raise refuse(table, absent)
    key = columns.pop("record_id")
    layout = Layout(
        format="csv",
        role=None if "role" in columns else options.roles[0],
        columns=columns,
        keys={key: str},
        statuses=STATUSES,
        status_missing="status" not in columns,
    )
    return assemble(table, layout, options)


def check_columns(columns: Mapping[str, str], roles: Sequence[Role], owner: str) -> None:
    """Raise UsageError when a mapping names unknown fields or lacks one that is needed.

    `owner` is the source or file the mapping is for, named in the message.
    """
    check_fields(columns, owner)
    if "record_id" not in columns:
        raise UsageError(
            _(
                "{owner}: `columns` has no record_id. Name the column that holds each person's "
                'lasting number, for example record_id = "ID": without it a corrected name would '
                "look like a leaver and a new person."
            ),
            owner=owner,
        )
    if absent := [field for field in ("family_name", "given_name") if field not in columns]:
        raise UsageError(
            _("{owner}: `columns` lacks: {absent}. Name the columns that hold them."),
            owner=owner, absent=", ".join(absent),
        )  # fmt: skip
    if len(roles) > 1 and "role" not in columns:
        raise UsageError(
            _(
                "{owner}: the source holds several roles ({roles}), and `columns` has no role. "
                "Map the column that holds it, or make one source for each role."
            ),
            owner=owner, roles=", ".join(roles),
        )  # fmt: skip


def check_fields(
    columns: Mapping[str, str], owner: str, fields: Sequence[str] = ("record_id", *FIELDS)
) -> None:
    """Raise UsageError when a mapping names other fields, or a field without a column."""
    if unknown := [field for field in columns if field not in fields]:
        raise UsageError(
            _("{owner}: `columns` names unknown fields: {unknown}. Known are: {known}."),
            owner=owner, unknown=", ".join(unknown), known=", ".join(fields),
        )  # fmt: skip
    if empty := [field for field, name in columns.items() if not name.strip()]:
        raise UsageError(
            _("{owner}: `columns` gives no column for: {empty}. Name it or leave the field out."),
            owner=owner, empty=", ".join(empty),
        )  # fmt: skip
