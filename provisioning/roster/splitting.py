"""One delivery of several schools: each school's rows are stored as if it had delivered itself."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from inventory.errors import GuardError, StaleError
from inventory.records import School
from inventory.records.base import new_id
from inventory.records.changes import canonical_json
from inventory.records.deliveries import Delivery
from inventory.records.people import Role
from inventory.rosters.rows import Earlier, Reading, RosterClass, RosterRow
from inventory.store.deliveries import (
    delivery_classes,
    delivery_rows,
    newest_deliveries,
    past_deliveries,
)
from inventory.store.reading import SqliteReader
from inventory.store.writing import Writer
from provisioning.roster.covering import Source, covered_roles
from provisioning.roster.former import FormerNames
from provisioning.roster.hiding import still_hidden, whose_rows
from provisioning.roster.importing import LOST, Assigned, body_of, store_rows
from provisioning.roster.recognising import Recogniser

Rows = list[tuple[str, Mapping[str, Any]]]
"""Person and stored body."""


class InForce:
    """What a source delivered and is in force: what a delivery of changes is laid over."""

    def __init__(self, reader: SqliteReader, source: str, system: str) -> None:
        self._found = [
            d for d in newest_deliveries(reader) if (d.source, d.system) == (source, system)
        ]
        self._reader = reader

    def earlier(self) -> Earlier:
        """All of it as rows again."""
        rows, lost = [], set()
        numbers = {school.id: school.number for school in self._reader.records(School)}
        for delivery in self._found:
            for _person, body in self._rows(delivery):
                if body.get("status") == LOST:
                    lost.update(body["keys"])
                else:
                    rows.append(_row(body))
        return Earlier(
            rows=tuple(rows), classes=self._classes(numbers), lost=frozenset(lost),
            unsure=frozenset((numbers[d.school], Role(d.role)) for d in self._found
                             if not d.absence_counts and d.school in numbers),
            school_year=max((d.school_year for d in self._found), default=""),
        )  # fmt: skip

    def _classes(self, numbers: Mapping[str, str]) -> Mapping[str, tuple[RosterClass, ...]]:
        found: defaultdict[str, dict[str, RosterClass]] = defaultdict(dict)
        for delivery in self._found:  # newest first
            for one in delivery_classes(self._reader, delivery.id):
                found[numbers.get(delivery.school, "")].setdefault(one.ref, one)
        return {number: tuple(its.values()) for number, its in found.items() if number}

    def ids(self, school: School) -> dict[Role, str]:
        """The deliveries of one school."""
        return {Role(d.role): d.id for d in self._found if d.school == school.id}

    def unchanged(
        self, source: Source, role: Role, rows: Rows, classes: Sequence[RosterClass], *, whole: bool
    ) -> bool:
        """True when these rows and classes are what is in force already, for the same school year.

        `whole`: absence counts in them.
        """
        scope = (source.school.id, role.value)
        found = next((d for d in self._found if (d.school, d.role) == scope), None)
        if found is None or (found.school_year, found.absence_counts) != (
            source.school_year, whole,
        ):  # fmt: skip
            return False
        if delivery_classes(self._reader, found.id) != [*classes]:
            return False
        return _counted(self._rows(found)) == _counted(rows)

    def _rows(self, delivery: Delivery) -> Rows:
        return [(person, body) for _line, person, body in delivery_rows(self._reader, delivery.id)]


def _row(body: Mapping[str, Any]) -> RosterRow:
    key, *others = body["keys"]
    rest = {name: value for name, value in body.items() if name != "keys"}
    return RosterRow(line=0, record_id=key, other_ids=tuple(others), **rest)


def _counted(rows: Rows) -> Counter[tuple[str, bytes]]:
    return Counter(
        (person, canonical_json(body)) for person, body in rows if body.get("status") != LOST
    )


class Split(NamedTuple):
    """What was stored, and why not all of it: the error of each school that was refused."""

    made: list[Delivery]
    refused: list[GuardError | StaleError]


def store_schools(
    reader: SqliteReader,
    writer: Writer,
    reading: Reading,
    sources: Iterable[Source],
    lifted: Mapping[str, str],
    in_force: InForce,
    former: FormerNames | None = None,
) -> Split:
    """Store one delivery for each school and role that the file covers.

    `sources` are that source once for each school in the file, with the school's number as rows
    have it. The problems of the file stand with its first delivery, not with each of hundreds. A
    school that a guard refuses does not keep the others out.
    """
    parts = {source.school.number: source for source in sources}
    by_school: defaultdict[str, list[RosterRow]] = defaultdict(list)
    for row in reading.rows:
        by_school[row.school_number].append(row)
    people = _People(reader, parts)
    people.look_at(by_school)
    known = [dict(one) for one in people.at.values()] if reading.hidden else []
    assigned = {n: [(row, people.person_of(row)) for row in by_school[n]] for n in parts}
    named = (person for rows in assigned.values() for _row, person in rows)
    found = whose_rows(reader, reading, known, named)
    hidden = still_hidden(reading, [*people.at.values()], found)
    anywhere = {role for _number, role in reading.covers or ()}
    split = Split([], [])
    for number, source in parts.items():
        rows = assigned[number]
        covered = [r for r in source.roles if (number, r) in (reading.covers or ())]
        if not reading.partial:
            covered = [*covered_roles(reader, source, covered, anywhere)]
        onto = in_force.ids(source.school) if reading.partial else None
        if reading.partial:
            covered = [
                role for role in covered
                if not in_force.unchanged(
                    source, role, _bodies(rows, role), reading.classes.get(number, ()),
                    whole=not any(one.may_be(number, role) for one in hidden),
                )
            ]  # fmt: skip
        try:
            split.made.extend(store_rows(
                reader, writer, reading, source._replace(roles=tuple(covered)), lifted,
                Assigned(people.at[number], rows, found, hidden, onto, first=not split.made),
                former,
            ))  # fmt: skip
        except (GuardError, StaleError) as error:
            split.refused.append(error)
    return split


def _bodies(assigned: list[tuple[RosterRow, str]], role: Role) -> Rows:
    return [(person, body_of(row)) for row, person in assigned if row.role is role]


class _People:
    """Whose rows they are: known at the school, in the same line at another, or known at another
    school of this source. The same id at two schools of one source is one person; ids of two
    sources have nothing to do with each other.
    """

    def __init__(self, reader: SqliteReader, parts: Mapping[str, Source]) -> None:
        self._recognisers = {
            number: Recogniser(reader, source.system, source.school.id)
            for number, source in parts.items()
        }
        self.at = {number: one.people for number, one in self._recognisers.items()}
        self._by_line: dict[int, str] = {}
        self._elsewhere: dict[str, str] = {}
        self._unclear: set[str] = set()
        for known in self.at.values():
            self._learn(known)
        for source in [*parts.values()][:1]:
            for school in self._other_schools(reader, source, parts):
                self._learn(Recogniser(reader, source.system, school.id).people)

    def _other_schools(
        self, reader: SqliteReader, source: Source, parts: Mapping[str, Source]
    ) -> list[School]:
        here = {part.school.id for part in parts.values()}
        delivered = {d.school for d in past_deliveries(reader) if d.source == source.name}
        return [s for s in reader.records(School) if s.id in delivered - here]

    def _learn(self, known: Mapping[str, str]) -> None:
        for key, person in known.items():
            if self._elsewhere.setdefault(key, person) != person:
                self._unclear.add(key)  # two people by decision or by history: nobody's here

    def look_at(self, by_school: Mapping[str, Sequence[RosterRow]]) -> None:
        """Learn which lines are about somebody who is known already, here or elsewhere."""
        for number, rows in by_school.items():
            self._recognisers[number].look_elsewhere(rows)
        for row in (row for rows in by_school.values() for row in rows):
            known = self._known(row)
            if row.line and known:
                self._by_line.setdefault(row.line, known)

    def _known(self, row: RosterRow) -> str | None:
        known = self.at[row.school_number]
        return next((known[k] for k in (row.record_id, *row.other_ids) if k in known), None)

    def person_of(self, row: RosterRow) -> str:
        """The person of a row, new if need be. New ids join the known."""
        keys = (row.record_id, *row.other_ids)
        person = self._known(row) or self._by_line.get(row.line if row.line else -1)
        if person is None:
            sure = (k for k in keys if k in self._elsewhere and k not in self._unclear)
            person = next((self._elsewhere[k] for k in sure), None)
            person = person or self._recognisers[row.school_number].recognised(row) or new_id()
        if row.line:
            self._by_line.setdefault(row.line, person)
        for key in keys:
            self.at[row.school_number].setdefault(key, person)
        return person
