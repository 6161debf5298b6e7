"""What a OneRoster package says of itself: version, and which files are whole, changes or absent.

``manifest.csv`` has the columns propertyName and value (OneRoster 1.1 Final, CSV Tables). Packages
without one occur: then the files and columns tell.
"""

from dataclasses import dataclass
from typing import NoReturn

from inventory.errors import UsageError
from inventory.messages import _
from inventory.rosters.layout import shown
from inventory.rosters.packages import Package
from inventory.rosters.sheets import read_sheet

TABLES = ("orgs", "users", "roles", "classes", "enrollments", "academicsessions")
"""The tables that are read, in small letters."""

OWN_SYSTEM = "schoolnet"
"""source.systemName of what schoolnet writes; source.systemCode tells which inventory it was."""

_MODES = ("absent", "bulk", "delta")
_CHANGING = ("users", "roles", "classes", "enrollments")


@dataclass(frozen=True)
class Manifest:
    """`modes` gives each table ``absent``, ``bulk`` or ``delta``.

    `has_roles`: people's roles stand in a file of their own, as since 1.2. `ignored` are files
    that are there and declared absent. `made_by` is the code of the inventory whose export this
    is.
    """

    version: str
    modes: dict[str, str]
    has_roles: bool
    ignored: tuple[str, ...] = ()
    made_by: str = ""

    def bulk(self, table: str) -> bool:
        """True for a table that comes whole."""
        return self.modes[table] == "bulk"

    def there(self, table: str) -> bool:
        """True for a table that is to be read."""
        return self.modes[table] != "absent"

    @property
    def partial(self) -> bool:
        """True when what was delivered before still counts, in part."""
        needed = [t for t in _CHANGING if t != "roles" or self.has_roles]
        return not all(self.bulk(table) for table in needed)

    @property
    def people_stay(self) -> bool:
        """True when people whom the package does not name stay where they are."""
        return not self.bulk("users") or (self.has_roles and not self.bulk("roles"))

    @property
    def changes_only(self) -> bool:
        """True when the package says nothing without what was delivered before."""
        return any(mode == "delta" for mode in self.modes.values()) or not self.there("users")


def read_manifest(package: Package) -> Manifest:
    """Read the manifest, or conclude what it would say.

    Raises UsageError when it names a file that is missing, or a mode that there is not.
    """
    said = _said(package)
    version = next((v for k, v in said.items() if k == "oneroster.version"), "")
    modes, ignored = {}, []
    # What is not spoken of, beside changes, is no whole table: it would end what it does not name.
    changes = any(said.get(f"file.{table}", "").casefold() == "delta" for table in TABLES)
    usual = "delta" if changes else "bulk"
    for table in TABLES:
        here = f"{table}.csv" in package.files
        mode = said.get(f"file.{table}", usual if here else "absent").casefold()
        if mode not in _MODES:
            raise UsageError(
                _(
                    "{file}: the manifest says {mode} of {table}. It can say absent, bulk or "
                    "delta. Export the package again."
                ),
                file=package.name, mode=shown(mode), table=table,
            )  # fmt: skip
        if mode != "absent" and not here:
            raise UsageError(
                _(
                    "{file}: {table}.csv is missing, and the manifest says that it is there. "
                    "Nothing was taken over: get the whole package."
                ),
                file=package.name, table=table,
            )  # fmt: skip
        if mode == "absent" and here:
            ignored.append(package.spelled[f"{table}.csv"])
        modes[table] = mode
    if modes["users"] == "bulk" and modes["enrollments"] == "delta":
        _refuse_mixture(package)
    in_two = version.startswith("1.2") and modes["users"] != "bulk"  # the roles came before
    has_roles = modes["roles"] != "absent" or in_two
    own = said.get("source.systemname") == OWN_SYSTEM
    made_by = said.get("source.systemcode", "") if own else ""
    version = version or ("1.2" if has_roles else "1.1")
    return Manifest(version, modes, has_roles, tuple(ignored), made_by)


def _said(package: Package) -> dict[str, str]:
    if "manifest.csv" not in package.files:
        return {}
    columns = ("propertyName", "value")
    sheet = read_sheet(package, "manifest.csv", columns, columns, ("propertyName",))
    return {entry["propertyName"].casefold(): entry["value"] for entry in sheet.entries}


def _refuse_mixture(package: Package) -> NoReturn:
    raise UsageError(
        _(
            "{file}: users.csv is whole and enrollments.csv only has changes. Export both whole, "
            "or both as changes."
        ),
        file=package.name,
    )


def refuse_changes_of_nothing(package: Package, manifest: Manifest) -> None:
    """Raise UsageError when the package needs an earlier delivery, and there is none."""
    if manifest.changes_only:
        raise UsageError(
            _(
                "{file} only brings changes, and nothing whole of this source is in force. Import "
                "a full export (bulk) first."
            ),
            file=package.name,
        )
