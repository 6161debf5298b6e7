"""Whose row is it? Known by an id of the school's own database, or by one that holds everywhere.

A GUID and a teacher's service address name the same person in every school's database. Everything
else is only likely, and is decided in a plan (`provisioning.roster.links`).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from inventory.records import SourceKey
from inventory.records.base import new_id
from inventory.records.people import Role
from inventory.rosters.rows import RosterRow
from inventory.store.deliveries import delivery_rows, newest_deliveries, replaced_deliveries
from inventory.store.queries import And, Eq, Query, in_parts
from inventory.store.reading import SqliteReader
from provisioning.roster.comparing import name_key

_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Named(NamedTuple):
    """Somebody at another school who has an id that holds everywhere."""

    person: str
    given_name: str
    family_name: str


class Recogniser:
    """Gives each row of one delivery its person; new ids join the known ones at once."""

    def __init__(self, reader: SqliteReader, system: str, school: str) -> None:
        self._reader, self._system, self._school = reader, system, school
        self.people = dict(self._by_key())
        """Record id of this database -> person."""
        self._elsewhere: dict[str, Named] = {}

    def _by_key(self) -> Iterator[tuple[str, str]]:
        """The last word counts: the inventory's, before it that of the deliveries in force.

        First come those that were replaced last: who was missing in one file has the id again
        that a decision may have been made about.
        """
        replaced = replaced_deliveries(self._reader, self._school)
        for delivery in (*replaced, *newest_deliveries(self._reader, self._school)):
            if delivery.system == self._system:
                for _line, person, body in delivery_rows(self._reader, delivery.id):
                    yield from ((key, person) for key in body.get("keys", ()))
        here = (
            Eq(field="system", value=self._system),
            Eq(field="school", value=self._school),
        )
        for key in self._reader.records(SourceKey, And(parts=here)):
            yield key.record_id, key.person

    def look_elsewhere(self, rows: Sequence[RosterRow]) -> None:
        """Look up in other schools who of these rows is known there beyond doubt."""
        wanted = {key for row in rows if not self._known(row) for key in _lasting_keys(row)}
        if not wanted:
            return
        if any(row.role is not Role.STUDENT for row in rows):
            self._elsewhere.update(self._delivered(wanted))
            self._elsewhere.update(self._addressed(wanted))
        self._elsewhere.update(self._stored(wanted))

    def person_of(self, row: RosterRow) -> str:
        """The person a row is about: known here, known elsewhere, or new."""
        keys = (row.record_id, *row.other_ids)
        person = self._known(row) or self.recognised(row) or new_id()
        for key in keys:
            self.people.setdefault(key, person)
        return person

    def _known(self, row: RosterRow) -> str | None:
        return next(
            (self.people[key] for key in (row.record_id, *row.other_ids) if key in self.people),
            None,
        )

    def recognised(self, row: RosterRow) -> str | None:
        """Who of another school it is beyond doubt, once `look_elsewhere` has looked."""
        for key in _lasting_keys(row):
            found = self._elsewhere.get(key)
            if found and (_GUID.fullmatch(key) or _agrees(row, found)):
                return found.person
        return None

    def _stored(self, wanted: Iterable[str]) -> Iterator[tuple[str, Named]]:
        """Keys of the inventory, of any school."""
        for part in in_parts("record_id", wanted):
            keys = {
                key.record_id: key.person
                for key in self._reader.records(SourceKey, part)
                if key.school != self._school
            }
            names = {named.person: named for named in self._named("id", sorted({*keys.values()}))}
            yield from ((key, names[one]) for key, one in keys.items() if one in names)

    def _addressed(self, wanted: Iterable[str]) -> Iterator[tuple[str, Named]]:
        """Service addresses of people in the inventory; not every source has them for a key."""
        for part in in_parts("service_email", (key for key in wanted if "@" in key)):
            query = Query(
                kind="person", where=part,
                columns=("service_email", "id", "given_name", "family_name"),
            )  # fmt: skip
            for address, *who in self._reader.rows(query):
                yield str(address), Named(*map(str, who))

    def _named(self, field: str, values: Sequence[str]) -> Iterator[Named]:
        for part in in_parts(field, values):
            query = Query(
                kind="person", where=part,
                columns=("id", "given_name", "family_name"),
            )  # fmt: skip
            yield from (Named(*map(str, row)) for row in self._reader.rows(query))

    def _delivered(self, wanted: set[str]) -> Iterator[tuple[str, Named]]:
        """Teachers whom another school delivered and no plan has taken in yet."""
        for delivery in newest_deliveries(self._reader):
            if delivery.role == Role.STUDENT.value or delivery.school == self._school:
                continue
            for _line, person, body in delivery_rows(self._reader, delivery.id):
                shared = wanted.intersection((*body.get("keys", ()), body.get("email", "")))
                for key in shared:
                    yield (
                        key,
                        Named(person, body.get("given_name", ""), body.get("family_name", "")),
                    )


def _lasting_keys(row: RosterRow) -> Iterator[str]:
    """Ids that mean the same person everywhere; pupils' addresses are given by each school."""
    for key in (row.record_id, *row.other_ids):
        if _GUID.fullmatch(key) or ("@" in key and row.role is not Role.STUDENT):
            yield key
    if row.role is not Role.STUDENT and row.email:
        yield from {row.email, row.email.lower()}


def _agrees(row: RosterRow, found: Named) -> bool:
    """An address alone could be an office's: one of the names must be the same too."""
    mine = name_key(row.given_name, row.family_name)
    theirs = name_key(found.given_name, found.family_name)
    return mine[0] == theirs[0] or mine[1] == theirs[1]
