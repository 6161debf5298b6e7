"""Schools, people, classes and who is in which, as relational formats tell them.

OneRoster and School Data Sync have the same tables under other names. Both fill a Register;
`joining` makes rows of it. A Register can also be made of rows that were delivered before: what
only tells changes is laid over it.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from inventory.records.people import Role
from inventory.rosters.rows import Earlier, RosterClass, RosterRow, RosterStatus

EARLIER_LINE = 0
"""The line of what stands in no file of this package."""


class Org(NamedTuple):
    """A school, or something that schools belong to.

    `file` and `line` are where it is named first; 0: by an earlier delivery.
    """

    id: str
    name: str = ""
    is_school: bool = True
    identifier: str = ""
    parent: str = ""
    line: int = EARLIER_LINE
    column: str = ""
    file: str = ""


class User(NamedTuple):
    """A person. `gone`: the source says it is to be deleted. `enabled` False: no account."""

    id: str
    line: int = EARLIER_LINE
    other_ids: tuple[str, ...] = ()
    given_name: str = ""
    family_name: str = ""
    email: str = ""
    year_group: int | None = None
    gone: bool = False
    enabled: bool = True


class Post(NamedTuple):
    """A person's role at a school. `shared`: it is said once for all of the person's schools."""

    org: str
    role: Role
    starts_on: date | None = None
    leaves_on: date | None = None
    gone: bool = False
    shared: bool = False


class Group(NamedTuple):
    """A class or a course. `homeroom` None: the source does not tell them apart."""

    id: str
    name: str
    org: str = ""
    year_group: int | None = None
    homeroom: bool | None = None
    line: int = EARLIER_LINE


class Member(NamedTuple):
    """A person in a class or course. `org` is the school, where the source says it here."""

    group: str
    role: Role
    org: str = ""
    starts_on: date | None = None
    leaves_on: date | None = None


class Unread(NamedTuple):
    """A lost row that does not show whose it is, and what it tells: schools, roles, names.

    `member`: it is about somebody's class. `missing`: without it somebody seems to be missing.
    """

    file: str
    line: int
    orgs: frozenset[str] = frozenset()
    roles: frozenset[Role] = frozenset()
    names: tuple[tuple[str, str], ...] = ()
    member: bool = False
    missing: bool = True


@dataclass
class Register:
    """The tables. `lost` are people whose rows could not be read, in part or whole; `unread`
    are rows that could be anybody's.

    Of what was delivered before: `half_known` are people who were lost then, `courses` what was
    found to be courses (school number and course by id), and the schools `only_courses`, by
    number, had no other classes.
    """

    orgs: dict[str, Org] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    posts: defaultdict[str, dict[tuple[str, Role], Post]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    groups: dict[str, Group] = field(default_factory=dict)
    members: defaultdict[str, dict[tuple[str, Role], Member]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    lost: set[str] = field(default_factory=set)
    unread: list[Unread] = field(default_factory=list)
    half_known: set[str] = field(default_factory=set)
    courses: dict[str, tuple[str, RosterClass]] = field(default_factory=dict)
    only_courses: set[str] = field(default_factory=set)

    def place(self, user: str, post: Post) -> None:
        """Add or replace a person's role at a school."""
        self.posts[user][post.org, post.role] = post

    def enrol(self, user: str, member: Member) -> None:
        """Add or replace a person's place in a class."""
        self.members[user][member.group, member.role] = member


def register_of(earlier: Earlier) -> Register:
    """The tables that these rows were once made of, as far as rows show them."""
    register = Register(lost=set(earlier.lost), half_known=set(earlier.lost))
    for number, classes in earlier.classes.items():
        _take_classes(register, number, classes)
    by_user: defaultdict[str, list[RosterRow]] = defaultdict(list)
    for row in earlier.rows:
        by_user[row.record_id].append(row)
        org = row.org_ref or row.school_number
        register.orgs.setdefault(org, Org(org, identifier=row.school_number))
    for user, rows in by_user.items():
        register.users[user] = _user_of(user, rows)
        for row in rows:
            _take_row(register, user, row)
    return register


def _take_classes(register: Register, number: str, classes: Iterable[RosterClass]) -> None:
    for one in classes:
        if one.org_ref:
            register.orgs.setdefault(one.org_ref, Org(one.org_ref, identifier=number))
        if one.course:
            register.courses[one.ref] = number, one
        else:
            group = Group(one.ref, one.name, one.org_ref, one.year_group, True)
            register.groups[one.ref] = group
    if all(one.course for one in classes):
        register.only_courses.add(number)


def _user_of(user: str, rows: Iterable[RosterRow]) -> User:
    first = next(iter(rows))
    named = next((row for row in rows if row.family_name), first)
    return User(
        user, other_ids=named.other_ids, given_name=named.given_name,
        family_name=named.family_name, email=named.email,
        year_group=next((r.year_group for r in rows if r.role is Role.STUDENT), None),
        gone=all(row.status is RosterStatus.LEAVER for row in rows),
        enabled=not all(row.status is RosterStatus.WAITING for row in rows),
    )  # fmt: skip


def _take_row(register: Register, user: str, row: RosterRow) -> None:
    org = row.org_ref or row.school_number
    gone = row.status is RosterStatus.LEAVER and row.leaves_on is None
    register.place(user, Post(org, row.role, row.starts_on, row.leaves_on, gone))
    if group := row.class_ref:
        grade = row.year_group
        register.groups.setdefault(group, Group(group, row.school_class, org, grade, True))
        register.enrol(user, Member(group, row.role, org))
