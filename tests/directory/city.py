"""A small inventory for the directory tests, in memory: what the planner reads."""

from array import array
from collections.abc import Iterator, Sequence
from datetime import date
from typing import TypeVar

from inventory.records import KINDS, Account, Enrolment, Person, School, SchoolClass
from inventory.records.base import Record
from inventory.records.people import AccountState, Role
from inventory.records.places import SchoolType
from inventory.store.codec import codec_of
from inventory.store.queries import Eq, Filter, In, Order, Query, Value

DAY = date(2026, 9, 1)
R = TypeVar("R", bound=Record)


class City:
    """Records by kind and id. Implements the parts of Reader that the directory asks for."""

    def __init__(self, *records: Record) -> None:
        self._kept: dict[tuple[str, str], Record] = {}
        self.put(*records)

    def put(self, *records: Record) -> None:
        """Add records, or replace those of the same id."""
        self._kept |= {(record.kind, record.id): record for record in records}

    def drop(self, *records: Record) -> None:
        """Take records out."""
        for record in records:
            del self._kept[record.kind, record.id]

    def get(self, model: type[R], record_id: str) -> R | None:
        found = self._kept.get((model.kind, record_id))
        return found if isinstance(found, model) else None

    def records(
        self, model: type[R], where: Filter | None = None, order: tuple[Order, ...] = ()
    ) -> Iterator[R]:
        assert where is None or isinstance(where, In), "the stages ask for no other"
        of_kind = [record for record in self._kept.values() if isinstance(record, model)]
        if where is not None:
            wanted = {*where.values}
            of_kind = [record for record in of_kind if getattr(record, where.field) in wanted]
        return iter(of_kind)

    def count(self, query: Query) -> int:
        assert isinstance(query.where, Eq)
        field, value = query.where.field, query.where.value
        return sum(
            getattr(record, field) == value
            for (kind, _id), record in self._kept.items()
            if kind == query.kind
        )

    def rows(self, query: Query) -> list[tuple[Value, ...]]:
        assert query.where is None or isinstance(query.where, In), "the stages ask for no other"
        found = self.records(KINDS[query.kind], query.where)
        codec = codec_of(query.kind)
        bodies = (codec.body(codec.values(record)) for record in found)
        return [tuple(body[name] for name in query.columns) for body in bodies]

    def keys(self, query: Query) -> "array[int]":
        raise AssertionError("the stages page nothing")

    def window(
        self, kind: str, keys: Sequence[int], columns: Sequence[str]
    ) -> list[tuple[Value, ...] | None]:
        raise AssertionError("the stages page nothing")

    def head(self) -> int:
        return 0

    # What tests put in

    def school(self, number: str, name: str = "") -> School:
        school = School(
            id=f"s{number}", number=number, name=name or f"Schule {number}",
            school_type=SchoolType.GESAMTSCHULE,
        )  # fmt: skip
        self.put(school)
        return school

    def school_class(self, school: School, name: str, record_id: str = "") -> SchoolClass:
        grade = int(name[0]) if name[:1].isdigit() else None
        made = SchoolClass(
            id=record_id or f"c-{school.number}-{len(self._kept)}", school=school.id, name=name,
            grade=grade,
        )  # fmt: skip
        self.put(made)
        return made

    def person(
        self,
        user_name: str,
        school: School,
        school_class: SchoolClass | None = None,
        role: Role = Role.STUDENT,
        state: AccountState = AccountState.ACTIVE,
        *,
        adopted: bool = False,
    ) -> str:
        """A person with account and enrolment; returns the person's id."""
        person_id = f"p-{user_name}"
        self.put(
            Person(id=person_id, school=school.id, given_name=user_name.title(),
                   family_name="Muster", birth_date=date(2014, 3, 9)),
            Account(id=f"a-{user_name}", person=person_id, school=school.id, user_name=user_name,
                    state=state, adopted=adopted),
        )  # fmt: skip
        self.enrol(person_id, school, school_class, role)
        return person_id

    def enrol(
        self,
        person_id: str,
        school: School,
        school_class: SchoolClass | None = None,
        role: Role = Role.STUDENT,
        ends_on: date | None = None,
    ) -> None:
        """One more enrolment of a person."""
        class_id = school_class.id if school_class else ""
        self.put(
            Enrolment(id=f"e-{person_id}-{school.id}-{class_id}-{role.value}", person=person_id,
                      school=school.id, role=role, school_class=class_id, school_year="2026/27",
                      ends_on=ends_on)
        )  # fmt: skip

    def change(self, model: type[R], record_id: str, **fields: object) -> None:
        """Replace a record by one with other values."""
        old = self.get(model, record_id)
        assert old is not None
        self.put(old.model_copy(update=fields))

    def enrolments_of(self, person_id: str) -> list[Enrolment]:
        """All enrolments of a person."""
        return [e for e in self.records(Enrolment) if e.person == person_id]

    def move(self, person_id: str, school: School, school_class: SchoolClass | None = None) -> None:
        """A person changes schools: the old enrolments end."""
        old = [e for e in self.records(Enrolment) if e.person == person_id]
        self.drop(*old)
        self.change(Person, person_id, school=school.id)
        self.enrol(person_id, school, school_class)

    def rename(self, person_id: str, user_name: str) -> None:
        """The account of a person gets another user name."""
        account = next(a for a in self.records(Account) if a.person == person_id)
        self.change(Account, account.id, user_name=user_name)

    def lock(self, person_id: str) -> None:
        """A leaver: the account is disabled, the enrolments end."""
        account = next(a for a in self.records(Account) if a.person == person_id)
        self.change(Account, account.id, state=AccountState.DISABLED)
        for enrolment in [e for e in self.records(Enrolment) if e.person == person_id]:
            self.change(Enrolment, enrolment.id, ends_on=date(2026, 7, 31))
