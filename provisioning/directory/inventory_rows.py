"""What the layout reads of people: plain rows, because a city has hundreds of thousands."""

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from inventory.records import Account, Enrolment, Person
from inventory.store.protocol import Reader
from inventory.store.queries import Query, Value


class PersonRow(NamedTuple):
    """A person as stored."""

    id: str
    school: str
    given_name: str
    family_name: str


class AccountRow(NamedTuple):
    """An account as stored, without its person. `state` and `left_as` are values of the enums."""

    school: str
    user_name: str
    email: str
    state: str
    left_as: str | None
    adopted: int
    renaming: int
    posix_id: int | None


class EnrolmentRow(NamedTuple):
    """An enrolment as stored, without its person. Days are ISO 8601, and so in order."""

    school: str
    role: str
    school_class: str
    school_year: str
    starts_on: str | None
    ends_on: str | None

    def holds_on(self, day: str) -> bool:
        """Whether it has begun and not ended on a day."""
        begun = self.starts_on is None or self.starts_on <= day
        return begun and (self.ends_on is None or day <= self.ends_on)


def persons_of(inventory: Reader) -> Iterator[PersonRow]:
    """All persons, in the order of entering."""
    found = inventory.rows(Query(kind=Person.kind, columns=PersonRow._fields))
    return map(PersonRow._make, found)


def accounts_of(inventory: Reader) -> dict[str, AccountRow]:
    """All accounts by person."""
    query = Query(kind=Account.kind, columns=("person", *AccountRow._fields))
    same: dict[Value, Value] = {}  # of what is the same in thousands of rows one is kept
    kept: dict[str, AccountRow] = {}
    for person, school, name, email, state, *rest in inventory.rows(query):
        fields = (same.setdefault(school, school), name, email, same.setdefault(state, state))
        kept[str(person)] = AccountRow._make((*fields, *rest))
    return kept


def enrolments_of(
    inventory: Reader, accounts: dict[str, AccountRow]
) -> defaultdict[str, list[EnrolmentRow]]:
    """The enrolments of all who have an account, by person."""
    query = Query(kind=Enrolment.kind, columns=("person", *EnrolmentRow._fields))
    same: dict[EnrolmentRow, EnrolmentRow] = {}  # those of one class are equal without a person
    kept: defaultdict[str, list[EnrolmentRow]] = defaultdict(list)
    for person, *fields in inventory.rows(query):
        if person in accounts:
            row = EnrolmentRow._make(fields)
            kept[str(person)].append(same.setdefault(row, row))
    return kept
