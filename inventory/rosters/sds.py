"""Microsoft School Data Sync, CSV format v2.1: orgs, users, roles, classes, enrollments.

Files, columns and words are those of Microsoft's page "SDS v2.1 CSV file format" and its list of
default values. User names, passwords, phone numbers, demographics, flags and relationships are
never read.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from inventory.errors import UsageError
from inventory.messages import Message, _
from inventory.records.people import Role
from inventory.rosters.dangling import NO_PERSON, Dangling
from inventory.rosters.delivering import Outcome, deliver
from inventory.rosters.detecting import Glimpse, by_members
from inventory.rosters.packages import open_package
from inventory.rosters.periods import Period, periods
from inventory.rosters.register import Org, Post, Register, register_of
from inventory.rosters.rows import Reading, ReadOptions
from inventory.rosters.sheets import Entry, Sheet
from inventory.rosters.tables import (
    Tables,
    one_year,
    person,
)
from inventory.rosters.words import Words

_TEACHERS = ("adjunct", "faculty", "instructor", "lecturer", "professor", "substitute", "teacher")
_STAFF = (
    "administrator", "advisor", "affiliate", "chair", "coach", "itadmin", "nurse",
    "occupationaltherapist", "officestaff", "paraprofessional", "physicaltherapist", "principal",
    "researcher", "specialservices", "speechtherapist", "staff", "visiontherapist",
)  # fmt: skip
ROLES: Mapping[str, Role] = {
    "student": Role.STUDENT, **dict.fromkeys(_TEACHERS, Role.TEACHER),
    **dict.fromkeys(_STAFF, Role.STAFF),
}  # fmt: skip
"""Roles that get an account, in small letters."""

NO_ACCOUNT = frozenset({"alumni", "assistant", "other", "proctor", "teacherassistant"})
"""Roles that are counted and not read."""

_SCHOOLS = frozenset({"adulteducation", "campus", "college", "school", "university"})
"""Types of orgs that are schools themselves; others only hold schools, or belong to one."""

_COLUMNS: Mapping[str, Sequence[str]] = {
    "academicsessions": ("sourcedId", "type", "schoolYear", "startDate", "endDate"),
    "orgs": ("sourcedId", "name", "type", "parentSourcedId"),
    "users": ("sourcedId", "givenName", "familyName", "email"),
    "roles": ("userSourcedId", "orgSourcedId", "role", "grade", "roleStartDate", "roleEndDate"),
    "classes": ("sourcedId", "orgSourcedId", "title", "code"),
    "enrollments": ("classSourcedId", "userSourcedId", "role"),
}
_NEEDED: Mapping[str, Sequence[str]] = {
    "academicsessions": ("sourcedId", "startDate", "endDate"),
    "orgs": ("sourcedId", "name", "type"), "users": ("sourcedId", "givenName", "familyName"),
    "roles": ("userSourcedId", "orgSourcedId", "role"),
    "classes": ("sourcedId", "orgSourcedId", "title"), "enrollments": _COLUMNS["enrollments"],
}  # fmt: skip
_IDS = {
    "roles": ("orgSourcedId", "userSourcedId"), "enrollments": ("classSourcedId", "userSourcedId"),
}  # fmt: skip
WORDS = Words("sds", ROLES, NO_ACCOUNT, _COLUMNS, _NEEDED, _IDS)
FILES = frozenset(f"{table}.csv" for table in _COLUMNS)
"""The files that are read; a package may hold more."""


def recognise(glimpse: Glimpse) -> Message | None:
    """By the files of a package: as OneRoster's, but roles have no id of their own."""
    needed = ("orgs.csv", "users.csv", "roles.csv")
    if not glimpse.members.issuperset(needed) or "manifest.csv" in glimpse.members:
        return None
    roles = glimpse.headers(["roles.csv"])["roles.csv"]
    if "usersourcedid" in roles and "sourcedid" not in roles:
        return by_members(glimpse, "sds", needed)
    return None


def read(path: Path, options: ReadOptions) -> Reading:
    """Read a package. Without lists of classes, people keep the classes they were last in.

    Raises UsageError when it is no such package, or lacks a file or column; UnreadableError when
    too many rows of a file are lost.
    """
    package = open_package(path, FILES)
    if absent := [name for name in ("orgs.csv", "users.csv", "roles.csv")
                  if name not in package.files]:  # fmt: skip
        raise UsageError(
            _("{file} lacks {missing}. Nothing was taken over: get the whole package."),
            file=package.name, missing=", ".join(absent),
        )  # fmt: skip
    whole = {"classes.csv", "enrollments.csv"} <= package.files.keys()
    earlier = None if whole else options.earlier()
    tables = _Tables(package, Register(), options.day, WORDS)
    if earlier is not None:
        before = register_of(earlier)
        tables.register.groups, tables.register.members = before.groups, before.members
        tables.register.half_known = before.half_known
    tables.read_all(with_classes=whole)
    return deliver(package, "sds", tables.outcome(), options, earlier)


class _Tables(Tables):
    def read_all(self, *, with_classes: bool) -> None:
        if "academicsessions.csv" in self.package.files:
            for entry in self.read("academicsessions").entries:
                self.take_session(entry)
        self._take_orgs(self.read("orgs"))
        self._take_users(self.read("users"))
        self._take_roles(self.read("roles"))
        if with_classes:
            classes = self.read("classes")
            for entry in classes.entries:
                self.take_class(classes, entry, code="code", org="orgSourcedId")
            members = self.read("enrollments")
            self.take_members(members, ((entry, False) for entry in members.entries), {})

    def outcome(self) -> Outcome:
        sheets = [*self.sheets.values()]
        return Outcome(
            self.register, sheets, self.sheets["users"],
            school_year=self.school_year, no_account=self.no_account, repeated=self.repeated,
        )  # fmt: skip

    def _take_orgs(self, sheet: Sheet) -> None:
        for entry in sheet.entries:
            org = entry["sourcedId"]
            is_school = entry["type"].casefold() in _SCHOOLS
            parent = entry["parentSourcedId"]
            self.register.orgs[org] = Org(
                org, entry["name"], is_school, "", parent, entry.line, "sourcedId", sheet.name
            )

    def _take_users(self, sheet: Sheet) -> None:
        read = []
        for entry in sheet.entries:
            user = person(sheet, entry, "sds")
            if entry.line in sheet.ledger.lost:
                sheet.ledger.lost[entry.line] = user.id
            read.append((entry, user))
        self.keep_users(sheet, read)

    def _take_roles(self, sheet: Sheet) -> None:
        when = periods(sheet, "roleStartDate", "roleEndDate", "orgSourcedId", self.sessions)
        no_user = Dangling(sheet, "userSourcedId", NO_PERSON)
        without: set[str] = set()
        for entry in sheet.entries:
            user, word = entry["userSourcedId"], entry["role"].casefold()
            if entry.line in sheet.ledger.lost:
                sheet.ledger.lost[entry.line] = user
            elif self.words.counted(word):
                self.no_account[word] += 1
                without.add(user)
            elif self.is_nobody(user):
                no_user.note(user, entry.line)
            elif (role := self.role(sheet, entry, user)) and user in self.register.users:
                self._take_role(user, role, entry, when[entry.line])
        orphans = no_user.tell()
        self.name_unread(sheet, no_user.found)
        self.lose_members(sheet)
        # Parents stand in users and have no role: they are counted and go no further.
        if count := len(self.skip_roleless(orphans=orphans) - without):
            self.no_account["without a role"] += count

    def _take_role(self, user: str, role: Role, entry: Entry, when: Period) -> None:
        org = self.org(entry["orgSourcedId"], self.sheets["roles"], entry, "orgSourcedId")
        self.register.place(user, Post(org, role, *when))
        if role is Role.STUDENT and (year := one_year(entry["grade"])):
            named = self.register.users[user]
            self.register.users[user] = named._replace(year_group=year)
