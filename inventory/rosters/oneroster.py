"""OneRoster 1.1 and 1.2 packages: full deliveries, and deliveries of changes.

Files, columns and words are those of the CSV binding by 1EdTech (OneRoster 1.1 Final, CSV Tables;
1.2.1 CSV Binding). Passwords, user names, phone numbers and parents are never read.
"""

from pathlib import Path

from inventory.messages import Message
from inventory.rosters import oneroster_manifest as manifests
from inventory.rosters.delivering import deliver
from inventory.rosters.detecting import Glimpse, by_members
from inventory.rosters.oneroster_manifest import Manifest
from inventory.rosters.oneroster_tables import OneRosterTables
from inventory.rosters.packages import open_package
from inventory.rosters.register import Register, register_of
from inventory.rosters.rows import Reading, ReadOptions

FILES = frozenset(f"{name}.csv" for name in ("manifest", *manifests.TABLES))
"""The files that are read; a package may hold more (courses, demographics, results, ...)."""

_TELLING = frozenset({"enableduser", "orgsourcedids", "agentsourcedids", "usermasteridentifier"})
"""Columns of users that only OneRoster has, in small letters."""


def recognise(glimpse: Glimpse) -> Message | None:
    """By the files of a package; School Data Sync has files of the same names and no manifest."""
    telling = ("users.csv", "enrollments.csv", "manifest.csv")
    if glimpse.members.isdisjoint(telling[:2]):
        return None
    users = glimpse.headers(["users.csv"]).get("users.csv", frozenset())
    if "manifest.csv" in glimpse.members or not users.isdisjoint(_TELLING):
        return by_members(glimpse, "oneroster", telling)
    return None


def read(path: Path, options: ReadOptions) -> Reading:
    """Read a package. What only brings changes is put over what the source delivered before.

    Raises UsageError when it is no such package, lacks a file or column, or brings changes to
    nothing; UnreadableError when too many rows of a file are lost.
    """
    package = open_package(path, FILES)
    manifest = manifests.read_manifest(package)
    earlier = options.earlier() if manifest.partial else None
    if earlier is not None and not earlier.rows:
        manifests.refuse_changes_of_nothing(package, manifest)
    register = register_of(earlier) if earlier else Register()
    _empty(register, manifest)
    tables = OneRosterTables(package, manifest, register, options.day)
    tables.read_all()
    return deliver(package, "oneroster", tables.outcome(), options, earlier)


def _empty(register: Register, manifest: Manifest) -> None:
    """What comes whole replaces what was there."""
    if manifest.bulk("orgs"):
        register.orgs.clear()
    if manifest.bulk("users"):
        register.users.clear()
        register.lost.clear()
        if not manifest.has_roles:
            register.posts.clear()
    if manifest.bulk("roles"):
        register.posts.clear()
    if manifest.bulk("classes"):
        register.groups.clear()
        register.courses.clear()
    if manifest.bulk("enrollments"):
        register.members.clear()
        register.half_known.clear()
        register.only_courses.clear()
