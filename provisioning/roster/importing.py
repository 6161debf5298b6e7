"""From a file that was read to a delivery in the store: whose rows, which year, trusted or not."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from inventory.errors import GuardError
from inventory.messages import _, say
from inventory.records import Enrolment, School, SchoolClass, SourceKey
from inventory.records.base import new_id
from inventory.records.deliveries import Delivery
from inventory.records.people import Role
from inventory.rosters.rows import Reading, RosterRow
from inventory.store.codec import payload_body
from inventory.store.deliveries import (
    DeliveryRow,
    delivery_rows,
    newest_deliveries,
    save_delivery,
)
from inventory.store.queries import And, Eq
from inventory.store.reading import SqliteReader
from inventory.store.writing import Writer
from inventory.times import to_micros
from provisioning.roster.former import FormerNames

LOST = "lost"
"""The status of a row that could not be read but names its person, who has therefore not left."""


class Source(NamedTuple):
    """Where a file comes from. `system` names the id space of its record ids, `gone` the sources
    that were renamed or removed: a delivery replaces theirs of the same school, role and system.
    """

    name: str
    system: str
    school: School
    roles: tuple[Role, ...]
    school_year: str
    gone: frozenset[str] = frozenset()


def store_reading(
    reader: SqliteReader,
    writer: Writer,
    reading: Reading,
    source: Source,
    lifted: Mapping[str, str],
    former: FormerNames | None = None,
) -> list[Delivery]:
    """Store one delivery for each role the source covers; returns them.

    `former` knows names that must not come back.

    Raises GuardError ``earlier-year`` or ``not-promoted`` when the file looks like last year's
    and that guard is not lifted by name; then nothing is stored.
    """
    people = _people_by_key(reader, source)
    rows = [(row, _person_of(people, row)) for row in reading.rows]
    if former is not None:
        rows = [(former.corrected(row, person), person) for row, person in rows]
    _check_year(reader, source, rows, reading.file, lifted)
    if used := {name: reason for name, reason in lifted.items() if name in GUARDS}:
        with writer.transaction() as tx:
            for name, reason in used.items():
                body = payload_body(actor=writer.actor, guard=name, reason=reason)
                tx.event("guard", "lift", body, school=source.school.id)
    made = []
    for role in source.roles:
        mine = [(row, person) for row, person in rows if row.role is role]
        delivery = _delivery(writer, reading, source, role, len(mine))
        stored = _stored_rows(mine, reading, people)
        made.append(save_delivery(writer, delivery, stored, reading.problems, source.gone))
    return made


GUARDS = ("earlier-year", "not-promoted")


def _people_by_key(reader: SqliteReader, source: Source) -> dict[str, str]:
    """Record id -> person, from stored keys and from deliveries that are not planned yet."""
    people: dict[str, str] = {}
    for delivery in newest_deliveries(reader, source.school.id):
        if delivery.system == source.system:
            for _line, person, body in delivery_rows(reader, delivery.id):
                people.update((key, person) for key in body.get("keys", ()))
    where = And(
        parts=(
            Eq(field="system", value=source.system),
            Eq(field="school", value=source.school.id),
        )
    )
    people.update((key.record_id, key.person) for key in reader.records(SourceKey, where))
    return people


def _person_of(people: dict[str, str], row: RosterRow) -> str:
    """The person a row is about: known by one of its ids, or new. New ids join the known."""
    keys = (row.record_id, *row.other_ids)
    person = next((people[key] for key in keys if key in people), None) or new_id()
    for key in keys:
        people.setdefault(key, person)
    return person


def _delivery(writer: Writer, reading: Reading, source: Source, role: Role, count: int) -> Delivery:
    return Delivery(
        id=new_id(), made_at=to_micros(writer.clock()), actor=writer.actor, source=source.name,
        system=source.system, school=source.school.id, role=role.value,
        school_year=source.school_year, file_name=reading.file, sha256=reading.sha256,
        size=reading.size, format=reading.format, encoding=reading.encoding, row_count=count,
        problem_count=len(reading.problems), absence_counts=reading.absence_counts,
    )  # fmt: skip


def _stored_rows(
    rows: list[tuple[RosterRow, str]], reading: Reading, people: dict[str, str]
) -> Iterator[DeliveryRow]:
    for row, person in rows:
        body = row.model_dump(
            mode="json", exclude={"line", "record_id", "other_ids"}, exclude_defaults=True
        )
        yield row.line, person, {**body, "keys": [row.record_id, *row.other_ids]}
    for line, key in reading.lost.items():
        if key in people:
            yield line, people[key], {"status": LOST, "keys": [key]}


def _check_year(
    reader: SqliteReader,
    source: Source,
    rows: list[tuple[RosterRow, str]],
    file: str,
    lifted: Mapping[str, str],
) -> None:
    newest = newest_deliveries(reader, source.school.id)
    years = [d.school_year for d in newest if d.role in source.roles]
    last = max(years, default="")
    if source.school_year < last and "earlier-year" not in lifted:
        message = _(
            "{file} is for {year}, but {school} has already delivered {last}. Nothing was stored. "
            "If it is meant: --lift earlier-year --reason TEXT."
        )
        raise GuardError(say(message, file=file, year=source.school_year,
                             school=source.school.name, last=last))  # fmt: skip
    behind, continuing = _unpromoted(reader, source, rows)
    if continuing >= 5 and behind * 2 > continuing and "not-promoted" not in lifted:
        message = _(
            "{file} is for {year}, but {behind} of {continuing} pupils are in the year group of "
            "the year before: it looks like last year's export. Nothing was stored. If it is "
            "meant: --lift not-promoted --reason TEXT."
        )
        raise GuardError(say(message, file=file, year=source.school_year, behind=behind,
                             continuing=continuing))  # fmt: skip


def _unpromoted(
    reader: SqliteReader, source: Source, rows: list[tuple[RosterRow, str]]
) -> tuple[int, int]:
    """How many known pupils the file shows in last year's year group, and how many it shows.

    Somebody who was enrolled for an earlier year should be further on by now; somebody who was
    enrolled for this year cannot have gone back.
    """
    grades = {c.id: c.grade for c in reader.records(SchoolClass)}
    expected: dict[str, int] = {}
    for e in reader.records(Enrolment, Eq(field="school", value=source.school.id)):
        grade = grades.get(e.school_class)
        if e.role is Role.STUDENT and grade is not None:
            expected[e.person] = grade + (e.school_year < source.school_year)
    shown = [
        row.year_group < expected[person]
        for row, person in rows
        if row.year_group is not None and person in expected
    ]
    return sum(shown), len(shown)
