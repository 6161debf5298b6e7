"""Proposed moves as people check them: who, from which school and class to which."""

from collections.abc import Iterator, Mapping, Sequence

from inventory.records import Account, Person, School
from inventory.records.changes import Change
from inventory.store.queries import Eq
from inventory.store.reading import SqliteReader
from tui.decisions import Move, Whereabouts


def moves_of(reader: SqliteReader, changes: Sequence[Change]) -> list[Move]:
    """One move for each change of a person, by name."""
    schools = list(reader.records(School))
    numbers = {school.number: school.name for school in schools}
    names = {school.id: school.name for school in schools}
    found = list(_moves(reader, changes, numbers, names))
    return sorted(found, key=lambda move: move.name)


def _moves(
    reader: SqliteReader,
    changes: Sequence[Change],
    numbers: Mapping[str, str],
    names: Mapping[str, str],
) -> Iterator[Move]:
    for change in changes:
        person = reader.get(Person, change.person)
        if person is None:  # erased since
            continue
        account = next(reader.records(Account, Eq(field="person", value=person.id)), None)
        before, after = change.before or {}, change.after or {}
        now = str(before.get("school", ""))
        then = str(after.get("school", ""))
        yield Move(
            change, f"{person.family_name}, {person.given_name}", person.birth_date,
            account.user_name if account else "",
            Whereabouts(numbers.get(now) or names.get(person.school, now),
                        ", ".join(_classes(before))),
            Whereabouts(numbers.get(then) or names.get(change.school, then),
                        ", ".join(_new(_classes(before), _classes(after)))),
        )  # fmt: skip


def _classes(shown: Mapping[str, object]) -> list[str]:
    return [name for name in str(shown.get("classes", "")).split(", ") if name]


def _new(before: list[str], after: list[str]) -> list[str]:
    """The classes somebody comes into: the old school may not have let go yet."""
    return [name for name in after if name not in before] or after
