"""What the tables of OneRoster and School Data Sync share: people, dates, dangling references."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from inventory.messages import _
from inventory.records.people import Role
from inventory.rosters.classes import year_group
from inventory.rosters.dangling import NO_CLASS, NO_PERSON, Dangling
from inventory.rosters.fields import Fields
from inventory.rosters.packages import Package
from inventory.rosters.periods import Period, layout_of
from inventory.rosters.register import Group, Member, Org, Register, User
from inventory.rosters.sheets import Entry, Sheet, read_sheet
from inventory.rosters.unread import unread_rows
from inventory.rosters.values import likely_date
from inventory.rosters.words import Words

_PERSON = {"given_name": "givenName", "family_name": "familyName", "email": "email"}


def person(sheet: Sheet, entry: Entry, format_name: str, other_ids: Iterable[str] = ()) -> User:
    """The person in a row of users; whether the row is lost stands in the sheet's ledger."""
    cells = {field: entry[name] for field, name in _PERSON.items()}
    fields = Fields(entry.line, cells, layout_of(format_name, **_PERSON), sheet.ledger, {})
    return User(
        entry["sourcedId"], entry.line, tuple(dict.fromkeys(other_ids)), fields.name("given_name"),
        fields.name("family_name"), fields.email(), one_year(entry["grades"]),
    )  # fmt: skip


def one_year(grades: str) -> int | None:
    """The year group of a cell with grades, where it names just one."""
    years = {year_group(part.strip()) for part in grades.split(",") if part.strip()}
    return years.pop() if len(years) == 1 else None


def keep_users(
    sheet: Sheet, register: Register, read: Iterable[tuple[Entry, User]], key: str
) -> tuple[int, ...]:
    """Put people into the register; returns lines that only repeat another one.

    One id with two contrary rows: nobody can tell which is right, so both are lost.
    """
    by_id: defaultdict[str, list[tuple[Entry, User]]] = defaultdict(list)
    for entry, user in read:
        by_id[user.id].append((entry, user))
    repeated: list[int] = []
    for same in by_id.values():
        (_first, user), *others = same
        if any(entry.cells != same[0][0].cells for entry, _user in others):
            for at, (entry, _user) in enumerate(same):
                message = _(
                    "Line {line}, {column}: line {other} has the same id and says something else. "
                    "Correct the id in the source."
                )
                other = same[0 if at else 1][0].line
                sheet.ledger.lose(entry.line, key, message, user.id, other=other)
                sheet.ledger.lost[entry.line] = user.id
            continue
        repeated += [entry.line for entry, _user in others]
        register.users[user.id] = user
        register.lost.discard(user.id)
    return tuple(repeated)


class Tables:
    """Reads the tables of one package into a Register. The formats' own readers build on it."""

    def __init__(self, package: Package, register: Register, day: date, words: Words) -> None:
        self.package, self.register, self.day, self.words = package, register, day, words
        self.sheets: dict[str, Sheet] = {}
        self.no_account: Counter[str] = Counter()
        self.skipped: set[str] = set()
        """People who are only counted."""
        self.repeated: tuple[int, ...] = ()
        self.sessions: dict[str, Period] = {}
        self._years: list[date] = []

    def read(self, table: str, *more: str) -> Sheet:
        """Read a table's sheet; `more` columns are needed as well."""
        words = self.words
        sheet = read_sheet(
            self.package, f"{table}.csv", words.columns[table],
            [*words.needed[table], *more], words.ids.get(table, ("sourcedId",)),
        )  # fmt: skip
        self.sheets[table] = sheet
        return sheet

    def take_session(self, entry: Entry) -> None:
        """A term or school year."""
        starts_on = likely_date(entry["startDate"], day_first=False)
        ends_on = likely_date(entry["endDate"], day_first=False)
        self.sessions[entry["sourcedId"]] = Period(starts_on, ends_on)
        if entry["type"].casefold() == "schoolyear" and starts_on:
            self._years.append(starts_on)

    @property
    def school_year(self) -> str:
        """The school year that runs, or the first to come; empty when no session tells."""
        if not self._years:
            return ""
        first = max((one for one in self._years if one <= self.day), default=min(self._years))
        return f"{first.year}/{(first.year + 1) % 100:02}"

    def org(self, name: str, sheet: Sheet, entry: Entry, column: str) -> str:
        """The id of a school, which need not stand in the list of schools."""
        dangling = Org(name, line=entry.line, column=column, file=sheet.name)
        self.register.orgs.setdefault(name, dangling)
        return name

    def role(self, sheet: Sheet, entry: Entry, user: str) -> Role | None:
        """The role in a row; None when it is not known, and then the row is lost."""
        role = self.words.roles.get(entry["role"].casefold())
        if role is None:
            message = _("Line {line}, {column}: this role is not known. Known are: {known}.")
            known = ", ".join([*self.words.roles, *sorted(self.words.no_account)])
            sheet.ledger.lose(entry.line, "role", message, entry["role"], known=known)
            sheet.ledger.lost[entry.line] = user
        return role

    def keep_users(
        self, sheet: Sheet, read: Iterable[tuple[Entry, User]], *, all_of_them: bool = True
    ) -> None:
        """Put people into the register, but for those on lost rows."""
        whole = [one for one in read if one[0].line not in sheet.ledger.lost]
        self.repeated = keep_users(sheet, self.register, whole, "sourcedId")
        self.register.lost.update(one for one in sheet.ledger.lost.values() if one)
        if all_of_them:
            self.register.unread += unread_rows(self.register, self.words, sheet, "orgSourcedIds")

    def is_nobody(self, user: str) -> bool:
        """True when no row of people, of now or before, has this id."""
        register = self.register
        return not any(user in ids for ids in (register.users, register.lost, self.skipped))

    def take_class(self, sheet: Sheet, entry: Entry, *, code: str, org: str) -> None:
        """A class or course; `code` and `org` are columns."""
        name, kind = entry["title"] or entry[code], entry["classType"].casefold()
        if not name:
            message = _("Line {line}, {column}: the class has no name. Enter it in the source.")
            sheet.ledger.lose(entry.line, "title", message)
            sheet.ledger.lost[entry.line] = entry["sourcedId"]
            return
        if entry["sourcedId"] in self.register.courses and kind != "homeroom":
            return  # it was a course among whole lists, and no few changes make it a class
        self.register.courses.pop(entry["sourcedId"], None)
        school = self.org(entry[org], sheet, entry, org) if entry[org] else ""
        self.register.groups[entry["sourcedId"]] = Group(
            entry["sourcedId"], name, school, one_year(entry["grades"]) or one_year(name),
            kind == "homeroom" if kind else None, entry.line,
        )  # fmt: skip

    def take_members(
        self,
        sheet: Sheet,
        rows: Iterable[tuple[Entry, bool]],
        when: Mapping[int, Period],
        *,
        all_of_them: bool = True,
    ) -> None:
        """Who is in which class. Each row comes with whether it is to be deleted."""
        classes, known = self.sheets.get("classes"), self.register.groups
        lost = {*classes.ledger.lost.values(), *([] if classes.ended else [""])} if classes else ()
        no_class = Dangling(sheet, "classSourcedId", NO_CLASS)
        no_user = Dangling(sheet, "userSourcedId", NO_PERSON)
        for entry, gone in rows:
            user, group = entry["userSourcedId"], entry["classSourcedId"]
            counted = user in self.skipped or group in self.register.courses
            counted = counted or self.words.counted(entry["role"].casefold())
            if entry.line in sheet.ledger.lost:
                sheet.ledger.lost[entry.line] = user
            elif counted or (role := self.role(sheet, entry, user)) is None:
                continue
            elif gone:
                self.register.members[user].pop((group, role), None)
            elif self.is_nobody(user):
                no_user.note(user, entry.line)
            elif group in lost or ("" in lost and group not in known):
                self.register.lost.add(user)
                if group not in lost:
                    no_class.note(group, entry.line)
            elif group not in known:
                no_class.note(group, entry.line)
            else:
                school = entry["schoolSourcedId"]
                school = self.org(school, sheet, entry, "schoolSourcedId") if school else ""
                member = Member(group, role, school, *when.get(entry.line, Period()))
                self.register.enrol(user, member)
        no_class.tell()
        no_user.tell()
        self.lose_members(sheet, all_of_them=all_of_them)

    def skip_roleless(self, *, orphans: bool) -> set[str]:
        """Take out people without a role; returns who they are. With `orphans` among the roles, one
        of these may be theirs: then nothing is known of any of them.
        """
        placed = {user for user, posts in self.register.posts.items() if posts}
        roleless = self.register.users.keys() - self.register.lost - placed
        for user in roleless:
            del self.register.users[user]
        self.skipped |= roleless
        if orphans:
            self.register.lost |= roleless
        return roleless

    def lose_members(self, sheet: Sheet, *, all_of_them: bool = True) -> None:
        """People with a lost row are left as they are; who they are may be lost as well."""
        for user in sheet.ledger.lost.values():
            if user:
                self.register.lost.add(user)
        member = "classSourcedId" in sheet.columns
        column = "schoolSourcedId" if member else "orgSourcedId"
        unread = unread_rows(self.register, self.words, sheet, column, member=member)
        self.register.unread += (one._replace(missing=all_of_them) for one in unread)

    def name_unread(self, sheet: Sheet, nobody: Iterable[str]) -> None:
        """The people's rows that were lost without an id are those of ids that only roles have."""
        users = self.sheets.get("users")
        hidden = [one for one in self.register.unread if users and one.file == users.name]
        if hidden and sheet.ended:
            self.register.lost.update(nobody)
            self.register.unread = [o for o in self.register.unread if o not in hidden]
