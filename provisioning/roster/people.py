"""The people of the inventory with all that belongs to them, some at a time."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from itertools import islice

from inventory.records import Account, Enrolment, Loan, Person, School, SchoolClass, SourceKey
from inventory.store.protocol import Reader
from inventory.store.queries import In, Query
from provisioning.roster.desired import Scope
from provisioning.roster.life import LEAVING
from provisioning.roster.links import Links, stored_links

AT_ONCE = 1000
"""So many people are in memory at a time: what a plan needs must not grow with the city."""

Place = tuple[str, str, str]
"""School id, role, class id or nothing."""
KeyWords = tuple[str, str, str]
"""System, school id, record id."""


@dataclass
class Known:
    """What the inventory holds about one person. `devices` counts those lent and not returned."""

    person: Person | None = None
    account: Account | None = None
    enrolments: dict[Place, Enrolment] = field(default_factory=dict)
    keys: dict[KeyWords, SourceKey] = field(default_factory=dict)
    devices: int = 0

    @property
    def leaving(self) -> Account | None:
        """The account, when days alone lead it on."""
        account = None if self.enrolments else self.account
        return account if account and account.state in LEAVING else None


class People:
    """What the inventory says now."""

    def __init__(self, inventory: Reader, day: date) -> None:
        """`day` decides which loans are out."""
        self._inventory = inventory
        self._day = day
        self.schools = {school.id: school for school in inventory.records(School)}
        self.classes = {one.id: one for one in inventory.records(SchoolClass)}
        self.links: Links = stored_links(inventory)
        self.ids = dict.fromkeys(self._column(Query(kind=Person.kind, columns=("id",))))
        """Everybody, in the order of entering."""

    def _column(self, query: Query) -> Iterator[str]:
        return (str(row[0]) for row in self._inventory.rows(query))

    def named(self) -> Iterator[tuple[str, str, str, date | None]]:
        """Id, given name, family name and birth date of everybody."""
        columns = ("id", "given_name", "family_name", "birth_date")
        for each, given_name, family_name, born in self._inventory.rows(
            Query(kind=Person.kind, columns=columns)
        ):
            day = date.fromisoformat(str(born)) if born else None
            yield str(each), str(given_name), str(family_name), day

    def enrolments(self) -> Iterator[tuple[str, str, str, str]]:
        """Person, role, class and school year of every enrolment."""
        columns = ("person", "role", "school_class", "school_year")
        found = self._inventory.rows(Query(kind=Enrolment.kind, columns=columns))
        return ((str(p), str(role), str(c), str(year)) for p, role, c, year in found)

    def enrolled_in(self, scopes: Set[Scope]) -> Iterator[tuple[str, str]]:
        """Who is enrolled in one of these roles at its school, and the school; some repeatedly."""
        schools = In(field="school", values=tuple(sorted({scope[0] for scope in scopes})))
        columns = ("person", "school", "role")
        for person, school, role in self._inventory.rows(
            Query(kind=Enrolment.kind, where=schools, columns=columns)
        ):
            if (school, role) in scopes:
                yield str(person), str(school)

    def with_account(self) -> frozenset[str]:
        """Who has an account, in any state."""
        return frozenset(self._column(Query(kind=Account.kind, columns=("person",))))

    def with_leaving_account(self) -> list[str]:
        """Who has an account that days alone lead on, unless they are enrolled again."""
        states = In(field="state", values=tuple(sorted(state.value for state in LEAVING)))
        return [*self._column(Query(kind=Account.kind, where=states, columns=("person",)))]

    def of(self, persons: Iterable[str]) -> dict[str, Known]:
        """What is held about these persons; nothing about those who are new."""
        known = {person: Known() for person in persons if person in self.ids}
        if not known:
            return known
        theirs = In(field="person", values=tuple(known))
        for person in self._inventory.records(Person, In(field="id", values=tuple(known))):
            known[person.id].person = person
        for key in self._inventory.records(SourceKey, theirs):
            known[key.person].keys[_words(key)] = key
        for enrolment in self._inventory.records(Enrolment, theirs):
            place = (enrolment.school, enrolment.role.value, enrolment.school_class)
            known[enrolment.person].enrolments[place] = enrolment
        for account in self._inventory.records(Account, theirs):
            known[account.person].account = account
        for loan in self._inventory.records(Loan, theirs):
            known[loan.person].devices += loan.is_out(self._day)
        return known

    def owners(self, keys: Collection[KeyWords]) -> Mapping[KeyWords, SourceKey]:
        """Those of the keys that the inventory holds, of whomever."""
        if not keys or not self.ids:
            return {}
        ids = In(field="record_id", values=tuple(sorted({record_id for *_, record_id in keys})))
        found = ((_words(key), key) for key in self._inventory.records(SourceKey, ids))
        return {words: key for words, key in found if words in keys}


def _words(key: SourceKey) -> KeyWords:
    return key.system, key.school, key.record_id


def some_at_a_time(persons: Iterable[str]) -> Iterator[Sequence[str]]:
    """The persons in their order, some at a time."""
    waiting = iter(persons)
    while part := list(islice(waiting, AT_ONCE)):
        yield part
