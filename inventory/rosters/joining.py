"""From a Register to rows: one for each person, school, role and class.

What most people of a school have in common is nobody's own: see `_mass`, `homerooms`, and
`periods.yearly`.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from inventory.records.people import Role
from inventory.rosters.hidden import Hidden
from inventory.rosters.homerooms import classes_of, grades_of, homerooms
from inventory.rosters.orgs import Schools
from inventory.rosters.register import Group, Member, Post, Register, User
from inventory.rosters.rows import ReadOptions, RosterClass, RosterRow, RosterStatus

_FEW = 5
"""Below so many people a majority says nothing."""

Scope = tuple[str, Role]
"""School number and role."""


@dataclass
class Joined:
    """The rows, and what was left out of them, counted."""

    rows: list[RosterRow] = field(default_factory=list)
    courses: int = 0
    schools_without_classes: list[str] = field(default_factory=list)
    other_roles: Counter[str] = field(default_factory=Counter)
    placeless: list[User] = field(default_factory=list)
    half_known: list[User] = field(default_factory=list)
    mass_gone: list[Scope] = field(default_factory=list)
    mass_disabled: list[Scope] = field(default_factory=list)
    lost: set[str] = field(default_factory=set)
    hidden: list[Hidden] = field(default_factory=list)
    classes: Mapping[str, tuple[RosterClass, ...]] = field(default_factory=dict)
    schoolless: dict[str, Group] = field(default_factory=dict)
    """Classes of which nothing says at which school they are, by id."""


def join(register: Register, schools: Schools, options: ReadOptions) -> Joined:
    """Make the rows of all people, of the schools and roles that the options take."""
    joined = Joined(lost=set(register.lost))
    members = _hidden(register, schools, joined)
    groups = _numbered(register, schools)
    classes, joined.courses, joined.schools_without_classes = homerooms(register, groups)
    joined.classes = classes_of(register, groups, classes)
    elsewhere = schools.elsewhere
    joiner = _Joiner(register, schools, groups, classes, options.day)
    joined.schoolless = joiner.schoolless
    for user in register.users.values():
        if user.id in register.lost:
            continue
        rows = [*joiner.rows(user)]
        before = user.id in register.half_known
        with_classes = {groups[one][0] for one in classes} if before else set()
        if (before and not rows) or any(_may_lack_class(row, members, with_classes)
                                        for row in rows):  # fmt: skip
            joined.lost.add(user.id)  # the row that could not be read may be this person's
            joined.half_known += [user] if before else []
            continue
        if not rows and not joiner.sent_elsewhere and not user.gone:
            joined.placeless.append(user)
        for row in rows:
            if row.role in options.roles:
                joined.rows.append(row)
            else:
                joined.other_roles[row.role.value] += 1
    schools.elsewhere -= elsewhere  # classes were counted until here, not people
    _mass(joined)
    return joined


def _numbered(register: Register, schools: Schools) -> dict[str, tuple[str, Group]]:
    """Class id -> (school number, class), of the schools that are taken. Where a class names no
    school, a row of somebody who is in it may.
    """
    unknown = schools.unknown.copy()
    told = {m.group: m.org for its in register.members.values() for m in its.values() if m.org}
    found = {}
    for group in register.groups.values():
        org = group.org or told.get(group.id, "")
        found[group.id] = (schools.number(org) if org else "", group)
    schools.unknown = unknown  # only people count
    return found


class _Place(NamedTuple):
    """Where a person is at one school in one role."""

    org: str
    post: Post | None
    members: list[Member]


class _Joiner:
    def __init__(
        self,
        register: Register,
        schools: Schools,
        groups: dict[str, tuple[str, Group]],
        classes: set[str],
        day: date,
    ) -> None:
        self._register, self._schools = register, schools
        self._groups, self._classes, self._day = groups, classes, day
        self._grades = grades_of(register)
        self.schoolless: dict[str, Group] = {}
        self.sent_elsewhere = False
        """True when the last person asked for belongs to schools that are not taken."""

    def rows(self, user: User) -> Iterator[RosterRow]:
        """One person's rows."""
        before = self._schools.elsewhere + self._schools.unknown.total()
        places = self._places(user)
        self.sent_elsewhere = self._schools.elsewhere + self._schools.unknown.total() > before
        for (number, role), place in places.items():
            post = place.post or Post(place.org, role)
            if user.gone or (post.gone and not place.members):
                yield self._row(user, number, post, RosterStatus.LEAVER)
                continue
            yield from self._present(user, number, post, place.members)

    def _places(self, user: User) -> dict[Scope, _Place]:
        places: dict[Scope, _Place] = {}
        posted = {post.org for post in self._register.posts[user.id].values()}
        for post in self._register.posts[user.id].values():
            number = self._schools.number(post.org)
            if number and (number, post.role) not in places:
                places[number, post.role] = _Place(post.org, post, [])
        for member in self._register.members[user.id].values():
            if member.group not in self._classes:
                continue
            number, group = self._groups[member.group]
            org = group.org or member.org
            number = number or (self._schools.number(member.org) if member.org else "")
            if not org:
                self.schoolless[group.id] = group
            elif not number and not member.org and org not in posted:
                self._schools.number(org)  # counts the place at a school that is not known
            if number:
                place = places.setdefault((number, member.role), _Place(org, None, []))
                place.members.append(member)
        return {one: place for one, place in places.items() if one not in _only_learns(places)}

    def _present(
        self, user: User, number: str, post: Post, members: list[Member]
    ) -> Iterator[RosterRow]:
        members = [m for m in members if m.leaves_on is None or m.leaves_on >= self._day]
        begun = [m for m in members if m.starts_on is None or m.starts_on <= self._day]
        if not begun and members and post.starts_on is None:
            post = post._replace(starts_on=min(m.starts_on for m in members if m.starts_on))
        status = RosterStatus.ACTIVE if user.enabled else RosterStatus.WAITING
        if user.enabled and post.starts_on and post.starts_on > self._day:
            status = RosterStatus.PLANNED
        status = status.on(self._day, post.starts_on, post.leaves_on)
        for member in begun or members:
            yield self._row(user, number, post, status, self._groups[member.group][1])
        if not members:
            yield self._row(user, number, post, status)

    def _row(
        self,
        user: User,
        number: str,
        post: Post,
        status: RosterStatus,
        group: Group | None = None,
    ) -> RosterRow:
        year = user.year_group if post.role is Role.STUDENT else None
        if group is not None:
            year = group.year_group or self._grades.get(group.id)
        return RosterRow(
            line=user.line, record_id=user.id, other_ids=user.other_ids,
            given_name=user.given_name, family_name=user.family_name, email=user.email,
            school_class=group.name if group else "", year_group=year, role=post.role,
            status=status, starts_on=post.starts_on, leaves_on=post.leaves_on,
            school_number=number, org_ref=post.org, class_ref=group.id if group else "",
        )  # fmt: skip


def _only_learns(places: Mapping[Scope, _Place]) -> set[Scope]:
    """Where a role that is said once for all schools is not meant: where the person is only in
    classes as a pupil, and has that role at another school.
    """
    shared = {one for one, place in places.items() if place.post and place.post.shared
              and one[1] is not Role.STUDENT and not place.members}  # fmt: skip
    learns = {(number, role) for number, role in shared if (number, Role.STUDENT) in places}
    elsewhere = {role for number, role in places if (number, Role.STUDENT) not in places}
    return {one for one in learns if one[1] in elsewhere}


def _hidden(register: Register, schools: Schools, joined: Joined) -> list[Hidden]:
    """Note whom the lost rows without an id may be about; returns those about a class."""
    members = []
    for one in register.unread:
        numbers = schools.meant(one.orgs)
        if numbers is not None:
            hidden = Hidden(
                file=one.file, line=one.line, names=one.names, schools=numbers, roles=one.roles
            )  # fmt: skip
            joined.hidden += [hidden] if one.missing else []
            members += [hidden] if one.member else []
    return members


def _may_lack_class(
    row: RosterRow, members: Iterable[Hidden], with_classes: Collection[str]
) -> bool:
    """True for a pupil without a class, whose row in a class may be one that was lost: now, or
    before, at one of these schools that have classes.
    """
    if row.status is RosterStatus.LEAVER or row.role is not Role.STUDENT or row.school_class:
        return False
    number = row.school_number
    return number in with_classes or any(one.may_be(number, row.role) for one in members)


def _mass(joined: Joined) -> None:
    """Where most people of a school and role are said to be gone, absence must tell instead.

    People who are merely missing are held by the limit of leavers; people whom the source names
    as leavers are not. And where most are not enabled, the column means something else.
    """
    counts: defaultdict[Scope, Counter[RosterStatus]] = defaultdict(Counter)
    for row in joined.rows:
        counts[row.school_number, row.role][row.status] += 1
    for scope, found in counts.items():
        if found[RosterStatus.LEAVER] * 2 > found.total() >= _FEW:
            joined.mass_gone.append(scope)
        if found[RosterStatus.WAITING] * 2 > found.total() >= _FEW:
            joined.mass_disabled.append(scope)
    gone, disabled = set(joined.mass_gone), set(joined.mass_disabled)
    joined.rows = [
        row.model_copy(update={"status": RosterStatus.ACTIVE})
        if row.status is RosterStatus.WAITING and (row.school_number, row.role) in disabled
        else row
        for row in joined.rows
        if row.status is not RosterStatus.LEAVER or (row.school_number, row.role) not in gone
    ]
