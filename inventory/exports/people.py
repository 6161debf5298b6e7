"""Who is exported: everybody with an active account who is enrolled, as of now."""

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from inventory.records import Account, Enrolment, Person, School, SchoolClass
from inventory.records.people import AccountState, Role
from inventory.store.queries import Eq
from inventory.store.reading import SqliteReader

_ROLES = (Role.STUDENT, Role.TEACHER, Role.STAFF)


class Someone(NamedTuple):
    """A person with the account and the enrolments that are exported, in order."""

    person: Person
    account: Account
    enrolments: tuple[Enrolment, ...]

    @property
    def schools(self) -> list[str]:
        """Ids of the schools, the home school first."""
        there = dict.fromkeys(e.school for e in self.enrolments)
        return sorted(there, key=lambda school: (school != self.person.school, school))

    @property
    def role(self) -> Role:
        """The one role of formats that have one: who teaches is a teacher."""
        roles = {e.role for e in self.enrolments}
        return next(r for r in (Role.TEACHER, Role.STAFF, Role.STUDENT) if r in roles)

    @property
    def email(self) -> str:
        """The account's address, else the service address."""
        return self.account.email or self.person.service_email


class Roster(NamedTuple):
    """What is exported. Everything is in the order of ids, so that the same is always the same.

    `classes` are those in which somebody is.
    """

    schools: list[School]
    classes: list[SchoolClass]
    people: list[Someone]

    def members(self) -> Iterator[tuple[Someone, Enrolment]]:
        """Who is in a class."""
        return ((one, e) for one in self.people for e in one.enrolments if e.school_class)


def read_roster(reader: SqliteReader, school: School | None) -> Roster:
    """Read everybody who is exported; of one school if asked."""
    where = Eq(field="school", value=school.id) if school else None
    enrolments: defaultdict[str, list[Enrolment]] = defaultdict(list)
    for enrolment in reader.records(Enrolment, where):
        if enrolment.role in _ROLES:
            enrolments[enrolment.person].append(enrolment)
    active = Eq(field="state", value=AccountState.ACTIVE.value)
    accounts = {a.person: a for a in reader.records(Account, active) if a.person in enrolments}
    people = [
        Someone(p, accounts[p.id], tuple(sorted(enrolments[p.id], key=lambda e: e.id)))
        for p in reader.records(Person)
        if p.id in accounts
    ]
    people.sort(key=lambda one: one.person.id)
    used = {e.school_class for one in people for e in one.enrolments}
    there = {e.school for one in people for e in one.enrolments}
    return Roster(
        sorted((s for s in reader.records(School) if s.id in there), key=lambda s: s.id),
        sorted((c for c in reader.records(SchoolClass) if c.id in used), key=lambda c: c.id),
        people,
    )
