"""What the directory should hold: units, accounts and groups, from the inventory alone.

Below `base`: a unit a school, with one for people and one for groups; `layout_settings` names
them. An account stands in its person's home school; groups of any school may hold it. A birth
date is never sent.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import TypeVar

from inventory.messages import Message, _, say
from inventory.records import Account, Enrolment, Person, School, SchoolClass
from inventory.records.changes import Notice
from inventory.records.people import AccountState, Role
from inventory.store.protocol import Reader
from provisioning.directory.class_groups import class_group, school_years
from provisioning.directory.dialects import dialect_of
from provisioning.directory.dialects.base import AccountFacts, Attributes
from provisioning.directory.dn import fold
from provisioning.directory.settings import DirectorySettings
from provisioning.directory.templates import filled
from provisioning.directory.wanted import (
    LEAVERS,
    ROLE_GROUPS,
    WIFI_PREFIX,
    Desired,
    Wanted,
    WantedPerson,
    role_group_id,
    unit_id,
)

_IN_USE = {AccountState.ACTIVE, AccountState.GRACE}
W = TypeVar("W", bound=Wanted)


def lay_out(inventory: Reader, settings: DirectorySettings, day: date) -> Desired:
    """What should be there on this day. Reads each kind of record once."""
    layout = _Layout(inventory, settings, day)
    persons = list(layout.persons(inventory))
    numbers = {school.id: school.number for school in layout.schools.values()}
    return Desired(layout.units, layout.groups, persons, layout.known, layout.notices, numbers)


class _Layout:
    def __init__(self, inventory: Reader, settings: DirectorySettings, day: date) -> None:
        self.settings = settings
        self._dialect = dialect_of(settings)
        self._created_only = frozenset(
            name for name in self._dialect.person_names if settings.policy(name) == "created"
        )
        self._never = frozenset(
            name for name in self._dialect.person_names if settings.policy(name) == "never"
        )
        self.notices: list[Notice] = []
        self._taken: set[tuple[str, str]] = set()
        self.schools = {school.id: school for school in inventory.records(School)}
        self.classes = {c.id: c for c in inventory.records(SchoolClass)}
        self.accounts = {account.person: account for account in inventory.records(Account)}
        self.known = frozenset(self.accounts)
        in_grace = (a for a in self.accounts.values() if a.state is AccountState.GRACE)
        self._left = {account.school for account in in_grace}
        self.enrolments: defaultdict[str, list[Enrolment]] = defaultdict(list)
        for enrolment in inventory.records(Enrolment):
            if enrolment.person in self.accounts:
                self.enrolments[enrolment.person].append(enrolment)
        self._day = day
        self._class_keys: dict[str, str] = {}
        self._taken_keys: set[str] = set()
        self.units = list(self._kept(self._units()))
        self.groups = list(self._kept(self._groups()))
        self._group_keys = {group.key for group in self.groups}

    def _units(self) -> Iterator[Wanted]:
        for school in sorted(self.schools.values(), key=lambda school: school.number):
            key = self.settings.key(school.id)
            layout = self.settings.layout
            known = {"school_number": school.number, "school_name": school.name}
            yield Wanted("unit", key, school.id, school.id, filled(layout.school, known), "")
            for name, shown in (("people", layout.people), ("groups", layout.groups)):
                own = self._unit_key(school.id, name)
                yield Wanted("unit", own, school.id, school.id, shown, key)

    def _unit_key(self, school: str, name: str) -> str:
        return self.settings.key(unit_id(school, name))

    def _groups(self) -> Iterator[Wanted]:
        layout = self.settings.layout
        for school in self.schools.values():
            for role, name in ROLE_GROUPS.items():
                yield self._role_group(school, name, layout.role_group(role))
                yield self._role_group(school, WIFI_PREFIX + name, layout.wifi_group(role))
            if school.id in self._left:
                yield self._role_group(school, LEAVERS, layout.leavers)
        counting = list(self._counting())
        years, filled_ones = school_years(counting, self._day), {e.school_class for e in counting}
        for school_class in self.classes.values():
            at = self.schools.get(school_class.school)
            if at is None:
                continue
            # A class of old is in the inventory for good; a new group each year it must not get.
            if layout.rollover_at(at.number) == "members" or school_class.id in filled_ones:
                yield self._class_group(at, school_class, years[at.id])

    def _class_group(self, school: School, school_class: SchoolClass, year: str) -> Wanted:
        found = class_group(self.settings.layout, school, school_class, year)
        key = self.settings.key(found.id)
        if key in self._taken_keys:  # 5a and 05a: which of them moves up is not ours to say
            key = self.settings.key(school_class.id)
        self._taken_keys.add(key)
        self._class_keys[school_class.id] = key
        record = self.settings.record_of(key)
        former = tuple(map(self.settings.key, found.former))
        return self._group(key, record, school, found.name, former)

    def _counting(self) -> Iterator[Enrolment]:
        """The enrolments of accounts in use that hold on this day."""
        for person, enrolments in self.enrolments.items():
            if self.accounts[person].state is AccountState.ACTIVE:
                yield from (one for one in enrolments if self._counts(one))

    def _role_group(self, school: School, name: str, shown: str) -> Wanted:
        key = self.settings.key(role_group_id(school.id, name))
        return self._group(key, school.id, school, shown)

    def _group(
        self, key: str, record: str, school: School, name: str, former: tuple[str, ...] = ()
    ) -> Wanted:
        unit = self._unit_key(school.id, "groups")
        attributes = self._dialect.group(school.number, name, key)
        return Wanted("group", key, record, school.id, name, unit, attributes, former=former)

    def persons(self, inventory: Reader) -> Iterator[WantedPerson]:
        """The accounts that have an entry: a planned one has none yet. Deleted ones are among
        them, so that an entry which is still there can go.
        """
        wanted = (self._person(person) for person in inventory.records(Person))
        return self._kept(person for person in wanted if person is not None)

    def _person(self, person: Person) -> WantedPerson | None:
        account = self.accounts.get(person.id)
        if account is None or account.state is AccountState.PLANNED:
            return None
        school = self.schools.get(person.school or account.school)
        if school is None:
            message = _("The account {name} has no home school. Give its person a school.")
            self.notices.append(
                Notice(record=person.id, message=say(message, name=account.user_name))
            )
            return None
        every = self.enrolments.get(person.id, [])
        grace = account.state is AccountState.GRACE
        current = [] if grace else [one for one in every if self._counts(one)]
        role = _first_role(current, school.id) or account.left_as or _first_role(every, school.id)
        own_class = next(
            (self.classes[e.school_class] for e in current
             if e.school == school.id and e.school_class in self.classes), None
        )  # fmt: skip
        groups = self._leavers_groups(account) if grace else self._groups_of(current)
        facts = self._facts(person, account, school, current, role)
        number = None if account.adopted else account.posix_id
        return WantedPerson(
            kind="person",
            key=self.settings.key(person.id),
            record=person.id,
            school=school.id,
            name=account.user_name,
            attribute=self.settings.layout.person_attribute,
            value=self._person_value(person, account),
            parent=self._unit_key(school.id, "people"),
            attributes=self._attributes(facts),
            posix={} if number is None else self._dialect.posix(number, facts),
            created_only=self._created_only,
            role=role,
            year_group=_grade(own_class),
            school_type=school.school_type.value,
            handout=own_class.id
            if own_class and role == Role.STUDENT
            else _role_handout(school.id, role),
            groups=groups if account.state in _IN_USE else (),
            state=account.state,
            adopted=account.adopted,
            renaming=account.renaming,
        )

    def _person_value(self, person: Person, account: Account) -> str:
        known = {
            "user_name": account.user_name,
            "given_name": person.given_name,
            "family_name": person.family_name,
        }
        return filled(self.settings.layout.person_value, known)

    def _counts(self, enrolment: Enrolment) -> bool:
        begun = enrolment.starts_on is None or enrolment.starts_on <= self._day
        return begun and (enrolment.ends_on is None or self._day <= enrolment.ends_on)

    def _facts(
        self,
        person: Person,
        account: Account,
        school: School,
        current: Iterable[Enrolment],
        role: str,
    ) -> AccountFacts:
        roles = {enrolment.role.value for enrolment in current}
        if account.state is AccountState.GRACE and account.left_as:
            roles = {account.left_as.value}
        mail = account.email or self.settings.mail.format(
            user_name=account.user_name, school_number=school.number
        )
        return AccountFacts(
            user_name=account.user_name,
            given_name=person.given_name,
            family_name=person.family_name,
            roles=tuple(sorted(roles)),
            role=role,
            school_number=school.number,
            mail=mail,
        )

    def _attributes(self, facts: AccountFacts) -> Attributes:
        wanted = self._dialect.person(facts)
        kept = {name: v for name, v in wanted.items() if name not in self._never}
        if self.settings.layout.person_attribute == "uid":  # then the DN says it
            kept |= {"cn": (facts.full_name,)}
            del kept["uid"]
        return kept

    def _groups_of(self, current: Iterable[Enrolment]) -> tuple[str, ...]:
        keys: dict[str, None] = {}
        for enrolment in current:
            if enrolment.school_class:
                keys[self._class_keys.get(enrolment.school_class, "")] = None
            for key in self._role_keys(enrolment.role, enrolment.school):
                keys[key] = None
        return tuple([key for key in keys if key in self._group_keys])

    def _leavers_groups(self, account: Account) -> tuple[str, ...]:
        """In grace the role's groups stay, those of classes do not, and all can see who left."""
        role, school = account.left_as, account.school
        keys = [*self._role_keys(role, school)] if role else []
        keys.append(self.settings.key(role_group_id(school, LEAVERS)))
        return tuple(key for key in keys if key in self._group_keys)

    def _role_keys(self, role: Role, school: str) -> Sequence[str]:
        name = ROLE_GROUPS.get(role)
        names = (name, WIFI_PREFIX + name) if name else ()
        return [self.settings.key(role_group_id(school, full)) for full in names]

    def _kept(self, wanted: Iterable[W]) -> Iterator[W]:
        """Only what can be named, and of two with one name in one unit only the first."""
        for entry in wanted:
            place = (entry.parent, fold(entry.naming[1]))
            free = isinstance(entry, WantedPerson) and (  # stands where it stands, or goes
                entry.adopted or entry.state is AccountState.DELETED
            )
            if not fold(entry.name):
                self._notice(
                    _("A record has no name, so it gets no entry in the directory. Name it."), entry
                )
            elif problem := self._name_problem(entry):
                self.notices.append(
                    Notice(school=entry.school, record=entry.record, message=problem)
                )
            elif place in self._taken and not free:
                self._notice(
                    _(
                        "{name} would stand twice in one unit of the directory (case and spaces "
                        "do not count). Change one of the names."
                    ),
                    entry,
                )
            else:
                if not free:
                    self._taken.add(place)
                yield entry

    def _name_problem(self, entry: Wanted) -> Message | None:
        """None also for accounts whose entry is not named by us: leavers must be locked."""
        if isinstance(entry, WantedPerson) and (entry.adopted or entry.locked):
            return None
        problem = self._dialect.name_problem(entry.kind, entry.name)
        if problem is None and entry.naming[1] != entry.name:
            problem = self._dialect.name_problem("unit", entry.naming[1])
        return problem

    def _notice(self, message_id: str, entry: Wanted) -> None:
        message = say(message_id, name=entry.name)
        self.notices.append(Notice(school=entry.school, record=entry.record, message=message))


def _first_role(enrolments: Iterable[Enrolment], school: str) -> str:
    roles = {enrolment.role for enrolment in enrolments if enrolment.school == school}
    return next((role.value for role in (*ROLE_GROUPS, Role.GUARDIAN) if role in roles), "")


def _grade(school_class: SchoolClass | None) -> str:
    return "" if school_class is None or school_class.grade is None else str(school_class.grade)


def _role_handout(school: str, role: str) -> str:
    name = ROLE_GROUPS.get(Role(role)) if role else None
    return role_group_id(school, name) if name else school
