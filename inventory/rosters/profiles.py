"""Formats that are told by their header names: pupils in one kind of file, grown-ups in another.

A format is one Profile for each kind of file. Which of them a file is, and so whom it holds,
is seen by its columns and by the roles that the source may hold.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from inventory.errors import UsageError
from inventory.messages import _
from inventory.records.people import Role
from inventory.rosters.assembling import assemble
from inventory.rosters.layout import FIELDS, Layout, missing, refuse
from inventory.rosters.reading import Table
from inventory.rosters.rows import Reading, ReadOptions, RosterStatus

Headers = tuple[str, ...]
Keys = Mapping[str, Callable[[str], str]]

PROFILED_FIELDS = tuple(name for name in FIELDS if name != "role")
"""What a column can hold here: the role is that of the whole file."""


@dataclass(frozen=True)
class Profile:
    """One kind of file of a format.

    `columns` maps fields to header names and `keys` header names to how an id is compared, the
    best name first. The fields in `needed` must have a column. `telling` are columns that only
    this kind of file has. `has_status`: the format knows a status, so it is
    said when a file has none. `weak`, `by_name`, `suffix`, `no_classes` and `leaver_classes`:
    see Layout.
    """

    format: str
    pupils: bool
    columns: Mapping[str, Headers]
    keys: Keys
    telling: Headers
    needed: tuple[str, ...]
    statuses: Mapping[str, RosterStatus] = field(default_factory=dict)
    has_status: bool = False
    weak: frozenset[str] = frozenset()
    by_name: bool = False
    suffix: str = ""
    no_classes: tuple[str, ...] = ()
    leaver_classes: tuple[str, ...] = ()

    def known(self) -> set[str]:
        """Every header name that is read."""
        return {*self.keys, *(name for names in self.columns.values() for name in names)}

    def mapped(self, columns: Mapping[str, str]) -> "Profile":
        """The profile with other columns for some fields; what is mapped must be there."""
        own = {name: (header,) for name, header in columns.items() if name != "record_id"}
        key = columns.get("record_id")
        return replace(
            self,
            columns={**self.columns, **own},
            keys=self.keys if key is None else {key: self.keys.get(key, str)},
            needed=tuple(dict.fromkeys((*self.needed, *own))),
        )

    def groups(self) -> list[Headers]:
        """Of each of these groups of columns a file must have one."""
        keys = [tuple(self.keys)] if self.keys else []
        return keys + [self.columns[name] for name in self.needed]


def read_profiled(table: Table, profiles: Sequence[Profile], options: ReadOptions) -> Reading:
    """Read the table as the profile that its columns and the roles show.

    Raises UsageError when a needed column is not there, or when the file holds people of another
    role than the options name.
    """
    if not table.recognised:
        names = [profiles[0].columns[name] for name in ("family_name", "given_name")]
        raise refuse(table, missing(table, names))
    profile, role = _choose(table, profiles, options.roles)
    if absent := missing(table, profile.groups()):
        raise refuse(table, absent)
    there = {
        name: [header for header in headers if table.positions(header)]
        for name, headers in profile.columns.items()
    }
    layout = Layout(
        format=profile.format,
        role=role,
        columns={name: headers[0] for name, headers in there.items() if headers},
        keys={name: how for name, how in profile.keys.items() if table.positions(name)},
        statuses=profile.statuses,
        status_missing=profile.has_status and not there.get("status"),
        fallbacks={name: headers[1] for name, headers in there.items() if len(headers) > 1},
        weak=profile.weak,
        by_name=profile.by_name,
        suffix=profile.suffix,
        no_classes=profile.no_classes,
        leaver_classes=profile.leaver_classes,
    )
    return assemble(table, layout, options)


def known_headers(profiles: Iterable[Profile]) -> set[str]:
    """The header names of all of them."""
    return {name for profile in profiles for name in profile.known()}


def _choose(
    table: Table, profiles: Sequence[Profile], roles: tuple[Role, ...]
) -> tuple[Profile, Role]:
    """Columns that only pupils have count more: a list of pupils may name their teacher."""
    shown = [one for one in profiles if any(map(table.positions, one.telling))]
    shown = [one for one in shown if one.pupils] or shown or [*profiles]
    fitting = [
        (one, role) for one in shown for role in roles if (role is Role.STUDENT) is one.pupils
    ]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise unclear_role(table.source.file, [role for _one, role in fitting])
    raise wrong_role(table.source.file, roles, pupils=any(one.pupils for one in shown))


def unclear_role(file: str, roles: Sequence[Role]) -> UsageError:
    """The error for a file that may hold people of each of these roles."""
    return UsageError(
        _(
            "{file}: its columns do not tell whether it holds {roles}. Name one role for this "
            "file (`roles` in the settings, or --role)."
        ),
        file=file, roles=", ".join(roles),
    )  # fmt: skip


def wrong_role(file: str, roles: Sequence[Role], *, pupils: bool) -> UsageError:
    """The error for a file that shows pupils, or grown-ups, and was delivered as other roles."""
    message = (
        _("{file} looks like a list of pupils, but was delivered as {roles}. Is it the right file?")
        if pupils
        else _("{file} looks like a list of teachers, but was delivered as {roles}. Is it the "
               "right file?")
    )  # fmt: skip
    return UsageError(message, file=file, roles=", ".join(roles))
