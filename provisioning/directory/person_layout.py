"""The entry that an account should have: place, names, attributes and groups."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from inventory.messages import _, say
from inventory.records import School, SchoolClass
from inventory.records.changes import Notice
from inventory.records.people import AccountState, Role
from provisioning.directory.dialects import dialect_of
from provisioning.directory.dialects.base import AccountFacts, Attributes
from provisioning.directory.inventory_rows import AccountRow, EnrolmentRow, PersonRow
from provisioning.directory.settings import DirectorySettings
from provisioning.directory.templates import filled
from provisioning.directory.wanted import (
    LEAVERS,
    ROLE_GROUPS,
    WIFI_PREFIX,
    WantedPerson,
    role_group_id,
    unit_id,
)

_IN_USE = {AccountState.ACTIVE, AccountState.GRACE}
_STATES = {state.value: state for state in AccountState}
_NOTHING: Attributes = {}


class PersonLayout:
    """Lays out one person after the other. `notices` grow meanwhile."""

    def __init__(
        self,
        settings: DirectorySettings,
        day: date,
        schools: Mapping[str, School],
        classes: Mapping[str, SchoolClass],
        class_keys: Mapping[str, str],
        group_keys: Mapping[str, str],
    ) -> None:
        """`class_keys`: the key of a class's group; `group_keys`: those of all groups there are."""
        self.notices: list[Notice] = []
        self._settings = settings
        self._dialect = dialect_of(settings)
        self._created_only = self._names_with_policy("created")
        self._never = self._names_with_policy("never")
        self._attribute = settings.layout.person_attribute
        self._value = settings.layout.person_value
        self._day = day.isoformat()
        self._schools = schools
        self._classes = classes
        self._class_keys = class_keys
        self._group_keys = group_keys
        self._parents = {one: settings.key(unit_id(one, "people")) for one in schools}
        self._role_keys: dict[tuple[str, str], tuple[str, ...]] = {}
        self._groups: dict[tuple[EnrolmentRow, ...], tuple[str, ...]] = {}

    def _names_with_policy(self, policy: str) -> frozenset[str]:
        names = self._dialect.person_names
        return frozenset(name for name in names if self._settings.policy(name) == policy)

    def person(
        self, person: PersonRow, account: AccountRow, every: Sequence[EnrolmentRow]
    ) -> WantedPerson | None:
        """What should be there; None for an account that has no entry."""
        if account.state == AccountState.PLANNED:
            return None
        school = self._schools.get(person.school or account.school)
        if school is None:
            message = _("The account {name} has no home school. Give its person a school.")
            told = say(message, name=account.user_name)
            self.notices.append(Notice(record=person.id, message=told))
            return None
        state = _STATES[account.state]
        grace = state is AccountState.GRACE
        current = () if grace else tuple([one for one in every if one.holds_on(self._day)])
        role = _first_role(current, school.id) or account.left_as or _first_role(every, school.id)
        own_class = next(
            (self._classes[e.school_class] for e in current
             if e.school == school.id and e.school_class in self._classes), None
        )  # fmt: skip
        facts = self._facts(person, account, school, current, role)
        number = None if account.adopted else account.posix_id
        groups = self._leavers_groups(account) if grace else self._groups_of(current)
        return WantedPerson(
            kind="person",
            key=self._settings.key(person.id),
            record=person.id,
            school=school.id,
            name=account.user_name,
            attribute=self._attribute,
            value=self._person_value(person, account),
            parent=self._parents[school.id],
            attributes=self._attributes(facts),
            posix=_NOTHING if number is None else self._dialect.posix(number, facts),
            created_only=self._created_only,
            role=role,
            year_group=_grade(own_class),
            school_type=school.school_type.value,
            handout=own_class.id
            if own_class and role == Role.STUDENT
            else _role_handout(school.id, role),
            groups=groups if state in _IN_USE else (),
            state=state,
            adopted=bool(account.adopted),
            renaming=bool(account.renaming),
        )

    def _person_value(self, person: PersonRow, account: AccountRow) -> str:
        if self._value == "{user_name}":
            return account.user_name
        known = {
            "user_name": account.user_name,
            "given_name": person.given_name,
            "family_name": person.family_name,
        }
        return filled(self._value, known)

    def _facts(
        self,
        person: PersonRow,
        account: AccountRow,
        school: School,
        current: Iterable[EnrolmentRow],
        role: str,
    ) -> AccountFacts:
        roles = {enrolment.role for enrolment in current}
        if account.state == AccountState.GRACE and account.left_as:
            roles = {account.left_as}
        mail = account.email or self._settings.mail.format(
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
        for name in self._never:
            wanted.pop(name, None)
        if self._attribute == "uid":  # then the DN says it
            wanted["cn"] = (facts.full_name,)
            wanted.pop("uid", None)
        return wanted

    def _groups_of(self, current: tuple[EnrolmentRow, ...]) -> tuple[str, ...]:
        """The same for all of one class, so it is put together once."""
        found = self._groups.get(current)
        if found is None:
            keys: dict[str, None] = {}
            for enrolment in current:
                if enrolment.school_class:
                    keys[self._class_keys.get(enrolment.school_class, "")] = None
                keys |= dict.fromkeys(self._keys_of_role(enrolment.role, enrolment.school))
            found = self._groups[current] = self._there(keys)
        return found

    def _leavers_groups(self, account: AccountRow) -> tuple[str, ...]:
        """In grace the role's groups stay, those of classes do not, and all can see who left."""
        keys = self._keys_of_role(account.left_as, account.school) if account.left_as else ()
        leavers = self._settings.key(role_group_id(account.school, LEAVERS))
        return self._there((*keys, leavers))

    def _there(self, keys: Iterable[str]) -> tuple[str, ...]:
        return tuple([self._group_keys[key] for key in keys if key in self._group_keys])

    def _keys_of_role(self, role: str, school: str) -> tuple[str, ...]:
        found = self._role_keys.get((role, school))
        if found is None:
            name = ROLE_GROUPS.get(Role(role))
            names = (name, WIFI_PREFIX + name) if name else ()
            ids = (role_group_id(school, full) for full in names)
            found = self._role_keys[role, school] = tuple(map(self._settings.key, ids))
        return found


def _first_role(enrolments: Iterable[EnrolmentRow], school: str) -> str:
    roles = {enrolment.role for enrolment in enrolments if enrolment.school == school}
    return next((role.value for role in (*ROLE_GROUPS, Role.GUARDIAN) if role in roles), "")


def _grade(school_class: SchoolClass | None) -> str:
    return "" if school_class is None or school_class.grade is None else str(school_class.grade)


def _role_handout(school: str, role: str) -> str:
    name = ROLE_GROUPS.get(Role(role)) if role else None
    return role_group_id(school, name) if name else school
