"""Lost rows without an id: whom of the people we know can they only be about?"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from inventory.records import Enrolment, Person
from inventory.rosters.hidden import Hidden
from inventory.rosters.rows import Reading
from inventory.store.queries import In, Query
from inventory.store.reading import SqliteReader
from provisioning.roster.comparing import NameKey, name_key

_AT_ONCE = 500


def whose_rows(
    reader: SqliteReader,
    reading: Reading,
    known: Sequence[Mapping[str, str]],
    named: Iterable[str],
) -> dict[Hidden, str]:
    """The persons of those lost rows that tell the name of just one of them.

    `known` are the source's people by their ids, at each of its schools. Who is `named` by a row
    that could be read is not the one that is missing, nor is who is at no school any more: with a
    name that somebody else has taken on meanwhile, it would be a guess.
    """
    asked = [one for one in reading.hidden if one.names and not _is_known(one, known)]
    if not asked:
        return {}
    told = {people[key] for people in known for key in reading.lost.values() if key in people}
    candidates = {person for people in known for person in people.values()} - {*named} - told
    by_name: defaultdict[NameKey, set[str]] = defaultdict(set)
    for key, person in _names(reader, candidates):
        by_name[key].add(person)
    found = {one: {p for pair in one.names for p in by_name[name_key(*pair)]} for one in asked}
    return {one: people.pop() for one, people in found.items() if len(people) == 1}


def still_hidden(
    reading: Reading, known: Sequence[Mapping[str, str]], found: Mapping[Hidden, str]
) -> list[Hidden]:
    """The lost rows that may be anybody's: `found` are those whose person is known.

    One with an id and a name that nobody has is a newcomer's. An id that nobody has without a
    name is no id: the cells of the row are shifted.
    """
    return [
        one for one in reading.hidden
        if one not in found and not _is_known(one, known) and not (one.key and one.names)
    ]  # fmt: skip


def _is_known(one: Hidden, known: Iterable[Mapping[str, str]]) -> bool:
    return bool(one.key) and any(one.key in people for people in known)


def _names(reader: SqliteReader, people: Iterable[str]) -> Iterator[tuple[NameKey, str]]:
    """The names of those of these people who are enrolled somewhere."""
    every = sorted(people)
    for at in range(0, len(every), _AT_ONCE):
        part = tuple(every[at : at + _AT_ONCE])
        there = Query(
            kind=Enrolment.kind, where=In(field="person", values=part), columns=("person",)
        )
        enrolled = {str(person) for (person,) in reader.rows(there)}
        columns = ("id", "given_name", "family_name")
        names = Query(kind=Person.kind, where=In(field="id", values=part), columns=columns)
        for person, given_name, family_name in reader.rows(names):
            if person in enrolled:
                yield name_key(str(given_name), str(family_name)), str(person)
