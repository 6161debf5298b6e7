"""People, where they learn or work, and their accounts."""

from datetime import date
from enum import StrEnum
from typing import ClassVar

from inventory.records.base import Record, Ref


class Role(StrEnum):
    """What a person is at a school."""

    STUDENT = "student"
    TEACHER = "teacher"
    STAFF = "staff"
    GUARDIAN = "guardian"


class Person(Record):
    """One human. `birth_date` is for matching and for namesakes' handouts; it is never sent."""

    kind: ClassVar[str] = "person"
    indexed: ClassVar = ("school",)
    sorted_by: ClassVar = ("family_name", "given_name")
    searched: ClassVar = ("family_name", "given_name")
    personal: ClassVar[str] = "id"

    school: Ref = ""
    given_name: str
    family_name: str
    birth_date: date | None = None
    service_email: str = ""


class SourceKey(Record):
    """Who a person is in one school's database: (system, school, record id).

    SchILD counts its ids per school: two schools both have a 10001.
    """

    kind: ClassVar[str] = "source_key"
    unique: ClassVar = (("system", "school", "record_id"),)
    indexed: ClassVar = ("person", "record_id")
    sorted_by: ClassVar = ("record_id",)
    searched: ClassVar = ("record_id",)
    personal: ClassVar[str] = "person"

    person: Ref
    system: str
    school: Ref
    record_id: str


class Link(Record):
    """A decision whether two persons of the sources are one. It is asked once and kept.

    `other` is the id under which a source's rows were taken in; with `same`, all that they say
    is said of `person`. Without it the two are never proposed as one again.
    """

    kind: ClassVar[str] = "link"
    unique: ClassVar = (("person", "other"),)
    indexed: ClassVar = ("person", "other")
    sorted_by: ClassVar = ()
    personal: ClassVar[str] = "person"

    person: Ref
    other: Ref
    same: bool


class SchoolClass(Record):
    """A class of a school. It keeps its id when its pupils move up."""

    kind: ClassVar[str] = "school_class"
    unique: ClassVar = (("school", "name"),)
    sorted_by: ClassVar = ("name",)
    searched: ClassVar = ("name",)

    school: Ref
    name: str
    grade: int | None = None


class Enrolment(Record):
    """A person in a role at a school, in a class or in none. One row per class."""

    kind: ClassVar[str] = "enrolment"
    unique: ClassVar = (("person", "school", "role", "school_class"),)
    indexed: ClassVar = ("person", "school", "school_class")
    sorted_by: ClassVar = ("school_year", "role")
    personal: ClassVar[str] = "person"

    person: Ref
    school: Ref
    role: Role
    school_class: Ref = ""
    school_year: str
    starts_on: date | None = None
    ends_on: date | None = None


class AccountState(StrEnum):
    """Where an account is in its life. In grace it can still be used, but its owner has left."""

    PLANNED = "planned"
    ACTIVE = "active"
    GRACE = "grace"
    DISABLED = "disabled"
    DELETED = "deleted"


class Account(Record):
    """What a directory holds for a person. A user name is never used twice.

    Since `left_on` the owner is at no school; `left_as` is the role until then. `held` says why
    the account must neither be disabled nor deleted; empty: it may. While `renaming`, a protected
    change of name is not finished: the directory, or a copy, may still show the former name.
    `posix_id` is the number on POSIX systems (uidNumber), never given twice; None: it has none.
    """

    kind: ClassVar[str] = "account"
    unique: ClassVar = (("person",), ("user_name",), ("posix_id",))
    indexed: ClassVar = ("person", "school")
    sorted_by: ClassVar = ("user_name",)
    searched: ClassVar = ("user_name", "email")
    personal: ClassVar[str] = "person"

    person: Ref
    school: Ref
    user_name: str
    email: str = ""
    state: AccountState
    starts_on: date | None = None
    left_on: date | None = None
    left_as: Role | None = None
    disabled_on: date | None = None
    deleted_on: date | None = None
    held: str = ""
    adopted: bool = False
    renaming: bool = False
    posix_id: int | None = None
