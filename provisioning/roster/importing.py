"""From a file that was read to a delivery in the store: whose rows, which year, trusted or not."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import Any, NamedTuple

from inventory.errors import GuardError
from inventory.messages import _, say
from inventory.records import Enrolment, SchoolClass
from inventory.records.base import new_id
from inventory.records.deliveries import Delivery
from inventory.records.people import Role
from inventory.rosters.hidden import Hidden, marked
from inventory.rosters.rows import Reading, RosterRow
from inventory.store.codec import payload_body
from inventory.store.deliveries import DeliveryRow, newest_deliveries
from inventory.store.queries import Eq
from inventory.store.reading import SqliteReader
from inventory.store.saving import save_delivery
from inventory.store.writing import Writer
from inventory.times import to_micros
from provisioning.roster.covering import Source, covered_roles
from provisioning.roster.former import FormerNames
from provisioning.roster.hiding import still_hidden, whose_rows
from provisioning.roster.recognising import Recogniser

LOST = "lost"
"""The status of a row that could not be read but names its person, who has therefore not left."""


def store_reading(
    reader: SqliteReader,
    writer: Writer,
    reading: Reading,
    source: Source,
    lifted: Mapping[str, str],
    former: FormerNames | None = None,
) -> list[Delivery]:
    """Store one delivery for each role that the file covers; returns them.

    `former` knows names that must not come back.

    Raises GuardError ``earlier-year`` or ``not-promoted`` when the file looks like last year's
    and that guard is not lifted by name; then nothing is stored.
    """
    recogniser = Recogniser(reader, source.system, source.school.id)
    if former is not None:
        reading = former.with_sealed_keys(reading, recogniser.people)
    recogniser.look_elsewhere(reading.rows)
    known = dict(recogniser.people)
    rows = [(row, recogniser.person_of(row)) for row in reading.rows]
    found = whose_rows(reader, reading, [known], (person for _row, person in rows))
    if len(source.roles) > 1:
        here = {row.role for row in reading.rows}
        source = source._replace(roles=covered_roles(reader, source, here, here))
    unknown = still_hidden(reading, [recogniser.people], found)
    assigned = Assigned(recogniser.people, rows, found, unknown)
    return store_rows(reader, writer, reading, source, lifted, assigned, former)


class Assigned(NamedTuple):
    """Whose each row is. `people` knows all record ids, also those of lost rows. `found` are lost
    rows that can only be one person's by what they tell, `hidden` those that may be anybody's.

    `onto` is given for rows that were put together with deliveries in force: their ids by role.
    `first`: all problems of the file are kept here; else only those that hide leavers.
    """

    people: Mapping[str, str]
    rows: list[tuple[RosterRow, str]]
    found: Mapping[Hidden, str] = {}
    hidden: Sequence[Hidden] = ()
    onto: Mapping[Role, str] | None = None
    first: bool = True


def store_rows(
    reader: SqliteReader,
    writer: Writer,
    reading: Reading,
    source: Source,
    lifted: Mapping[str, str],
    assigned: Assigned,
    former: FormerNames | None = None,
) -> list[Delivery]:
    """Store the rows of one school, whose persons are known; see `store_reading`."""
    people, rows, found, hidden, onto, first = assigned
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
        number = source.school.number
        problems = [*marked(reading.problems, hidden, number, role)]
        if not first:
            problems = [problem for problem in problems if problem.hides]
        whole = not any(one.may_be(number, role) for one in hidden)
        delivery = _delivery(
            writer, reading, source, role, len(mine), problem_count=len(problems), whole=whole
        )
        stored = _stored_rows(mine, reading, people, found)
        base = None if onto is None else onto.get(role, "")
        classes = reading.classes.get(number, ())
        made.append(save_delivery(writer, delivery, stored, problems, source.gone, base, classes))
    return made


GUARDS = ("earlier-year", "not-promoted")


def _delivery(
    writer: Writer,
    reading: Reading,
    source: Source,
    role: Role,
    count: int,
    *,
    problem_count: int,
    whole: bool,
) -> Delivery:
    return Delivery(
        id=new_id(), made_at=to_micros(writer.clock()), actor=writer.actor, source=source.name,
        system=source.system, school=source.school.id, role=role.value,
        school_year=source.school_year, file_name=reading.file, sha256=reading.sha256,
        size=reading.size, format=reading.format, encoding=reading.encoding, row_count=count,
        problem_count=problem_count, absence_counts=whole,
    )  # fmt: skip


def _stored_rows(
    rows: list[tuple[RosterRow, str]],
    reading: Reading,
    people: Mapping[str, str],
    found: Mapping[Hidden, str],
) -> Iterator[DeliveryRow]:
    """Rows by their lines; where one line makes several rows, by a number of their own."""
    number = count(1)
    several = reading.covers is not None
    for row, person in rows:
        yield next(number) if several else row.line, person, body_of(row)
    for line, key in reading.lost.items():
        if key in people:
            body = {"status": LOST, "keys": [key]}
            yield next(number) if several else line, people[key], body
    for hidden, person in found.items():
        if keys := [key for key, one in people.items() if one == person]:
            yield next(number) if several else hidden.line, person, {"status": LOST, "keys": keys}


def body_of(row: RosterRow) -> dict[str, Any]:
    """What is stored of a row, beside the person."""
    body = row.model_dump(
        mode="json", exclude={"line", "record_id", "other_ids"}, exclude_defaults=True
    )
    return {**body, "keys": [row.record_id, *row.other_ids]}


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
