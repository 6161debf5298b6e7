"""What the directory should hold: units, accounts and groups, from the inventory alone.

Below `base`: a unit a school, with one for people and one for groups; `layout_settings` names
them. An account stands in its person's home school; groups of any school may hold it. A birth
date is never sent.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TypeVar

from inventory.messages import Message, _, say
from inventory.records import School, SchoolClass
from inventory.records.changes import Notice
from inventory.records.people import AccountState
from inventory.store.protocol import Reader
from provisioning.directory.class_groups import class_group, school_years
from provisioning.directory.dialects import dialect_of
from provisioning.directory.dn import fold
from provisioning.directory.inventory_rows import (
    EnrolmentRow,
    accounts_of,
    enrolments_of,
    persons_of,
)
from provisioning.directory.person_layout import PersonLayout
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

W = TypeVar("W", bound=Wanted)


def lay_out(inventory: Reader, settings: DirectorySettings, day: date) -> Desired:
    """What should be there on this day. Reads each kind of record once."""
    layout = _Layout(inventory, settings, day)
    persons = list(layout.persons(inventory))
    numbers = {school.id: school.number for school in layout.schools.values()}
    known = frozenset(layout.accounts)
    return Desired(layout.units, layout.groups, persons, known, layout.notices, numbers)


class _Layout:
    def __init__(self, inventory: Reader, settings: DirectorySettings, day: date) -> None:
        self.settings = settings
        self._dialect = dialect_of(settings)
        self.notices: list[Notice] = []
        self._taken: set[tuple[str, str]] = set()
        self.schools = {school.id: school for school in inventory.records(School)}
        self.classes = {c.id: c for c in inventory.records(SchoolClass)}
        self.accounts = accounts_of(inventory)
        self.enrolments = enrolments_of(inventory, self.accounts)
        self._day = day
        self._class_keys: dict[str, str] = {}
        self._taken_keys: set[str] = set()
        self.units = list(self._kept(self._units()))
        self.groups = list(self._kept(self._groups()))

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
        in_grace = {a.school for a in self.accounts.values() if a.state == AccountState.GRACE}
        for school in self.schools.values():
            for role, name in ROLE_GROUPS.items():
                yield self._role_group(school, name, layout.role_group(role))
                yield self._role_group(school, WIFI_PREFIX + name, layout.wifi_group(role))
            if school.id in in_grace:
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

    def _counting(self) -> Iterator[EnrolmentRow]:
        """The enrolments of accounts in use that hold on this day."""
        for person, enrolments in self.enrolments.items():
            if self.accounts[person].state == AccountState.ACTIVE:
                yield from (one for one in enrolments if one.holds_on(self._day.isoformat()))

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
        groups = {group.key: group.key for group in self.groups}
        one = PersonLayout(
            self.settings, self._day, self.schools, self.classes, self._class_keys, groups
        )
        wanted = (
            one.person(person, self.accounts[person.id], self.enrolments.get(person.id, ()))
            for person in persons_of(inventory)
            if person.id in self.accounts
        )
        yield from self._kept(person for person in wanted if person is not None)
        self.notices += one.notices

    def _kept(self, wanted: Iterable[W]) -> Iterator[W]:
        """Only what can be named, and of two with one name in one unit only the first."""
        for entry in wanted:
            naming = entry.naming[1]
            folded = fold(naming)
            place = (entry.parent, folded)
            free = isinstance(entry, WantedPerson) and (  # stands where it stands, or goes
                entry.adopted or entry.state is AccountState.DELETED
            )
            if not (folded if naming == entry.name else fold(entry.name)):
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
