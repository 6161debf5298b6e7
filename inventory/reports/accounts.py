"""Accounts by role and class: one row for each class (or role) that an account's person is in."""

from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

from inventory.messages import _
from inventory.reports.listing import Places, lookup, pages
from inventory.reports.questions import Question, Report
from inventory.reports.tables import Column, Row
from inventory.reports.values import day_of
from inventory.reports.words import ACCOUNT_STATE, FIELDS, ROLES, word
from inventory.store.queries import Order, Query
from inventory.store.queries import Value as Stored
from inventory.store.reading import SqliteReader

_ACCOUNT = ("state", "starts_on", "disabled_on", "user_name", "email")
_ENROLMENT = ("school_year", "starts_on", "ends_on")
_ROLE_ORDER = {role: rank for rank, role in enumerate(ROLES)}


class _Place(NamedTuple):
    """Where an account stands; an account without an enrolment has no key, role and class."""

    person: Stored
    school: Stored
    role: Stored = ""
    school_class: Stored = ""
    key: Stored = 0


def _places(reader: SqliteReader, question: Question) -> list[_Place]:
    """Enrolments of persons with an account, and accounts of nobody enrolled."""
    query = Query(kind="account", columns=("person", "school"))
    accounts = dict(_Place(*row)[:2] for row in reader.rows(query))
    query = Query(kind="enrolment", columns=("person", "school", "role", "school_class", "key"))
    enrolled = [_Place(*row) for row in reader.rows(query) if row[0] in accounts]
    for place in enrolled:
        accounts[place.person] = None
    rest = (_Place(person, school) for person, school in accounts.items() if school is not None)
    wanted = question.school_id
    return [p for p in chain(enrolled, rest) if wanted in {"", p.school}]


def _name_ranks(reader: SqliteReader) -> dict[Stored, int]:
    """Persons in the order of their names."""
    rows = reader.rows(Query(kind="person", order=(Order(),), columns=("id",)))
    return {person: rank for rank, (person,) in enumerate(rows)}


def _rows(reader: SqliteReader, question: Question) -> Iterator[Row]:
    schools = Places(reader)
    query = Query(kind="school_class", order=(Order(),), columns=("id", "name"))
    classes = {row[0]: (rank, row[1]) for rank, row in enumerate(reader.rows(query), start=1)}
    nothing = (0, "")
    # Without names people stand in the order of their ids: the alphabet would give them away.
    people = _name_ranks(reader) if question.with_names else {}

    def rank(place: _Place) -> tuple[int, int, int, int, str]:
        return (
            schools.rank(place.school)[0],
            _ROLE_ORDER.get(str(place.role), len(_ROLE_ORDER)),
            classes.get(place.school_class, nothing)[0],
            people.get(place.person, 0),
            str(place.person),
        )

    for page in pages(sorted(_places(reader, question), key=rank)):
        ids = {place.person for place in page}
        accounts = lookup(reader, "account", ids, _ACCOUNT, "person")
        enrolments = lookup(reader, "enrolment", (p.key for p in page), _ENROLMENT, "key")
        named = ("family_name", "given_name")
        names = lookup(reader, "person", ids, named) if question.with_names else {}
        for place in page:
            state, begins, disabled, user_name, email = accounts[place.person]
            year, starts_on, ends_on = enrolments.get(place.key, ("", None, None))
            yield (
                *schools.school(place.school),
                word(ROLES, place.role),
                classes.get(place.school_class, nothing)[1],
                place.person,
                *names.get(place.person, ("", "")),
                *((user_name, email) if question.with_names else ("", "")),
                word(ACCOUNT_STATE, state),
                day_of(begins),
                day_of(disabled),
                year,
                day_of(starts_on),
                day_of(ends_on),
            )


ACCOUNTS = Report(
    name="accounts",
    title=_("Accounts by role and class"),
    columns=(
        Column("school_number", FIELDS["number"]),
        Column("school", FIELDS["school"], 32),
        Column("role", FIELDS["role"]),
        Column("school_class", FIELDS["school_class"], 10),
        Column("person", _("Person's record id"), 20),
        Column("family_name", FIELDS["family_name"], 20, named=True),
        Column("given_name", FIELDS["given_name"], 20, named=True),
        Column("user_name", FIELDS["user_name"], 24, named=True),
        Column("email", FIELDS["email"], 32, named=True),
        Column("state", FIELDS["state"], 12),
        Column("starts_on", _("Account from"), 14),
        Column("disabled_on", FIELDS["disabled_on"], 14),
        Column("school_year", FIELDS["school_year"], 10),
        Column("enrolled_from", _("Enrolled from"), 14),
        Column("enrolled_until", _("Enrolled until"), 14),
    ),
    rows=_rows,
    personal=True,
)
