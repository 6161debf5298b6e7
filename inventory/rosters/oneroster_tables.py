"""The tables of a OneRoster package, read into a Register."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from inventory.messages import _, say
from inventory.records.people import Role
from inventory.rosters.dangling import NO_PERSON, Dangling
from inventory.rosters.delivering import Outcome
from inventory.rosters.layout import shown
from inventory.rosters.oneroster_manifest import Manifest
from inventory.rosters.packages import Package
from inventory.rosters.periods import periods
from inventory.rosters.register import Org, Post, Register, User
from inventory.rosters.sheets import Entry, Sheet, splits
from inventory.rosters.tables import Tables, person
from inventory.rosters.words import Words

ROLES: Mapping[str, Role] = {
    "student": Role.STUDENT, "teacher": Role.TEACHER, "administrator": Role.STAFF,
    "counselor": Role.STAFF, "districtadministrator": Role.STAFF, "principal": Role.STAFF,
    "siteadministrator": Role.STAFF, "systemadministrator": Role.STAFF,
}  # fmt: skip
"""Roles that get an account, in small letters."""

NO_ACCOUNT = frozenset({"aide", "guardian", "parent", "proctor", "relative"})
"""Roles that are counted and not read; and those a producer adds (``ext:...``)."""

_KINDS = frozenset({"", "homeroom", "scheduled"})
_STATUSES = {"": False, "active": False, "tobedeleted": True, "inactive": True}
"""Whether a row is to be deleted. ``inactive`` was a word of OneRoster 1.0."""

_COLUMNS: Mapping[str, Sequence[str]] = {
    "orgs": ("sourcedId", "status", "name", "type", "identifier", "parentSourcedId"),
    "users": ("sourcedId", "status", "enabledUser", "orgSourcedIds", "role", "userIds",
              "givenName", "familyName", "identifier", "userMasterIdentifier", "email", "grades"),
    "roles": ("sourcedId", "status", "userSourcedId", "role", "beginDate", "endDate",
              "orgSourcedId"),
    "classes": ("sourcedId", "status", "title", "grades", "classCode", "classType",
                "schoolSourcedId"),
    "enrollments": ("sourcedId", "status", "classSourcedId", "schoolSourcedId", "userSourcedId",
                    "role", "beginDate", "endDate"),
    "academicsessions": ("sourcedId", "status", "type", "startDate", "endDate"),
}  # fmt: skip
_NEEDED: Mapping[str, Sequence[str]] = {
    "orgs": ("sourcedId", "name", "type"), "users": ("sourcedId", "givenName", "familyName"),
    "roles": ("userSourcedId", "role", "orgSourcedId"), "classes": ("sourcedId", "title"),
    "enrollments": ("classSourcedId", "userSourcedId", "role"),
    "academicsessions": ("sourcedId", "type", "startDate", "endDate"),
}  # fmt: skip
_IDS: Mapping[str, Sequence[str]] = {
    "roles": ("orgSourcedId", "userSourcedId"), "enrollments": ("classSourcedId", "userSourcedId"),
}  # fmt: skip


WORDS = Words("oneroster", ROLES, NO_ACCOUNT, _COLUMNS, _NEEDED, _IDS)


class OneRosterTables(Tables):
    """Reads one package; `outcome` is what it came to."""

    def __init__(self, package: Package, manifest: Manifest, register: Register, day: date) -> None:
        super().__init__(package, register, day, WORDS)
        self._manifest = manifest
        self._without: set[str] = set()
        """People with a role that gets no account, and perhaps no other."""

    def read_all(self) -> None:
        """Read what is there, in the order in which one table names the other."""
        for table, take in (
            ("academicsessions", self._take_sessions), ("orgs", self._take_orgs),
            ("users", self._take_users), ("roles", self._take_roles),
            ("classes", self._take_classes), ("enrollments", self._take_enrollments),
        ):  # fmt: skip
            if self._manifest.there(table):
                in_users = table == "users" and not self._manifest.has_roles
                take(self.read(table, *(("role", "orgSourcedIds") if in_users else ())))

    def outcome(self) -> Outcome:
        """What was read."""
        people = next(s for n in ("users", "roles", "enrollments", "classes", "orgs")
                      if (s := self.sheets.get(n)))  # fmt: skip
        users = self.sheets.get("users")
        notes = []
        if self._manifest.ignored:
            message = _("{file}: files that the manifest calls absent were not read: {files}")
            files = ", ".join(self._manifest.ignored)
            notes.append(say(message, file=self.package.name, files=files))
        return Outcome(
            self.register, [*self.sheets.values()], people,
            status_missing=users is not None and "status" not in users.columns,
            school_year=self.school_year, no_account=self.no_account,
            repeated=self.repeated, notes=notes, made_by=self._manifest.made_by,
            changes=self._manifest.people_stay,
        )  # fmt: skip

    def _status(self, sheet: Sheet, user: str = "") -> Iterator[tuple[Entry, bool]]:
        """Each row, and whether it is to be deleted. An unknown status costs the row.

        `user` names the column of the person the row is about.
        """
        for entry in sheet.entries:
            gone = _STATUSES.get(entry["status"].casefold())
            if gone is not None:
                yield entry, gone
                continue
            message = _(
                "Line {line}, {column}: this status is not known, so nothing changes for this "
                "person. Known are: {known}."
            )
            sheet.ledger.lose(entry.line, "status", message, entry["status"],
                              known="active, tobedeleted")  # fmt: skip
            sheet.ledger.lost[entry.line] = entry[user or "sourcedId"]

    def _take_sessions(self, sheet: Sheet) -> None:
        for entry, gone in self._status(sheet):
            if not gone:
                self.take_session(entry)

    def _take_orgs(self, sheet: Sheet) -> None:
        for entry, gone in self._status(sheet):
            org = Org(
                entry["sourcedId"], entry["name"], entry["type"].casefold() == "school",
                entry["identifier"], entry["parentSourcedId"], entry.line, "sourcedId", sheet.name,
            )  # fmt: skip
            if gone:
                self.register.orgs.pop(org.id, None)
            else:
                self.register.orgs[org.id] = org

    def _take_users(self, sheet: Sheet) -> None:
        read = [*self._users(sheet)]
        self.keep_users(sheet, read, all_of_them=self._manifest.bulk("users"))
        if not self._manifest.has_roles:
            for entry, user in read:
                if user.id in self.register.users:
                    self._take_role_of(sheet, entry, user)

    def _users(self, sheet: Sheet) -> Iterator[tuple[Entry, User]]:
        for entry, gone in self._status(sheet, "sourcedId"):
            role = entry["role"].casefold()
            if not self._manifest.has_roles and self.words.counted(role):
                self.no_account[role] += 1
                self.skipped.add(entry["sourcedId"])
                continue
            if gone and not entry["familyName"]:
                yield entry, User(entry["sourcedId"], entry.line, gone=True)
                continue
            user = person(sheet, entry, "oneroster", _other_ids(entry))
            if entry.line in sheet.ledger.lost:
                sheet.ledger.lost[entry.line] = user.id
            enabled = entry["enabledUser"].casefold() not in {"false", "0", "no"}
            yield entry, user._replace(gone=gone, enabled=enabled)

    def _take_role_of(self, sheet: Sheet, entry: Entry, user: User) -> None:
        """Role and schools of a person in 1.1: they stand in the same row."""
        if user.gone and not entry["role"]:
            return  # rows to be deleted need not say more than that: the roles of before count
        role = self.role(sheet, entry, user.id)
        if role is None:
            self.register.lost.add(user.id)
            return
        self.register.posts[user.id].clear()
        orgs = [*splits(entry["orgSourcedIds"])]
        for org in orgs:
            post = Post(self.org(org, sheet, entry, "orgSourcedIds"), role, shared=len(orgs) > 1)
            self.register.place(user.id, post)

    def _take_roles(self, sheet: Sheet) -> None:
        when = periods(sheet, "beginDate", "endDate", "orgSourcedId", self.sessions)
        no_user = Dangling(sheet, "userSourcedId", NO_PERSON)
        for entry, gone in self._status(sheet, "userSourcedId"):
            user, word = entry["userSourcedId"], entry["role"].casefold()
            if entry.line in sheet.ledger.lost:
                sheet.ledger.lost[entry.line] = user
            elif self.words.counted(word):
                self.no_account[word] += 1
                self._without.add(user)
            elif self.is_nobody(user):
                no_user.note(user, entry.line)
            elif role := self.role(sheet, entry, user):
                org = self.org(entry["orgSourcedId"], sheet, entry, "orgSourcedId")
                self.register.place(user, Post(org, role, *when[entry.line], gone))
        orphans = no_user.tell()
        if self._manifest.bulk("roles"):
            self.name_unread(sheet, no_user.found)
        self.lose_members(sheet, all_of_them=self._manifest.bulk("roles"))
        for user in self._without:
            if not self.register.posts[user] and user in self.register.users:
                del self.register.users[user]
                self.skipped.add(user)
        if orphans:
            self.skip_roleless(orphans=True)

    def _take_classes(self, sheet: Sheet) -> None:
        odd: dict[str, list[int]] = {}
        for entry, gone in self._status(sheet):
            kind = entry["classType"].casefold()
            if kind not in _KINDS and not kind.startswith("ext:"):
                odd.setdefault(kind, []).append(entry.line)
            if gone:
                self.register.groups.pop(entry["sourcedId"], None)
                self.register.courses.pop(entry["sourcedId"], None)
            else:
                self.take_class(sheet, entry, code="classCode", org="schoolSourcedId")

        for kind, lines in odd.items():
            message = _(
                "Line {line}, {column}: this kind of class is not known, so it is taken for a "
                "course; rows that say it: {count}. Known are: {known}."
            )
            sheet.ledger.warn(lines[0], "classType", message, kind, count=len(lines),
                              known="homeroom, scheduled")  # fmt: skip

    def _take_enrollments(self, sheet: Sheet) -> None:
        when = periods(sheet, "beginDate", "endDate", "schoolSourcedId", self.sessions)
        rows = self._status(sheet, "userSourcedId")
        self.take_members(sheet, rows, when, all_of_them=self._manifest.bulk("enrollments"))


def _other_ids(entry: Entry) -> Iterator[str]:
    """Further ids, each with what it is: sourcedId and identifier can be the same number."""
    if entry["userMasterIdentifier"]:
        yield f"master:{entry['userMasterIdentifier']}"
    if entry["identifier"]:
        yield f"identifier:{entry['identifier']}"
    yield from (shown(one.lower()) for one in splits(entry["userIds"]) if one.startswith("{"))
